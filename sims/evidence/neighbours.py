"""How pixels go together with the one in the middle, measured and by a matrix of second moments."""

import numpy as np

from sims.evidence.estimates import Sums, jackknife
from sims.evidence.verdict import interval


def alike(groups, part, matrix, shape):
    """Lines of a table, by pixel of the first channel: E s_a s_b/√(E s_a² E s_b²) for a in the middle of pictures of a
    `shape` (C, H, W), its interval, and that of the matrix; the groups hold sums of s sᵀ under `part`.
    """
    (_, rows, columns), middle = shape, np.ravel_multi_index((0, shape[1] // 2, shape[2] // 2), shape)
    narrow = [Sums(middle=sums[part][middle], square=np.diag(sums[part]).copy()) for sums in groups]
    law = Sums(middle=matrix[middle], square=np.diag(matrix))
    of = lambda n: lambda sums: sums["middle"][n] / np.sqrt(sums["square"][middle] * sums["square"][n])
    for n in range(rows * columns):
        found = interval(jackknife(narrow, of(n)))
        place = {"row": n // columns, "column": n % columns}
        yield {**place, "measured": found.value, "low": found.low, "high": found.high, "law": of(n)(law)}
