"""Whole networks of fast layers against the plain ones.

A preactivation within its error of 0 may take either sign, and its signal then be let through or not. So networks are
followed layer by layer: each layer's outputs from the fast network's own inputs, its signals from what it saved itself.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support.networks import small_mobile
from support.roundings import (
    UNIT,
    backward_error,
    double,
    forward_error,
    linear_back_error,
    linear_error,
    normals,
    sum_back_error,
    sum_error,
)
from threadpoolctl import threadpool_limits

from sims.compiled import layers as compiled
from sims.compiled.columns import FastColumns
from sims.compiled.elementwise import FastReLU, FastReLU6
from sims.compiled.layers import FastConv2d, FastLinear, FastMaxPool2d, accelerate
from sims.compiled.mobile import FastDepthwise, FastPointwise
from sims.ensembles import initialise
from sims.evidence.defects import leaky
from theory.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d
from theory.networks import INPUT, Pass, Sequential, cnn, one_hot, residual_network, residual_shapes
from theory.rules import RULES

SUMS = FastColumns, FastDepthwise, FastPointwise
FAST = FastConv2d, FastLinear, FastReLU, FastReLU6, FastMaxPool2d, *SUMS


def small_vgg(seed, size=20):
    """Five convolutions, two poolings, two dense layers, biases."""
    widths = (3, 16, 24, 32, 16, 16)
    filters = [(after, before, 3, 3) for before, after in zip(widths, widths[1:])]
    drawn = normals(seed, *filters, (30, 16 * (size // 4) ** 2), (5, 30))
    weights = [w / np.float32(np.sqrt(w[0].size / 2)) for w in drawn]
    biases = [0.1 * b for b in normals(seed + 1, *((len(w),) for w in weights))]
    pools = [None, 2, None, 2, None]
    return cnn(weights[:5], weights[5:], biases, paddings=1, pools=pools, input_shape=(3, size, size))


def small_resnet(seed):
    weights = initialise.draw(residual_shapes((1, 2), 16, 10), "he", rng=np.random.default_rng(seed))
    return residual_network(weights, (1, 2), 16, 10)


NETWORKS = [(small_vgg, 20), (small_resnet, 66), (small_mobile, 37)]


def check_forward(network, inputs):
    """Run a fast network, each layer against the plain one in float64 on the same inputs; what each layer was given."""
    outputs = {INPUT: inputs}
    for node in network.nodes:
        given = [outputs[name] for name in node.inputs]
        outputs[node.name], _ = node.layer.forward(*given)
        if isinstance(node.layer, FAST):
            error = np.abs(outputs[node.name] - double(node.layer).forward(given[0].astype(np.float64))[0])
            assert (error <= allowed(node.layer, given[0])).all()
    return outputs


def check_backward(network, start, passed, rule):
    """The same on the way back, on what the fast layers saved; the signal at the input."""
    for name, signal, saved in passed.signals(start, rule):
        if name == INPUT:
            return signal
        layer = network.node(name).layer
        if isinstance(layer, FAST):
            below = layer.backward(signal, saved, rule)
            error = np.abs(below - double(layer).backward(signal.astype(np.float64), saved, rule))
            assert (error <= allowed_back(layer, signal, saved, below)).all()


def allowed(layer, inputs):
    if isinstance(layer, FastConv2d):
        return forward_error(layer, inputs)
    if isinstance(layer, SUMS):
        return sum_error(layer, inputs)
    return linear_error(layer, inputs) if isinstance(layer, FastLinear) else 0


def allowed_back(layer, grad, saved, signal):
    if isinstance(layer, FastConv2d):
        return backward_error(layer, grad, saved)
    if isinstance(layer, SUMS):
        return sum_back_error(layer, grad, saved)
    if isinstance(layer, FastLinear):
        return linear_back_error(layer, grad)
    return 4 * UNIT * np.abs(signal)  # a leak, twice, and its own rounding


@pytest.mark.parametrize("make, size", NETWORKS)
@pytest.mark.parametrize("rule", [*RULES.values(), leaky(0.3)], ids=lambda rule: rule.name)
def test_every_layer_of_a_network_is_the_plain_layer_on_the_same_inputs(make, size, rule):
    network = make(0)
    faster, [inputs] = accelerate(network), normals(1, (2, 3, size, size))
    outputs, passed = check_forward(faster, inputs), faster.forward(inputs)
    assert np.array_equal(outputs[faster.last], passed.output)
    target = np.array([1, 4])
    picture = check_backward(faster, one_hot(target, passed.output), passed, rule)
    assert np.array_equal(picture, faster.attribute(inputs, target, rule))


@pytest.mark.parametrize("make, size", NETWORKS)
@pytest.mark.parametrize("rule", RULES)
def test_a_picture_is_as_good_as_the_plain_one(make, size, rule):
    """Each in float32 against float64 with its own switches and masks: at most 10 times the plain one's error."""
    network, [inputs], errors = make(0), normals(1, (1, 3, size, size)), []
    for each in (accelerate(network), network):
        passed = each.forward(inputs)
        wide = Pass(in_double(network).nodes, passed.saved, passed.outputs, passed.shapes)
        exact = wide.backward(one_hot(3, passed.output).astype(np.float64), rule)
        errors.append(np.linalg.norm(each.attribute(inputs, 3, rule) - exact) / np.linalg.norm(exact))
    assert errors[0] <= 10 * errors[1] and errors[0] > 0


