"""Boxes: read from XML and CSV, and where they are in what a network sees."""

import numpy as np
import pytest
from PIL import Image
from support import subjects

from sims.data.photographs import Photograph
from sims.evaluate.boxes import Place, read, usable
from sims.networks.preprocess import Preprocess
from sims.system.errors import InputError

VOC = """<annotation><filename>0</filename><size><width>{1}</width><height>{0}</height><depth>3</depth></size>{2}
</annotation>"""
BOX = "<object><name>n1</name><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"


def voc(path, *boxes, size=(100, 200)):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(VOC.format(*size, "".join(BOX.format(*each) for each in boxes)), encoding="utf-8")
    return path


def test_xml_beside_the_picture_s_name_or_in_its_synset_s_folder(tmp_path):
    voc(tmp_path / "boxes" / "a.xml", (20, 10, 120, 60))
    voc(tmp_path / "boxes" / "n01440764" / "b.xml", (0, 0, 200, 100), (0, 0, 20, 10))
    names = ("a.jpg", "n01440764/b.jpg", "c.jpg")
    found = read(tmp_path / "boxes", [Photograph(name, tmp_path / name) for name in names])
    assert set(found) == {"a.jpg", "n01440764/b.jpg"} and len(found["n01440764/b.jpg"]) == 2
    assert found["a.jpg"][0].edges == pytest.approx((0.1, 0.1, 0.6, 0.6)) and found["a.jpg"][0].area == pytest.approx(
        0.25
    )


def test_csv_in_the_pixels_of_the_picture(tmp_path, photographs):
    path = tmp_path / "boxes.csv"
    path.write_text("file,xmin,ymin,xmax,ymax\n0.png,3,4,15,20\n0,0,0,30,40\n9.png,0,0,1,1\n", encoding="utf-8")
    found = read(path, photographs)  # of 40 rows and 30 columns
    assert list(found) == ["0.png"] and [each.edges for each in found["0.png"]] == [(0.1, 0.1, 0.5, 0.5), (0, 0, 1, 1)]


def test_only_a_single_box_of_half_the_picture_is_used():
    small, large = Place((0, 0, 0.5, 1)), Place((0, 0, 0.6, 1))
    assert usable([small]) is small and usable([large]) is usable([small, small]) is None


@pytest.mark.parametrize(
    "given", [Preprocess(size=24), Preprocess(size=24, cut_first=True), Preprocess(size=24, crop=1.0)]
)
@pytest.mark.parametrize("shape", [(60, 90), (90, 60), (64, 64)])
def test_a_box_lies_where_the_network_sees_the_object(given, shape):
    """A white rectangle on black, cut and resized by the network's own preparation."""
    height, width = shape
    top, left, bottom, right = height // 4, width // 4, height // 2, 2 * width // 3
    picture = np.zeros((height, width, 3), np.uint8)
    picture[top:bottom, left:right] = 255
    seen = given.seen(picture)[..., 0] > 127
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    place = Place((top / height, left / width, bottom / height, right / width))
    found = place.seen(given, height, width)
    assert np.abs(np.subtract(found, (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1))).max() <= 1


def test_a_box_outside_of_what_is_seen_is_none():
    assert Place((0, 0, 1, 0.05)).seen(Preprocess(size=24), 60, 120) is None
    assert Place((0, 0, 1, 1)).seen(Preprocess(size=24), 60, 120) == (0, 0, 24, 24)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "no XML"),
        ("<a>", "no XML"),
        ("<a/>", "must hold numbers"),
        (VOC.format(0, 0, BOX.format(1, 1, 2, 2)), "has no boxes"),
        (VOC.format(9, 9, BOX.format("x", 1, 2, 2)), "must hold numbers"),
        (VOC.format(9, 9, BOX.format(5, 1, 2, 2)), "is empty"),
        (VOC.format(9, 9, BOX.format("nan", 1, 2, 2)), "is empty"),
        ('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "no XML"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "no XML"),
    ],
)
def test_what_is_no_annotation_is_refused_in_one_line(tmp_path, text, said):
    (tmp_path / "0.xml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as refused:
        read(tmp_path, [Photograph("0.png", tmp_path / "0.png")])
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "not the columns"),
        ("file,left\n0.png,1\n", "not the columns"),
        ("file,xmin,ymin,xmax,ymax\n0.png,1,2,3\n", "holds what is no number"),
        ("file,xmin,ymin,xmax,ymax\n0.png,5,5,5,9\n", "is empty"),
        ("file,xmin,ymin,xmax,ymax\n9.png,1,1,2,2\n", "no boxes of these photographs"),
    ],
)
def test_what_is_no_table_of_boxes_is_refused_in_one_line(tmp_path, photographs, text, said):
    path = tmp_path / "boxes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as refused:
        read(path, photographs)
    assert "\n" not in str(refused.value)


def test_no_file_and_no_text_are_refused(tmp_path, photographs):
    with pytest.raises(InputError, match="no such file of boxes"):
        read(tmp_path / "nowhere", photographs)
    Image.fromarray(subjects.picture()).save(tmp_path / "boxes.csv", "PNG")
    with pytest.raises(InputError, match="no CSV file in UTF-8"):
        read(tmp_path / "boxes.csv", photographs)
