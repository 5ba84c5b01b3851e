"""The normalisation that Theorem 1 prints: with its own Eq. 7, which Z gives x?"""

import numpy as np

from sims.evidence.defects import instead
from sims.study.claim import Claim
from sims.study.rows import Law, Reading, Twin
from theory import as_printed

P, FILTERS, NORM, SCALE = 147, 256, 12.0, 0.1  # the printed network's p = 7·7·3, N and c; C₀ in the units of x
ROUNDING = 8 * np.finfo(float).eps  # a few products and quotients


def run(study):
    factor = as_printed.theorem_1_scale(P, FILTERS, NORM, SCALE)  # 2c²pN/(πC₀): what Eq. 7 has before Z
    printed = np.pi * NORM / (2 * SCALE**2 * P * FILTERS)
    scale = lambda z: factor / z
    what = f"factor of x in Eq. 7 at the printed Z (1 is x): p = {P}, N = {FILTERS}, c = {SCALE}, C₀ = {NORM:g}"
    row = Reading(name="printed", reading="printed Z", what=what, value=1.0, margin=0.1, law=factor**2)
    study.exact(row, scale(printed))
    row = Law(
        name="inverse",
        what="the same at its inverse, Z = 2c²pN/(πC₀)",
        value=1.0,
        margin=ROUNDING,
        twin=Twin("the printed Z in its place"),
    )
    study.exact(row, scale(factor), scale(instead(printed, factor)))


CLAIM = Claim(
    id="inverted_z",
    title="Theorem 1: the normalisation Z",
    source="TR-GBP, after Eq. 7 (T:88)",
    statement="“use the normalization term Z = πC₀/(2c²pN), we have s_k^GBP(x) ≈ x”.",
    premise="Eq. 7 as printed; that some Z gives s ≈ x is judged elsewhere (Theorem 1: s ≈ x under equal patch norms)",
    readings={"printed Z": "with this Z the factor of x in Eq. 7 is 1, within a tenth"},
    printed="Z = πC₀/(2c²pN)",
    exact="Z = 2c²pN/(πC₀), its inverse: with the printed one the factor is (2c²pN/(πC₀))²",
    said="Dividing by a printed constant turns the picture into x itself.",
    true="The inverse of the printed constant gives x back; the printed one multiplies where it should divide.",
    meaning="A map that is compared with x must be rescaled first.",
    headline="printed",
    decides=("printed", "inverse"),
    run=run,
    seconds=1,
)
