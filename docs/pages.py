"""What is put into the pages as Sphinx reads them: the ledger, links to its statements, the modules of a package."""

import re
import shutil

ANCHOR = re.compile(r'^<a (?:id|name)="([^"]+)"></a>$', re.MULTILINE)
RAW = re.compile(r'<[^<>]* (?:id|name)="([^"]+)"')
INSIDE = re.compile(r"\[([^\[\]]*)\]\(#([^()\s]+)\)")
FILE = re.compile(r"(\]\()(?![a-z]+:|#|/)([^()\s#]+)")  # of a link or an image, in this repository
CLAIM = re.compile(r"\{claim\}`(\w+)`")
MODULES = re.compile(r"^```\{modules\} ([\w.]+)\n```$", re.MULTILINE)
INCLUDED = {"CONTRIBUTING.md": "recipes.md", "sims/claims/readings.md": "readings.md", "README.md": "index.md"}
PICTURES = "figures", "results"  # what raw HTML in the ledger may point to


def ledger(text):
    """paper_checks.md as a page of docs/: its anchors are targets of Sphinx, its files lie one folder up."""
    text = ANCHOR.sub(r"(\1)=", level(text.replace("$", r"\$")))
    raw = set(RAW.findall(text))
    text = INSIDE.sub(lambda found: f'<a href="#{found[2]}">{found[1]}</a>' if found[2] in raw else found[0], text)
    return FILE.sub(lambda found: found[1] + from_docs(found[2]), text)


def level(text):
    """The titles of the third order that stand before any of the second, raised: Sphinx wants no order left out."""
    head, second, rest = text.partition("\n## ")
    return head.replace("\n### ", "\n## ") + second + rest


def from_docs(path):
    """A path in the repository, as a page of docs/ says it."""
    return INCLUDED.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}")


def anchors(root):
    """The anchors of the ledger."""
    return set(ANCHOR.findall((root / "paper_checks.md").read_text(encoding="utf-8")))


def filled(text, root):
    """A page with {claim}`theorem1` as a link into the ledger, and its blocks of {modules}."""
    known = anchors(root)
    text = CLAIM.sub(lambda found: statement(found[1], known), text)
    return MODULES.sub(lambda found: "\n".join(map(automodule, modules(root, found[1]))), text)


def statement(claim, known):
    """A link to a claim in the ledger; to its head, where the ledger has not got it yet."""
    anchor = claim.replace("_", "-")
    return f"{{ref}}`{claim} <{anchor}>`" if anchor in known else f"[{claim}](/ledger.md)"


def modules(root, package):
    """The names of a package's public modules, its own first; or the module's, if it is one."""
    path = root.joinpath(*package.split("."))
    if not path.is_dir():
        return [package]
    names = [each.stem for each in sorted(path.glob("*.py")) if not each.stem.startswith("_")]
    return [package, *(f"{package}.{name}" for name in names)]


def automodule(name):
    title = f"{'#' * (2 + (name.count('.') > 1))} {name}\n"
    return f"{title}\n```{{eval-rst}}\n.. automodule:: {name}\n```\n"


def copy_pictures(root, site):
    """Figures and results into the site, for the ledger's raw HTML."""
    for folder in PICTURES:
        shutil.copytree(root / folder, site / folder, dirs_exist_ok=True)
