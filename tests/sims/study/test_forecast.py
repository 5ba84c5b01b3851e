"""What a run will take: near what was measured, larger where more is asked for, refused beforehand if too much."""

import json
from dataclasses import replace

import pytest

from sims.claims import all_claims
from sims.cli.main import main
from sims.study import forecast, runner
from sims.study.forecast import USUAL, Plan, affordable
from sims.study.study import BUDGETS
from sims.system import needs
from sims.system.errors import InputError
from sims.system.progress import Bars

CLAIMS = all_claims()
HUGE = {"neurons": 10**12, "logits": 10**12, "width": 10**6, "widths": 10**6, "channels": 10**6, "trials": 10**12}
COUNTS = "filters", "logits", "neurons", "width", "widths", "layers", "channels", "networks", "trials"


def settings_of(claim, **given):
    """The settings of a claim with these in place of its defaults, as tuples where it takes several."""
    several = {s.name: isinstance(s.default, tuple) for s in claim.settings}
    return {
        **{s.name: s.default for s in claim.settings},
        **{name: (value,) if several[name] else value for name, value in given.items()},
    }


def plan_of(*names, workers=2, budget="standard", shape=USUAL, **given):
    claims = [CLAIMS[name] for name in names]
    return Plan(claims, {each.id: settings_of(each, **given) for each in claims}, shape, BUDGETS[budget], workers)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_takes_what_it_declares_and_fits_in_memory(name):
    """What it took on some machine, at its defaults; what other settings take is scaled from there."""
    found = plan_of(name, workers=1)
    assert found.seconds == pytest.approx(CLAIMS[name].seconds)
    assert 2e8 < found.bytes < 4e9 and affordable(found) == found.seconds


@pytest.mark.parametrize("name", CLAIMS)
def test_precision_is_dearer_and_small_pictures_are_cheaper(name):
    quick, standard, full = (plan_of(name, budget=budget).seconds for budget in BUDGETS)
    assert quick <= standard <= full
    small = plan_of(name, shape=(3, 32, 32))
    assert small.seconds <= standard and small.bytes < plan_of(name).bytes


def test_workers_share_the_time_and_take_memory_each():
    one, four = plan_of(*CLAIMS, workers=1), plan_of(*CLAIMS, workers=4)
    assert four.seconds == pytest.approx(one.seconds / 4) and one.bytes < four.bytes <= 4 * one.bytes
    alone, threads = plan_of("vgg16_depth", workers=1), plan_of("vgg16_depth", workers=4)
    assert alone.bytes < threads.bytes < 4 * alone.bytes


@pytest.fixture
def nothing_begins(monkeypatch):
    """Neither a picture nor a network is made."""
    begun = lambda *_, **__: pytest.fail("something was begun")
    monkeypatch.setattr("sims.cli.main.load_picture", begun)
    monkeypatch.setattr("sims.cli.main.run_claims", begun)


TOO_LARGE = [
    (claim.id, name, HUGE.get(name, 10**9))
    for claim in CLAIMS.values()
    for name in COUNTS
    if name in {setting.name for setting in claim.settings}
] + [(name, "size", 100000) for name in CLAIMS]


@pytest.mark.parametrize("claim, name, value", TOO_LARGE)
def test_what_is_too_large_is_not_affordable(claim, name, value):
    plan = plan_of(claim, shape=(3, value, value)) if name == "size" else plan_of(claim, **{name: value})
    with pytest.raises(InputError, match=f"{claim} on .*; lower --{name}$"):
        affordable(plan)


@pytest.mark.parametrize("claim, name, value", TOO_LARGE)
def test_what_is_too_large_is_refused_before_it_is_begun(nothing_begins, capsys, tmp_path, claim, name, value):
    """By its range, or by what it would take."""
    assert main(["verify", claim, f"--{name}", str(value), "--out", str(tmp_path / "out")]) == 2
    printed, complaint = capsys.readouterr()
    assert printed == "" and complaint.count("\n") == 1 and f"--{name}" in complaint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["filters", "layers", "logits"])
def test_in_a_run_of_all_claims_too(nothing_begins, capsys, name):
    assert main(["verify", f"--{name}", str(10**9)]) == 2
    assert f"--{name}" in capsys.readouterr().err


def test_a_number_without_end_is_refused(nothing_begins, capsys):
    assert main(["verify", "theorem1", "--filters", "1" + "0" * 400]) == 2
    assert "--filters" in capsys.readouterr().err


def test_too_many_workers_for_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr(needs, "memory", lambda: 2e9)
    with pytest.raises(
        InputError, match=f"{len(CLAIMS)} claims on 20 workers .* GB of memory, and 2 GB .* lower --workers"
    ):
        affordable(plan_of(*CLAIMS, workers=20))


def test_a_run_that_is_too_long_is_refused_with_its_length():
    too_long = plan_of("vgg16_depth", networks=10**6)
    with pytest.raises(
        InputError, match="vgg16_depth on 2 workers would take about .* days, .* 12 hours.*lower --networks"
    ):
        affordable(too_long)
    assert affordable(replace(too_long, settings=plan_of("vgg16_depth").settings))


def test_a_long_run_is_announced_on_standard_error(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(forecast.Plan, "seconds", 500.0)
    assert main(["verify", "definitions", "--size", "24", "--workers", "3", "--out", str(tmp_path), "--json"]) == 0
    printed, told = capsys.readouterr()
    assert told == "about 8.3 minutes on 3 workers\n" and json.loads(printed)


def test_the_longest_claims_begin_first(monkeypatch):
    begun = []

    def perform(work, jobs, workers, told):
        begun.extend(jobs)
        yield from ()

    monkeypatch.setattr(runner.processes, "perform", perform)
    claims = [replace(CLAIMS["lemma1"], id=f"{seconds} s", seconds=seconds) for seconds in (3, 30, 1)]
    assert not list(runner.run_claims(None, claims, {each.id: {} for each in claims}, 2, None, Bars({})))
    assert begun == ["30 s", "3 s", "1 s"]
