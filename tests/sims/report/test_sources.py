"""What a result was made with, in the ledger."""

from sims.report.sections import made_with


def test_photographs_and_weights_are_named_by_their_digests():
    sources = {"photographs": {"number": 64, "digest": "ab" * 32}, "weights": {"vgg16": "cd" * 32}}
    told = made_with({"sources": sources})
    assert "64 photographs (SHA-256 abababababab…)" in told and "the weights of vgg16 (cdcdcdcdcdcd…)" in told
    assert "kept" in told


def test_a_result_of_random_networks_says_nothing_of_it():
    assert made_with({}) == ""
