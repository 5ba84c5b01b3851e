"""python -m sims: the command line."""

import sys

from sims.cli.process import program

if __name__ == "__main__":
    sys.exit(program())
