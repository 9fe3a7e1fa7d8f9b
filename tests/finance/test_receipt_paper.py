"""Receipts on paper: each size fits, says what it must, and its code is read back from the picture."""

import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from desktop.finance.receipt_print import default_printer, picture_of
from desktop.finance.shift_paper import report_pdf, report_size
from shared.core.errors import CampusError
from shared.finance import receipt_code as code
from shared.finance.receipt_code import Standing
from shared.finance.receipt_content import Content, Item, content_of, items_sum, kept
from shared.finance.receipt_paper import Size, page_size, receipt_pdf
from tests.finance.receipt_keys import KEYS, ORGANISATION, receipt, verify

_LIMIT = 0.2
"""Seconds for a receipt's PDF once the first was made."""


def content(**more):
    words, signature = receipt()
    said = {
        "institute": "Lakeside Institute of Technology",
        "address": "Lake Road 14, Kisumu",
        "number": "R-K3-000123",
        "issued": "20 November 2026, 14:04 · Front desk 2 · Samuel Njoroge",
        "received_from": "Hana Novak, S-004102",
        "received_for": "Diploma in Accounting 1B",
        "paid_by": "Cash",
        "items": (Item(what="Instalment 3 of 6, term 3", amount=25_000),),
        "total": 25_000,
        "currency": "GHS",
        "given": 30_000,
        "change": 5_000,
        "balance_after": 0,
        "code": "9F1C 2B40",
        "qr": code.qr_text(words, signature),
    }
    return Content(**{**said, **more})


def words_of(pdf):
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    found = " ".join(document.getAllText(page).text() for page in range(document.pageCount()))
    return " ".join(found.split()), document.pageCount()


@pytest.mark.parametrize("size", list(Size))
def test_the_code_on_the_paper_is_read_back(qapp, size):
    import zxingcpp

    page = picture_of(receipt_pdf(content(), size), 900).convertToFormat(QImage.Format.Format_Grayscale8)
    view = memoryview(page.constBits()).cast("B", (page.height(), page.bytesPerLine()))
    (found,) = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.check(found.text, ORGANISATION, KEYS, verify).standing is Standing.GENUINE


@pytest.mark.parametrize("size", list(Size))
def test_a_receipt_says_all_it_must(qapp, size):
    said = {"unconfirmed": True, "voided": True, "duplicate": "21 November 2026, 10:00 by Sam", "note": "Gate"}
    found, _ = words_of(receipt_pdf(content(**said), size))
    for words in ("R-K3-000123", "Total paid", "250.00", "Not confirmed yet", "Voided", "Duplicate", "Gate",
                  "Code 9F1C 2B40", "Hana Novak, S-004102", "Balance after"):  # fmt: skip
        assert words in found, words
    assert words_of(receipt_pdf(content(unconfirmed=True, duplicate="today"), size))[1] == 1
    plain, _ = words_of(receipt_pdf(content(), size))
    assert "Duplicate" not in plain
    assert "Not confirmed" not in plain


def test_many_students_take_more_pages_and_a_roll_more_length(qapp):
    items = tuple(Item(what=f"Student {at}", amount=100) for at in range(60))
    many = content(items=items, total=items_sum(items))
    found, pages = words_of(receipt_pdf(many, Size.A5))
    assert pages > 1
    assert all(f"Student {at} " in found for at in range(60))
    assert page_size(Size.ROLL, many)[1] > page_size(Size.ROLL, content())[1] + 300
    assert words_of(receipt_pdf(many, Size.ROLL))[1] == 1


def test_a_receipt_takes_at_most_200_ms_after_the_first(qapp):
    receipt_pdf(content())
    took = []
    for _ in range(5):
        began = time.process_time()
        receipt_pdf(content())
        took.append(time.process_time() - began)
    assert min(took) < _LIMIT, took


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=80), st.integers(0, 10**13))
def test_any_name_and_amount_fits(payer, amount):
    assert receipt_pdf(content(received_from=payer, total=amount), Size.ROLL).startswith(b"%PDF")


def test_a_preview_has_a_place_for_the_code_and_what_is_kept_comes_back(qapp):
    assert receipt_pdf(content(qr="", number="", given=0, change=0, balance_after=None)).startswith(b"%PDF")
    assert content_of(kept(content()), number="R-K3-000123", code="9F1C 2B40", qr=content().qr) == content()


def test_without_a_printer_the_cashier_is_told(qapp, monkeypatch):
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    monkeypatch.setattr(QPrinterInfo, "availablePrinters", staticmethod(list))
    with pytest.raises(CampusError) as told:
        default_printer()
    assert told.value.code == "printer_missing"


def test_a_report_has_its_lines(qapp):
    lines = [("Receipts", "14"), ("Cash expected", "GHS 612.00")]
    found, _ = words_of(report_pdf("Z report 3", ["Lakeside", "Samuel Njoroge"], lines))
    assert "Z report 3" in found
    assert "GHS 612.00" in found
    assert report_size(lines)[0] == 80


def test_papers_that_are_drawn_at_once_are_whole():
    failed = []

    def draw(first):
        for at in range(15):
            try:
                receipt_pdf(content(received_from=f"Ωé {chr(0x100 + first + at)}"), list(Size)[at % 3])
            except (IndexError, KeyError, ValueError) as problem:
                failed.append(problem)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        workers = [threading.Thread(target=draw, args=(20 * at,)) for at in range(4)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    finally:
        sys.setswitchinterval(usual)
    assert failed == []
