"""Which property tests guard which laws: each must fail where one of its laws returns a tenth more than it should."""


def guards(*laws):
    """Says so of a property test whose arguments are all drawn; tests/theory/laws/test_guards.py sees to it."""

    def says(test):
        test.guards = laws
        return test

    return says
