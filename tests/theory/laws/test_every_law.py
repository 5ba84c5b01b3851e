"""What every law refuses, argument by argument: no law turns what makes no sense into a number."""

import inspect

import numpy as np
import pytest
from support.laws import name_of, public_laws

from theory.errors import Precondition
from theory.laws import (
    arc_cosine,
    bias,
    conditional,
    cones,
    covariance,
    depth,
    entries,
    marginals,
    moments,
    orthants,
    pooled_similarity,
    pooling,
    random_above,
    three_layer,
    top_logits,
    weights,
)

IMAGE = np.random.default_rng(1).standard_normal((2, 5, 6))
ROWS = np.random.default_rng(2).standard_normal((4, 3, 5))
PATCHES = dict(image=IMAGE, kernel=3, stride=1, padding=0)
SCALED_BY = dict(filters=2, filter_scale=0.5, readout_scale=2.0)
BIASED = PATCHES | SCALED_BY | dict(bias=0.5, law="gaussian")
DEPTH = dict(layers=2, rule="guided", widths=(4, 3, 5))
ALL = np.ones((4, 3), bool)
UNPADDED = dict(image=IMAGE, kernel=3, stride=1, pool=(1, 2), rule="guided")
POOLED = UNPADDED | dict(order="relu-pool", tie="first")
GIVEN = dict(
    image=IMAGE,
    filters=np.random.default_rng(3).standard_normal((3, 2, 2, 3)),
    rule="guided",
    bias=np.array([0.1, -0.2, 0.3]),
    stride=1,
    padding=0,
    ceiling=600.0,  # that some of the units of an image of bytes stay below
    pool=2,
    pool_stride=1,
    order="relu-pool",
    tie="first",
)
FIRST = {name: GIVEN[name] for name in ("image", "filters", "rule", "bias", "stride", "padding", "ceiling")}
ABOVE = dict(above=4, above_kernel=2, above_stride=1, above_padding=1, filter_scale=0.5, readout_scale=2.0, layers=2)
CALLS = {  # every public law, and a call with every argument
    three_layer.guided_mean: PATCHES | SCALED_BY,
    three_layer.noise_to_signal: PATCHES | dict(filters=2),
    three_layer.noise_to_signal_rule: dict(kernel=3, stride=1, channels=2),
    three_layer.expected_cosine: PATCHES | dict(filters=2, reference=IMAGE),
    three_layer.mean_cosine: PATCHES | dict(filters=2, reference=IMAGE),
    three_layer.limit_cosine: PATCHES | dict(reference=IMAGE),
    three_layer.class_similarity: PATCHES | dict(filters=2, rule="guided"),
    three_layer.saliency_similarity: PATCHES | dict(other=IMAGE),
    covariance.covariance: PATCHES | SCALED_BY | dict(rule="guided"),
    covariance.covariance_trace: PATCHES | SCALED_BY | dict(rule="guided"),
    covariance.variance_along: PATCHES | SCALED_BY | dict(direction=IMAGE),
    covariance.covariance_times: PATCHES | SCALED_BY | dict(direction=IMAGE),
    covariance.second_moment_trace: PATCHES | dict(rule="guided", square=0.5),
    covariance.mean_square: PATCHES | dict(rule="saliency"),
    covariance.prepare: PATCHES,
    covariance.readout_moments: dict(rule="guided"),
    covariance.has_mask: dict(rule="guided"),
    bias.biased_mean: BIASED,
    bias.ones_mean: BIASED,
    pooling.pooled_mean: PATCHES
    | SCALED_BY
    | dict(pool=2, pool_stride=2, rule="guided", order="relu-pool", tie="first"),
    pooling.overlapping_means: dict(
        patches=ROWS, pool=(1, 2), pool_stride=1, rule="guided", order="relu-pool", tie="first"
    ),
    bias.ones_noise_to_signal: PATCHES | dict(bias=0.5, filters=2, filter_scale=0.5),
    pooling.position_means: dict(patches=ROWS, rule="guided", order="relu-pool", tie="first"),
    pooled_similarity.class_similarity: POOLED | dict(filters=2, energy=30.0),
    pooled_similarity.energy_of_one: POOLED,
    pooled_similarity.unshared_energy: UNPADDED | SCALED_BY,
    pooled_similarity.open_probability: dict(patches=ROWS, rule="guided"),
    top_logits.expected_order_statistic: dict(logits=10, rank=2),
    top_logits.guided_tilt: PATCHES | SCALED_BY,
    top_logits.top_mean: PATCHES | SCALED_BY | dict(logits=10, top=3),
    top_logits.top_energy: dict(image=IMAGE, kernel=3, stride=1) | SCALED_BY | dict(logits=10, top=3),
    conditional.mean: GIVEN | dict(readout_scale=0.5),
    conditional.variance_trace: GIVEN | dict(readout_scale=0.5),
    conditional.noise_to_signal: GIVEN,
    conditional.class_similarity: GIVEN,
    entries.mean_and_variance: PATCHES | SCALED_BY | dict(rule="guided"),
    random_above.mean: FIRST | ABOVE | dict(pool=2),
    random_above.rectified: dict(mean=np.array([0.5, -2.0]), variance=np.array([0.5, 2.0])),
    random_above.signal_below: PATCHES | SCALED_BY | dict(rule="guided", layers=2),
    depth.recovery_ratio: DEPTH,
    depth.class_similarity: DEPTH,
    depth.redrawn_similarity: DEPTH | dict(redrawn=1),
    depth.mean_to_sd: DEPTH,
    depth.noise_to_signal: dict(layers=2, width=3, inputs=4),
    depth.recovered_length: dict(layers=2, width=3, inputs=4),
    depth.guided_moments: dict(strength=np.array([0.0, 0.5])),
    depth.fixed_point: {},
    marginals.skewness: dict(layers=2),
    marginals.guided_excess_kurtosis: dict(layers=2),
    marginals.guided_excess_kurtosis_near: dict(layers=2, width=3),
    marginals.guided_moments_one_layer: dict(width=3),
    marginals.guided_excess_kurtosis_one_layer: dict(width=3),
    marginals.guided_distance: dict(layers=2),
    marginals.excess_kurtosis: dict(layers=2, width=3),
    marginals.distance: dict(layers=2, width=3),
    marginals.convolutional_excess_kurtosis: dict(layers=2, channels=3, kernel=3),
    moments.rectified_mean: dict(scale=2.0),
    moments.rectified_second_moment: dict(scale=2.0),
    moments.angle: dict(u=ROWS, v=ROWS[::-1]),
    moments.two_direction_second_moment: dict(u=ROWS[0, 0], v=ROWS[0, 1], scale=2.0),
    arc_cosine.relu_relu: dict(angle=np.array([0.5, 2.0])),
    arc_cosine.relu_squares: dict(angle=np.array([0.5, 2.0])),
    arc_cosine.step_relu_squared: dict(angle=np.array([0.5, 2.0])),
    arc_cosine.step_relu_relu: dict(ug=np.array([0.1, 0.2]), vg=np.array([0.2, 0.3]), uv=np.array([-0.1, 0.0])),
    orthants.orthant_probability: dict(directions=ROWS, active=ALL),
    orthants.orthant_probability_numerically: dict(directions=ROWS[0], precision=1e-2),
    cones.cone_probability: dict(directions=ROWS, active=ALL),
    cones.cone_second_moment: dict(directions=ROWS, scale=2.0, active=ALL),
    cones.beside_identity: dict(directions=ROWS, active=ALL),
    orthants.truncated_mean: dict(directions=ROWS, scale=2.0, active=ALL),
    weights.gradient_cosine: PATCHES | dict(filters=2, rule="guided"),
    weights.filter_share: dict(filters=2, inputs=3, rule="guided"),
    weights.strongest_cosine: dict(filters=2, inputs=3),
    orthants.truncated_mean_numerically: dict(directions=ROWS[0], scale=2.0, precision=1e-2),
}


