"""What a user is told in one line."""


class InputError(ValueError):
    """Input that can't be used: one line that says what is wrong and what is accepted."""
