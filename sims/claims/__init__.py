"""One small file per statement or experiment of the papers, each of which defines CLAIM; its folder is its group."""

import sys
from importlib import import_module
from pkgutil import walk_packages

if sys.argv[0] == "-m":  # as long as python -m looks for what it was told to run
    sys.exit("a claim is no program; run it with: python -m sims verify CLAIM")


def all_claims():
    """Every claim by id, group by group."""
    modules = [each.name for each in walk_packages(__path__, f"{__name__}.") if not each.ispkg]
    return {claim.id: claim for claim in (import_module(module).CLAIM for module in sorted(modules))}
