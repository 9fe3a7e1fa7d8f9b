"""Invoices on the desk: the paper in three sizes, a duplicate, without a network, and codes checked offline."""

import base64
import re
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QWidget

from desktop.finance import invoice_actions
from desktop.finance.area import STORE
from desktop.finance.invoice_dialog import InvoiceDialog, show_invoice
from desktop.finance.invoice_paper import InvoiceContent, invoice_pdf, page_size
from desktop.finance.verify_dialog import VerifyDialog
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.invoice_code import InvoiceFacts, invoice_words, sign_invoice
from shared.finance.invoice_rules import invoice_id
from shared.finance.receipt_paper import Size
from shared.people.vocabulary import Role
from tests.attendance.classes import NOW, areas, person_id, school
from tests.desks import ORGANISATION, make_actor, make_desk
from tests.finance.money_rows import HANA, entry
from tests.finance.test_invoices import KEY, PUBLIC

BURSAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.BURSAR)
VAT = [{"name": "VAT", "rate": 1_250, "amount": 500_000}]
TERM = entry("Tuition, term 3", 14_700_000, "2026-09-01", number="I-2026-0967", due_on="2026-12-01", taxes=VAT)
FEE = entry("Library", 50_000, "2026-09-01", number="I-2026-0967", due_on="2026-11-15")
OPEN = entry("Not numbered yet", 50_000, "2026-09-02")
BACK = entry("Tuition, term 3", -14_700_000, "2026-10-01", "reversal", number="I-2026-0967", reverses_id=TERM[1]["id"])
BACK_FEE = entry("Library", -50_000, "2026-10-01", "reversal", number="I-2026-0967", reverses_id=FEE[1]["id"])


def signed(amount: int = 14_750_000, copies: int = 0) -> tuple[str, dict[str, Any]]:
    """The invoice as the server keeps it."""
    facts = InvoiceFacts("I-2026-0967", amount, "GHS", HANA, "2026-09-01T09:00:00.000Z", "2026-12-01")
    words = invoice_words(facts, ORGANISATION, PUBLIC)
    key = invoice_id(person_id(HANA), "I-2026-0967")
    return "invoice", {
        "id": key, "revision": key, "entry_id": TERM[1]["id"], "person_id": person_id(HANA), "number": "I-2026-0967",
        "words": words, "signature": sign_invoice(words, KEY.sign), "issued_at": NOW, "copies": copies,
    }  # fmt: skip


def key_row() -> tuple[str, dict[str, Any]]:
    """The institute's key as computers know it."""
    key = derived_id("receipt_key", "test")
    body = {"id": key, "revision": key, "public_key": base64.b64encode(PUBLIC).decode(), "made_at": "2026-01-01"}
    return "receipt_key", {**body, "retired_at": None}


def code_of(row: tuple[str, dict[str, Any]]) -> str:
    """What its QR code says."""
    return str(row[1]["words"] + row[1]["signature"])


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    opened = []

    def open_one(*rows: Any):
        found = [*school(), TERM, FEE, OPEN, key_row(), *rows]
        made = make_desk(tmp_path / str(len(opened)), BURSAR, found, areas=(*areas(), STORE))
        made.clock.set(NOW)
        opened.append(made)
        return made.desk

    yield open_one
    wait_for_background()
    for one in opened:
        one.close()


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1100, 900)
    made.show()
    return made


def text_of(pdf: bytes) -> str:
    """The words of a PDF."""
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    words = "\n".join(document.getAllText(page).text() for page in range(document.pageCount()))
    document.close()
    return re.sub(r"\s+", " ", words)