def arrays(array, *out_of_range):
    """Arrays like `array` that no law may take: an entry is no number, or no real one, or masked."""
    first = np.arange(array.size).reshape(array.shape) == 0
    masked = np.ma.array(array), np.ma.array(array, mask=first)
    return {
        Precondition: [np.where(first, wrong, array) for wrong in (np.nan, np.inf, -np.inf, *out_of_range)],
        TypeError: [*map(array.astype, (complex, str, object)), *masked],
    }


NO_NUMBERS = ["1", None, 1j, np.complex64(1), np.array([0.5, 1.0]), np.ma.array(1.0), np.ma.array(1, mask=True)]
NUMBERS = {Precondition: [np.nan, np.inf, -np.inf], TypeError: NO_NUMBERS}
SCALES = {Precondition: [0, -1.0, np.nan, np.inf, np.float32(0), np.array(-1.0)], TypeError: NO_NUMBERS}
NO_COUNTS = [*NO_NUMBERS, 1.5, 2.0, 1e308, np.nan, np.inf, np.float32(2), np.array(2.0)]
COUNTS = {Precondition: [0, -1, np.int8(-1), np.array(0)], TypeError: NO_COUNTS}
LEAST_0 = {Precondition: [-1, np.int8(-1), np.array(-1)], TypeError: NO_COUNTS}
PAIRS = {Precondition: [(0, 1), (1, -1), (1, 1, 1)], TypeError: [(1, 1.5), (1j, 1), (np.nan, 1), (1, "1")]}
SIZES = {error: COUNTS[error] + PAIRS[error] for error in COUNTS}
PADDINGS = {Precondition: [*LEAST_0[Precondition], (0, -1)], TypeError: SIZES[TypeError]}
WIDTHS = {
    Precondition: [(4, 3), (4, 3, 5, 6), (), (4, 0, 5), (4, -1, 5)],
    TypeError: [(4, wrong, 5) for wrong in NO_COUNTS] + [3, np.array([4.0, 3.0, 5.0])],
}
WORDS = {ValueError: ["gradcam", "", None, 1]}
MASKS = {TypeError: [ALL.astype(int), ALL.astype(complex), np.ma.array(ALL)]}
BAD = {  # an argument: what no law may take for it
    **dict.fromkeys(("image", "other", "reference", "direction", "directions", "patches", "u", "v"), arrays),
    **dict.fromkeys(("ug", "vg", "uv"), lambda array: arrays(array, -1.5, 1.5)),
    "angle": lambda array: arrays(array, -0.1, 3.2),
    **dict.fromkeys(("filter_scale", "readout_scale", "scale", "precision"), SCALES),
    **dict.fromkeys(("bias", "square"), NUMBERS),
    **dict.fromkeys(("filters", "channels", "width", "inputs", "logits", "rank", "top"), COUNTS),
    **dict.fromkeys(("kernel", "stride", "pool", "pool_stride"), SIZES),
    **dict.fromkeys(("rule", "order", "tie", "law"), WORDS),
    **dict.fromkeys(("strength", "variance"), lambda array: arrays(array, -0.5)),
    **{"mean": arrays, "above": COUNTS, "above_kernel": SIZES, "above_stride": SIZES, "above_padding": PADDINGS},
    **{"padding": PADDINGS, "layers": LEAST_0, "redrawn": LEAST_0, "widths": WIDTHS, "active": MASKS},
}
OF_GIVEN = conditional.mean, conditional.variance_trace, conditional.noise_to_signal, conditional.class_similarity
OF_GIVEN += (random_above.mean,)


