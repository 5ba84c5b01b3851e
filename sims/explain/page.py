"""Explanations as one HTML file that holds its pictures and loads nothing: what one sends to a colleague."""

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from sims.explain import looks
from sims.explain.panel import SHORT, number
from sims.explain.redrawn import NUMBERS

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24;
       background: #fff }
h2 { margin: 2.5rem 0 .5rem; border-top: 1px solid #d0d7de; padding-top: 1.5rem }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
figure { margin: 0; max-width: 100% } figcaption { font-size: .9rem; max-width: 15rem }
img { display: block; image-rendering: pixelated; max-width: 100% }
table { border-collapse: collapse; font-size: .9rem } td { padding: 0 .75rem 0 0; vertical-align: top }
.quiet { color: #59636e; font-size: .9rem }
"""
READING = """
<p>Every map is as the network hands it back; nothing was smoothed. Two numbers say how much of it is the input redrawn:
<b>x</b>, its likeness with the input itself, and <b>1st layer</b>, with what the network's first filters make of the
input, whatever lies above. <b>other class</b> says how much the map depends on the class that it is said to explain: at
1, not at all. In brackets stand the same numbers of <em>untrained</em> networks of the same kind: a map that is as much
the input redrawn, or as little a matter of the class, as theirs says nothing of what was learnt.</p>
"""


def page(explained, published, look, covered):
    """The text of the file, of [(file's name, Explanation)]."""
    title = f"{published.name}: what its maps show"
    parts = [f"<h1>{escape(title)}</h1>", READING, f"<p class=quiet>{escape(told(published, look, covered))}</p>"]
    parts += [section(file, explanation, look) for file, explanation in explained]
    parts.append("<h2>What the numbers are</h2><table>")
    parts += [f"<tr><td><b>{SHORT[name]}</b><td>{escape(words)}" for name, words in NUMBERS.items()]
    return (
        f"<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n" + "\n".join(parts) + "</table></html>\n"
    )


def told(published, look, covered):
    """What a reader may want to know who has nothing but the page."""
    return f"Weights: SHA-256 {published.digest[:16]}…; {covered}. Colours: {look.words()}."


def section(file, explanation, look):
    """One picture: what the network sees in it, and a row of maps per target."""
    classes = ", ".join(f"{name} {share:.0%}" for name, share in explanation.predicted)
    parts = [f"<h2>{escape(file)}</h2><p>The network sees: {escape(classes)}.</p>"]
    rows = {}
    for each in explanation.maps:
        rows.setdefault(each.target, []).append(each)
    for target, maps in rows.items():
        shown = looks.drawn([each.map for each in maps], look, explanation.seen)
        parts.append(f"<h3>{escape(target.name)}</h3><div class=row>{image(explanation.seen / 255, 'what it saw')}")
        parts += [image(picture, caption(each, explanation.untrained)) for each, picture in zip(maps, shown)]
        parts.append(f"</div><p class=quiet>other class: {escape(target.rival_name)}</p>")
    return "\n".join(parts)


def caption(each, untrained):
    """A map's name and numbers, as HTML."""
    beside = untrained.get((each.method, each.target.name), {})
    remark = looks.said(each.map)
    lines = [f"<b>{escape(each.method)}</b>" + (f", {remark}" if remark else "")]
    for name, value in each.numbers.items():
        lines.append(f"{SHORT[name]} {number(value)}" + (f" ({number(beside[name])})" if name in beside else ""))
    return "<br>".join(lines)


def image(picture, words):
    """A picture (H, W, 3) from 0 to 1 with its caption; the words are HTML."""
    buffer = io.BytesIO()
    Image.fromarray((picture * 255).round().astype(np.uint8)).save(buffer, "png")
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    height, width = picture.shape[:2]
    source = f"data:image/png;base64,{data}"
    return f"<figure><img src='{source}' width={width} height={height} alt=''><figcaption>{words}</figcaption></figure>"
