"""A convolution with fewer multiplications, for one image that meets many filters (Toom and Cook; Winograd 1980).

Along an axis, m neighbouring sums over r taps are a product of polynomials transposed: m + r − 1 products, of values
at that many points, replace m·r. A stride splits the taps into pieces that share their points, and so does their
number. Two axes combine as an outer product. What the image brings is computed once, in float64; filters and outputs
are multiplied with powers of 2 alone. These points lose least: a bit of float32 at m = 3, where ±2 would lose more.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product

import numpy as np

from sims.compiled.registers import LANES, ROWS

POINTS = (0.0, np.inf, 1.0, -1.0, 2.0, -0.5)
OUTPUTS = (1, 2, 3)


@dataclass(frozen=True)
class Piece:
    """Some taps of a filter axis: values (points, taps) takes the filter there, inputs (points, inputs) the image."""

    taps: range
    values: np.ndarray
    inputs: np.ndarray

    @property
    def points(self):
        return len(self.values)


@dataclass(frozen=True)
class Axis:
    """How `outputs` neighbouring windows along an axis are computed together; combine is (outputs, points)."""

    outputs: int
    step: int  # pixels from one window to the next
    combine: np.ndarray
    pieces: tuple[Piece, ...]

    @property
    def points(self):
        return self.combine.shape[1]


def evaluation(points, coefficients):
    """The values of a polynomial at points, a matrix (points, coefficients); at infinity, its leading coefficient."""
    return np.array(
        [
            [float(k == coefficients - 1) if np.isinf(point) else point**k for k in range(coefficients)]
            for point in points
        ]
    )


def combination(outputs, points):
    """What `outputs` sums take from values at the first so many points: (outputs, points)."""
    return evaluation(POINTS[:points], outputs).T


def axis(kernel, stride, outputs):
    """The taps of an axis in pieces: one by one for a single output, else by remainder, as many as have points."""
    if outputs == 1:
        taps = [range(b, b + 1) for b in range(kernel)]
    else:
        most = len(POINTS) + 1 - outputs
        phases = [range(phase, kernel, stride) for phase in range(min(stride, kernel))]
        taps = [phase[start : start + most] for phase in phases for start in range(0, len(phase), most)]
    pieces = tuple(_piece(each, outputs) for each in taps)
    return Axis(outputs, stride, combination(outputs, max(piece.points for piece in pieces)), pieces)


def _piece(taps, outputs):
    inputs = len(taps) + outputs - 1
    points = POINTS[:inputs]
    return Piece(taps, evaluation(points, len(taps)), np.linalg.inv(evaluation(points, inputs)).T)


@dataclass(frozen=True)
class Convolution:
    """The convolution of one image (C, H, W) at its windows by an algorithm for rows and one for columns of windows.

    Windows go in groups of rows.outputs × columns.outputs, groups in tiles of ROWS.
    """

    image: np.ndarray
    windows: object
    rows: Axis
    columns: Axis

    @property
    def groups(self):
        """Groups along each axis; the last may reach beyond the windows."""
        return -(-self.windows.rows // self.rows.outputs), -(-self.windows.columns // self.columns.outputs)

    @cached_property
    def _terms(self):
        """For every pair of points, rows fastest: the pairs of pieces, by number, that have values there."""
        pairs = list(np.ndindex(len(self.rows.pieces), len(self.columns.pieces)))
        return [
            [(v, w, p, q) for p, q in pairs if v < self.rows.pieces[p].points and w < self.columns.pieces[q].points]
            for w, v in np.ndindex(self.columns.points, self.rows.points)
        ]

    @cached_property
    def starts(self):
        """Where each pair of points begins among the products, and where the last one ends."""
        return np.cumsum([0, *(len(terms) * len(self.image) for terms in self._terms)])

    @property
    def work(self):
        """Cycles per window and vector of filters, about: a product or a load takes one, a store two."""
        rows, columns = self.rows, self.columns
        work = self.starts[-1] + 2 * rows.points * columns.points
        if rows.outputs > 1:
            work += columns.points * (rows.points + 2 * rows.outputs)
        if columns.outputs > 1:
            work += rows.outputs * (columns.points + 2 * columns.outputs)
        return work * np.prod(self.groups) / self.windows.count

    @cached_property
    def filter_values(self):
        """The filters' side, a matrix (products, p): small integers, most of them 0."""
        matrix = np.zeros((self.starts[-1], len(self.image), *self.windows.kernel), np.float32)
        products = iter(matrix)
        for v, w, p, q in chain(*self._terms):
            rows, columns = self.rows.pieces[p], self.columns.pieces[q]
            for channel in range(len(self.image)):
                next(products)[channel][np.ix_(rows.taps, columns.taps)] = np.outer(rows.values[v], columns.values[w])
        return matrix.reshape(len(matrix), -1)

    @cached_property
    def inputs(self):
        """The image's side, (tiles, blocks, products, ROWS): one column per group."""
        values = {
            (p, q): self._values(rows, columns)
            for p, rows in enumerate(self.rows.pieces)
            for q, columns in enumerate(self.columns.pieces)
        }
        products = np.concatenate([values[p, q][v, w] for v, w, p, q in chain(*self._terms)])
        return np.ascontiguousarray(self._tiled(products.T).swapaxes(2, 3), np.float32)

    def _values(self, p, q):
        """What a pair of pieces takes from the image at all of its points: (points, points, C, groups)."""
        rows, columns = self._places(p, self.rows, self.groups[0]), self._places(q, self.columns, self.groups[1])
        along = np.einsum("vi,cgix->vcgx", p.inputs, self._padded[:, rows])
        both = np.einsum("wj,vcghj->vwcgh", q.inputs, along[..., columns])
        return both.reshape(*both.shape[:3], -1)

    @staticmethod
    def _places(piece, axis, groups):
        """Where the inputs of a piece lie in the padded image: (groups, inputs)."""
        first = np.arange(groups)[:, None] * axis.outputs * axis.step + piece.taps.start
        return first + np.arange(piece.inputs.shape[1]) * axis.step

    @cached_property
    def _padded(self):
        """The image with its padding, and zeros as far as the last groups reach."""
        beyond = [axis.step * axis.outputs for axis in (self.rows, self.columns)]
        pads = [(margin, margin + more) for margin, more in zip(self.windows.padding, beyond)]
        return np.pad(self.image.astype(np.float64), ((0, 0), *pads))

    @property
    def blocks(self):
        """Blocks of ROWS groups in a tile: as many as have 60 windows, which a cache holds with all that is theirs."""
        most = max(1, 60 // (ROWS * self.rows.outputs * self.columns.outputs))
        return min(most, -(-int(np.prod(self.groups)) // ROWS))

    def _tiled(self, groups):
        """An array (groups, ...) in tiles: (tiles, blocks, ROWS, ...), where there is no group −1."""
        missing = -len(groups) % (self.blocks * ROWS)
        return np.concatenate([groups, np.full((missing, *groups.shape[1:]), -1)]).reshape(
            -1, self.blocks, ROWS, *groups.shape[1:]
        )

    @cached_property
    def places(self):
        """The window at every slot, −1 where there is none: (tiles, slots), ordered (block, row, group, column)."""
        (down, across), (rows, columns) = self.groups, (self.rows.outputs, self.columns.outputs)
        windows = np.full((down * rows, across * columns), -1)
        real = np.arange(self.windows.count).reshape(self.windows.rows, -1)
        windows[: self.windows.rows, : self.windows.columns] = real
        groups = windows.reshape(down, rows, across, columns).swapaxes(1, 2).reshape(-1, rows, columns)
        tiles = self._tiled(groups).swapaxes(2, 3)
        return np.ascontiguousarray(tiles).reshape(len(tiles), -1)

    @cached_property
    def lanes(self):
        """Where the preactivations of a slot begin in a tile's, ordered (block, row, column, group, lane)."""
        shape = self.blocks, self.rows.outputs, self.columns.outputs, ROWS
        return np.ascontiguousarray(np.arange(np.prod(shape)).reshape(shape).swapaxes(2, 3)).ravel() * LANES


def convolution(image, windows):
    """The algorithm with the least work."""
    rows, columns = (
        [axis(kernel, stride, outputs) for outputs in OUTPUTS] for kernel, stride in zip(windows.kernel, windows.stride)
    )
    return min((Convolution(image, windows, *axes) for axes in product(rows, columns)), key=lambda each: each.work)