def in_double(network):
    return network.replace({node.name: double(node.layer) for node in network.nodes})


def pairs(one, other):
    """Layers of two networks of the same structure, side by side."""
    assert [(node.name, node.inputs) for node in one.nodes] == [(node.name, node.inputs) for node in other.nodes]
    return list(zip(one.layers, other.layers))


def test_the_structure_and_the_weights_are_kept():
    network = small_resnet(0)
    faster = accelerate(network)
    for plain, other in pairs(network, faster):
        if isinstance(plain, (Conv2d, Linear)):
            assert other.weight is plain.weight and other.bias is plain.bias
        if isinstance(plain, Conv2d):
            assert isinstance(other, FastConv2d) == (plain.weight.shape[2:] == (3, 3) and plain.stride == (1, 1))
            assert (other.stride, other.padding) == (plain.stride, plain.padding)
        if isinstance(plain, BatchNorm2d):
            assert all(getattr(other, name) is array for name, array in plain.parameters().items())
        if isinstance(plain, Flatten):
            assert other is plain
    assert any(isinstance(other, FastConv2d) for _, other in pairs(network, faster))
    assert not any(isinstance(plain, FastConv2d) for plain, _ in pairs(network, faster))


def test_the_input_shape_is_still_refused():
    with pytest.raises(ValueError, match="this network takes"):
        accelerate(small_vgg(0)).attribute(np.zeros((1, 3, 21, 20), np.float32), 0)
    with pytest.raises(ValueError, match="this convolution takes"):
        FastConv2d(np.zeros((16, 16, 3, 3), np.float32)).forward(np.zeros((1, 15, 9, 9), np.float32))


@pytest.mark.parametrize("make, size", NETWORKS)
def test_overwritten_weights_are_taken_after_a_refresh(make, size):
    network, other, [inputs] = make(0), make(1), normals(1, (1, 3, size, size))
    norms = {node.name: node.layer for node in network.nodes if isinstance(node.layer, BatchNorm2d)}
    faster, other = accelerate(network), other.replace(norms)
    before = faster(inputs)
    for one, another in pairs(network, other):
        if isinstance(one, (Conv2d, Linear)):
            one.weight[...] = another.weight
            if one.bias is not None:
                one.bias[...] = another.bias
    compiled.refresh(faster)
    assert np.array_equal(faster(inputs), accelerate(other)(inputs)) and not np.array_equal(faster(inputs), before)


def test_what_has_no_faster_form_stays():
    class Own(Conv2d):
        pass

    weight = np.zeros((16, 64, 3, 3), np.float32)
    wide = np.zeros((16, 96, 3, 2), np.float32)
    convolutions = Own(weight), Conv2d(weight, stride=2), Conv2d(weight.astype(float)), Conv2d(wide)
    pools = MaxPool2d(3), MaxPool2d(2, stride=1), MaxPool2d(2, padding=1)
    layers = [*convolutions, *pools, Linear(weight[0, 0].astype(float)), Linear(weight[0, 0].T), Flatten()]
    assert all(one is other for one, other in zip(layers, accelerate(Sequential(layers)).layers))


def test_float64_inputs_are_cast_to_the_weights_type():
    network, [inputs] = accelerate(small_vgg(0)), normals(1, (1, 3, 20, 20))
    wide = network.attribute(inputs.astype(np.float64), 2)
    assert wide.dtype == np.float64 and np.array_equal(wide, network.attribute(inputs, 2))


def test_threads_do_not_change_a_bit():
    """One thread, as many as BLAS has, and four passes at once through the same network, whose filters are new."""
    network, [inputs] = small_vgg(0), normals(1, (2, 3, 20, 20))
    alone = accelerate(network).attribute(inputs, 2)
    with threadpool_limits(1, user_api="blas"):
        assert np.array_equal(accelerate(network).attribute(inputs, 2), alone)
    for limit in (1, 2):
        faster = accelerate(network)
        with threadpool_limits(limit, user_api="blas"), ThreadPoolExecutor(4) as pool:
            for picture in pool.map(lambda _: faster.attribute(inputs, 2), range(12)):
                assert np.array_equal(picture, alone)
