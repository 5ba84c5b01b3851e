"""The store of finished work: what was put is got, and nothing else."""

import pytest

from sims.system import files
from sims.system.errors import InputError
from sims.system.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def written(tmp_path):
    return [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_what_was_put_is_got_with_every_digit(store, tmp_path):
    document = {"share": 0.1 + 0.2, "none": None, "words": "Größe"}
    store.put(document, measure="pointing", width=16)
    again = Store(tmp_path / "store")
    assert store.get(measure="pointing", width=16) == document == again.get(width=16, measure="pointing")


@pytest.mark.parametrize("parts", [{"measure": "pointing"}, {"measure": "pointing", "width": 17}, {"width": 16}, {}])
def test_other_parts_are_other_documents(store, parts):
    store.put(1, measure="pointing", width=16)
    assert store.get(**parts) is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"parts": {"a": 2}, "document": 1}', '{"document": 1}'])
def test_a_damaged_document_is_not_there_and_is_written_anew(store, tmp_path, damage):
    store.put(1, a=1)
    written(tmp_path)[0].write_text(damage, encoding="utf-8")
    assert store.get(a=1) is None
    store.put(2, a=1)
    assert store.get(a=1) == 2


def test_an_interrupt_leaves_the_old_document_and_no_part_of_a_new_one(store, tmp_path, monkeypatch):
    store.put("old", a=1)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.put("new", a=1)
    assert store.get(a=1) == "old" and len(written(tmp_path)) == 1


def test_what_json_cannot_say_is_refused_and_not_written(store, tmp_path):
    with pytest.raises(ValueError):
        store.put(float("nan"), a=1)
    assert not written(tmp_path)


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="can't be written"):
        Store(tmp_path / "file").put(1, a=1)
