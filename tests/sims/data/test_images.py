"""Pictures: what is taken, how it is prepared, and what is refused in one line."""

import os
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from sims.data import images, reading
from sims.data.images import NAMED, as_shown, load, strongest_patch
from sims.system.errors import InputError
from theory.errors import Precondition

RNG_SEED = 11


def pixels(*shape):
    return np.random.default_rng(RNG_SEED).integers(0, 256, shape, dtype=np.uint8)


def saved(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return str(path)


@pytest.mark.parametrize(
    "shape, suffix, channels",
    [
        ((40, 30), "png", 1),
        ((30, 40, 3), "png", 3),
        ((30, 40, 4), "png", 3),
        ((30, 40, 2), "png", 1),
        ((40, 30), "jpg", 1),
        ((30, 40, 3), "jpg", 3),
    ],
)
def test_files_of_every_kind_become_mean_free_inputs(tmp_path, shape, suffix, channels):
    image = load(saved(tmp_path / f"picture.{suffix}", pixels(*shape)), size=20)
    assert image.shape == (channels, 20, 20) and image.dtype == np.float64
    assert np.abs(image.mean(axis=(1, 2))).max() < 1e-12


def test_bilevel_palette_sixteen_bit_and_cmyk_files_are_read(tmp_path):
    grey = Image.fromarray(pixels(30, 30))
    grey.convert("1").save(tmp_path / "bilevel.png")
    Image.fromarray(pixels(30, 30, 3)).quantize(16).save(tmp_path / "palette.png")
    Image.fromarray(pixels(30, 30).astype(np.uint16) * 257).save(tmp_path / "deep.png")
    Image.fromarray(pixels(30, 30, 3)).convert("CMYK").save(tmp_path / "print.jpg")
    found = {
        name: load(str(tmp_path / name), size=30) for name in ("bilevel.png", "palette.png", "deep.png", "print.jpg")
    }
    assert [len(image) for image in found.values()] == [1, 3, 1, 3]
    expected = pixels(30, 30) / 255 - (pixels(30, 30) / 255).mean()
    assert np.abs(found["deep.png"][0] - expected).max() < 1e-6  # float32 while resizing


def test_the_central_square_is_kept(tmp_path):
    wide = np.zeros((10, 30), np.uint8)
    wide[:, 10:20] = pixels(10, 10)
    inner = wide[:, 10:20] / 255
    assert np.abs(load(saved(tmp_path / "wide.png", wide), size=10)[0] - (inner - inner.mean())).max() < 1e-6
    inner = inner.T
    assert np.abs(load(saved(tmp_path / "tall.png", wide.T), size=10)[0] - (inner - inner.mean())).max() < 1e-6


def test_pictures_are_resized_by_cubic_splines(tmp_path):
    """Of support 2 and parameter −½, stretched to the step: a parabola of 40 pixels, at 10 of them."""
    x = np.arange(40)
    squares = ((x - 19.5) ** 2 / 2).astype(np.float32)
    np.save(tmp_path / "bowl.npy", np.repeat(squares[None], 40, axis=0))
    found = load(str(tmp_path / "bowl.npy"), size=10)[0]
    places = 4 * np.arange(10) + 1.5
    distance = abs(x - places[:, None]) / 4
    near, far = 1.5 * distance**3 - 2.5 * distance**2 + 1, -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    weights = np.where(distance < 1, near, np.where(distance < 2, far, 0))
    expected = (weights / weights.sum(axis=1, keepdims=True)) @ squares
    assert abs(found - (expected - expected.mean())).max() < 1e-4 * squares.max()


def test_a_faint_picture_is_a_picture(tmp_path):
    faint = 128 + np.arange(81, dtype=np.uint8).reshape(9, 9) // 21  # three steps of 255
    assert 0.004 < np.abs(load(saved(tmp_path / "faint.png", faint), size=9)).max() < 0.009


def test_transparency_is_laid_on_white(tmp_path):
    array = pixels(12, 12, 4)
    array[..., 3] = 255
    array[:6, :, 3] = 0
    image = load(saved(tmp_path / "clear.png", array), size=12)
    assert np.ptp(image[:, :6], axis=(1, 2)).max() < 1e-6  # one colour, white, where nothing is opaque


def test_the_camera_s_orientation_is_obeyed(tmp_path):
    array = pixels(16, 16, 3)
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    turned = load(saved(tmp_path / "turned.png", array, exif=exif), size=16)
    assert np.array_equal(turned[:, ::-1, ::-1], load(saved(tmp_path / "plain.png", array), size=16))


def test_arrays_are_taken_as_they_are(tmp_path):
    array = np.random.default_rng(0).standard_normal((12, 12, 5))
    np.save(tmp_path / "array.npy", array)
    expected = np.moveaxis(array, -1, 0) - array.mean(axis=(0, 1))[:, None, None]
    assert np.abs(load(str(tmp_path / "array.npy"), size=12) - expected).max() < 1e-6


@pytest.mark.parametrize("name", NAMED)
def test_named_inputs(name):
    image = load(name, size=16, seed=4)
    assert image.shape == (3, 16, 16) and np.array_equal(image, load(name, size=16, seed=4))


def test_signs_are_signs_and_follow_the_seed():
    assert set(np.unique(load("signs", 16))) == {-1.0, 1.0}
    assert not np.array_equal(load("signs", 16, seed=1), load("signs", 16, seed=2))


def truncated(path):
    whole = saved(path, pixels(64, 64, 3))
    data = open(whole, "rb").read()
    open(whole, "wb").write(data[: len(data) // 2])


def promised(path):
    """The header of an array that no file holds."""
    with open(path, "wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (99999, 99999)}
        np.lib.format.write_array_header_1_0(file, header)


def archived(path):
    with open(path, "wb") as file:
        np.savez(file, np.eye(9))


def declared(path, width, height):
    """The header of a PNG of so many pixels, and nothing in it."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"")))
    body = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(body))


BAD = {
    "missing.png": (lambda path: None, "no such picture"),
    "folder.png": (lambda path: path.mkdir(), "no such picture.*: it is a folder"),
    "pipe.png": (lambda path: os.mkfifo(path), "no such picture.*: it is a pipe"),
    "device.png": (lambda path: path.symlink_to("/dev/zero"), "no such picture.*: it is a device"),
    "dangling.png": (lambda path: path.symlink_to("nowhere"), "no such picture"),
    "loop.png": (lambda path: path.symlink_to(path), "can't be read"),
    "empty.png": (lambda path: path.write_bytes(b""), "not a PNG or JPEG"),
    "text.png": (lambda path: path.write_text("a picture", encoding="utf-8"), "not a PNG or JPEG"),
    "moving.gif": (lambda path: saved(path, pixels(9, 9)), "not a PNG or JPEG"),
    "truncated.png": (truncated, "cut short"),
    "truncated.jpg": (truncated, "cut short"),
    "small.png": (lambda path: saved(path, pixels(5, 9)), "smaller than the kernel"),
    "black.png": (lambda path: saved(path, np.zeros((9, 9, 3), np.uint8)), "no ReLU mask opens"),
    "grey.png": (lambda path: saved(path, np.full((9, 9), 77, np.uint8)), "no ReLU mask opens"),
    "nan.npy": (lambda path: np.save(path, np.full((9, 9), np.nan)), "NaN or infinite"),
    "infinite.npy": (lambda path: np.save(path, np.full((9, 9), np.inf)), "NaN or infinite"),
    "line.npy": (lambda path: np.save(path, np.ones(9)), "shape"),
    "words.npy": (lambda path: np.save(path, np.array([["a", "b"]])), "numeric"),
    "complex.npy": (lambda path: np.save(path, np.ones((9, 9), complex)), "complex128; a picture's is numeric"),
    "bool.npy": (lambda path: np.save(path, np.ones((9, 9), bool)), "bool; a picture's is numeric"),
    "record.npy": (lambda path: np.save(path, np.zeros((9, 9), "f4,i4")), "a picture's is numeric"),
    "dates.npy": (lambda path: np.save(path, np.zeros((9, 9), "M8[s]")), "a picture's is numeric"),
    "masked.npy": (lambda path: np.ma.zeros((9, 9)).dump(path), "unreadable"),
    "none.npy": (lambda path: np.save(path, np.ones((0, 9))), "unreadable|shape"),
    "nothing.npy": (lambda path: path.write_bytes(b""), "unreadable"),
    "scalar.npy": (lambda path: np.save(path, np.array(1.0)), "shape"),
    "films.npy": (lambda path: np.save(path, np.ones((9, 9, 3, 2))), "shape"),
    "promise.npy": (promised, "cut short"),
    "channels first.npy": (lambda path: np.save(path, np.ones((3, 40, 50))), "np.moveaxis"),
    "three both ways.npy": (lambda path: np.save(path, np.ones((3, 40, 3))), "np.moveaxis"),
    "many first.npy": (lambda path: np.save(path, np.ones((16, 40, 50))), "np.moveaxis"),
    "cube.npy": (lambda path: np.save(path, np.ones((40, 40, 40))), "np.moveaxis"),
    "transparent.npy": (lambda path: np.save(path, np.ones((40, 40, 4))), "transparency"),
    "bright.npy": (lambda path: np.save(path, np.eye(9) * 1e39), "1e\\+15 is accepted"),
    "dark.npy": (lambda path: np.save(path, np.eye(9) * -1e300), "1e\\+15 is accepted"),
    "brightest.npy": (lambda path: np.save(path, np.eye(9, dtype="longdouble") * np.longdouble("1e400")), "infinite"),
    "archive.npz": (lambda path: np.savez(path, np.eye(9)), "an archive"),
    "archive.npy": (archived, "an archive"),
    "vast.png": (lambda path: declared(path, 10000, 10001), "more than 100 megapixels"),
    "boundless.png": (lambda path: declared(path, 2**31 - 1, 2**31 - 1), "more than 100 megapixels"),
    "endless.png": (lambda path: declared(path, 9, 9), "cut short"),
    "objects.npy": (lambda path: np.save(path, np.array([[None]]), allow_pickle=True), "unreadable"),
    "short.npy": (lambda path: path.write_bytes(b"\x93NUMPY"), "unreadable"),
}


@pytest.mark.parametrize("name", BAD)
def test_unusable_pictures_are_refused_in_one_line(tmp_path, name):
    make, message = BAD[name]
    make(tmp_path / name)
    with pytest.raises(InputError, match=message) as problem:
        load(str(tmp_path / name), size=16, kernel=7)
    assert "\n" not in str(problem.value)


def test_a_large_jpeg_is_decoded_small_and_hardly_differs(tmp_path, monkeypatch):
    """A picture of many pixels is read at a fraction of them, four times as fine as it is shown, or finer."""
    path = saved(tmp_path / "large.jpg", np.kron(pixels(40, 30, 3), np.ones((20, 20, 1), np.uint8)), quality=95)
    whole = load(path, size=24)
    monkeypatch.setattr(reading, "MANY", 1000)
    assert reading.read(tmp_path / "large.jpg", 24, "")[0].shape == (200, 150, 3)
    assert np.abs(load(path, size=24) - whole).max() < 0.02
    assert reading.read(tmp_path / "large.jpg", 200, "")[0].shape == (800, 600, 3)  # no finer is left


def test_pillow_s_warnings_do_not_reach_the_user(tmp_path, monkeypatch):
    path = saved(tmp_path / "picture.png", pixels(64, 64, 3))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)  # a warning from here, an error from twice as many
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(path, size=16)


def test_arrays_of_any_real_type_and_order_are_one_picture(tmp_path):
    array = np.random.default_rng(0).integers(-100, 100, (20, 16, 3))
    for number, each in enumerate((array, array.astype(">i2"), array.astype("f2"), np.asfortranarray(array, "f8"))):
        np.save(tmp_path / f"{number}.npy", each)
    first, *others = (load(str(tmp_path / f"{number}.npy"), size=8) for number in range(4))
    assert all(np.array_equal(first, other) for other in others)


def test_an_array_is_known_by_its_content_too(tmp_path):
    np.save(tmp_path / "array.npy", np.eye(9))
    os.rename(tmp_path / "array.npy", tmp_path / "array.dat")
    assert load(str(tmp_path / "array.dat"), size=9).shape == (1, 9, 9)


@pytest.mark.parametrize("scale", [1e-5, 1e15])
def test_what_is_as_bright_as_is_accepted_stays_finite_in_single_precision(tmp_path, scale):
    np.save(tmp_path / "array.npy", np.random.default_rng(0).uniform(-scale, scale, (40, 40, 3)))
    squares = load(str(tmp_path / "array.npy"), size=224).astype(np.float32) ** 2
    assert 0 < squares.sum() < np.inf


def test_a_size_below_the_kernel_is_refused():
    with pytest.raises(InputError, match="--size"):
        load("signs", size=6, kernel=7)


@pytest.mark.parametrize("channels", [2, 5])
def test_deep_networks_take_grey_and_colour_alone(channels):
    with pytest.raises(InputError, match=f"1 or 3 channels, not {channels}"):
        images.suitable(np.ones((channels, 64, 64)))
    assert images.suitable(np.ones((1, 64, 70))).shape == (3, 64, 64)


def test_two_patches_a_side_are_asked_for_where_one_says_nothing():
    images.at_least_two_patches(np.ones((3, 9, 9)), 7, 2)
    with pytest.raises(Precondition, match="one patch a side of 9 pixels"):
        images.at_least_two_patches(np.ones((3, 9, 9)), 7, 3)


def test_shown_pictures_put_zero_at_mid_grey():
    shown = as_shown(np.array([[[-2.0, 0.0, 2.0]]]))
    assert shown.tolist() == [[0, 128, 255]]


def test_shown_pictures_reach_the_ends_at_a_percentile_of_99_and_a_half():
    """Of 1001 sizes from 0 to 1 it is 0.995: half of it lies a quarter above mid-grey, and what lies above is white."""
    shown = as_shown(np.linspace(0, 1, 1001).reshape(1, 7, 143))
    assert shown.ravel()[[0, 995, 1000]].tolist() == [128, 255, 255] and shown.ravel()[994] == 255
    assert shown.ravel()[497] == round(255 * (0.5 + 0.497 / (2 * 0.995)))


def test_as_many_pixels_as_are_asked_for_are_enough():
    images.at_least(np.ones((1, 32, 32)), 32)
    with pytest.raises(Precondition, match="32 pixels a side or more, not 31"):
        images.at_least(np.ones((1, 31, 31)), 32)


def test_the_strongest_patch_is_the_strongest():
    image = np.zeros((2, 8, 8))
    image[:, 4:8, 0:4] = np.arange(32).reshape(2, 4, 4)
    assert np.array_equal(strongest_patch(image, 4), image[:, 4:8, 0:4])


def test_corners_are_cut_to_their_side():
    image = np.arange(3 * 50 * 50, dtype=float).reshape(3, 50, 50)
    assert images.corner(image, 12).shape == (3, 12, 12)  # means over 4×4 pixels, 12 of them a side
    assert np.array_equal(images.corner(image, 12)[0, 0, 0], image[0, :4, :4].mean())
    assert np.array_equal(images.corner(image, 40), image[:, :40, :40])  # too few pixels for means


def test_other_inputs_are_named_and_reproducible():
    image = np.arange(3 * 40 * 40, dtype=float).reshape(3, 40, 40)
    first, second = (images.named_inputs(image, 32, seed=4) for _ in range(2))
    assert list(first) == ["signs", "noise", "constant", "upper-left", "lower-right"]
    assert all(np.array_equal(first[name], second[name]) and first[name].shape == (3, 32, 32) for name in first)
    assert np.array_equal(first["lower-right"], image[:, 8:, 8:]) and first["noise"].std() == pytest.approx(1, abs=0.05)
    assert images.named_inputs(image, 64, seed=4)["constant"].shape == (3, 40, 40)
