"""How alike the pictures of two logits are, and saliency's of two inputs: dense moments, and the network."""

import numpy as np
import pytest
from support.cases import CASES
from support.monte_carlo import RULES, covers, interval, pictures
from support.oracles import patch_matrices
from support.second_moments import moments, wedge

from theory.errors import Precondition
from theory.laws.covariance import covariance_trace
from theory.laws.three_layer import class_similarity, saliency_similarity
from theory.layers import ReLU

EPS = np.finfo(float).eps
SIZES = [1, 2, 3, 10, 1000, 10**9]
TRIALS, FILTERS = 10_000, 4


def dense(image, where, filters, rule):
    """E⟨s_k, s_k'⟩/E‖s_k‖² from the second moments of one filter: N of them, and N(N − 1) products of means."""
    mean, second = moments(image, *where, rule)
    _, across = moments(image, *where, rule, two_logits=True)
    pairs = (filters - 1) * mean @ mean
    return (np.trace(across) + pairs) / (np.trace(second) + pairs)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", CASES)
def test_class_similarity_is_the_dense_one(name, rule):
    """J²p products below 1 in either trace, over a trace of at least a half."""
    image, *where = CASES[name]
    matrices = patch_matrices(image.shape, *where)
    for filters in SIZES:
        expected = dense(image, where, filters, rule)
        actual = class_similarity(image, *where, filters, rule)
        assert abs(actual - expected) <= 32 * matrices.shape[0] ** 2 * matrices.shape[1] * EPS


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("filters", SIZES)
def test_saliencys_classes_are_unlike_and_deconvnets_alike_by_1_over_pi(name, filters):
    image, *where = CASES[name]
    assert class_similarity(image, *where, filters, "saliency") == 0
    assert abs(class_similarity(image, *where, filters, "deconvnet") - 1 / np.pi) <= 8 * EPS


def test_without_a_mask_nothing_is_left_of_a_zero_image_but_deconvnets_picture():
    for rule in ("saliency", "guided"):
        with pytest.raises(Precondition, match="every patch of the image is zero"):
            class_similarity(np.zeros((1, 4, 4)), 3, rule=rule)
    assert abs(class_similarity(np.zeros((1, 4, 4)), 3, rule="deconvnet") - 1 / np.pi) <= 8 * EPS


def with_zero_patches():
    image = np.random.default_rng(1).standard_normal((1, 5, 5))
    image[:, :3, :3] = 0
    return image


IMAGE = with_zero_patches()


@pytest.mark.parametrize("rule", RULES)
def test_two_logits_of_the_network(rule):
    """E[⟨s_1, s_2⟩ − ρ(‖s_1‖² + ‖s_2‖²)/2] = 0 for the true ratio ρ alone."""
    filters, where = (FILTERS, 1, 2, 2), dict(stride=1, padding=1)
    first, second = np.moveaxis(
        pictures(f"similar {rule}", TRIALS, IMAGE, filters, where, (ReLU(),), 36, 2, (rule,))[rule], 1, 0
    )
    inner = (first * second).sum(axis=(1, 2, 3))
    square = (first**2 + second**2).sum(axis=(1, 2, 3)) / 2
    ratio = class_similarity(IMAGE, 2, **where, filters=FILTERS, rule=rule)
    assert covers(interval(inner - ratio * square, f"similar {rule}"), 0)
    for wrong in {0, 1 / np.pi, class_similarity(IMAGE, 2, **where, filters=2 * FILTERS)} - {ratio}:
        if abs(wrong - ratio) > 1e-9:
            assert not covers(interval(inner - wrong * square, f"similar {rule}"), 0)


def dense_saliency(image, other, where):
    """The same for two images: Σ_j tr(D_jᵀ B_j D_j), B_j with one mask of each image, over the two traces' root."""
    traces = [
        sum(np.trace(matrix.T @ wedge(matrix @ a.ravel(), matrix @ b.ravel()) @ matrix) for matrix in matrices)
        for matrices in [patch_matrices(image.shape, *where)]
        for a, b in ((image, other), (image, image), (other, other))
    ]
    return traces[0] / np.sqrt(traces[1] * traces[2])


@pytest.mark.parametrize("name", CASES)
def test_saliency_similarity(name):
    """1 for the same image at any scale, 0 for its negative, and between the two as the dense moments say."""
    image, *where = CASES[name]
    other = image + np.random.default_rng(20).standard_normal(image.shape)
    bound = 32 * len(patch_matrices(image.shape, *where)) * EPS
    assert abs(saliency_similarity(image, 3.5 * image, *where) - 1) <= bound
    assert abs(saliency_similarity(image, -image, *where)) <= bound
    similarity = saliency_similarity(image, other, *where)
    assert 0 < similarity < 1
    assert abs(similarity - dense_saliency(image, other, where)) <= bound * image.size
    assert abs(similarity - saliency_similarity(other, image, *where)) <= bound
    # the masks of x' and −x' share w's space: together they keep x's own half
    halves = similarity + saliency_similarity(image, -other, *where)
    squares = [covariance_trace(each, *where, rule="saliency") for each in (image, other)]
    assert abs(halves - np.sqrt(squares[0] / squares[1])) <= bound


def test_saliency_of_two_inputs_of_the_network():
    """With the same weights for both: pictures of a batch of two."""
    other = IMAGE + np.random.default_rng(3).standard_normal(IMAGE.shape)
    where, name = dict(stride=1, padding=1), "saliency of two inputs"
    first, second = (
        pictures(name, TRIALS, image, (FILTERS, 1, 2, 2), where, (ReLU(),), 36, 1, ("saliency",))["saliency"][:, 0]
        for image in (IMAGE, other)
    )
    ratio = saliency_similarity(IMAGE, other, 2, **where)
    traces = [covariance_trace(image, 2, **where, filters=FILTERS, rule="saliency") for image in (IMAGE, other)]
    samples = np.stack([first * second, first**2, second**2], axis=1).sum(axis=(2, 3, 4))
    ends = interval(samples, name)
    assert covers(ends, [ratio * np.sqrt(np.prod(traces)), *traces])
    cosine = (IMAGE * other).sum() / np.sqrt((IMAGE**2).sum() * (other**2).sum())
    for wrong in (cosine, 1 - ratio, 1.0):
        assert not covers(ends, [wrong * np.sqrt(np.prod(traces)), *traces])


def test_inputs_that_say_nothing_about_saliency_are_refused():
    image = np.random.default_rng(0).standard_normal((1, 4, 4))
    with pytest.raises(Precondition, match="every patch"):
        saliency_similarity(0 * image, image, 2)
    with pytest.raises(Precondition, match="shape"):
        saliency_similarity(np.ones((1, 3, 5)), np.ones((1, 5, 3)), 2)