def test_the_paper_says_number_taxes_days_and_duplicate(desks):
    desk, row = desks(signed()), signed()[1]
    for size in Size:
        content = invoice_actions.content_for(desk, TERM[1], row)
        said = text_of(invoice_pdf(content, size))
        for words in (
            "I-2026-0967",
            "147,500.00",
            "of it VAT 12.5 %",
            "5,000.00",
            "Due on 2026-11-15",
            HANA,
            "Library",
        ):
            assert words in said, (size, words)
        assert "Duplicate" not in said
        assert invoice_pdf(content, size) == invoice_pdf(content, size)
    again = invoice_actions.content_for(desk, TERM[1], {**row, "copies": 1})
    assert "Duplicate" in text_of(invoice_pdf(again, Size.A5))
    gone = invoice_actions.content_for(desks(signed(), BACK, BACK_FEE), TERM[1], row)
    assert "Cancelled" in text_of(invoice_pdf(gone))
    many = replace(again, items=tuple((f"Line {at}", 1) for at in range(120)))
    assert "Line 119" in text_of(invoice_pdf(many, Size.A5))
    assert page_size(Size.ROLL, many)[1] > page_size(Size.ROLL, again)[1]


@pytest.mark.parametrize("scale", [100, 150])
def test_however_large_the_text_is_the_buttons_stay_below_the_paper(desks, window, qtbot, scale):
    theme().apply(Scheme.DARK, scale=scale, high_contrast=False, reduced_motion=True)
    window.resize(1366, 768)
    desk = desks(signed())
    dialog = InvoiceDialog(window, desk, TERM[1], invoice_actions.ready_invoice(desk, TERM[1]))
    dialog.open_dialog()
    qtbot.waitUntil(lambda: dialog.preview.height() > 0 and not dialog.preview.page.isNull())
    paper, button = (
        one.rect().translated(one.mapTo(window, one.rect().topLeft())) for one in (dialog.preview, dialog.print_button)
    )
    assert paper.bottom() < button.top()
    assert window.rect().contains(button)
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def test_printing_and_saving_count_without_a_network(desks, window, qtbot, tmp_path):
    desk = desks(signed())
    dialog = InvoiceDialog(window, desk, TERM[1], invoice_actions.ready_invoice(desk, TERM[1]))
    dialog.path_for = lambda _parent, name, kind: tmp_path / f"{name}.{kind}"
    dialog.save()
    assert "Duplicate" not in text_of((tmp_path / "I-2026-0967.pdf").read_bytes())
    dialog.size_choice.choose(str(Size.ROLL))
    dialog.save()
    assert "Duplicate" in text_of((tmp_path / "I-2026-0967.pdf").read_bytes())
    assert desk.store.get("invoice", signed()[1]["id"])["copies"] == 2
    dialog.printer_for = lambda: (_ for _ in ()).throw(CampusError("printer_missing", "No printer"))
    dialog.print_now()
    assert desk.store.get("invoice", signed()[1]["id"])["copies"] == 2


def test_what_has_no_invoice_or_no_network_says_so(desks, window, qtbot):
    desk = desks()
    with pytest.raises(CampusError) as refused:
        invoice_actions.ready_invoice(desk, OPEN[1])
    assert refused.value.code == "invoice_unnumbered"
    show_invoice(window, desk, TERM[1])
    qtbot.waitUntil(lambda: any("Connect" in toast for toast in map(str, toasts_words(window))))
    assert window.findChild(Dialog) is None


def toasts_words(window: QWidget) -> list[str]:
    """What is told on a window."""
    return [str(toast.words) for toast in toasts_of(window).toasts]


def test_codes_are_checked_offline(desks, window):
    desk, row = desks(signed()), signed()
    dialog = VerifyDialog(window, desk)
    dialog.take(code_of(row))
    assert dialog.checked.invoice.amount == 14_750_000
    assert "wasn't cancelled" in dialog.known.text()
    dialog.take(code_of(row)[:-1] + ("A" if code_of(row)[-1] != "A" else "Q"))
    assert dialog.checked.invoice is None
    assert "CDR" not in dialog.words.text()
    dialog.take(code_of(signed(1)))
    assert "another amount" in dialog.known.text()
    other = VerifyDialog(window, desks())
    other.take(code_of(row))
    assert "no copy" in other.known.text()
    gone = VerifyDialog(window, desks(row, BACK, BACK_FEE))
    gone.take(code_of(row))
    assert (gone.checked.voided, "It was cancelled." in gone.words.text()) == (True, True)


def test_content_is_plain() -> None:
    content = InvoiceContent("Home", "", "I-1", "", "", (), (), 0, (), "GHS")
    assert invoice_pdf(content).startswith(b"%PDF")
