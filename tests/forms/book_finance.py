"""The forms of the money: charges, plans, discounts, prices, policies."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from desktop.finance.account_money_acts import MoveDialog
from desktop.finance.account_store import currency_of, ledger_of
from desktop.finance.charge_dialog import ChargeDialog, ReverseDialog
from desktop.finance.discount_dialog import DiscountDialog
from desktop.finance.earning_dialogs import AffiliateDialog, ShareDialog, code_dialog
from desktop.finance.fee_dialog import FeeDialog
from desktop.finance.gap_dialog import GapDialog
from desktop.finance.holds_card import UntilDialog
from desktop.finance.layout_dialog import LayoutDialog
from desktop.finance.plan_dialog import PlanDialog
from desktop.finance.policy_dialog import PolicyDialog
from desktop.finance.proof_dialog import ProofDialog
from desktop.finance.refund_rule_dialog import RefundRuleDialog
from desktop.finance.subscription_dialogs import PriceDialog, SubscribeDialog
from shared.finance.vocabulary import EntryKind
from tests.forms.driving import Form
from tests.forms.sample import Room

BURSAR = "bursar"
COLUMNS = {
    "Date": "Date", "Text": "Details", "Reference": "Reference, Ref", "Amount": "Amount",
    "Money out (debit)": "", "Money in (credit)": "", "CR or DR mark": "",
}  # fmt: skip
"""What a bank's columns are called; money stands in one of them."""


def owing(room: Room) -> tuple[str, str]:
    """Somebody who owes money, and the name."""
    if "owing" not in room.facts:
        charges = {one["person_id"] for one in room.rows("ledger_entry", kind="charge")}
        found = next(one for one in room.rows("instalment_plan") if one["person_id"] in charges)
        room.facts["owing"] = found["person_id"]
    return room.facts["owing"], "Ama Mensah"


def line(room: Room, kind: str) -> Any:
    """A line of an account, a charge or a payment."""
    person_id, _name = owing(room)
    return next(one for one in reversed(ledger_of(room.desk, person_id).lines) if one.entry["kind"] == kind)


def on_account(sort: Any, *more: Any) -> Any:
    """Open a dialog about somebody's account."""
    return lambda room: sort(room.window, room.desk, *owing(room), *more)


def plain(sort: Any, *more: Any) -> Any:
    """Open a dialog that needs nothing but the desk."""
    return lambda room: sort(room.window, room.desk, *more)


def moving(room: Room) -> QWidget:
    """Move a payment to another student, who is chosen already."""
    dialog = MoveDialog(room.window, room.desk, line(room, EntryKind.PAYMENT), currency_of(room.desk))
    dialog.picker.add(next(one["person_id"] for one in room.rows("enrolment") if one["person_id"] != owing(room)[0]))
    return dialog


def fees(room: Room) -> QWidget:
    """Set what a class costs that has no fees of its own."""
    dialog = FeeDialog(room.window, room.desk)
    taken = {one.get("cohort_id") for one in room.rows("fee_structure")}
    dialog.place.choose(next(f"cohort:{one['id']}" for one in room.rows("cohort") if one["id"] not in taken))
    return dialog


def proof(room: Room) -> QWidget:
    """Show a transfer with a picture of its slip."""
    dialog = ProofDialog(room.window, room.desk, *owing(room))
    slip = QImage(40, 30, QImage.Format.Format_RGB32)
    slip.fill(0xFFFFFF)
    with TemporaryDirectory(prefix="campusdesk-slip-") as folder:
        path = Path(folder) / "slip.png"
        assert slip.save(str(path))
        dialog.take_file(path)
    return dialog


def on_code(room: Room) -> QWidget:
    """Ask whose code brought somebody."""
    return code_dialog(room.window, room.desk, *owing(room))


def spare(room: Room) -> QWidget:
    """Ask until when a student is spared."""
    from desktop.finance import overdue_actions

    save = partial(overdue_actions.spare, room.desk, owing(room)[0])
    return UntilDialog(room.window, room.desk, "Spare", "Nothing is held until then.", save)


def gap(room: Room) -> QWidget:
    """Explain numbers that are missing."""
    row = {
        "till_id": room.row("till")["id"],
        "first_sequence": 3,
        "last_sequence": 4,
        "id": room.row("till")["id"],
        "first": 3,
        "last": 4,
        "prefix": "A-",
    }
    return GapDialog(
        room.window,
        room.desk,
        {
            **row,
            "code": "A",
            "kind": "receipt",
            "series": "A-",
            "missing": 2,
            "count": 2,
            "why": "",
            "by": "",
            "words": "",
            "key": "A-|3|4",
        },
    )


FINANCE = (
    Form("finance.ChargeDialog", BURSAR, on_account(ChargeDialog)),
    Form(
        "finance.ReverseDialog",
        BURSAR,
        lambda room: ReverseDialog(room.window, room.desk, line(room, EntryKind.CHARGE), currency_of(room.desk)),
    ),
    Form(
        "finance.MoveDialog",
        BURSAR,
        moving,
    ),
    Form("finance.DiscountDialog", BURSAR, plain(DiscountDialog)),
    Form("finance.WordsDialog", BURSAR, on_code),
    Form(
        "finance.AffiliateDialog",
        BURSAR,
        plain(AffiliateDialog),
        {"Code": "AMA2027", "Number or username, for somebody of the institute": "S-0002"},
    ),
    Form("finance.ShareDialog", BURSAR, plain(ShareDialog), {"Share": "10 %"}),
    Form("finance.FeeDialog", BURSAR, fees, {"Taxes, in percent": "VAT 15"}),
    Form("finance.GapDialog", BURSAR, gap),
    Form("finance.UntilDialog", BURSAR, spare),
    Form("finance.LayoutDialog", BURSAR, plain(LayoutDialog), COLUMNS),
    Form(
        "finance.PlanDialog",
        BURSAR,
        on_account(PlanDialog),
        {"Paid first": "20"},
        aside=("How many", "First on", "Paid first"),
    ),
    Form("finance.PolicyDialog", BURSAR, plain(PolicyDialog), {"Grace days before anything is held": "4"}),
    Form("finance.ProofDialog", BURSAR, proof),
    Form("finance.RefundRuleDialog", BURSAR, plain(RefundRuleDialog), {"Fee in GHS": "60.00"}),
    Form(
        "finance.PriceDialog",
        BURSAR,
        plain(PriceDialog),
        {"A period in GHS, before taxes": "60", "First period, if different": "50", "Taxes in percent": "VAT 15"},
    ),
    Form("finance.SubscribeDialog", BURSAR, on_account(SubscribeDialog)),
)
