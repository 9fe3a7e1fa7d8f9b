"""ID cards as they come out of the printer: rendered from the PDF, and read back by a code reader."""

import math
from typing import Any

import pytest
import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter, qBlue, qGreen, qRed
from PySide6.QtPdf import QPdfDocument

from desktop.people.card_layouts import A4, ID_1, LAYOUTS, CardLayout
from desktop.people.card_sheet import MM, Card, Design, make_sheets, sheets
from shared.core.ids import derived_id
from shared.core.paper_text import BOLD, fit, font_for, width_of
from shared.people.id_card import qr_text, read_card
from tests.people.pictures import kept_photo

HERE = derived_id("organisation", "here")
DPI = 300


def design(key: str = "cr80-sheet", **more: Any) -> Design:
    return Design(
        **{"layout": LAYOUTS[key], "organisation_id": HERE, "institute": "KM Media Training Institute", **more}
    )


def cards(count: int, **more: Any) -> list[Card]:
    return [
        Card(**{"given": f"Ama{at}", "family": "Mensah", "number": f"S-2026-{at:04}", "role": "Student", **more})
        for at in range(count)
    ]


def render(content: bytes, page: int = 0) -> tuple[QImage, int]:
    """The page at 300 dots to the inch, and how many pages there are."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    size = document.pagePointSize(page)
    image = document.render(page, QSize(round(size.width() * DPI / 72), round(size.height() * DPI / 72)))
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(0xFFFFFFFF)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat, document.pageCount()


def decoded(image: QImage) -> tuple[set[str], set[str]]:
    """The texts of QR codes and of Code 128 barcodes."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    view = memoryview(grey.constBits()).cast("B")
    width, height, line = grey.width(), grey.height(), grey.bytesPerLine()
    packed = b"".join(bytes(view[row * line : row * line + width]) for row in range(height))
    shaped = memoryview(packed).cast("B", shape=[height, width])
    found = zxingcpp.read_barcodes(shaped, formats=(zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128))
    qr = {one.text for one in found if one.format == zxingcpp.BarcodeFormat.QRCode}
    return qr, {one.text for one in found if one.format == zxingcpp.BarcodeFormat.Code128}


def cut(image: QImage, layout: CardLayout, at: int) -> QImage:
    """One card out of a page."""
    left, top = list(layout.places())[at]
    dots = DPI / 25.4
    return image.copy(*(round(one * dots) for one in (left, top, layout.width, layout.height)))


@pytest.mark.parametrize("key", LAYOUTS)
def test_every_card_of_a_sheet_is_read_back(key: str) -> None:
    layout = LAYOUTS[key]
    printed = cards(layout.per_sheet)
    image, pages = render(make_sheets(printed, design(key)))
    assert pages == 1
    for at, card in enumerate(printed):
        qr, bars = decoded(cut(image, layout, at))
        assert qr == {qr_text(HERE, card.number)}
        assert bars == {card.number}
        assert {read_card(one, HERE) for one in qr | bars} == {card.number}


@pytest.mark.parametrize("key", LAYOUTS)
def test_the_cards_of_a_layout_lie_on_the_sheet_and_not_on_each_other(key: str) -> None:
    layout = LAYOUTS[key]
    places = list(layout.places())
    assert len(places) == layout.per_sheet
    for left, top in places:
        assert left >= 0
        assert top >= 0
        assert left + layout.width <= layout.sheet[0] + 0.01
        assert top + layout.height <= layout.sheet[1] + 0.01
    for at, (left, top) in enumerate(places):
        for other_left, other_top in places[at + 1 :]:
            apart = abs(left - other_left) >= layout.width - 0.01 or abs(top - other_top) >= layout.height - 0.01
            assert apart


def test_the_sizes_are_those_of_the_standard_and_of_the_packs() -> None:
    assert ID_1 == (85.6, 53.98)
    assert (LAYOUTS["cr80"].width, LAYOUTS["cr80"].height) == ID_1
    l7160 = LAYOUTS["L7160"]
    assert (l7160.per_sheet, l7160.width, l7160.height) == (21, 63.5, 38.1)
    assert math.isclose(l7160.pitch_x, 66.04)
    assert (LAYOUTS["L7418"].per_sheet, LAYOUTS["L7418"].width, LAYOUTS["L7418"].height) == (8, 86.5, 55.5)
    assert (LAYOUTS["L4785"].per_sheet, LAYOUTS["L4785"].left, LAYOUTS["L4785"].top) == (10, 18.0, 13.0)


def test_sheets_are_counted_as_they_are_printed() -> None:
    for count, first, wanted in ((0, 1, 0), (1, 1, 1), (8, 1, 1), (9, 1, 2), (8, 2, 2), (1, 8, 1), (30, 1, 4)):
        asked = design("L7418", first=first)
        assert sheets(count, asked) == wanted
        if count:
            assert render(make_sheets(cards(count), asked))[1] == wanted


def test_a_sheet_that_was_begun_goes_on_behind_the_used_labels() -> None:
    image, _ = render(make_sheets(cards(1), design("L7418", first=3)))
    assert decoded(cut(image, LAYOUTS["L7418"], 0)) == (set(), set())
    assert decoded(cut(image, LAYOUTS["L7418"], 2))[1] == {"S-2026-0000"}


def _band_corner(image: QImage) -> tuple[int, int]:
    """Left and top of the first coloured dot."""
    wanted = (0x33, 0x50, 0xC4)
    for y in range(image.height()):
        for x in range(image.width()):
            dot = image.pixel(x, y)
            if all(abs(one - two) < 12 for one, two in zip((qRed(dot), qGreen(dot), qBlue(dot)), wanted, strict=True)):
                return x, y
    message = "no band on the page"
    raise AssertionError(message)


