"""The mean-field laws of depth: by quadrature of their definition, at their known values, and where other laws meet
them.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from support.directions import rows
from support.guards import guards
from support.mean_field import rectified
from support.monte_carlo import covers, generator, interval

from theory.errors import Precondition
from theory.laws import depth, three_layer
from theory.laws.arc_cosine import relu_relu, step_relu_relu, step_relu_squared
from theory.rules import RULES

PRINTED = 5e-4  # three digits of the reference values
CORRELATION = st.floats(-1, 1)


def half_line(integrand):
    return quad(lambda g: norm.pdf(g) * integrand(g), 0, 12, epsabs=1e-13, limit=200)[0]


def triple_moment(ug, vg, uv):
    """E[1(g > 0)σ(u)σ(v)] as an integral over g and u of E[σ(v) | g, u]."""
    inverse = np.linalg.inv([[1, ug], [ug, 1]])
    onto, rest = inverse @ [vg, uv], np.sqrt(1 - np.array([vg, uv]) @ inverse @ [vg, uv])
    places, weights = np.polynomial.legendre.leggauss(160)
    g, u = np.meshgrid(4.5 * (places + 1), 4.5 * (places + 1))
    exponent = -0.5 * (inverse[0, 0] * g * g + 2 * inverse[0, 1] * g * u + inverse[1, 1] * u * u)
    density = np.exp(exponent) * np.sqrt(np.linalg.det(inverse)) / (2 * np.pi)
    integrand = density * u * rectified(onto[0] * g + onto[1] * u, rest)[0]
    return 4.5**2 * weights @ integrand @ weights


def correlations(g, u, v):
    g, u, v = (each / np.linalg.norm(each) for each in (g, u, v))
    return u @ g, v @ g, u @ v


@pytest.mark.parametrize("seed", range(6))
def test_triple_moment_by_quadrature(seed):
    ug, vg, uv = correlations(*np.random.default_rng(seed).standard_normal((3, 3)))
    assert step_relu_relu(ug, vg, uv) == pytest.approx(triple_moment(ug, vg, uv), abs=1e-7)


@guards(step_relu_relu)
@given(rows(least=3, most=3))
def test_triple_moment_splits_and_is_symmetric(three):
    """The events g > 0 and g < 0 make up the arc-cosine moment; u and v may change places."""
    ug, vg, uv = correlations(*three)
    cosine = np.clip(uv, -1, 1)
    both = step_relu_relu(ug, vg, uv) + step_relu_relu(-ug, -vg, uv)
    assert both == pytest.approx(relu_relu(np.arccos(cosine)), abs=1e-7)
    assert step_relu_relu(vg, ug, uv) == pytest.approx(step_relu_relu(ug, vg, uv), abs=1e-7)
    assert -1e-9 <= step_relu_relu(ug, vg, uv) <= 0.5 + 1e-9


@given(rho=CORRELATION)
def test_triple_moment_where_two_normals_coincide_or_are_opposite(rho):
    angle = np.arccos(rho)
    assert step_relu_relu(1, rho, rho) == pytest.approx(relu_relu(angle), abs=1e-15)
    assert step_relu_relu(rho, 1, rho) == pytest.approx(relu_relu(angle), abs=1e-15)
    assert step_relu_relu(rho, rho, 1) == pytest.approx(step_relu_squared(angle), abs=1e-15)
    assert [step_relu_relu(*each) for each in ((-1, -rho, rho), (-rho, -1, rho), (rho, -rho, -1))] == pytest.approx(
        [0] * 3, abs=1e-15
    )


@pytest.mark.parametrize("wrong", [(0.9, -0.9, 0.9), (1.1, 0, 0), (np.nan, 0, 0)])
def test_triple_moment_of_impossible_correlations(wrong):
    with pytest.raises(Precondition, match="no three normals|finite"):
        step_relu_relu(*wrong)


def test_triple_moment_simulated():
    ug, vg, uv = correlations(*np.random.default_rng(9).standard_normal((3, 3)))
    factor = np.linalg.cholesky([[1, ug, vg], [ug, 1, uv], [vg, uv, 1]])
    g, u, v = factor @ generator("triple moment").standard_normal((3, 400_000))
    ends = interval((g > 0) * np.maximum(u, 0) * np.maximum(v, 0), "triple moment")
    assert covers(ends, step_relu_relu(ug, vg, uv))
    assert not covers(ends, step_relu_relu(-ug, vg, uv))


def test_reference_values():
    assert depth.recovery_ratio(1) == pytest.approx(np.sqrt(2) / np.pi, rel=1e-15)
    assert [depth.recovery_ratio(n) for n in (2, 3, 4)] == pytest.approx([0.63437, 0.69738, 0.71656], abs=5e-6)
    assert [depth.mean_to_sd(n) for n in (1, 2, 3, 4)] == pytest.approx([0.174, 0.237, 0.258, 0.264], abs=PRINTED)
    guided = [0.381, 0.676, 0.837, 0.918, 0.958, 0.978, 0.989, 0.994]
    deconvnet = [0.318, 0.494, 0.605, 0.681, 0.736, 0.777, 0.809, 0.834]
    assert [depth.class_similarity("guided", n) for n in range(1, 9)] == pytest.approx(guided, abs=PRINTED)
    assert [depth.class_similarity("deconvnet", n) for n in range(1, 9)] == pytest.approx(deconvnet, abs=PRINTED)
    assert depth.fixed_point() == pytest.approx(0.7244, abs=5e-5)


def test_redrawn_layers_against_another_simulation():
    """700 neurons in 8 layers, the signal at the first activations: measured once, by independent code."""
    measured = [0.985, 0.977, 0.954, 0.910, 0.826, 0.657, 0.218]
    assert [depth.redrawn_similarity(7, m) for m in range(1, 8)] == pytest.approx(measured, abs=0.011)


def test_the_fixed_point_is_one():
    r = depth.fixed_point()
    along, square = half_line(lambda g: g * rectified(r * g)[0]), half_line(lambda g: rectified(r * g)[1])
    assert np.sqrt(2) * along / np.sqrt(square) == pytest.approx(r, abs=1e-10)
    assert depth.recovery_ratio(40) == pytest.approx(r, rel=1e-14)


@pytest.mark.parametrize("rule", RULES)
def test_similarity_starts_at_0_grows_and_ends_at_1(rule):
    values = [depth.class_similarity(rule, n) for n in range(60)]
    assert values[0] == 0 and max(values) <= 1
    if rule == "saliency":
        assert not any(values)
    else:
        assert all(b >= a for a, b in zip(values, values[1:])) and values[-1] > 0.99


@pytest.mark.parametrize("rule", ["saliency", "deconvnet"])
def test_only_guided_recovers_activations(rule):
    assert depth.recovery_ratio(5, rule) == depth.mean_to_sd(5, rule) == 0


def test_one_layer_is_the_fully_connected_law():
    """A/N = (π²d − 1)/n there, and its class similarity: both up to terms of relative order 1/n and 1/d."""
    image, n = np.random.default_rng(0).standard_normal((1, 20, 20)), 5000
    assert depth.noise_to_signal(1, n, 400) == pytest.approx(
        three_layer.noise_to_signal(image, 20, filters=n), rel=1 / 400
    )
    exact = three_layer.class_similarity(image, 20, filters=n)
    assert depth.class_similarity("guided", 1, widths=(n, 400)) == pytest.approx(exact, abs=3 / 400)
    assert abs(depth.class_similarity("guided", 1) - exact) > 0.1


def test_recovered_length():
    """One layer: ‖E s‖ of the three-layer law, at He's scales; then the recursion by quadrature."""
    image, n = np.random.default_rng(1).standard_normal((1, 5, 5)), 70
    mean = three_layer.guided_mean(image, 5, filters=n, filter_scale=np.sqrt(2 / 25), readout_scale=np.sqrt(2 / n))
    assert depth.recovered_length(1, n, 25) == pytest.approx(np.linalg.norm(mean), rel=1e-12)
    r, noise = 0.0, np.sqrt(2 / n)
    for layers in range(1, 5):
        along, square = half_line(lambda g: g * rectified(r * g)[0]), half_line(lambda g: rectified(r * g)[1])
        assert depth.recovered_length(layers, n, 25) == pytest.approx(n * np.sqrt(2 / 25) * noise * along, rel=1e-9)
        r, noise = np.sqrt(2 / square) * along, noise * np.sqrt(2 * square)


def test_mean_of_an_entry():
    r = depth.recovery_ratio(3)
    mean = half_line(lambda g: r * g)
    second = half_line(lambda g: (r * g - mean) ** 2) + mean**2 / 2 + 1
    assert depth.mean_to_sd(3) == pytest.approx(mean / np.sqrt(second), rel=1e-10)


@pytest.mark.parametrize(
    "call",
    [
        lambda: depth.recovery_ratio(-1),
        lambda: depth.recovery_ratio(2, widths=(1, 1)),
        lambda: depth.recovery_ratio(1, widths=(1, 0)),
        lambda: depth.class_similarity("guided", 1, widths=()),
        lambda: depth.redrawn_similarity(2, 3),
        lambda: depth.noise_to_signal(0, 10, 10),
    ],
)
def test_what_the_laws_refuse(call):
    with pytest.raises(Precondition):
        call()


def test_layers_are_whole_numbers():
    with pytest.raises(TypeError):
        depth.recovery_ratio(1.5)
