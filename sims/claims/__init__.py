"""One small file per statement or experiment of the papers; each defines CLAIM."""

import sys
from importlib import import_module
from pkgutil import iter_modules

if sys.argv[0] == "-m":  # as long as python -m looks for what it was told to run
    sys.exit("a claim is no program; run it with: python -m sims verify CLAIM")


def all_claims():
    """Every claim by id, in the order of the ledger."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {claim.id: claim for claim in sorted((module.CLAIM for module in modules), key=lambda claim: claim.order)}
