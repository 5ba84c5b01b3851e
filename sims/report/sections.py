"""One statement in the ledger: its words and how they were read, the laws beside it, and what else was found."""

KINDS = {  # of rows: the title of their table, and what stands in its columns beside what all have
    "reading": ("read", ("printed", "law")),
    "law": ("law", ("law", "tag")),
    "finding": ("found", ()),
}


def head(result):
    """The verdicts, the statement and its readings."""
    yield f"{result['statement']} ({result['source']})\n"
    if result["premise"]:
        yield f"Judged where: {result['premise']}\n"
    for key, words in result["readings"].items():
        yield f"- *{key}*, **{reading_verdict(result, key)}**: {words}"
    if result["readings"]:
        yield ""


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


def cells(*texts):
    """A line of a table, with the bars in its texts escaped."""
    return "| " + " | ".join(str(each).replace("|", "\\|") for each in texts) + " |"
