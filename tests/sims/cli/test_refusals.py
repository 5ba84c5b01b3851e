"""Command lines that can't be run: one line that says what was wrong and what is accepted, and nothing written."""

import argparse
import json
import os
import socket
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support.commands import call, refused, tree

from sims.claims import all_claims
from sims.cli.main import main
from sims.cli.options import natural, value_of

CLAIMS = all_claims()
SETTINGS = [(claim, setting) for claim in CLAIMS.values() for setting in claim.settings]
BAD = [  # a command line, and what its refusal says
    ("verify theorem_one", "theorem1"),
    ("verify --seed -1", "--seed"),
    ("verify --seed 1.5", "--seed"),
    ("verify --seed x", "--seed"),
    ("verify --seed 9223372036854775808", "from 0 to 9223372036854775807"),
    (f"verify --seed {'9' * 5000}", "--seed"),
    ("verify --size 100000", "from 1 to 4096"),
    ("verify --workers 0", "--workers"),
    ("verify --workers 1000000", "from 1 to 1024"),
    ("verify --budget huge", "--budget"),
    ("verify theorem1 --filters 0", "from 1 to 1000000"),
    ("verify theorem1 --filters 1000000000", "from 1 to 1000000"),
    (f"verify theorem1 --filters {'9' * 5000}", "--filters"),
    ("verify theorem1 --filters many", "--filters"),
    ("verify theorem1 --filters 1_0", "--filters"),
    ("verify theorem1 --filters ８", "--filters"),
    ("verify theorem1 --filters 8 16 8", "--filters has 8 2 times"),
    ("verify theorem1 --kernel 0", "--kernel"),
    ("verify theorem1 --kernel 225", "--size 225 or more"),
    ("verify theorem1 --stride 0", "--stride"),
    ("verify theorem1 --stride 225", "--stride 224 or less"),
    ("verify theorem1 --stride 100000000000000000000", "--stride"),
    ("verify theorem1 --size 5", "--size"),
    ("verify theorem1_scale --filters 8 16", "takes one number in claim theorem1_scale"),
    ("verify convergence_filters --filters 8", "2 or more different numbers"),
    ("verify convergence_filters --filters 8 8", "8 2 times"),
    ("verify convergence_kernel --kernels 3 3", "3 2 times"),
    ("verify convergence_kernel --kernels 4097", "from 1 to 4096"),
    ("verify layerwise --layers 1", "2 or more different numbers"),
    ("verify depth --layers 1000000000", "from 1 to 1000"),
    (
        "verify depth --width 16",
        "from 256 to 65536 in claim depth (neurons per layer; the laws are those of wide layers",
    ),
    ("verify depth --width 255", "from 256"),
    ("verify insensitivity --width 64", "from 256"),
    ("verify layerwise --width 64", "from 256"),
    ("verify sample_complexity --epsilons nan", "--epsilons"),
    ("verify sample_complexity --epsilons inf", "from 0.05 to 10"),
    ("verify sample_complexity --epsilons 1e300", "from 0.05 to 10"),
    ("verify sample_complexity --epsilons 0.5 0.50000000001", "--epsilons has 0.5 2 times"),
    ("verify adversarial --epsilons 2", "from 0.0001 to 1 "),
    ("verify max_logit --logits 1000000000", "--logits"),
    ("verify insensitivity --logits 100000", "--logits"),
    ("verify local_connections --neurons 1000000000000", "--neurons"),
    ("verify definitions --filters 8", "no setting of definitions"),
    ("verify convergence_filters --size 32 --filters 1000 1001", "so close together"),
    ("verify convergence_kernel --size 32 --kernels 31 32", "so close together"),
    ("verify convergence_kernel --size 24 --kernels 3 25", "smaller than the kernel, 25"),
    ("verify sample_complexity --size 32 --epsilons 0.99 1", "so close together"),
    ("verify pooling_alike --size 32 --kernel 31", "pooling_alike can't be run"),
    ("verify theorem1_scale --size 32 --stride 31 --kernel 32", "95 pixels a side or more"),
    ("verify max_logit --size 32 --kernel 32 --stride 1", "one patch a side of 32 pixels"),
    ("verify adversarial --size 32 --kernel 7 --stride 26", "one patch a side of 32 pixels"),
    ("verify adversarial --size 16 --image constant", "a constant picture has none"),
    ("verify max_pooling --size 32 --image constant", "a constant picture has none"),
    ("verify theorem2 --size 16", "17 pixels a side or more"),
    ("verify theorem2 --size 96 --kernel 40 --stride 10 --trials 640", "one patch a side of 48 pixels"),
    ("verify theorem1_scale --size 15", "16 pixels a side or more"),
    ("verify max_pooling --size 16", "17 pixels a side or more"),
    ("verify proposition1 --size 25", "26 pixels a side or more"),
    ("verify gaussian_shape --size 8", "9 pixels a side or more"),
    ("verify vgg16_details --size 31", "32 pixels a side or more"),
    ("verify residual --size 31", "32 pixels a side or more"),
    ("verify --image absent.png", "absent.png: no such picture"),
    ("show --image absent.png", "absent.png: no such picture"),
    ("show --rule magic", "--rule"),
    ("show --rule guided guided", "--rule has guided 2 times"),
    ("show --filters 0", "--filters"),
    ("show --filters 1000000000", "--filters"),
    ("show --size 32 --stride 33", "--stride 32 or less"),
    ("show --size 32 --kernel 33", "--size 33 or more"),
    ("show --size 32 --pool 14", "--pool 13 or less"),
    ("show --pool 99999999999999999999", "--pool"),
    ("verify --size 32 --size 64", "--size: given twice"),
    ("verify theorem1 --filters 8 --filters 16", "--filters: given twice"),
    ("show --out a --out b", "--out: given twice"),
    ("verify --siz 32", "--siz"),
    ("verify --wor 2", "--wor"),
    ("dance", "dance"),
    ("list everything", "everything"),
    ("report --out nowhere", "verify"),
    ("compare nowhere .", "nowhere"),
]


