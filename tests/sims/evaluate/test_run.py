"""Many photographs: the same numbers however they are come by, and nothing is done twice."""

from dataclasses import replace

import pytest
from support import subjects

from sims.data.photographs import Photographs
from sims.evaluate import run
from sims.evaluate.boxes import Place
from sims.evaluate.evaluator import Evaluator
from sims.evaluate.run import Plan
from sims.evaluate.write import write
from sims.system.errors import InputError
from sims.system.store import Store

MEASURES = "pointing", "perturbation", "boundary", "classes", "grid"


@pytest.fixture
def planned(tmp_path, photographs, settings):
    """A Plan of some measures, whose finished work lies in a folder of that name."""

    def plan(folder="store", measures=MEASURES, methods=("saliency", "guided"), photographs=photographs, **changes):
        evaluator = Evaluator(subjects.published(), methods, replace(settings, **changes))
        places = {"0.png": Place((0.0, 0.0, 1.0, 0.5))}
        return Plan(evaluator, photographs, tuple(measures), places, Store(tmp_path / folder))

    return plan


def perform(plan, workers=1):
    return plan.run(workers, lambda *_: None)


def files(tmp_path, plan, found, name):
    write(plan, found, tmp_path / name)
    return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}


@pytest.fixture
def counted(monkeypatch):
    """The asks that are computed, in order."""
    done, real = [], run.measure

    def measure(evaluator, job, *more):
        done.extend((job.subject.name, *ask) for ask in job.asks)
        return real(evaluator, job, *more)

    monkeypatch.setattr(run, "measure", measure)
    return done


def test_the_same_files_for_any_number_of_workers_and_for_any_order(tmp_path, planned, photographs):
    one = files(tmp_path, planned("one"), perform(planned("one")), "a")
    two = files(tmp_path, planned("two"), perform(planned("two"), workers=2), "b")
    assert one == two and {"means.csv", "differences.csv", "images.csv", "run.json", "pointing.svg"} <= set(one)
    turned = planned("three", photographs=Photographs(photographs[::-1]))
    assert files(tmp_path, turned, perform(turned), "c") == one


def test_after_an_interrupt_the_rest_is_done_and_nothing_twice(tmp_path, planned, counted, monkeypatch):
    whole = perform(planned("whole"))
    every, done = list(counted), run.measure
    counted.clear()

    def interrupted(evaluator, job, *more):
        if job.subject.name == "3.png":
            raise KeyboardInterrupt
        return done(evaluator, job, *more)

    monkeypatch.setattr(run, "measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        perform(planned())
    first = list(counted)
    monkeypatch.setattr(run, "measure", done)
    again = perform(planned())
    assert sorted(counted) == sorted(every) and len(first) == 3 * 9
    assert (again.predictions, again.numbers) == (whole.predictions, whole.numbers)
    assert again.stored == 3 and perform(planned()).computed == 0


def test_another_measure_method_or_photograph_is_done_alone(planned, counted, photographs):
    perform(planned(measures=["classes"], methods=["guided"], photographs=photographs[:2]))
    counted.clear()
    perform(planned(measures=["classes", "boundary"], methods=["guided", "saliency"], photographs=photographs[:2]))
    assert {ask[1:] for ask in counted} == {("classes", "saliency"), ("boundary", "guided"), ("boundary", "saliency")}
    counted.clear()
    perform(planned(measures=["classes"], methods=["guided"], photographs=photographs[:3]))
    assert [ask[0] for ask in counted] == ["2.png", "2.png"]


@pytest.mark.parametrize("change", [{"width": 5}, {"seed": 1}, {"shares": (0.1, 0.9)}])
def test_settings_of_a_measure_make_it_new_and_no_other(planned, counted, change):
    perform(planned(measures=["classes", "boundary", "perturbation"]))
    counted.clear()
    perform(planned(measures=["classes", "boundary", "perturbation"], **change))
    assert {ask[1] for ask in counted} == {"boundary" if "width" in change else "perturbation"}


def test_another_label_or_box_makes_new_what_depends_on_it(planned, counted, photographs):
    perform(planned(measures=["pointing", "classes"]))
    counted.clear()
    labelled = Photographs(replace(each, label=2) for each in photographs[:1])
    perform(planned(measures=["pointing", "classes"], photographs=labelled))
    assert {ask[1] for ask in counted} == {"prediction", "pointing"}


def test_other_weights_are_another_network(planned, counted):
    plan = planned(measures=["classes"])
    perform(plan)
    counted.clear()
    plan.evaluator.published = replace(plan.evaluator.published, digest="1" * 64)
    assert perform(plan).computed == 6


def test_progress_is_told_of_photographs_and_mosaics(planned):
    told = []
    planned().run(1, lambda *each: told.append(each))
    assert told[:7] == [("photographs", done, 6) for done in range(7)] and told[7][0] == "mosaics"


def test_what_theory_refuses_names_the_photograph_in_one_line(planned):
    with pytest.raises(InputError, match=r"0.png: a border of 12 pixels on a map of 24×24"):
        perform(planned(measures=["boundary"], width=12))


def test_a_photograph_that_is_cut_short_is_named_and_the_others_are_on_disk(planned, photographs, counted):
    path = photographs[4].path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="4.png: unreadable or cut short"):
        perform(planned(measures=["classes"]))
    path.write_bytes(whole)
    counted.clear()
    perform(planned(measures=["classes"]))
    assert {ask[0] for ask in counted} == {"4.png", "5.png"}
