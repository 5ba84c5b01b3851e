"""python -m sims: the command line."""

import sys

from sims.cli.main import program

if __name__ == "__main__":
    sys.exit(program())
