"""The receipt of an account's payment: who paid sees it without the receipt's own row, and the second print says so."""

from pathlib import Path

import pytest

from desktop.finance.account_section import PersonAccount
from desktop.finance.area import STORE
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.receipt_view import ReceiptViewDialog
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.finance import receipt_code as code
from shared.finance.receipt_paper import Size
from shared.finance.vocabulary import Method
from shared.people.vocabulary import Role
from tests.attendance.classes import NOW, areas, person_id, school
from tests.desks import make_actor, make_desk
from tests.finance.money_rows import HANA, entry
from tests.finance.receipt_keys import facts, receipt
from tests.finance.test_receipt_paper import words_of

BURSAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.BURSAR)
STUDENT = make_actor(person_id(HANA), HANA, Role.STUDENT)
PAYMENT, RECEIPT = derived_id("payment", "placed"), derived_id("receipt", "placed")
WORDS, SIGNATURE = receipt(facts(methods=frozenset({Method.BANK_TRANSFER})))


def rows(state: str = "completed", own: bool = False, copies: int | None = 0):
    """What a device has of placed money: the office also has the receipt's own row."""
    payment = {
        "id": PAYMENT, "revision": PAYMENT, "reference": "PAY-1", "state": state, "confirmation": "confirmed",
        "amount": 25_000, "currency": "GHS", "tenders": [], "person_id": person_id(HANA), "payer_name": HANA,
        "sponsor_id": None, "note": "", "gateway": "", "metadata": {}, "shift_id": None, "receipt_id": RECEIPT,
        "receipt_number": "R-K3-000123", "taken_at": "2026-11-20T09:00:00.000Z", "taken_by": "", "taken_by_name": "",
    }  # fmt: skip
    printed = {
        "institute": "Lakeside Institute", "issued": "2026-11-20", "received_from": HANA, "received_for": HANA,
        "paid_by": "Bank transfer", "items": [{"what": "Tuition, term 3", "amount": 25_000}], "total": 25_000,
        "currency": "GHS", "signature": SIGNATURE,
    }  # fmt: skip
    text = {"id": RECEIPT, "revision": RECEIPT, "person_id": person_id(HANA), "payer": HANA, "words": WORDS}
    text["printed"] = printed if copies is None else {**printed, "copies": copies}
    line = entry("bank_transfer", -25_000, "2026-11-20", "payment", payment_id=PAYMENT, number="PAY-1")
    own_row = {
        "id": RECEIPT, "revision": RECEIPT, "payment_id": PAYMENT, "till_id": PAYMENT, "series": 1, "sequence": 123,
        "number": "R-K3-000123", "amount": 25_000, "currency": "GHS", "issued_at": "2026-11-20T14:04:00.000Z",
        "digest": code.digest_of(WORDS, SIGNATURE), "signature": SIGNATURE, "shift_id": None,
    }  # fmt: skip
    found = [entry("Tuition, term 3", 25_000, "2026-10-01"), line, ("payment", payment), ("receipt_text", text)]
    return [*found, ("receipt", own_row)] if own else found


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    opened = []

    def open_one(actor, given):
        made = make_desk(tmp_path / str(len(opened)), actor, [*school(), *given], areas=(*areas(), STORE))
        made.clock.set(NOW)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


def _opened(page, qtbot) -> ReceiptViewDialog:
    qtbot.addWidget(page)
    page.resize(1134, 716)
    page.show()
    card = page.card
    line = next(one for one in card.ledger.lines if one.entry["payment_id"])
    assert line.document == "Receipt R-K3-000123"
    card.table.go_to(line.id)
    return line


def test_who_paid_prints_it_once_and_then_a_duplicate(desks, qtbot, tmp_path: Path):
    here = desks(STUDENT, rows())
    page = OwnAccountPage(here.desk)
    _opened(page, qtbot)
    assert not page.receipt_button.isHidden()
    page.open_receipt()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ReceiptViewDialog)
    dialog.path_for = lambda _parent, name, kind: tmp_path / f"{name}.{kind}"
    for size, again in ((Size.A5, False), (Size.ROLL, True), (Size.A4, True)):
        dialog.size_choice.choose(str(size))
        dialog.save()
        words, _ = words_of((tmp_path / "R-K3-000123.pdf").read_bytes())
        assert ("R-K3-000123" in words, "Duplicate" in words, "Tuition, term 3" in words) == (True, again, True)
    assert here.store.pending().waiting == 3
    assert here.store.get("receipt_text", RECEIPT)["printed"]["copies"] == 3
    dialog.reject()
    here.close()


@pytest.mark.parametrize(("state", "copies", "said"), [("voided", 0, "Voided"), ("completed", None, "Duplicate")])
def test_the_office_prints_it_from_the_account(desks, qtbot, tmp_path: Path, state, copies, said):
    here = desks(BURSAR, rows(state, own=True, copies=copies))
    page = PersonAccount(here.desk, person_id(HANA))
    _opened(page, qtbot)
    assert (page.invoice_button.text(), page.invoice_button.isEnabled()) == ("Receipt", True)
    page.open_invoice()
    dialog = Dialog.opened_in(page.window())
    dialog.path_for = lambda _parent, name, kind: tmp_path / f"{name}.{kind}"
    dialog.save()
    words, _ = words_of((tmp_path / "R-K3-000123.pdf").read_bytes())
    assert said in words
    assert here.store.pending().waiting == (0 if copies is None else 1)
    dialog.reject()
    page.card.table.go_to(next(one for one in page.card.ledger.lines if not one.entry["payment_id"]).id)
    assert page.invoice_button.text() == "Invoice"


def test_without_the_words_there_is_nothing_to_show(desks, qtbot):
    given = [one for one in rows() if one[0] != "receipt_text"]
    page = OwnAccountPage(desks(STUDENT, given).desk)
    _opened(page, qtbot)
    assert page.receipt_button.isHidden()
    page.open_receipt()
    assert page.window().findChild(Dialog) is None
