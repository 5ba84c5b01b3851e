"""What a network is shown: against a slow oracle written from the conventions' words, for pictures of any size."""

import math
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from sims.networks import preprocess
from sims.networks.preprocess import PRESETS, Preprocess
from sims.system.errors import InputError

SHAPES = [(1, 1), (1, 2), (2, 1), (7, 7), (9, 13), (31, 12), (40, 41), (256, 300)]
PLAIN = Preprocess(size=12, crop=0.75)
CUT = Preprocess(size=12, crop=0.75, cut_first=True, interpolation="bicubic")


def drawn(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def bilinear(t):
    return max(0, 1 - abs(t))


def bicubic(t, a=-0.5):
    t = abs(t)
    if t < 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * (t**3 - 5 * t**2 + 8 * t - 4) if t < 2 else 0


def resampled(line, length, kernel, reach):
    """One row or column at another length: the kernel, as wide as a new pixel if that is wider, about its centre."""
    scale = len(line) / length
    width = max(1, scale)
    found = []
    for n in range(length):
        centre = (n + 0.5) * scale
        places = [m for m in range(len(line)) if abs(m + 0.5 - centre) < reach * width]
        weights = [kernel((m + 0.5 - centre) / width) for m in places]
        found.append(sum(w * line[m] for w, m in zip(weights, places)) / sum(weights))
    return np.clip(np.round(found), 0, 255)


def resized(picture, rows, columns, interpolation):
    kernel = {"bilinear": (bilinear, 1), "bicubic": (bicubic, 2)}[interpolation]
    across = np.apply_along_axis(resampled, 1, picture.astype(float), columns, *kernel)
    return np.apply_along_axis(resampled, 0, across, rows, *kernel)


def expected(setting, picture):
    """What is seen, by words: cut the centre and resize it, or resize the shorter side and cut the centre."""
    height, width = picture.shape[:2]
    shorter, size = round(Fraction(setting.size) / Fraction(str(setting.crop))), setting.size
    if setting.cut_first:
        side = max(1, math.floor(Fraction(size, shorter) * min(height, width)))
        top, left = math.ceil((height - side) / 2), math.ceil((width - side) / 2)
        return resized(picture[top : top + side, left : left + side], size, size, setting.interpolation)
    rows, columns = (int(Fraction(shorter * each, min(height, width))) for each in (height, width))
    top, left = round((rows - size) / 2), round((columns - size) / 2)
    return resized(picture, rows, columns, setting.interpolation)[top : top + size, left : left + size]


@pytest.mark.parametrize("setting", [PLAIN, CUT], ids=["resized first", "cut first"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_seen(setting, shape):
    """To one level: Pillow's weights are rounded to 22 bits, and a half may go the other way, once a pass."""
    picture = drawn(*shape, 3)
    seen = setting.seen(picture)
    assert seen.shape == (12, 12, 3) and seen.dtype == np.uint8
    assert np.abs(seen - expected(setting, picture)).max() <= 1


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_its_formula(name):
    """Written out beside the table, in the numbers of each convention."""
    picture = drawn(224, 224, 3)
    whole = Preprocess(**{**vars(PRESETS[name]), "crop": 1.0})
    rgb = picture / 255
    formula = {
        "torchvision": (rgb - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
        "tf": 2 * rgb - 1,
        "caffe": (255 * rgb - [123.68, 116.779, 103.939])[..., ::-1],
        "caffe-rgb": 255 * rgb - [123.68, 116.779, 103.939],
        "none": rgb,
    }
    found = whole(picture)
    assert found.dtype == np.float32 and found.shape == (3, 224, 224) and found.flags.c_contiguous
    assert np.allclose(found, np.moveaxis(formula[name], -1, 0), rtol=0, atol=255 * 4 * np.finfo(np.float32).eps)
    assert np.array_equal(whole.seen(picture), picture)


@pytest.mark.parametrize("size, shorter", [(224, 256), (240, 274), (260, 297)])
def test_efficientnet_lite_sees_the_centre_of_0_875(size, shorter):
    setting = preprocess.efficientnet_lite(size)
    picture = drawn(shorter, shorter + 20, 3)
    margin = -(-(shorter - size) // 2)
    centre = picture[margin : margin + size, margin + 10 : margin + 10 + size]
    assert np.array_equal(setting.seen(picture), centre)
    found = setting(picture)
    assert found.dtype == np.float32 and np.array_equal(found, (np.moveaxis(centre, -1, 0) - 127.0) / 128)


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 1)])
def test_grey_is_three_equal_channels(shape):
    picture = drawn(*shape)
    assert np.array_equal(CUT(picture), CUT(np.stack([picture.reshape(20, 30)] * 3, axis=-1)))


@pytest.mark.parametrize(
    "picture, words",
    [
        (np.ones((4, 4, 3)), "of bytes .* not float64"),
        (np.ones((4, 4, 4), np.uint8), r"not \(4, 4, 4\); lay transparency"),
        (np.ones((3, 4, 4), np.uint8), r"not \(3, 4, 4\)"),
        (np.ones((0, 4, 3), np.uint8), r"not \(0, 4, 3\)"),
        (np.ones(4, np.uint8), r"is \(H, W, 3\)"),
        (np.ones((1, 10**7), np.uint8), "10000000×1 pixels becomes one of 160000000×16"),
    ],
)
def test_no_picture_of_bytes(picture, words):
    with pytest.raises(InputError, match=words):
        PLAIN(picture)


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"size": 0}, "size is 1 or more"),
        ({"crop": 0}, "crop above 0"),
        ({"crop": 1.1}, "at most 1"),
        ({"crop": float("nan")}, "at most 1"),
        ({"mean": (1, 2)}, "three finite numbers"),
        ({"std": (1, 1, float("inf"))}, "three finite numbers"),
        ({"std": (1, 0, 1)}, "a std is above 0"),
        ({"interpolation": "cubic"}, "no interpolation 'cubic'; accepted: nearest, bilinear, bicubic"),
    ],
)
def test_settings_that_can_t_be_used(settings, words):
    with pytest.raises(InputError, match=words):
        Preprocess(**settings)


def test_a_file_s_picture(tmp_path):
    """Colour as it is; grey in three channels; transparency on white; 16 bits rounded to 8; an array of bytes."""
    colour, grey = drawn(5, 6, 3), drawn(5, 6)
    Image.fromarray(colour).save(tmp_path / "colour.png")
    Image.fromarray(np.dstack([colour, np.zeros((5, 6), np.uint8)])).save(tmp_path / "clear.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    np.save(tmp_path / "array.npy", colour)
    np.save(tmp_path / "float.npy", colour / 255)
    assert np.array_equal(preprocess.read(str(tmp_path / "colour.png")), colour)
    assert np.array_equal(preprocess.read(tmp_path / "array.npy"), colour)
    assert (preprocess.read(tmp_path / "clear.png") == 255).all()
    assert np.array_equal(preprocess.read(tmp_path / "deep.png"), np.stack([grey] * 3, axis=-1))
    with pytest.raises(InputError, match="of bytes"):
        preprocess.read(tmp_path / "float.npy")
    with pytest.raises(InputError, match="no such picture file"):
        preprocess.read(tmp_path / "nothing.png")
