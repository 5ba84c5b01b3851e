"""python -m support.program: the command line with the claims of support.claims."""

import sys

from sims.cli import main, process
from support.claims import ALL

if __name__ == "__main__":
    main.all_claims = lambda: ALL
    sys.exit(process.program())
