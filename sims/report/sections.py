"""One statement in the ledger: its words, what they mean for a map, its figure, and the rows that decide it; the rest,
how it was read and every row, is folded away.
"""

from pathlib import Path

from sims.report.marks import marked
from sims.report.rows import deciding

KINDS = {  # of rows: the title of their table, and what stands in its columns beside what all have
    "reading": ("read", ("printed", "law")),
    "law": ("law", ("law", "tag")),
    "finding": ("found", ()),
}
PAPERS = {
    "Nie et al. 2018": "https://arxiv.org/abs/1805.07039",
    "Adebayo et al. 2018": "https://arxiv.org/abs/1810.03292",
}


def section(result, folder):
    """One statement."""
    yield f'<a id="{anchor(result)}"></a>'
    law = f"; law {marked(result['law_verdict'])}" if result["law_verdict"] else ""
    yield f"\n### {result['title']}: {marked(result['verdict'])}{law}{alarm(result)}\n"
    yield f"> {result['statement']}\n>\n> {sourced(result['source'])}\n"
    yield from told(result)
    figure = figure_of(result, folder)
    if figure:
        yield f"![{result['title']}]({figure})\n"
    yield from few(deciding(result))
    yield f"`gbp-theory verify {result['claim']}`\n"
    yield from folded(result)


def told(result):
    """What is said and true in plain words, and what it means for a map."""
    if result.get("said"):
        yield f"**Said:** {result['said']} **True:** {result['true']}\n"
        yield f"**For a map of yours:** {result['meaning']}\n"
    if len(result["readings"]) > 1:
        read = (f"*{key}* {marked(reading_verdict(result, key))}" for key in result["readings"])
        yield f"**Read in {len(result['readings'])} ways:** {' · '.join(read)}\n"


def few(rows):
    """The rows that decide, in the columns that all kinds have."""
    yield cells("measured", "", "printed", "our law", "verdict")
    yield "|---|---|---|---|---|"
    for row in rows:
        printed = bound(row) if row["kind"] == "reading" else "–"
        law = number(row.get("law")) + (f" ({row['tag']})" if row.get("tag") else "")
        what = f"*{row['reading']}*: {row['what']}" if row["kind"] == "reading" else row["what"]
        yield cells(what, f"**{measured(row)}**", printed, law, marked(row["verdict"]))
    yield ""


def folded(result):
    """How it was read, every row, and what it was run with."""
    yield f"<details><summary>How it was read, and all {len(result['rows'])} rows</summary>\n"
    yield from head(result)
    yield from tables(result)
    yield run_of(result)
    yield "</details>\n"


def head(result):
    """Premise, readings, and the formulas."""
    if result["premise"]:
        yield f"Judged where: {result['premise']}\n"
    for key, words in result["readings"].items():
        yield f"- *{key}*, **{marked(reading_verdict(result, key))}**: {words}"
    if result["readings"]:
        yield ""
    yield f"Printed: {result['printed']}. What is true: {result['exact']}.\n"


def tables(result):
    """A table for each kind of row that there is."""
    for kind, (title, columns) in KINDS.items():
        rows = [row for row in result["rows"] if row["kind"] == kind]
        if not rows:
            continue
        judged = kind != "finding"
        names = [title, "estimand", *columns, "measured", *(["margin"] * judged), "detectable", "trials"]
        names += ["verdict", "twin"] if judged else []
        yield cells(*names)
        yield "|---" * len(names) + "|"
        for row in rows:
            label = f"{row['reading']}: {row['name']}" if kind == "reading" else row["name"]
            own = [text(row, column) for column in columns]
            found = [measured(row), *([number(row["margin"])] if judged else []), number(row["detectable"])]
            end = [f"**{row['verdict']}**", twin(row["control"])] if judged else []
            yield cells(label, row["what"], *own, *found, f"{row['trials']:,}", *end)
        yield ""


def reading_verdict(result, key):
    """Of one reading, from its rows."""
    verdicts = {row["verdict"] for row in result["rows"] if row.get("reading") == key}
    if "refuted" in verdicts:
        return "fails"
    return "holds" if verdicts == {"holds"} else "inconclusive"


def text(row, column):
    if column == "printed":
        return bound(row)
    return row[column] if column == "tag" else number(row[column])


def twin(control):
    """What the twin is, and how it came out."""
    return f"{control['what']}: {control['verdict']} at {number(control['estimate'])}" if control else "none"


def bound(row):
    """The printed value, with the sign of a bound."""
    sign = {"at least": "≥ ", "at most": "≤ ", None: ""}[row.get("printed_side")]
    return sign + number(row["printed"])


def measured(row):
    """The estimate and its interval; an estimate alone where nothing was sampled."""
    if row["low"] == row["high"]:
        return number(row["estimate"])
    return f"{number(row['estimate'])} [{number(row['low'])}, {number(row['high'])}]"


def number(value):
    return "–" if value is None else f"{value:.4g}"


def run_of(result):
    """What it was run with."""
    settings = ", ".join(f"{name} {values(value)}" for name, value in result["settings"].items())
    return (
        f"Input {result['image']}, {settings}; seed {result['seed']}, budget {result['budget']}, "
        f"{result['trials']:,} trials; [all digits](results/{result['claim']}.json)\n{made_with(result)}"
    )


def made_with(result):
    """The photographs and weights behind a result, without which it is kept as it is."""
    sources = result.get("sources", {})
    given = sources.get("photographs")
    told = [f"{given['number']} photographs (SHA-256 {given['digest'][:12]}…)"] if given else []
    told += [f"the weights of {name} ({digest[:12]}…)" for name, digest in sources.get("weights", {}).items()]
    return f"\nMade with {', '.join(told)}; kept where `verify` is given less.\n" if told else ""


def figure_of(result, folder):
    """The path, from `folder`, of the claim's first figure that is there; None without one."""
    for kind in ("png", "svg"):
        if (Path(folder) / "figures" / f"{result['claim']}.{kind}").is_file():
            return f"figures/{result['claim']}.{kind}"
    return None


def sourced(source):
    """The source, its papers linked."""
    for paper, address in PAPERS.items():
        source = source.replace(paper, f"[{paper}]({address})", 1)
    return source


def link(result):
    """The claim's title, linked to its section."""
    return f"**[{result['title']}](#{anchor(result)})**<br>"


def alarm(result):
    """A warning on a result whose verdict, or a control's, is not the expected one."""
    return f" (not as expected: {', '.join(result['changed'])})" if result.get("changed") else ""


def anchor(result):
    return result["claim"].replace("_", "-")


def values(value):
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def cells(*texts):
    """A line of a table, with the bars in its texts escaped."""
    return "| " + " | ".join(str(each).replace("|", "\\|") for each in texts) + " |"
