"""Transfers shown by picture or PDF on the desk, moving and confirming payments, with the network down."""

import pytest

from desktop.core.file_transfer import Chosen
from desktop.finance import bank_store, proof_actions
from desktop.finance.account_money_acts import MoveDialog
from desktop.finance.account_section import PersonAccount
from desktop.finance.account_store import ledger_of
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.proof_dialog import ProofDialog
from desktop.finance.reason_dialog import ReasonDialog
from desktop.finance.reconcile_page import ReconcilePage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.desks import make_actor
from tests.finance.bank_rows import taken
from tests.finance.money_rows import HANA, entry
from tests.finance.test_plan_pages import CASHIER, FINE, STUDENT, TERM, desks, look, shown

__all__ = ["desks", "look", "shown"]
SLIP = Chosen("ab" * 32, "slip.jpg", 1_000, "jpeg")
KOFI = make_actor(derived_id("kofi"), "Kofi", Role.STUDENT)


def proof(state: str = "waiting", **more: object) -> tuple[str, dict[str, object]]:
    """A transfer that Hana showed."""
    key = derived_id("proof", state, str(more))
    return "transfer_proof", {
        "id": key, "revision": key, "person_id": person_id(HANA), "amount": 250_000, "currency": "GHS",
        "paid_on": "2026-11-17", "reference": "FT-1", "bank": "", "note": "", "sha256": "cd" * 32,
        "file_name": "slip.jpg", "file_kind": "jpeg", "state": state, "payment_id": None,
        "sent_at": "2026-11-18T08:00:00.000Z", "sent_by": person_id(HANA), "sent_by_name": HANA, "decided_by": None,
        "decided_by_name": "", "decided_at": None, "decided_reason": "", **more,
    }  # fmt: skip


def _dialog(page, kind):
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, kind)
    return dialog


def test_a_student_shows_a_transfer_and_takes_it_back(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT, rows=[TERM])))
    page.proofs.send_button.click()
    dialog = _dialog(page, ProofDialog)
    dialog.save()
    assert "picture or PDF" in dialog.refusal.said
    dialog.file = SLIP
    dialog.save()
    assert "above zero" in dialog.refusal.said or "amount" in dialog.refusal.said
    dialog.amount.setText("2,500.00")
    dialog.save()
    row = page._desk.store.page("transfer_proof")[0]
    assert (row["amount"], row["state"], row["file_kind"]) == (250_000, "waiting", "jpeg")
    page.proofs.list.choose(row["id"])
    page.proofs._show_button()
    page.proofs.withdraw_button.click()
    assert page.proofs.proofs == {}


def test_what_is_no_proof_is_refused_here_too(desks):
    desk = desks(STUDENT, rows=[])
    for more, code in (({"type": "docx"}, "proof_kind"), ({}, "not_allowed")):
        file = Chosen(SLIP.sha256, SLIP.name, 10, more.get("type", "jpeg"))
        who = person_id(HANA) if more else KOFI.person_id
        with pytest.raises(CampusError) as refused:
            proof_actions.send(desk, who, file, "10", proof_actions.date(2026, 11, 18))
        assert refused.value.code == code
    with pytest.raises(CampusError) as refused:
        proof_actions.send(desk, person_id(HANA), SLIP, "10", proof_actions.date(2027, 1, 1))
    assert refused.value.code == "proof_future"


def test_a_declined_transfer_says_why(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT, rows=[proof("declined", decided_reason="Blurred")])))
    content = page.proofs.list.rows[0].content
    assert "Blurred" in content.detail
    assert content.badge[0] == "Not accepted"


def test_the_bursar_approves_or_declines_in_the_list(desks, shown):
    page = shown(ReconcilePage(desks(rows=[proof(), proof("waiting", reference="FT-2"), TERM])))
    page.filters.filters["part"].choose(bank_store.PROOF)
    first, second = (row.id for row in page.money.listed.values() if row.part == bank_store.PROOF)
    page.table.go_to(first)
    assert page.side.thumb is not None
    page.side.book_button.click()
    assert page._desk.store.get("transfer_proof", first)["state"] == "approved"
    page.table.go_to(second)
    page.side.decline_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.save()
    assert dialog.reason_field.error
    dialog.reason.setText("Blurred")
    dialog.save()
    assert page._desk.store.get("transfer_proof", second)["decided_reason"] == "Blurred"
    with pytest.raises(CampusError, match="decided already"):
        proof_actions.decide(page._desk, page._desk.store.get("transfer_proof", second), approved=True)


def _account(desks, shown, actor=None):
    momo = taken("MM-1", 100_000)
    paid = entry("mobile_money", -100_000, "2026-11-02", "payment", number="R-K3-MM-1", payment_id=str(momo[1]["id"]))
    desk = desks(rows=[TERM, FINE, momo, paid]) if actor is None else desks(actor, rows=[TERM, FINE, momo, paid])
    page = shown(PersonAccount(desk, person_id(HANA)))
    page.card.table.go_to(paid[1]["id"])
    return page, momo, paid


def test_a_payment_is_moved_to_another_student(desks, shown):
    page, _, _ = _account(desks, shown)
    assert page.money_acts.isVisible()
    page.money_acts.move_button.click()
    dialog = _dialog(page, MoveDialog)
    dialog.save()
    assert "Choose one" in dialog.refusal.said
    other = next(one["id"] for one in page._desk.store.page("person") if one["id"] != person_id(HANA))
    dialog.picker.choose([other])
    dialog.save()
    assert dialog.isVisible()
    dialog.reason.setText("Wrong name")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "GHS 1,000.00 moved"
    assert ledger_of(page._desk, other).totals.paid == 100_000


def test_a_payment_is_confirmed_or_taken_back(desks, shown):
    page, momo, _ = _account(desks, shown)
    page.money_acts.gone_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.save()
    assert dialog.reason_field.error
    dialog.reject()
    page.money_acts.came_button.click()
    assert page._desk.store.get("payment", momo[1]["id"])["confirmation"] == "confirmed"


def test_a_cashier_neither_moves_nor_confirms(desks, shown):
    page, _, _ = _account(desks, shown, CASHIER)
    assert not page.money_acts.isVisible()
