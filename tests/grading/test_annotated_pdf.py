"""Marked work as one PDF: pins where they were set, comments as a list, the mark in front, and nothing that runs."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from pypdf.generic._fit import Fit
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtPdf import QPdfDocument

from desktop.grading import annotated_pages, annotated_pictures
from desktop.grading.annotated_pages import on_paper
from desktop.grading.annotated_pdf import MarkedFile, MarkedWork, annotated_pdf
from desktop.grading.explain import Line
from desktop.grading.preview_pane import WorkFile
from desktop.grading.preview_pins import Pin, Place
from desktop.people.table_paper import Letterhead
from shared.core.errors import CampusError
from tests.grading.sample_files import docx, odt, pdf, png, wav

LEVELS = (Line("Figures are correct", "34", "Good"),)
HEAD = Letterhead("Lakeside Institute", "Printed by Ines Ferreira, 20 Nov, 10:00")


def made(*files, feedback="Well argued.", levels=LEVELS):
    work = MarkedWork("Cash flow plan", "Elif Demir", (Line("Counts for", "84 of 100"),), levels, feedback, files)
    return PdfReader(io.BytesIO(annotated_pdf(work, HEAD)))


def of(content, *pins, name="plan.pdf"):
    return MarkedFile(WorkFile("a" * 64, name, content), pins)


def here(page=0, x=0.5, y=0.5, w=0.0, h=0.0):
    return Place(page, x, y, w, h)


def words(reader):
    return [page.extract_text() for page in reader.pages]


def picture(reader, page):
    """A page as people see it, in dots of a point."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.append(reader)
    writer.write(out)
    buffer = QBuffer()
    buffer.setData(QByteArray(out.getvalue()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    size = document.pagePointSize(page)
    image = document.render(page, QSize(round(size.width()), round(size.height())))
    document.close()
    return image


def blue_middle(image):
    """The middle of what is drawn in the colour of pins, as shares of the page."""
    found = [
        (x, y)
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
        if (colour := image.pixelColor(x, y)).blue() > 150 and colour.red() < 90 and colour.alpha() > 200
    ]
    assert found, "no pin"
    across, down = zip(*found, strict=True)
    return (min(across) + max(across)) / 2 / image.width(), (min(down) + max(down)) / 2 / image.height()


def test_the_mark_stands_in_front_and_comments_behind_each_file(qapp):
    first, second = Pin("1", "Where from?", here(1)), Pin("2", "Say it sooner", author="Ben Osei", time_ms=62_000)
    pages = words(made(of(pdf(2), first), of(wav(), second, name="talk.wav")))
    assert len(pages) == 5
    for told in ("Lakeside Institute", "Counts for", "84 of 100", "Figures are correct", "Well argued.", "plan.pdf"):
        assert told in pages[0]
    assert "Page 1 of 2" in pages[1]
    assert "Page 2 of 2" in pages[2]
    assert "Where from?" in pages[3]
    assert "Page 2" in pages[3]
    assert "At 1:02 · Ben Osei" in pages[4]
    assert "Say it sooner" in pages[4]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_a_pin_is_where_it_was_set_however_the_page_is_turned(qapp, turned, cropped):
    writer = PdfWriter(clone_from=io.BytesIO(pdf(1)))
    page = writer.pages[0]
    if cropped:
        page.cropbox.lower_left, page.cropbox.upper_right = (100, 60), (500, 700)
    page.rotate(turned)
    out = io.BytesIO()
    writer.write(out)
    reader = made(of(out.getvalue(), Pin("1", "Here", here(0, 0.25, 0.7))))
    x, y = blue_middle(picture(reader, 1))
    assert (x, y) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.7, abs=0.01))


def test_a_marked_part_and_pins_at_the_edge_stay_on_the_page(qapp):
    reader = made(of(pdf(1), Pin("1", "All this", here(0, 0.1, 0.1, 0.3, 0.05)), Pin("2", "Edge", here(0, 1.0, 1.0))))
    image = picture(reader, 1)
    inside = image.pixelColor(round(0.2 * 595), round(0.145 * 842))
    assert inside.blue() > inside.red()
    assert image.pixelColor(595 - 12, 842 - 5).blue() > 150


def test_what_is_drawn_stays_and_nothing_of_it_is_left_open(qapp):
    writer = PdfWriter(clone_from=io.BytesIO(pdf(1)))
    content = writer.pages[0].get_contents()
    content.set_data(content.get_data() + b"\nq 0.01 0 0 0.01 0 0 cm")  # never closed
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)
    plain, commented = made(of(pdf(1))), made(of(out.getvalue(), Pin("1", "Here", here())))
    assert words(plain)[1] in words(commented)[1]
    assert blue_middle(picture(commented, 1))[0] == pytest.approx(0.5, abs=0.01)


