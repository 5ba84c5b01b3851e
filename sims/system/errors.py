"""What a user is told in one line."""


class InputError(ValueError):
    """Input that can't be used: one line that says what is wrong and what is accepted, whatever a name in it holds."""

    def __init__(self, message):
        super().__init__(one_line(message))


def one_line(text):
    """The text with what does not print (line ends, controls, bytes that are no UTF-8) written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def short(text, length=40):
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else f"{text[:length]}…"