def or_none(bad):
    """The same where None is taken, too."""
    return {error: [each for each in values if each is not None] for error, values in bad.items()}


BAD_FOR = {  # where a law asks for more, or less
    (pooling.pooled_mean, "pool_stride"): or_none(SIZES),
    (pooled_similarity.class_similarity, "energy"): or_none(SCALES),
    **{(law, name): arrays for law in OF_GIVEN for name in ("filters", "bias")},
    **{(law, "ceiling"): or_none(SCALES) for law in OF_GIVEN},
    **{(law, name): or_none(SIZES) for law in OF_GIVEN for name in ("pool", "pool_stride")},
    **{(law, "layers"): COUNTS for law in (random_above.mean, random_above.signal_below)},
    (marginals.convolutional_excess_kurtosis, "kernel"): COUNTS,
    **{(law, "layers"): COUNTS for law in (depth.noise_to_signal, depth.recovered_length)},
}
LAWS = {name_of(law): law for law in CALLS}


def test_every_public_law_is_called_here_with_every_argument():
    assert set(CALLS) == set(public_laws())
    for law, call in CALLS.items():
        assert set(inspect.signature(law).parameters) == set(call), law


@pytest.mark.parametrize("name", LAWS)
def test_the_calls_are_good_ones(name):
    LAWS[name](**CALLS[LAWS[name]])


@pytest.mark.parametrize("name, argument", [(name, argument) for name, law in LAWS.items() for argument in CALLS[law]])
def test_no_law_takes_what_is_no_number_or_out_of_range(name, argument):
    law, call = LAWS[name], CALLS[LAWS[name]]
    bad = BAD_FOR.get((law, argument)) or BAD[argument]
    cases = (bad(call[argument]) if callable(bad) else bad).items()
    taken = [each for error, values in cases for each in values if not refused(law, call | {argument: each}, error)]
    assert taken == [], f"{name} takes them as {argument}"


def refused(law, call, error):
    try:
        law(**call)
    except error:
        return True
    return False


ARRAYS = [(name, each) for name, law in LAWS.items() for each in CALLS[law] if BAD.get(each) is arrays]


@pytest.mark.parametrize("name, argument", ARRAYS)
def test_whole_numbers_of_any_type_are_the_numbers_that_they_are(name, argument):
    """Differences of bytes would wrap round."""
    law, call = LAWS[name], CALLS[LAWS[name]]
    counts = np.random.default_rng(8).integers(0, 200, call[argument].shape).astype(np.uint8)
    of_bytes, of_floats = (arrays_in(law(**call | {argument: each})) for each in (counts, counts.astype(float)))
    assert of_bytes and all(map(np.array_equal, of_bytes, of_floats))


def arrays_in(answer):
    """The numbers of an answer, which may be several things."""
    several = answer if isinstance(answer, tuple) else (answer,)
    return [np.asarray(each) for each in several if isinstance(each, (float, np.ndarray))]
