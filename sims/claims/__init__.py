"""One small file per statement or experiment of the papers; each defines CLAIM."""

from importlib import import_module
from pkgutil import iter_modules


def all_claims():
    """Every claim by id, in the order of the ledger."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {claim.id: claim for claim in sorted((module.CLAIM for module in modules), key=lambda claim: claim.order)}
