"""The command line: python -m sims explain | evaluate | show | list | verify | compare | report | plot."""

import json
import os
import sys
from contextlib import closing

from rich.console import Console
from rich.table import Table

from sims.claims import all_claims
from sims.cli.evaluate import add_evaluate
from sims.cli.explain import add_explain
from sims.cli.given import given, given_options, possible
from sims.cli.options import (
    MOST_WORKERS,
    check_folder,
    check_pool,
    chosen,
    cores,
    different,
    largest,
    like,
    load_picture,
    natural,
    output_option,
    picture_options,
    settings_of,
    unclaimed,
)
from sims.cli.parsing import Parser, installed
from sims.cli.process import CHANGED, STATUSES, status_of
from sims.explain.show import show
from sims.report import compare
from sims.report.figures import plot
from sims.report.ledger import report
from sims.report.marks import marked
from sims.report.rows import headline
from sims.report.sections import measured
from sims.study.claim import MOST_PIXELS, Setting
from sims.study.forecast import Plan, affordable
from sims.study.runner import Run, run_claims
from sims.study.study import BUDGETS
from sims.system.needs import duration
from sims.system.progress import Bars
from theory.rules import RULES

MENTIONED = 60  # seconds, from which on it is said how long a run will take
SHOWN = (  # what `show` takes: option, default, most, meaning
    ("filters", 256, Setting.most, "number of filters N"),
    ("kernel", 7, MOST_PIXELS, "filter size k"),
    ("stride", 2, MOST_PIXELS, "stride of the convolution"),
    ("pool", None, MOST_PIXELS, "max-pooling after the ReLU, windows side by side"),
)


def main(arguments=None):
    """Run the command line; the exit status."""
    return status_of(run, arguments)


def run(arguments):
    claims = all_claims()
    top = parser(claims)
    options = top.parse_args(arguments)
    if "command" not in options:
        top.print_help()
        return 0
    return options.command(options, claims)


