"""Explanations as one HTML file that holds its pictures and loads nothing: what one sends to a colleague."""

import base64
from html import escape

from sims.explain import looks, words
from sims.explain.encoded import png

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24;
       background: #fff; overflow-wrap: anywhere }
h2 { margin: 2.5rem 0 .5rem; border-top: 1px solid #d0d7de; padding-top: 1.5rem }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
figure { margin: 0; max-width: 100% } figcaption { font-size: .9rem; max-width: 15rem }
img { display: block; image-rendering: pixelated; max-width: 100%; height: auto }
.quiet { color: #59636e; font-size: .9rem }
"""
READING = """
<p>Every map is as the network hands it back; nothing was smoothed. Two numbers say how much of it is the input redrawn:
<b>x</b>, its likeness with the input itself, and <b>1st layer</b>, with what the network's first filters make of the
input, whatever lies above. <b>other class</b> says how much the map depends on the class that it is said to explain.
A map that is as much the input redrawn, or as little a matter of the class, as that of an <em>untrained</em> network
says nothing of what was learnt.</p>
"""


def page(sections, explainer, look):
    """The text of the file."""
    title = f"{explainer.published.name}: what its maps show"
    told = f"{words.setting(explainer)}; weights: SHA-256 {explainer.published.digest}. "
    told += f"Given: {words.given(explainer.published.preprocess)}. Colours: {look.words()}."
    numbers = "".join(f"<li>{escape(line)}" for line in words.legend(explainer.request))
    parts = [f"<h1>{escape(title)}</h1>", READING, f"<ul>{numbers}</ul>", f"<p class=quiet>{escape(told)}</p>"]
    return (
        "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n" + "\n".join([*parts, *sections]) + "\n</html>\n"
    )


def section(name, explanation, look):
    """One picture: what the network sees in it, and a row of maps per target."""
    parts = [f"<h2>{escape(name)}</h2><p>The network sees: {escape(words.classes(explanation))}.</p>"]
    for target, maps in words.by_target(explanation.maps).items():
        shown = looks.drawn([each.map for each in maps], look, explanation.seen)
        parts.append(f"<h3>{escape(target.name)}</h3><div class=row>{image(explanation.seen / 255, 'what it saw')}")
        parts += [image(picture, caption(each, explanation.untrained)) for each, picture in zip(maps, shown)]
        parts.append(f"</div><p class=quiet>{words.label('other_class', target)}: {escape(target.rival_name)}</p>")
    return "\n".join(parts)


def caption(each, untrained):
    """A map's name and numbers, as HTML."""
    return "<br>".join([f"<b>{escape(words.heading(each))}</b>", *words.numbers(each, untrained)])


def image(picture, told):
    """A picture (H, W, 3) from 0 to 1 with its caption; the words are HTML."""
    data = base64.b64encode(png((picture * 255).round().astype("uint8"))).decode("ascii")
    height, width = picture.shape[:2]
    source = f"data:image/png;base64,{data}"
    return f"<figure><img src='{source}' width={width} height={height} alt=''><figcaption>{told}</figcaption></figure>"
