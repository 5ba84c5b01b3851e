"""Where the tests find the project and their helpers, and how Hypothesis draws: the same examples every time."""

import sys
from pathlib import Path

from hypothesis import settings

TESTS = Path(__file__).resolve().parent

sys.path[:0] = [str(TESTS.parent), str(TESTS / "theory")]

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("repeatable")