def parser(claims):
    top = Parser(
        prog="gbp-theory",
        description="What do backpropagation pictures of a neural network really show? "
        "Explains pictures with trained networks, and checks the proofs about guided backpropagation, DeconvNet and "
        "saliency maps on simulated ones.",
        epilog="Start with your own picture: gbp-theory explain --image PICTURE. The proofs: gbp-theory verify, which "
        "takes some minutes and writes paper_checks.md, results/ and figures/ into out/",
    )
    top.add_argument("--version", action="version", version=f"gbp-theory {installed()}")
    commands = top.add_subparsers(metavar="COMMAND", parser_class=Parser)

    listing = commands.add_parser("list", help="the claims and their settings")
    listing.set_defaults(command=list_claims)
    add_verify(commands, claims)
    add_show(commands)
    add_explain(commands)
    add_evaluate(commands)
    for name, action, text in (
        ("report", write_report, "results/ → paper_checks.md"),
        ("plot", write_figures, "results/ → figures/"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=action)
        output_option(command)
    add_compare(commands)
    return top


def add_compare(commands):
    text = "which rows of two sets of results are the same, moved, or changed their verdict"
    comparing = commands.add_parser(
        "compare",
        help=text,
        description=f"Say {text}. Exit status: 0, or 1 if a verdict changed.",
        epilog="For example: gbp-theory compare HEAD . compares with what is committed.",
    )
    comparing.set_defaults(command=compare_results)
    comparing.add_argument("old", metavar="OLD", help="a folder that holds results/, or a revision such as HEAD")
    comparing.add_argument("new", metavar="NEW", help="likewise")
    comparing.add_argument("--brief", action="store_true", help="one line, and changed verdicts")


def add_verify(commands, claims):
    verify = commands.add_parser(
        "verify",
        help="simulate claims; write results/, paper_checks.md and figures/",
        description="Simulate claims (all, unless named) until each is decided; write their results, the ledger and "
        f"the figures. {STATUSES}",
        epilog="Settings of claims, such as --filters 8 16 32, go to every claim of this run that has them; "
        "'gbp-theory list' shows which.",
    )
    verify.set_defaults(command=verify_claims)
    verify.add_argument("claims", nargs="*", metavar="CLAIM", help="which claims (default: all); see 'list'")
    verify.add_argument(
        "--budget",
        choices=BUDGETS,
        default="standard",
        help="how precise: quick has twice the margins of standard, which takes about 8 minutes on two cores; full "
        "half of them, about four times the trials and about 25 minutes (default: standard)",
    )
    verify.add_argument(
        "--workers",
        type=natural(most=MOST_WORKERS),
        default=cores(),
        help="cores to use, a process each; the results are the same for any number (default: every core)",
    )
    verify.add_argument("--json", action="store_true", help="print the results as JSON instead of a table")
    picture_options(verify)
    given_options(verify)
    output_option(verify)
    owners = verify.add_argument_group("settings of claims")
    for name, setting in sorted({s.name: s for claim in claims.values() for s in claim.settings}.items()):
        owners.add_argument(f"--{name}", nargs="+", type=like(setting), metavar=name.upper(), help=setting.help)


def add_show(commands):
    pictures = commands.add_parser(
        "show",
        help="draw the pictures of one random network",
        description="Draw one random network's pictures of an input, beside their exact limits: "
        "figures/show-NAME.png, where other settings than the defaults follow the name.",
    )
    pictures.set_defaults(command=show_pictures)
    pictures.add_argument(
        "--rule", nargs="+", choices=RULES, default=list(RULES), help="backward rules (default: all three)"
    )
    for name, default, most, text in SHOWN:
        pictures.add_argument(
            f"--{name}", type=natural(most=most), default=default, help=f"{text} (default: {default or 'none'})"
        )
    picture_options(pictures)
    output_option(pictures)


def list_claims(options, claims):
    table = Table("claim", "what is true", "time", "settings and defaults", box=None, pad_edge=False)
    for claim in claims.values():
        table.add_row(claim.id, claim.true or claim.title, duration(claim.seconds), described(claim.settings))
    console = Console()
    with console.capture() as listed:
        console.print(table)
    print(listed.get(), end="")
    return 0


def described(settings):
    """Settings as they are typed, with their defaults."""
    defaults = ((s.name, s.default if isinstance(s.default, tuple) else (s.default,)) for s in settings)
    return " ".join(f"--{name} {' '.join(map(str, default))}" for name, default in defaults)


def verify_claims(options, claims):
    run = chosen(options.claims, claims)
    unclaimed(run, options, claims)
    settings = {claim.id: settings_of(claim, options) for claim in run}
    found = given(options)
    run, kept = possible(run, settings, found, options.out)
    budget = BUDGETS[options.budget]
    seconds = affordable(Plan(run, settings, (3, options.size, options.size), budget, options.workers))
    image, name = load_picture(options, *(largest(each, settings.values()) for each in ("kernel", "stride")))
    check_folder(options.out)
    print(*kept, sep="\n", end="\n" * bool(kept), file=sys.stderr)
    mention(seconds, options.workers)
    results = simulate(Run(image, name, options.seed, budget, found), run, settings, options)
    plot(options.out)
    report(options.out)  # shows the figures that are there
    if options.json:
        print(json.dumps([results[claim.id].document() for claim in run], allow_nan=False))
    else:
        print(f"paper_checks.md, results/ and figures/ are in {os.path.abspath(options.out)}")
    return CHANGED if any(result.changed for result in results.values()) else 0


def mention(seconds, workers):
    """How long it will take, on standard error, if that is long."""
    if seconds > MENTIONED:
        print(f"about {duration(seconds)} on {workers} worker{'s' * (workers > 1)}", file=sys.stderr)


def simulate(common, run, settings, options):
    """{claim: Result}, each written, and shown unless --json, as soon as it is there."""
    results = {}
    with (
        Bars({claim.id: claim.seconds for claim in run}) as bars,
        closing(run_claims(common, run, settings, options.workers, options.out, bars)) as finished,
    ):
        for result in finished:
            results[result.claim] = result
            if not options.json:
                show_result(result)
    return results


def show_result(result):
    """A finished claim: its verdicts, what is said, the number that stands for it, and every row that is not as
    expected.
    """
    rows = result.document()
    first = headline(rows)
    law = f"; our law {marked(result.law_verdict)}" if result.law_verdict else ""
    print(f"{result.claim}: {marked(result.verdict)}{law}  ({result.trials:,} trials, {result.seconds:.1f} s)")
    print(f"    said: {result.said or result.printed}")
    print(f"    {measured(first)}: {first['what']}", flush=True)
    for row in result.rows:
        if row["name"] in result.changed:
            print(
                f"    {row['name']}: {row['verdict']}, expected {row['expected']}; {measured(row)}"
                + (f"; control {row['control']['verdict']}" if row["control"] else ""),
                flush=True,
            )


def show_pictures(options, claims):
    different("--rule", options.rule)
    image, name = load_picture(options, options.kernel, options.stride)
    check_pool(options.pool, options.size, options.kernel, options.stride)
    check_folder(options.out)
    path, lines = show(
        options.out,
        shown_as(name, options),
        name,
        image,
        options.rule,
        options.filters,
        options.kernel,
        options.stride,
        options.pool,
        options.seed,
    )
    print(*lines, path, sep="\n")
    return 0


def shown_as(name, options):
    """The name of a file of `show`: that of the picture, and every option that is not the default, as it is typed."""
    numbers = (("size", 224), *((option, default) for option, default, _, _ in SHOWN), ("seed", 0))
    other = [(each, vars(options)[each]) for each, default in numbers if vars(options)[each] != default]
    rules = "" if options.rule == list(RULES) else "-".join(["", *options.rule])
    return "-".join(["show", name, *(f"{each}-{value}" for each, value in other)]) + rules


def compare_results(options, claims):
    old, new = compare.load(options.old), compare.load(options.new)
    changes, statements = compare.compare(old, new), list(compare.statements(old, new))
    print(*statements, sep="\n", end="\n" * bool(statements))
    for change in changes:
        if change.kind == compare.VERDICT or not (options.brief or change.kind == compare.SAME):
            print(change.line())
    print(compare.summary(changes, "as before" if os.path.isdir(options.old) else "as committed"))
    kept = compare.kept(old, new)
    if kept and len(kept) < len(new):
        print(f"kept, not run again: {', '.join(kept)}")
    return CHANGED if statements or any(change.kind == compare.VERDICT for change in changes) else 0


def write_report(options, claims):
    print(report(options.out))
    return 0


def write_figures(options, claims):
    for path in plot(options.out):
        print(path)
    return 0