@pytest.mark.parametrize("line, said", BAD, ids=[line[:60] for line, _ in BAD])
def test_unusable_input_is_one_line_and_status_2_and_writes_nothing(capsys, empty, line, said):
    assert said in refused(capsys, *line.split())
    assert tree(empty) == []


@pytest.mark.parametrize("claim, setting", SETTINGS, ids=[f"{claim.id}-{s.name}" for claim, s in SETTINGS])
def test_every_setting_has_its_range(capsys, empty, claim, setting):
    beyond = {int: lambda value: value + 1, float: lambda value: 1.001 * value}[setting.kind](setting.most)
    below = {int: lambda value: value - 1, float: lambda value: 0.999 * value}[setting.kind](setting.least)
    for value in (beyond, below):
        assert f"--{setting.name}" in refused(capsys, "verify", claim.id, f"--{setting.name}", value)


@pytest.mark.parametrize("claim, setting", SETTINGS, ids=[f"{claim.id}-{s.name}" for claim, s in SETTINGS])
def test_defaults_lie_in_their_range(claim, setting):
    values = setting.default if setting.several else (setting.default,)
    assert all(setting.least <= value <= setting.most for value in values)
    assert setting.distinct <= len(set(values)) == len(values)


@pytest.mark.parametrize("claim, setting", SETTINGS, ids=[f"{claim.id}-{s.name}" for claim, s in SETTINGS])
def test_the_ends_of_a_range_are_taken(claim, setting):
    for end in (setting.least, setting.most):
        found = value_of(replace(setting, distinct=1), [end], claim)
        assert found == ((end,) if setting.several else end)


def test_the_ends_of_a_whole_number_s_range_are_taken():
    assert [natural(3, 5)(text) for text in "345"] == [3, 4, 5]
    for text in "26":
        with pytest.raises(argparse.ArgumentTypeError, match="from 3 to 5"):
            natural(3, 5)(text)


def test_settings_of_one_name_are_of_one_kind():
    kinds = {}
    for _, setting in SETTINGS:
        assert kinds.setdefault(setting.name, setting.kind) == setting.kind


