"""Pictures: what is taken, how it is prepared, and what is refused in one line."""

import numpy as np
import pytest
from PIL import Image

from sims.data import images
from sims.data.images import NAMED, as_shown, load, strongest_patch
from sims.system.errors import InputError

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


BAD = {
    "missing.png": (lambda path: None, "no such picture"),
    "folder.png": (lambda path: path.mkdir(), "no such picture"),
    "empty.png": (lambda path: path.write_bytes(b""), "not a PNG or JPEG"),
    "text.png": (lambda path: path.write_text("a picture"), "not a PNG or JPEG"),
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


def test_a_size_below_the_kernel_is_refused():
    with pytest.raises(InputError, match="--size"):
        load("signs", size=6, kernel=7)


def test_shown_pictures_put_zero_at_mid_grey():
    shown = as_shown(np.array([[[-2.0, 0.0, 2.0]]]))
    assert shown.tolist() == [[0, 128, 255]]


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
