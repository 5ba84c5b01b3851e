"""A matrix times the channels of every place of a batch, in parts that threads share."""

import numpy as np

from sims.compiled import pointwise
from sims.compiled.pointwise import LANES, ROWS
from sims.system import threads

PANEL = 2**16  # numbers that a second-level cache holds with some rows of the matrix
PLACES = 512  # of a panel at most
JOB = 2**22  # products that are worth another thread's while
NO_BIAS = np.empty(0, np.float32)


def multiply(matrix, bias, images, out):
    """out = matrix · images + bias, of images (B, C, ...), matrix (K, C) or (K, C, 1, 1) and out (B, K, ...)."""
    images = np.ascontiguousarray(images).reshape(*images.shape[:2], -1)
    sums, flat = out.reshape(*out.shape[:2], -1), matrix.reshape(-1)

    def work(job):
        run(flat, bias, images, *job, sums)

    threads.spread(work, jobs(images.shape[1], out.shape[1], len(images) * images.shape[2]))


def run(flat, bias, images, places, rows, out):
    """The rows, first and last + 1, of such a product at some places of all; flat is the matrix, C numbers a row."""
    bias = NO_BIAS if bias is None else bias
    room = threads.room((images.shape[1] + ROWS) * pointwise.panel_pitch(places[1] - places[0]))
    pointwise.pointwise(flat, bias, images, *places, *rows, room, out)


def jobs(depth, rows, places):
    """A product in parts: (first, last + 1) of the places and of the rows."""
    panels = panels_of(depth, places)
    parts = max(1, min(round(rows * depth * places / JOB / len(panels)), rows // ROWS))
    return [(panel, part) for part in pieces(rows, -(-rows // parts), ROWS) for panel in panels]


def panels_of(depth, places):
    """The places in panels: as many as a cache holds."""
    return pieces(places, max(LANES, min(PLACES, PANEL // depth)), LANES)


def pieces(count, most, unit):
    """0 … count − 1 in about equal parts, of `most` or so, all but the last a multiple of a unit: (first, last + 1)."""
    units = -(-count // unit)
    number = -(-units // max(1, most // unit))
    edges = [units * each // number * unit for each in range(number)] + [count]
    return list(zip(edges, edges[1:]))
