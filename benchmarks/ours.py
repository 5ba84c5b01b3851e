"""Our side of every row."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from sims.compiled.layers import accelerate, refresh
from sims.ensembles import initialise
from sims.ensembles.three_layer import ThreeLayer
from sims.random import stream
from sims.random.counter_based import fill_each
from theory.networks import vgg16, vgg16_shapes

THREADS = 2


def trials(network, count, rules=("guided",), threads=THREADS):
    """A call that draws `count` networks on each thread, and takes their pictures."""
    calls = iter(range(10**9))

    def work(address):
        for _ in network.batches(stream(0, "bench", *address), count, list(rules)):
            pass

    return lambda: mapped(work, [(next(calls), thread) for thread in range(threads)], threads)


def mapped(work, addresses, threads=THREADS):
    """What `work` makes of every address, on so many threads."""
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, addresses))


def draws(count, trials, threads=THREADS):
    """A call that draws `count` normals of each of so many trials, half of them on each thread: what no trial can do
    without.
    """
    room = [np.empty((max(1, 2**20 // count), count), np.float32) for _ in range(threads)]
    keys = np.arange(len(room[0]), dtype=np.uint64)

    def work(out):
        for _ in range(-(-trials // threads // len(out))):
            fill_each(keys[: len(out)], np.float32(1), out)

    return lambda: mapped(work, room, threads)


def product(rows, depth, columns):
    """A call of one matrix product at the rate of the installed BLAS, which may use two threads."""
    left, right = np.ones((rows, depth), np.float32), np.ones((depth, columns), np.float32)
    out = np.empty((rows, columns), np.float32)
    return lambda: np.matmul(left, right, out=out)


def paper(image, filters=256, kernel=7, stride=2):
    """The papers' network."""
    return ThreeLayer(image, kernel, stride, filters=filters)


def vgg16_weights(room=None):
    """He's weights, drawn anew by every call, in place of others if they are given."""
    rng = stream(0, "bench", "vgg16")
    return initialise.draw(vgg16_shapes(biases=False), "he", rng=rng, threads=THREADS, room=room)


def vgg16_picture(image, weights):
    """A guided pass of VGG-16 with these weights."""
    inputs, network = image[None].astype("float32"), accelerate(vgg16(weights))
    return lambda: network.attribute(inputs, 0)


def vgg16_fresh(image):
    """The same with fresh weights, in the same memory."""
    weights = vgg16_weights()
    inputs, network = image[None].astype("float32"), accelerate(vgg16(weights))

    def picture():
        vgg16_weights(room=weights)
        refresh(network)
        return network.attribute(inputs, 0)

    return picture
