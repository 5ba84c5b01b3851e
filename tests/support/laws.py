"""The public laws, and a defect to put into one of them."""

import inspect
import pkgutil
import sys
from contextlib import contextmanager
from functools import wraps
from importlib import import_module

import numpy as np

from theory import laws

NO_LAWS = {
    "overlap",
    "directions",
    "switches",
    "given",
    "preconditions",
}  # their callers check; and the checks themselves


def public_laws():
    names = {module.name for module in pkgutil.iter_modules(laws.__path__)} - NO_LAWS
    for module in [import_module(f"theory.laws.{name}") for name in sorted(names)]:
        functions = [each for each in vars(module).values() if inspect.isfunction(each)]
        yield from (law for law in functions if law.__module__ == module.__name__ and law.__name__[0] != "_")


def name_of(law):
    return f"{law.__module__.rpartition('.')[2]}.{law.__name__}"


@contextmanager
def scaled(law, factor, *modules):
    """Every float that `law` returns is `factor` times what it should be: in theory/, and in these modules."""

    @wraps(law)
    def wrong(*arguments, **options):
        return times(factor, law(*arguments, **options))

    theory = [module for name, module in sys.modules.items() if name.partition(".")[0] == "theory"]
    places = [(vars(module), name) for module in (*theory, *modules) for name, at in vars(module).items() if at is law]
    for scope, name in places:
        scope[name] = wrong
    try:
        yield wrong
    finally:
        for scope, name in places:
            scope[name] = law


def times(factor, value):
    if isinstance(value, tuple):
        return tuple(times(factor, each) for each in value)
    return factor * value if isinstance(value, float | np.ndarray) else value