def test_nothing_that_could_run_or_lead_away_is_taken_along(qapp):
    writer = PdfWriter(clone_from=io.BytesIO(pdf(2)))
    writer.add_attachment("virus.exe", b"MZ")
    page = writer.pages[0]
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('page')")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_annotation(0, Link(rect=(10, 10, 90, 30), url="https://away.example/"))
    writer.add_annotation(1, Link(rect=(10, 10, 90, 30), target_page_index=0, fit=Fit.fit()))
    field = {"/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Tx"}
    made_field = DictionaryObject({NameObject(key): NameObject(value) for key, value in field.items()})
    made_field[NameObject("/A")] = script
    made_field[NameObject("/AP")] = DictionaryObject()
    made_field[NameObject("/Rect")] = ArrayObject()
    page["/Annots"].get_object().append(made_field)
    page["/Annots"].get_object().append(TextStringObject("no annotation"))
    writer.add_annotation(1, FreeText(text="A note", rect=(10, 10, 90, 30)))
    out = io.BytesIO()
    writer.write(out)
    assert b"/JavaScript" in out.getvalue()
    work = MarkedWork("Plan", "Elif", (), (), "", (of(out.getvalue(), Pin("1", "Here", here())),))
    content = annotated_pdf(work, HEAD)
    for word in (
        b"/JavaScript",
        b"/JS",
        b"/AA ",
        b"/URI",
        b"/EmbeddedFile",
        b"/OpenAction",
        b"/Link",
        b"/Launch",
        b"/FT",
    ):
        assert word not in content
    assert [one["/Subtype"] for one in PdfReader(io.BytesIO(content)).pages[1]["/Annots"]] == ["/Stamp"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (pdf(2)[:400], "damaged"),
        (b"%PDF-1.7\n", "damaged"),
        (b"", "damaged"),
        (pdf(2, password="secret"), "locked with a password"),
        (None, "wasn't on the computer"),
        (pdf(1).replace(b"/Kids", b"/Kidz"), "damaged"),
    ],
)
def test_a_pdf_that_cannot_be_shown_has_its_comments_all_the_same(qapp, content, told):
    pages = words(made(of(content, Pin("1", "Where from?", here())), of(pdf(1), name="second.pdf")))
    assert len(pages) == 3
    assert told in pages[1]
    assert "Where from?" in pages[1]
    assert "Page 1 of 1" in pages[2]


def test_a_file_that_cannot_be_read_says_so(qapp):
    def read():
        raise CampusError("file_damaged", "The file on this computer is damaged.")

    reader = made(MarkedFile(WorkFile("a" * 64, "plan.pdf", read=read)))
    assert "The file on this computer is damaged." in words(reader)[1]


def test_other_files_are_drawn_as_the_preview_shows_them(qapp):
    place = here(0, 0.25, 0.5)
    files = (("plan.docx", docx()), ("plan.odt", odt()), ("code.py", b"print(1)\n" * 100))
    for name, content in files:
        reader = made(of(content, Pin("1", "Nice", place), name=name))
        pages = len(reader.pages)
        assert pages == (4 if name == "code.py" else 3)
        assert blue_middle(picture(reader, 1))[1] == pytest.approx(0.5, abs=0.02)
        assert "Nice" in words(reader)[-1]
    assert len(made(of(png(), name="shop.png")).pages) == 2


def test_of_a_very_long_text_the_beginning_is_drawn(qapp, monkeypatch):
    monkeypatch.setattr(annotated_pictures, "MOST_PAGES", 1)
    reader = made(of(b"line\n" * 200, name="code.py"))
    assert "Of 4 pages 1 is shown." in words(reader)[2]


def test_what_has_no_pages_says_so(qapp):
    assert "A recording has no pages." in words(made(of(wav(), name="talk.wav")))[1]
    assert "isn't what its name says" in words(made(of(png(), name="plan.docx")))[1]


def test_of_a_very_long_pdf_the_pages_with_comments_are_shown(qapp, monkeypatch):
    monkeypatch.setattr(annotated_pages, "MOST_PAGES", 3)
    pages = words(made(of(pdf(6), Pin("1", "Here", here(4)), Pin("2", "Nowhere", here(99)))))
    assert "Page 5 of 6" in pages[1]
    assert "Of 6 pages 1 is shown." in pages[2]
    assert "Nowhere" in pages[2]
    assert "Page 1 of 6" in words(made(of(pdf(6))))[1]


def test_a_thousand_pages_end_soon(qapp):
    reader = made(of(pdf(1_000), Pin("1", "Here", here(700))))
    assert len(reader.pages) == 3


def test_long_feedback_and_words_without_a_gap_flow_over_pages(qapp):
    feedback = "\n".join(["Sales are highest in December. " * 8] * 40) + "w" * 300 + "\n最後"
    levels = [Line(f"Criterion {n}", "5", "Reached in part, see the comments") for n in range(30)]
    pages = words(made(feedback=feedback, levels=levels))
    assert len(pages) > 3
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "".join(pages).count("w" * 60) >= 1
    assert "Criterion 29" in "".join(pages)


def test_points_of_a_page_by_hand():
    box = (0.0, 0.0, 100.0, 200.0)
    assert on_paper(box, 0, 0.25, 0.1) == (25.0, 180.0)
    assert on_paper(box, 90, 0.25, 0.1) == (10.0, 50.0)
    assert on_paper(box, 180, 0.25, 0.1) == (75.0, 20.0)
    assert on_paper(box, 270, 0.25, 0.1) == (90.0, 150.0)
