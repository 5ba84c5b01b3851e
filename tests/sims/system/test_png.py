"""PNG files of few colours: what they keep, and when a file is left alone."""

import os

import numpy as np
import pytest
from PIL import Image

from sims.system import png


def noise(side=96, channels=(3,)):
    """White noise about mid-grey, as pictures of it are shown."""
    drawn = 128 + 45 * np.random.default_rng(7).standard_normal((side, side, *channels))
    return np.clip(drawn, 0, 255).round().astype(np.uint8)


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def moved(pixels, share, by=1):
    """The picture with one channel of a share of its pixels moved by so many levels."""
    places = np.random.default_rng(11).permutation(pixels.shape[0] * pixels.shape[1])
    chosen = np.unravel_index(places[: round(share * len(places))], pixels.shape[:2])
    other = pixels.astype(int)
    other[(*chosen, *[1] * (pixels.ndim - 2))] += by
    return np.clip(other, 0, 255).astype(np.uint8)


def rewritten(path, pixels):
    """Whether writing the pixels touches the file."""
    os.utime(path, ns=(0, 0))
    png.write(path, pixels)
    return path.stat().st_mtime_ns != 0


def test_few_colours_and_all_greys_are_kept_exactly(tmp_path):
    flat = np.zeros((40, 50, 3), np.uint8)
    flat[5:9, :, 0], flat[:, 7] = 200, (0, 114, 178)
    greys = noise(channels=())
    for name, pixels in (("flat", flat), ("greys", greys), ("one", flat[:1, :1])):
        png.write(tmp_path / f"{name}.png", pixels)
        assert np.array_equal(
            read(tmp_path / f"{name}.png"), np.broadcast_to(np.atleast_3d(pixels), (*pixels.shape[:2], 3))
        )


def test_thin_lines_keep_their_colours_on_a_picture_of_noise(tmp_path):
    pixels, lines = noise(), {20: (230, 159, 0), 40: (213, 94, 0), 60: (0, 114, 178)}
    for row, colour in lines.items():
        pixels[row, :50] = colour
    png.write(tmp_path / "a.png", pixels, limit=7_500)
    assert all((read(tmp_path / "a.png")[row, :50] == colour).all() for row, colour in lines.items())


def test_noise_stays_noise_pixel_by_pixel(tmp_path):
    pixels = noise()
    png.write(tmp_path / "a.png", pixels)
    found = read(tmp_path / "a.png")
    assert found.shape == pixels.shape and (tmp_path / "a.png").stat().st_size < 1.1 * 96 * 96 + 1000
    assert abs(found.std() / pixels.std() - 1) < 0.05  # means over 2×2 pixels: 0.5
    assert np.corrcoef(found.ravel(), pixels.ravel())[0, 1] > 0.97
    step = lambda picture: np.diff(picture.astype(float), axis=1).std()
    assert abs(step(found) / step(pixels) - 1) < 0.05  # smeared over neighbours: less; dithered: more


def test_the_same_picture_gives_the_same_bytes(tmp_path):
    for name in "ab":
        png.write(tmp_path / f"{name}.png", noise())
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_limit_is_kept_with_as_many_colours_as_it_allows(tmp_path):
    sizes, colours = [], []
    for limit in (6_500, 7_500, 9_000, float("inf")):
        path = tmp_path / f"{limit}.png"
        png.write(path, noise(), limit)
        sizes.append(path.stat().st_size)
        colours.append(len(np.unique(read(path).reshape(-1, 3), axis=0)))
        assert sizes[-1] <= limit
    assert colours == sorted(set(colours)) and colours[-1] > 200


@pytest.mark.parametrize("pixels", [noise(), noise(channels=())], ids=["colour", "grey"])
def test_a_file_is_left_alone_where_a_few_pixels_are_a_level_off(tmp_path, pixels):
    path = tmp_path / "a.png"
    png.write(path, pixels)
    for other in (pixels, moved(pixels, 8e-4), moved(pixels, 8e-4, by=-1)):
        assert not rewritten(path, other)


DIFFERENT = {
    "a level in many pixels": lambda pixels: moved(pixels, 0.2),
    "a letter": lambda pixels: moved(pixels, 4e-4, by=120),
    "another size": lambda pixels: pixels[:-1],
    "turned": lambda pixels: np.ascontiguousarray(pixels[::-1]),
}


@pytest.mark.parametrize("change", DIFFERENT)
@pytest.mark.parametrize("pixels", [noise(), noise(channels=())], ids=["colour", "grey"])
def test_a_file_is_rewritten_where_more_differs(tmp_path, pixels, change):
    path, other = tmp_path / "a.png", DIFFERENT[change](pixels)
    png.write(path, pixels)
    assert rewritten(path, other)
    png.write(tmp_path / "fresh.png", other)
    assert path.read_bytes() == (tmp_path / "fresh.png").read_bytes()


def test_greys_are_compared_to_the_level_and_to_the_thousandth(tmp_path):
    path, grey = tmp_path / "a.png", np.full((100, 100), 90, np.uint8)
    for share, by, expected in ((9e-4, 1, False), (1e-3, 1, True), (1e-4, 2, True)):
        png.write(path, grey)
        assert rewritten(path, moved(grey, share, by)) == expected


def test_what_is_no_such_picture_is_rewritten(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(noise()).save(path)  # in full colour
    assert rewritten(path, noise())
    for content in (b"", b"no picture", path.read_bytes()[:3000]):
        path.write_bytes(content)
        assert rewritten(path, noise())
