"""Random streams: an address is all that a stream depends on."""

import numpy as np

from sims.random import stream


def test_same_address_same_numbers_whatever_else_was_drawn():
    first = stream(3, "claim", "experiment", 0, 5).standard_normal(4)
    stream(3, "another claim").standard_normal(1000)
    assert np.array_equal(first, stream(3, "claim", "experiment", 0, 5).standard_normal(4))


def test_every_part_of_the_address_matters():
    addresses = [
        (0, "a", 1, 2),
        (1, "a", 1, 2),
        (0, "b", 1, 2),
        (0, "a", 2, 2),
        (0, "a", 1, 3),
        (0, "a", 12),
        (2**80, "a", 1, 2),
    ]
    draws = {tuple(stream(*address).integers(0, 2**32, 4)) for address in addresses}
    assert len(draws) == len(addresses)


def test_numbers_do_not_change_between_versions_of_the_project():
    assert stream(0, "known", 1).integers(0, 2**32, 3).tolist() == KNOWN


def test_neighbouring_streams_are_uncorrelated():
    draws = np.array([stream(0, "x", chunk).standard_normal(4000) for chunk in range(20)])
    correlations = np.corrcoef(draws)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 6.2 / np.sqrt(4000)  # 190 pairs, normal tail 3e-10 each


KNOWN = [576746604, 2444144538, 3744792928]
