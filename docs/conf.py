"""Settings of Sphinx (sphinx-doc.org): `make docs` builds the site in docs/_build, without a network."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for docs.pages, whatever folder the build is started from

from docs import pages, prose  # noqa: E402

project = "gbp-theory"
author = "the authors of gbp-theory"
copyright = "the authors of gbp-theory; BSD-3-Clause"
html_title = "gbp-theory"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
exclude_patterns = ["_build"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",  # MathJax and its fonts come with the site
]
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"numpy\..*")]  # in type aliases; its own pages are on the network
highlight_language = "text"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_typehints = "none"  # NumPy's types are names that no page here explains; docstrings give shapes and units
autodoc_preserve_defaults = True


def setup(app):
    app.connect("source-read", read)
    app.connect("autodoc-process-docstring", escape)
    app.connect("build-finished", lambda app, problem: problem or pages.copy_pictures(ROOT, Path(app.outdir)))


def read(app, name, source):
    """A page's source, with what is put into it from elsewhere."""
    if name == "ledger":
        source[0] = pages.ledger((ROOT / "paper_checks.md").read_text(encoding="utf-8"))
    source[0] = pages.filled(source[0], ROOT)


def escape(app, what, name, thing, options, lines):
    """Docstrings are plain prose."""
    lines[:] = prose.restructured(lines)
