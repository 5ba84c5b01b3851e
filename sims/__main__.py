"""python -m sims: the command line."""

import sys

from sims.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
