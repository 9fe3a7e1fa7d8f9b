"""The forms of the cash desk: till, drawer, payments, and what is asked and decided about receipts."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.finance import shift_actions
from desktop.finance.receipt_dialog import DecideDialog, ReasonDialog
from desktop.finance.shift_dialogs import CloseDrawerDialog, MoveCashDialog, OpenDrawerDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_dialog import TillDialog
from desktop.finance.till_store import open_shift, own_till, receipts_of
from desktop.finance.verify_dialog import VerifyDialog
from shared.finance.vocabulary import RequestKind, RequestState
from tests.forms.driving import Form
from tests.forms.sample import Room

BURSAR, CASHIER, AT_A_DRAWER = "bursar", "cashier", "cashier 2"


def till_of(room: Room) -> Any:
    """The till that this computer is; where it is none, the bursar makes it one at the server."""
    till = own_till(room.desk)
    if till is None or till["state"] != "active":
        made = shift_actions.make_till(room.desk, "Front desk 7")
        shift_actions.approve_till(room.other(BURSAR).desk, made["id"])
        room.exchange()
        till = own_till(room.desk)
    assert till is not None
    return till


def drawer_of(room: Room) -> Any:
    """The drawer that is open at this till, with 500.00 in it; it stays open, for the server, too."""
    till = till_of(room)
    if open_shift(room.desk, till["id"]) is None:
        shift_actions.open_drawer(room.desk, 500_00)
        room.exchange()
    return open_shift(room.desk, till["id"])


def opening(room: Room) -> QWidget:
    """Count what lies in a drawer that is closed."""
    till_of(room)
    return OpenDrawerDialog(room.window, room.desk)


def moving(room: Room) -> QWidget:
    """Take cash out of a drawer, or put some in."""
    return MoveCashDialog(room.window, room.desk, drawer_of(room)["id"])


def closing(room: Room) -> QWidget:
    """Count a drawer and close it."""
    return CloseDrawerDialog(room.window, room.desk, drawer_of(room))


def paying(room: Room) -> QWidget:
    """Take money from somebody who owes some."""
    drawer_of(room)
    return TakePaymentDialog(room.window, room.desk, [room.row("instalment_plan")["person_id"]])


def by_card(room: Room) -> QWidget:
    """Take money that came by card, which has a number of its own."""
    drawer_of(room)
    dialog = TakePaymentDialog(room.window, room.desk, [room.row("instalment_plan")["person_id"]])
    dialog.methods.pick(1)
    return dialog


def asking(kind: RequestKind) -> Any:
    """Open what is asked about a receipt that nobody asked about yet."""

    def opener(room: Room) -> QWidget:
        drawer_of(room)
        asked = {one["payment_id"] for one in room.rows("finance_request")}
        found = (
            (line, person["person_id"])
            for person in room.rows("instalment_plan")
            for line in receipts_of(room.desk, person["person_id"])
            if line.payment_id not in asked
        )
        line, person_id = next(found)
        return ReasonDialog(room.window, room.desk, line, person_id, kind)

    return opener


def waiting_request(room: Room) -> QWidget:
    """Open the decision about a request that somebody made."""
    return DecideDialog(room.window, room.desk, room.row("finance_request", state=RequestState.WAITING))


TILL = (
    Form("finance.TillDialog", CASHIER, lambda room: TillDialog(room.window, room.desk)),
    Form("finance.OpenDrawerDialog", CASHIER, opening),
    Form("finance.MoveCashDialog", AT_A_DRAWER, moving),
    Form("finance.CloseDrawerDialog", AT_A_DRAWER, closing),
    Form("finance.TakePaymentDialog", AT_A_DRAWER, paying, {"Amount to receive": "120", "Cash given": "200"}),
    Form("finance.TakePaymentDialog card", AT_A_DRAWER, by_card, {"Amount to receive": "120"}),
    Form("finance.ReasonDialog void", AT_A_DRAWER, asking(RequestKind.VOID)),
    Form("finance.ReasonDialog refund", AT_A_DRAWER, asking(RequestKind.REFUND)),
    Form("finance.DecideDialog", BURSAR, waiting_request),
    Form(
        "finance.VerifyDialog",
        CASHIER,
        lambda room: VerifyDialog(room.window, room.desk),
        refuses="no words make a receipt's code",
    ),
)
