"""Whether a built site is whole: every link inside it resolves, and nothing that it shows comes from a network.

python -m docs.check docs/_build: prints what is wrong, and exits with 1 if anything is.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "link": ("href",),
    "source": ("src", "srcset"),
    "object": ("data",),
}
LOADED |= {"iframe": ("src",), "embed": ("src",), "video": ("src", "poster"), "audio": ("src",), "image": ("href",)}
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """The names that a page can be entered at, its links, and what a browser loads to show it."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.loaded = {""}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names |= {found[key] for key in ("id", "name") if found.get(key)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        for key in LOADED.get(tag, ()):
            self.loaded += [each.split()[0] for each in (found.get(key) or "").split(",") if each.strip()]


def problems(site):
    """A line for everything that is wrong with a site."""
    site = Path(site).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        return [f"{site}: no page"]
    found = []
    for path, page in pages.items():
        found += [f"{path}: loads {each}" for each in page.loaded if remote(each)]
        local = [each for each in (*page.links, *page.loaded) if not urlsplit(each).scheme and not remote(each)]
        found += [f"{path}: leads nowhere: {each}" for each in local if not resolves(each, path, pages)]
    for path in sorted(site.rglob("*.css")):
        urls = [a or b for a, b in IN_STYLE.findall(path.read_text(encoding="utf-8"))]
        found += [f"{path}: loads {each}" for each in urls if remote(each)]
    return found


def remote(address):
    """Whether an address is that of another machine."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in ("http", "https")


def resolves(address, path, pages):
    """Whether there is what an address on the page at `path` names."""
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    if target not in pages:
        return target.is_file()
    return unquote(parts.fragment) in pages[target].names


if __name__ == "__main__":
    wrong = problems(sys.argv[1])
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(bool(wrong))
