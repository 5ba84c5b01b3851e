"""A matrix times the channels of every place of a batch, in parts that threads share."""

import numpy as np

from sims.compiled import pointwise
from sims.compiled.pointwise import LANES, ROWS
from sims.system import threads

PANEL = 2**16  # numbers that a second-level cache holds with some rows of the matrix
PLACES = 512  # of a panel at most
JOB = 2**22  # products that are worth another thread's while
MOST = 16  # jobs that threads share
NO_BIAS = np.empty(0, np.float32)


def multiply(matrix, bias, images, out):
    """out = matrix · images + bias, of images (B, C, ...), matrix (K, C) or (K, C, 1, 1) and out (B, K, ...)."""
    images = np.ascontiguousarray(images).reshape(*images.shape[:2], -1)
    sums, flat = out.reshape(*out.shape[:2], -1), matrix.reshape(-1)
    work = lambda job: run(flat, bias, images, *job, sums)
    threads.spread(work, jobs(images.shape[1], out.shape[1], len(images) * images.shape[2]))


def run(flat, bias, images, places, rows, out):
    """The rows, first and last + 1, of such a product at some places of all; flat is the matrix, C numbers a row."""
    depth = images.shape[1]
    most = max(LANES, min(PLACES, PANEL // depth // LANES * LANES))
    units = -(-(places[1] - places[0]) // LANES)
    panel = -(-units // -(-units // (most // LANES))) * LANES  # panels of about equal size
    room = threads.room(pointwise.room_size(depth, panel))
    pointwise.pointwise(flat, NO_BIAS if bias is None else bias, images, *places, *rows, panel, room, out)


def jobs(depth, rows, places):
    """A product in parts: (first, last + 1) of the places and of the rows."""
    wanted = max(1, min(MOST, round(rows * depth * places / JOB)))
    across = pieces(places, wanted, PLACES if wanted > 1 else places)
    down = pieces(rows, wanted // len(across), ROWS)
    return [(part, each) for each in down for part in across]


def pieces(count, number, unit):
    """0 … count − 1 in so many equal parts or fewer, all but the last a multiple of a unit: (first, last + 1)."""
    units = -(-count // unit)
    number = max(1, min(number, units))
    edges = [units * each // number * unit for each in range(number)] + [count]
    return list(zip(edges, edges[1:]))
