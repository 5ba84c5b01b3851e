"""Claim and Result: what is asserted, and what was found.

A claim is one file below sims/claims. Its `run` is handed a Study, to which it declares experiments and checks; what
comes back is a Result, which is a JSON document.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sims.evidence.verdict import LOOKS, OFF, REFUTED, of_laws, of_statement
from sims.system.needs import Needs


@dataclass(frozen=True)
class Setting:
    """A number (or several, if the default is a tuple) that a user can set, from `least` to `most`.

    Several are all different; `distinct` is how many the claim needs, two where it fits a slope or compares two.
    """

    name: str
    default: object
    help: str
    least: float = 1
    most: float = 10**6  # so many filters of 7×7×3 weights take 0.6 GB; a setting that takes more, or less, says why
    distinct: int = 1

    @property
    def several(self):
        return isinstance(self.default, tuple)

    @property
    def kind(self):
        """int or float."""
        return type(self.default[0] if self.several else self.default)


MOST_PIXELS = 4096  # a side: the largest picture takes 400 MB in float64, and no kernel or stride is larger
MOST_NEURONS = 2**16  # per layer: the weights between two layers take 17 GB
MOST_CHANNELS = 10**4  # of a convolutional stack: the filters of one layer take 3.6 GB
MOST_LAYERS = 1000  # the depth of the deepest networks that were ever trained

KERNEL = Setting("kernel", 7, "filter size k", most=MOST_PIXELS)
STRIDE = Setting("stride", 2, "stride of the convolution", most=MOST_PIXELS)
WIDTH = Setting("width", 256, "neurons per layer; the laws are those of wide layers", least=256, most=MOST_NEURONS)
PHOTOGRAPHS = Setting("photographs", 128, "photographs at most, at any budget", least=2, most=10**5)
SIDE = Setting("side", 224, "pixels a side that VGG-16 is shown, a multiple of 32", least=32, most=1024)
LAYERS = Setting("layers", (1, 2, 4, 8), "numbers of ReLU layers that the signal has crossed", most=MOST_LAYERS)


def _little(settings, shape, budget):
    return Needs(operations=1.0)


@dataclass(frozen=True)
class Claim:
    """One statement or experiment of the papers."""

    id: str
    title: str
    source: str  # paper, equation
    statement: str  # as it is printed, in quotes, with its place
    printed: str
    exact: str
    run: Callable  # of a Study
    said: str = ""  # what is printed, in plain words: no symbol that the words do not explain
    true: str = ""  # what is true, in plain words
    meaning: str = ""  # what it means for somebody's saliency map, in one line
    headline: str = ""  # the row whose number stands for the claim
    decides: tuple[str, ...] = ()  # the rows, three to six, that a reader sees first
    premise: str = ""  # where the statement is judged
    readings: dict = field(default_factory=dict)  # of the statement: {key: words -> number, and why}; charitable first
    settings: tuple[Setting, ...] = ()
    networks: tuple[str, ...] = ()  # published ones whose weights it asks for
    labelled: bool = False  # whether it asks for photographs whose classes are known
    needs: Callable = (
        _little  # of settings by name, the picture's shape and a Budget: Needs, its operations in any unit
    )
    seconds: float = 10  # about how long it takes one core with its default settings at the standard budget

    @property
    def looks(self):
        """How often its rows are read at most: those of photographs once."""
        return 1 if PHOTOGRAPHS.name in {setting.name for setting in self.settings} else LOOKS

    @property
    def group(self):
        """The folder that the claim's file lies in: its group in the ledger."""
        return self.run.__module__.split(".")[-2]


TOLD = (  # what a result repeats of its claim
    *("group", "title", "source", "statement", "printed", "exact", "premise", "readings"),
    *("said", "true", "meaning", "headline", "decides"),
)


@dataclass
class Result:
    """What a run of a claim found; `rows` holds one entry per row, `tables` the numbers behind its figures."""

    claim: str
    group: str
    title: str
    source: str
    statement: str
    printed: str
    exact: str
    seed: int
    budget: str
    image: str
    settings: dict
    said: str = ""
    true: str = ""
    meaning: str = ""
    headline: str = ""
    decides: tuple[str, ...] = ()
    rows: list = field(default_factory=list)
    tables: dict = field(default_factory=dict)
    premise: str = ""
    readings: dict = field(default_factory=dict)
    trials: int = 0
    versions: dict = field(default_factory=dict)
    sources: dict = field(default_factory=dict)  # photographs and weights that it was made with: number, digests
    seconds: float = 0.0

    @property
    def verdict(self):
        """On the statement."""
        return self._statement("verdict")

    @property
    def expected(self):
        return self._statement("expected")

    @property
    def law_verdict(self):
        """On the claim's laws; None if it has none."""
        return self._laws("verdict")

    @property
    def law_expected(self):
        return self._laws("expected")

    def _statement(self, which):
        read = {key: [row[which] for row in self.rows if row.get("reading") == key] for key in self.readings}
        return of_statement(read.values(), self._laws(which))

    def _laws(self, which):
        return of_laws([row[which] for row in self.rows if row["kind"] == "law"])

    @property
    def changed(self):
        """The names of the rows whose verdict is not the expected one, or whose twin is not refuted."""
        return [row["name"] for row in self.rows if row["verdict"] != row["expected"] or not refuted(row["control"])]

    def document(self):
        """The JSON document of this result."""
        own = ("verdict", "expected", "law_verdict", "law_expected", "changed")
        found = {**vars(self), **{name: getattr(self, name) for name in own}}
        return found if self.sources else {name: value for name, value in found.items() if name != "sources"}


def refuted(control):
    """Whether a control came out as it must: there is none, it is refuted (a law's is off), or it may be left open."""
    return control is None or control["verdict"] in (REFUTED, OFF) or control.get("left", False)
