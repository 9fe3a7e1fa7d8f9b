"""What is read of files without running anything in them: text of any encoding, DOCX and ODT, bounded."""

import io
import zipfile

import pytest

from desktop.grading.preview_documents import MOST_LETTERS, read_document
from desktop.grading.preview_loading import read_file
from desktop.grading.preview_text import COLUMNS, LINES, read_text
from shared.core.errors import CampusError
from tests.grading import sample_files as files


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Müller zahlt 5 €".encode(), "utf-8"),
        ("\ufeffMüller zahlt 5 €".encode(), "utf-8"),
        ("Müller zahlt 5 €".encode("utf-16"), "utf-16"),
    ],
)
def test_text_is_read_in_its_encoding(content, encoding):
    read = read_text(content)
    assert read.lines == ("Müller zahlt 5 €",)
    assert read.encoding == encoding


def test_older_encodings_are_guessed():
    words = "Здравствуйте, это сочинение про зиму. Снег лежит на полях, дети катаются на санках.\n" * 4
    assert "\n".join(read_text(words.encode("cp1251")).lines) == words.rstrip()


def test_bytes_that_are_no_text_are_shown_all_the_same():
    read = read_text(b"ok\x00\x07\xff\xfe\x80 end")
    assert read.lines[0].startswith("ok")


def test_a_letter_cut_in_two_at_the_end_doesnt_change_the_encoding():
    read = read_text("äääää".encode(), most=5)
    assert read.encoding == "utf-8"
    assert read.cut


def test_long_lines_and_many_lines_fill_pages():
    read = read_text(("x" * (COLUMNS + 5) + "\n" + "y\r\n" * LINES).encode())
    assert read.lines[0] == "x" * COLUMNS
    assert read.lines[1] == "x" * 5
    assert read.pages == 2
    assert read.page(1)[0] == "y"
    assert read_text(b"").pages == 1
    assert read_text(b"\tif x:").lines == ("    if x:",)


def test_a_docx_is_read_without_what_is_struck_out_or_commanded():
    read = read_document(files.docx(), "docx")
    kinds = [(one.kind, one.words) for one in read.blocks]
    assert kinds[0] == ("h", "Stock &amp; sales")
    assert kinds[1] == ("p", "Most customers <b>pay in cash</b><br>&lt;script&gt;")
    assert kinds[2] == ("list", "Rice")
    assert read.blocks[3].rows == (("Opening", "85.0"),)
    assert read.blocks[2].depth == 1
    shown = read.as_html()
    assert "never" not in shown
    assert "INCLUDETEXT" not in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_an_odt_is_read_with_its_lists_and_tables():
    read = read_document(files.odt(), "odt")
    assert [(one.kind, one.words, one.depth) for one in read.blocks[:4]] == [
        ("h", "Stock", 2),
        ("p", "Rice&nbsp;&nbsp;&nbsp;and beans &amp; oil", 0),
        ("list", "One", 0),
        ("list", "Two", 1),
    ]
    assert read.blocks[4].rows == (("A1",),)


def test_a_very_long_document_is_cut():
    paragraph = "<w:p><w:r><w:t>" + "word " * 2000 + "</w:t></w:r></w:p>"
    read = read_document(files.docx(paragraph * 60), "docx")
    assert read.cut
    assert sum(one.letters for one in read.blocks) <= MOST_LETTERS


def test_deep_nesting_ends_the_reading_and_not_the_program():
    nested = "<w:sdt>" * 400 + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + "</w:sdt>" * 400
    assert read_document(files.docx(nested), "docx").blocks == ()
    spans = "<text:p>a" + "<text:span>" * 300 + "deep" + "</text:span>" * 300 + "</text:p>"
    assert read_document(files.odt(spans), "odt").blocks[0].words == "a"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 broken", "preview_broken"),
        (files.packed({"other.xml": "<a/>"}), "preview_broken"),
        (files.packed({"x": "", "word/document.xml": "<w:document"}), "preview_broken"),
        (files.packed({"x": "", "word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "preview_broken"),
        (files.packed({"x": "", "word/document.xml": " " * 24_000_001}), "preview_too_large"),
    ],
    ids=["no zip", "no words", "no xml", "entities", "bomb"],
)
def test_what_cant_be_read_says_so(content, code):
    with pytest.raises(CampusError) as told:
        read_document(content, "docx")
    assert told.value.code == code


def test_a_damaged_part_says_so():
    content = bytearray(files.docx())
    at = content.index(b"word/document.xml") + 40
    content[at : at + 30] = bytes(30)
    with pytest.raises(CampusError, match="damaged"):
        read_document(bytes(content), "docx")
    assert zipfile.is_zipfile(io.BytesIO(content))


@pytest.mark.parametrize("word", ["zip", "xlsx", "doc"])
def test_what_cant_be_shown_says_so(word):
    with pytest.raises(CampusError) as told:
        read_file(word, b"")
    assert told.value.code == "preview_unknown"


def test_a_broken_picture_says_so():
    with pytest.raises(CampusError, match="picture is damaged"):
        read_file("png", files.png()[:60])
