"""Every public law has a property test that fails where the law returns a tenth too much, and needs no other's help."""

from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from support.laws import name_of, public_laws, scaled

from theory.laws import covariance, three_layer

UNGUARDED = {  # a public function of the laws: why no factor can be wrong about it
    covariance.has_mask: "it answers yes or no",
}
LAWS = {name_of(law): law for law in public_laws()}
BREAKING = settings(phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False)  # the first failure will do


def modules():
    """The modules with guards beside this one, loaded once more."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__) and "@guards(" in path.read_text(encoding="utf-8"):
            spec = spec_from_file_location(f"guards_in_{path.stem}", path)
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            yield module


GUARDS = [(BREAKING(test), module) for module in modules() for test in vars(module).values() if hasattr(test, "guards")]


def test_every_public_law_has_a_guard_or_a_reason():
    assert {law for test, _ in GUARDS for law in test.guards} | set(UNGUARDED) == set(LAWS.values())


def test_a_guard_draws_all_its_arguments():
    assert GUARDS and all(not signature(test).parameters for test, _ in GUARDS)


@pytest.mark.parametrize("name", [name for name, law in LAWS.items() if law not in UNGUARDED])
def test_each_guard_notices_a_tenth(name):
    law = LAWS[name]
    for test, module in [(test, module) for test, module in GUARDS if law in test.guards]:
        with scaled(law, 1.1, module), pytest.raises(BaseException) as noticed:
            test()
        assert isinstance(noticed.value, AssertionError | ExceptionGroup), (test, noticed)


def test_a_defect_reaches_every_place_that_a_law_is_called_from():
    with scaled(three_layer.guided_mean, 1.1) as wrong:
        assert three_layer.guided_mean is wrong
    assert three_layer.guided_mean is not wrong
