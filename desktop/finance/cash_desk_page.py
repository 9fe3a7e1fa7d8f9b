"""The cash desk: find a student, see what is due, take money and print; everything works with the network down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance.account_card import AccountCard, Sums
from desktop.finance.account_store import today_of
from desktop.finance.cash_desk_acts import CashDeskActs
from desktop.finance.cash_desk_side import DrawerCard, NotesCard, ReceiptsCard, RequestsCard
from desktop.finance.charge_dialog import ChargeDialog
from desktop.finance.plan_actions import may_plan
from desktop.finance.plan_card import PlanCard
from desktop.finance.plan_dialog import PlanDialog
from desktop.finance.till_store import (
    KINDS_READ,
    account_of,
    install_of,
    open_shift,
    own_till,
    receipts_of,
    waiting_requests,
)
from desktop.people.words import full_name
from desktop.shell.page import follow, tell
from desktop.shell.photos import photo_of
from desktop.timetable.kit_store import people_like, person_on_card
from desktop.widgets.announce import announce
from desktop.widgets.avatar import Avatar
from desktop.widgets.buttons import icon_button, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import ElidedLabel
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.text_field import SearchField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.money import short_amount
from shared.finance.permissions import may_approve, may_charge, may_manage_finance, may_take_payment
from shared.finance.receipt_code import PREFIX
from shared.finance.till_rules import check_till
from shared.finance.vocabulary import TILL, TillState
from shared.people.id_card import CardRefusal
from shared.people.vocabulary import PERSON

_SEARCH, _LEAST_SEARCH, _SIDE, _EMPTY_HEIGHT = 360, 180, 308, 460
_LEAST_LETTERS = 2
_STATE = 3
_WIDTHS = {"day": 76, "number": 168, "charge": 88, "paid": 88, "balance": 96}


class CashDeskPage(QWidget):
    """One student at a time; F4 goes to the next one, F8 takes a payment."""

    def __init__(self, desk: Desk, person_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.person_id = ""
        self.acts = CashDeskActs(desk, self)
        column = ScrollColumn(padding=22)
        column.body.setSpacing(14)
        column.body.addLayout(self._make_top())
        self.found = RowList(name=self.tr("Students found"))
        self.found.pressed.connect(self.show_person)
        self.found_card = Card(padded=False)
        self.found_card.add(self.found)
        self.found_card.hide()
        column.body.addWidget(self.found_card)
        self._make_head()
        column.body.addWidget(self.head)
        parts = QHBoxLayout()
        parts.setSpacing(16)
        self.main = QVBoxLayout()
        self.main.setSpacing(14)
        words = self.tr("Type three letters of the name, a number, or scan the ID card.")
        self.empty = EmptyState("banknote", self.tr("Find a student"), words)
        self.empty.setMinimumHeight(theme().px(_EMPTY_HEIGHT))
        self.main.addWidget(self.empty)
        self.account: AccountCard | None = None
        self.plan: PlanCard | None = None
        parts.addLayout(self.main, 1)
        parts.addWidget(self._make_side(), 0, Qt.AlignmentFlag.AlignTop)
        column.body.addLayout(parts)
        column.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(column)
        self._make_keys()
        follow(desk.store, self, self._changed)
        self.show_person(person_id or "")

    # ----------------------------------------------------------------------------------------------------- building

    def _make_keys(self) -> None:
        self.setWindowTitle(self.tr("Cash desk"))
        for key, act in (("F4", self.next_student), ("F8", self.take_payment)):
            QShortcut(QKeySequence(key), self).activated.connect(act)
        self.reader = ReaderFilter(self)
        self.reader.scanned.connect(self.take_scan)
        self.reader.start()
        self.destroyed.connect(self.reader.deleteLater)

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.search = SearchField(self.tr("Name, number or card"))
        self.search.setMinimumWidth(theme().px(_LEAST_SEARCH))
        self.search.setMaximumWidth(theme().px(_SEARCH))
        self.search.searched.connect(self._find)
        self.search.jump.connect(lambda _typed: self._to_found(press=True))
        self.search.left_down.connect(lambda: self._to_found(press=False))
        # The room that is left is the search field's first; only what it can't take lies before the buttons.
        row.addWidget(self.search, 100)
        scan = lambda: self.acts.scan(self.take_scan)  # noqa: E731 - a button and a key do the same
        self.camera_button = icon_button("camera", self.tr("Scan with the camera"), "F9", on_click=scan)
        row.addWidget(self.camera_button)
        QShortcut(QKeySequence("F9"), self).activated.connect(scan)
        row.addWidget(KeyHint("F4", self.tr("new student")))
        row.addStretch(1)
        self.check_button = secondary(self.tr("Check a receipt"), "scan-line", self.acts.check_receipt)
        row.addWidget(self.check_button)
        self.several_button = secondary(self.tr("Pay for several"), "users", self.acts.pay_for_several)
        show_part(self.several_button, may_take_payment(self._desk.actor))
        row.addWidget(self.several_button)
        self.charge_button = secondary(self.tr("Add charge"), "plus", self.add_charge)
        show_part(self.charge_button, may_charge(self._desk.actor))
        row.addWidget(self.charge_button)
        self.plan_button = secondary(self.tr("Change plan"), "calendar", self.change_plan)
        show_part(self.plan_button, may_plan(self._desk.actor))
        row.addWidget(self.plan_button)
        self.pay_button = primary(self.tr("Take payment"), "banknote", self.take_payment)
        self.pay_button.setToolTip(self.tr("Take payment (F8)"))
        show_part(self.pay_button, may_take_payment(self._desk.actor))
        row.addWidget(self.pay_button)
        return row

    def _make_head(self) -> None:
        self.head = Card()
        row = QHBoxLayout()
        row.setSpacing(16)
        self.avatar = Avatar(size=52)
        row.addWidget(self.avatar)
        words = QVBoxLayout()
        words.setSpacing(3)
        self.name = ElidedLabel("", "title")
        self.facts = ElidedLabel("", "body", "text2")
        words.addWidget(self.name)
        words.addWidget(self.facts)
        row.addLayout(words, 1)
        self.sums = Sums(large=True)
        row.addWidget(self.sums)
        self.head.add(row)

    def _make_side(self) -> QWidget:
        self.side = QWidget()
        self.side.setFixedWidth(theme().px(_SIDE))
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.requests = RequestsCard()
        self.requests.chosen.connect(self.acts.decide)
        self.receipts = ReceiptsCard(self._desk)
        self.receipts.opened.connect(lambda line: self.acts.open_receipt(line, self.person_id))
        self.receipts.print_asked.connect(lambda line: self.acts.print_again(line.id))
        acts = {
            "till": self.acts.make_till,
            "open": self.acts.open_drawer,
            "close": self.acts.close_drawer,
            "move": self.acts.move_cash,
            "report": self.acts.show_report,
        }
        self.drawer = DrawerCard(self._desk, acts)
        show_part(self.drawer, may_take_payment(self._desk.actor))
        self.notes = NotesCard(self._desk)
        for card in (self.requests, self.receipts, self.drawer, self.notes):
            column.addWidget(card)
        return self.side

    # ------------------------------------------------------------------------------------------------------ finding

    def _find(self, typed: str) -> None:
        found = people_like(self._desk, typed) if len(typed) >= _LEAST_LETTERS else []
        self.found.set_rows(
            [
                RowContent(
                    one["id"], full_name(one), person=one.get("number") or one["id"], end=one.get("number") or ""
                )
                for one in found
            ]
        )
        self.found_card.setVisible(bool(found))

    def _to_found(self, *, press: bool) -> None:
        self._find(self.search.text().strip())
        if self.found.rows and press:
            self.found.rows[0].click()
        elif self.found.rows:
            self.found.rows[0].setFocus()

    def take_scan(self, scanned: str) -> None:
        """Find by card; a receipt's code is checked."""
        if scanned.upper().startswith(PREFIX):
            self.acts.check_receipt(scanned)
            return
        found = person_on_card(self._desk, scanned)
        if isinstance(found, CardRefusal):
            tell(self, found.sentence)
            announce(self, found.sentence)
            return
        self.show_person(found["id"])

    def next_student(self) -> None:
        """Begin with the next student."""
        self.search.clear()
        self.show_person("")
        self.search.setFocus()

    def show_person(self, person_id: str) -> None:
        """Show one student, or nobody; nothing of the student before remains."""
        body = self._desk.store.get(PERSON, person_id) if person_id else None
        self.person_id = person_id if body else ""
        self.found.set_rows([])
        self.found_card.hide()
        for card in filter(None, (self.plan, self.account)):
            self.main.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.plan = self.account = None
        if body is not None:
            self.search.blockSignals(True)
            self.search.setText(full_name(body))
            self.search.setCursorPosition(0)
            self.search.blockSignals(False)
            self.account = AccountCard(self._desk, self.person_id)
            # Beside the drawer there is no room for the state, which the receipts tell.
            self.account.table.setColumnHidden(_STATE, True)
            self.account.set_widths(_WIDTHS)
            self.plan = PlanCard(self._desk, self.person_id)
            self.main.addWidget(self.plan, 0, Qt.AlignmentFlag.AlignTop)
            self.main.addWidget(self.account, 1, Qt.AlignmentFlag.AlignTop)
            number = body.get("number") or ""
            self.avatar.set_person(full_name(body), number or person_id, photo_of(self._desk.store, person_id))
            self.name.setText(full_name(body))
            self.facts.setText(" · ".join(part for part in (number, body.get("phone")) if part))
        self.refresh()
        if body is not None:
            self.pay_button.setFocus()

    # ------------------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Show what the store has now."""
        known = bool(self.person_id)
        self.head.setVisible(known)
        self.empty.setVisible(not known)
        self.receipts.setVisible(known)
        self.charge_button.setEnabled(known)
        self.plan_button.setEnabled(known)
        till, shift, problem = self._till()
        self.drawer.show_drawer(till, shift, problem)
        self.pay_button.setEnabled(known)
        self._show_waiting()
        if known:
            self._show_sums()
        else:
            self.notes.hide()
        # Who neither takes money nor decides has an empty side: what is left stands in the middle then.
        cards = (self.requests, self.receipts, self.drawer, self.notes)
        self.side.setVisible(not all(card.isHidden() for card in cards))

    def _show_sums(self) -> None:
        account = account_of(self._desk, self.person_id)
        self.sums.show_sums(
            [
                (self.tr("Paid this year"), self._amount(account.paid_this_year, account.currency), "text2"),
                (
                    self.tr("Due today"),
                    self._amount(account.due_today, account.currency),
                    "warn" if account.due_today else "text2",
                ),
                (self.tr("Balance"), self._amount(account.balance, account.currency), "text"),
            ]
        )
        self.receipts.show_lines(receipts_of(self._desk, self.person_id, 6))
        self.notes.show_notes(self.person_id)

    @staticmethod
    def _amount(minor: int, currency: str) -> str:
        return f"{currency} {short_amount(minor, currency)}"

    def _till(self) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None, str]:
        till = own_till(self._desk)
        try:
            check_till(till, install_of(self._desk), today_of(self._desk))
        except CampusError as problem:
            return till, None, problem.message
        return till, open_shift(self._desk, (till or {})["id"]), ""

    def _show_waiting(self) -> None:
        actor = self._desk.actor
        requests = [one for one in waiting_requests(self._desk) if one["asked_by"] != actor.person_id]
        tills = self._desk.store.page(TILL, limit=-1) if may_manage_finance(actor) else []
        waiting = [one for one in tills if one["state"] == TillState.WAITING]
        self.requests.show_rows(requests if may_approve(actor) else [], waiting)

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ:
            self.refresh()

    # ------------------------------------------------------------------------------------------------------- acting

    def take_payment(self) -> None:
        """Take a payment of the student on show."""
        if self.person_id:
            self.acts.take_payment([self.person_id])

    def add_charge(self) -> None:
        """Charge the student on show."""
        name = self.name.text()
        dialog = ChargeDialog(self.window(), self._desk, self.person_id, name)
        dialog.charged.connect(lambda _id, words: tell(self, words))
        dialog.finished.connect(partial(dialog.deleteLater))
        dialog.open_dialog()

    def change_plan(self) -> None:
        """Set or change the instalment plan of the student on show."""
        dialog = PlanDialog(self.window(), self._desk, self.person_id, self.name.text())
        dialog.saved.connect(self._planned)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _planned(self, words: str) -> None:
        if self.plan is not None and self.account is not None:
            self.plan.refresh()
            self.account.refresh()
        self.refresh()
        tell(self, words)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("F4", self.tr("Next student")),
            ("F8", self.tr("Take payment")),
            ("F9", self.tr("Scan with the camera")),
            ("1–4", self.tr("In the dialog: the method")),
            ("Ctrl Enter", self.tr("Receive and print")),
        ]

    def first_focus(self) -> QWidget:
        """Begin by finding."""
        return self.pay_button if self.person_id else self.search