def test_the_offset_moves_every_card() -> None:
    dots = DPI / 25.4
    at = _band_corner(render(make_sheets(cards(1), design("L7418")))[0])
    moved = _band_corner(render(make_sheets(cards(1), design("L7418", offset_x=2.0, offset_y=-1.5)))[0])
    assert abs((moved[0] - at[0]) / dots - 2.0) < 0.1
    assert abs((moved[1] - at[1]) / dots + 1.5) < 0.1
    left, top = next(iter(LAYOUTS["L7418"].places()))
    assert abs(at[0] / dots - left) < 0.1
    assert abs(at[1] / dots - top) < 0.1


def _is_marked(image: QImage, x: float, y: float) -> bool:
    dots = DPI / 25.4
    around = [(round(x * dots) + dx, round(y * dots) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return any(qGreen(image.pixel(*one)) < 200 for one in around)


def test_uncut_paper_has_cut_marks_outside_the_cards_and_labels_have_none() -> None:
    layout = LAYOUTS["cr80-sheet"]
    image, _ = render(make_sheets(cards(1), design()))
    left, top = next(iter(layout.places()))
    assert _is_marked(image, left - 1.8, top)
    assert _is_marked(image, left, top - 1.8)
    assert _is_marked(image, left + layout.width + 1.8, top + layout.height)
    assert not _is_marked(image, left - 0.4, top)
    labels, _ = render(make_sheets(cards(1), design("L7160")))
    left, top = next(iter(LAYOUTS["L7160"].places()))
    assert not _is_marked(labels, left - 1.8, top)


def test_the_test_sheet_has_outlines_alone() -> None:
    layout = LAYOUTS["L7160"]
    image, pages = render(make_sheets([], design("L7160", outlines=True)))
    assert pages == 1
    for left, top in layout.places():
        assert _is_marked(image, left, top + layout.height / 2)
    assert decoded(image) == (set(), set())


LONG = Card("Nana Akua Serwaa Owusuaa Abena", "Boateng-Frimpong Agyemang Prempeh-Wiredu", "S-2026-0001", "Student")


@pytest.mark.parametrize("key", LAYOUTS)
def test_long_names_leave_the_codes_alone(key: str) -> None:
    image, _ = render(make_sheets([LONG], design(key, institute="Kumasi Institute of Media, Film and Sound " * 4)))
    qr, bars = decoded(cut(image, LAYOUTS[key], 0))
    assert (qr, bars) == ({qr_text(HERE, LONG.number)}, {LONG.number})


def test_words_shrink_and_then_are_cut() -> None:
    assert fit("Ama", BOLD, 12, 7, 100)[::2] == ("Ama", 12)
    text, font, size = fit("Nana Akua Serwaa Owusuaa", BOLD, 12, 7, 110)
    assert text == "Nana Akua Serwaa Owusuaa"
    assert 7 <= size < 12
    assert width_of(text, font, size) <= 110
    text, font, size = fit(LONG.family, BOLD, 12, 7, 60)
    assert (text[-1], size) == ("…", 7)
    assert width_of(text, font, size) <= 60
    assert fit("", BOLD, 12, 7, 10)[0] == ""


def test_letters_of_west_africa_are_there() -> None:
    assert font_for("Ɛsi Ɔkɔmfoɔ Ŋ", BOLD) in {"CampusBold", "CampusBoldWide"}
    assert font_for("Ама", BOLD)


def test_a_photo_is_printed_and_one_that_is_torn_gives_way_to_initials() -> None:
    layout = LAYOUTS["cr80"]
    whole, _ = render(make_sheets(cards(1, photo=kept_photo("#b0261f")), design("cr80")))
    torn, _ = render(make_sheets(cards(1, photo="not base64!"), design("cr80")))
    spot = (round(20 * DPI / 25.4), round(30 * DPI / 25.4))
    dot = whole.pixel(*spot)
    assert qRed(dot) > 150
    assert qBlue(dot) < 90
    assert qBlue(torn.pixel(*spot)) > 90
    assert layout.per_sheet == 1


@pytest.mark.parametrize("number", ["É-0001", "S/" + "X" * 38])
def test_a_number_that_no_barcode_can_hold_has_its_qr_code_alone(number: str) -> None:
    image, _ = render(make_sheets([Card("Ama", "Mensah", number)], design("L7160")))
    assert decoded(image) == ({qr_text(HERE, number)}, set())


def test_barcodes_can_be_left_out() -> None:
    image, _ = render(make_sheets(cards(1), design(barcode=False)))
    assert decoded(image) == ({qr_text(HERE, "S-2026-0000")}, set())


@pytest.mark.parametrize(("colour", "bright"), [("#fbefd5", False), ("#102030", True)])
def test_the_name_of_the_institute_reads_on_any_colour(colour: str, bright: bool) -> None:
    image, _ = render(make_sheets(cards(1), design("cr80", colour=colour)))
    band = image.copy(0, 0, image.width(), round(8.5 * DPI / 25.4))
    levels = [qGreen(band.pixel(x, y)) for x in range(0, band.width(), 2) for y in range(0, band.height(), 2)]
    assert (max(levels) > 230) if bright else (min(levels) < 60)


def test_a_class_of_200_is_laid_out_whole() -> None:
    content = make_sheets(cards(200, photo=kept_photo()), design("L7160"))
    assert render(content)[1] == 10
    assert len(content) < 4_000_000
    assert A4[0] * MM > 595
