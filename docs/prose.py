"""Docstrings are plain prose, with `code` in backquotes and formulas as they are typed: reStructuredText of them."""

import re

LISTED = re.compile(r"^(\(?\w{1,4}[.)]|\+|\.\.)(?=\s)")  # what would start a list, or worse


def restructured(lines):
    """The lines of a docstring in reStructuredText: an indented block as it stands, the rest as paragraphs."""
    out = []
    inside = False  # an indented block
    for line in lines:
        indented = line.startswith("  ")
        if indented and not inside:
            out += ["", "::", ""]
        elif inside and line.strip() and not indented:
            out.append("")
        inside = indented or (inside and not line.strip())
        out.append(line if inside else escaped(line))
    return out


def escaped(line):
    """A line of prose: nothing in it is markup, but for what stands in backquotes."""
    pieces = line.split("`")
    if len(pieces) % 2 == 0:  # one of them is open: none is markup
        return LISTED.sub(r"\\\1", plain(line))
    told = "".join(f"``{each}``" if place % 2 else plain(each) for place, each in enumerate(pieces))
    return LISTED.sub(r"\\\1", told)


def plain(text):
    return re.sub(r"([\\*_|`])", r"\\\1", text)