@pytest.mark.parametrize(
    "claim, given, meant",
    [
        ("convergence_kernel", "kernel", "kernels"),
        ("theorem1", "kernels", "kernel"),
        ("vgg16_depth", "epsilons", "epsilon"),
        ("sample_complexity", "epsilon", "epsilons"),
        ("adversarial", "epsilon", "epsilons"),
        ("depth", "widths", "width"),
    ],
)
def test_the_other_form_of_a_setting_is_named(capsys, empty, claim, given, meant):
    assert f"{claim} takes --{meant}" in refused(capsys, "verify", claim, f"--{given}", 3)


def test_every_pair_of_singular_and_plural_is_tried():
    names = {setting.name for _, setting in SETTINGS}
    assert {name for name in names if f"{name}s" in names} == {"kernel", "epsilon", "width"}


def test_what_is_given_before_is_kept(capsys, tmp_path, monkeypatch):
    """A refusal touches nothing that is there, either."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper_checks.md").write_text("mine", encoding="utf-8")
    refused(capsys, "verify", "definitions", "--image", "absent.png")
    assert tree(tmp_path) == ["paper_checks.md"] and (tmp_path / "paper_checks.md").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    "place", ["file", "file/below", "/proc/nowhere", "", "x" * 300, "x/" * 3000, "a\0b", "dangling"]
)
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_simulated(capsys, empty, place):
    (empty / "file").write_text("", encoding="utf-8")
    (empty / "dangling").symlink_to("nowhere")
    for command in (["verify", "definitions", "--size", 24], ["show", "--size", 24]):
        assert "--out" in refused(capsys, *command, "--out", place)
    assert tree(empty) == ["dangling", "file"]


@pytest.mark.parametrize("below", ["results", "figures"])
def test_a_file_where_a_folder_belongs_is_refused_before_anything_is_simulated(capsys, empty, below):
    (empty / below).write_text("", encoding="utf-8")
    assert below in refused(capsys, "verify", "definitions", "--size", 24, "--out", ".")
    assert tree(empty) == [below]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100000, '{"claim": 1}', "\udcff"])
def test_a_file_that_is_no_result_is_named(capsys, empty, text):
    (empty / "results").mkdir()
    (empty / "results" / "bad.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    for line in (["report", "--out", "."], ["plot", "--out", "."], ["compare", ".", "."]):
        assert "bad.json" in refused(capsys, *line)


def test_names_of_built_in_inputs_are_not_shadowed(capsys, empty):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)).save(empty / "noise", "PNG")
    assert "./noise" in refused(capsys, "verify", "definitions", "--image", "noise", "--size", 24)
    assert main(["verify", "definitions", "--image", "./noise", "--size", "24"]) == 0
    assert json.loads((empty / "out/results/definitions.json").read_text("utf-8"))["image"] == "noise-file"
    os.rename(empty / "noise", empty / "photograph")
    assert main(["verify", "definitions", "--size", "24"]) == 0  # the default is not the file
    assert json.loads((empty / "out/results/definitions.json").read_text("utf-8"))["image"] == "photograph"


NAMES = {
    "newline": "a\nb.png",
    "escape": "a\x1b[2J.png",
    "bytes": os.fsdecode(b"caf\xe9.png"),
    "long": "é" * 100 + ".png",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", [["verify", "definitions"], ["show"]], ids=["verify", "show"])
def test_names_that_no_file_of_ours_can_bear_are_refused(capsys, empty, name, command):
    path = empty / NAMES[name]
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)).save(path)
    assert "name" in refused(capsys, *command, "--image", path, "--size", 24)
    assert tree(empty) == [NAMES[name]]


def test_what_is_no_file_is_called_by_its_name(capsys, empty):
    (empty / "folder").mkdir()
    os.mkfifo(empty / "pipe")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
        for path, kind in (
            ("folder", "a folder"),
            ("pipe", "a pipe"),
            ("socket", "a socket"),
            ("/dev/null", "a device"),
        ):
            assert kind in refused(capsys, "verify", "definitions", "--image", path)
    for path in ("x" * 300, "a\0b", "folder/", "pipe/x", ""):
        refused(capsys, "verify", "definitions", "--image", path)


def test_a_bare_call_prints_its_help(capsys):
    status, printed, complaint = call(capsys)
    assert status == 0 and "verify" in printed and complaint == ""


def test_the_version_is_told(capsys):
    status, printed, _ = call(capsys, "--version")
    assert status == 0 and printed.startswith("gbp-theory ") and printed.count("\n") == 1
