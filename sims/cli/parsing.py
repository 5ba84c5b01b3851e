"""A parser whose complaints are one line, and that takes no option twice and none in part."""

import argparse
from importlib.metadata import PackageNotFoundError, version

from sims.cli.process import UNUSABLE
from sims.system.errors import one_line


class Once(argparse.Action):
    """An option that is given once: of two, one would be dropped in silence."""

    def __call__(self, parser, namespace, values, option_string=None):
        given = vars(namespace).setdefault("given", set())
        if self.dest in given:
            raise argparse.ArgumentError(self, "given twice; give it once, with all its values")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """argparse's, less what it guesses."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **{"allow_abbrev": False, **options})
        self.register("action", None, Once)

    def error(self, message):
        self.exit(UNUSABLE, f"{one_line(f'{self.prog}: {message}; see {self.prog} --help')}\n")


def installed():
    """The version of the installed package; a clone that nobody installed has none."""
    try:
        return version("gbp-theory")
    except PackageNotFoundError:
        return "(not installed)"
