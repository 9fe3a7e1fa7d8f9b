"""An applicant's page: forms that are open, the own applications with their state, and the form step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.apply_form import ApplyForm
from desktop.admissions.step_strip import StepStrip
from desktop.admissions.store import KINDS_READ, ApplicationLine, events_of, line_of, open_forms, own_applications
from desktop.admissions.words import event_words, fee_words, moment_words, state_look
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.times import local_now, short_date
from desktop.timetable.times import zone_of
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from shared.admissions.commands import fee_charge_id
from shared.admissions.rules import fee_refusal, withdraw_refusal
from shared.admissions.vocabulary import ApplicationState, EventKind
from shared.core.errors import CampusError

_MOST = 820


class ApplyPage(QWidget):
    """Without an id the overview; with one an application: its form while it is a draft, else how far it is."""

    def __init__(self, desk: Desk, row_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone, self.row_id = desk, zone_of(desk), row_id or ""
        self.setWindowTitle(self.tr("Apply"))
        self._layers = QStackedLayout(self)
        self.overview, self.status = ScrollColumn(most=_MOST), ScrollColumn(most=_MOST)
        self.form = ApplyForm(desk)
        for layer in (self.overview, self.status, self.form):
            self._layers.addWidget(layer)
        self.form.left.connect(self.leave)
        self.form.sent.connect(self._sent)
        self.form.withdraw_asked.connect(self.ask_withdrawal)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    # -------------------------------------------------------------------------------------------------- showing

    @property
    def line(self) -> ApplicationLine | None:
        """The application on show."""
        return line_of(self._desk, self.row_id) if self.row_id else None

    def refresh(self) -> None:
        """Show what is wanted anew; what somebody is writing stays."""
        line = self.line
        if line is None:
            self._show_overview()
            self._layers.setCurrentWidget(self.overview)
        elif line.body["state"] == ApplicationState.DRAFT and fee_refusal(line.body) is None:
            self.form.show_line(line)
            self._layers.setCurrentWidget(self.form)
        else:
            self._show_status(line)
            self._layers.setCurrentWidget(self.status)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    @staticmethod
    def _clear(column: ScrollColumn) -> Any:
        while (item := column.body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        return column.body

    def _show_overview(self) -> None:
        body = self._clear(self.overview)
        body.addWidget(PageHead(self.tr("Apply"), self.tr("Choose a form. What you fill in is kept by itself.")))
        own = own_applications(self._desk)
        if own:
            card, rows = Card(self.tr("Your applications"), padded=False), RowList(name=self.tr("Your applications"))
            rows.set_rows([
                RowContent(one.id, str(one.body["content"]["title"]), one.body["number"] or one.course,
                           icon="clipboard-list", badge=state_look(one.body["state"]))
                for one in own
            ])  # fmt: skip
            rows.pressed.connect(self.open)
            card.add(rows)
            body.addWidget(card)
        begun = {one.body["form_id"] for one in own if one.body["state"] not in ("withdrawn", "rejected")}
        forms = [one for one in open_forms(self._desk) if one["id"] not in begun]
        for form in forms:
            body.addWidget(self._form_card(form))
        if not forms and not own:
            words = self.tr("The institute opens its forms for some weeks before a term. Look here again.")
            body.addWidget(EmptyState("clipboard-list", self.tr("No form is open"), words))
        body.addStretch(1)

    def _form_card(self, form: Mapping[str, Any]) -> Card:
        card, row, words = Card(), QHBoxLayout(), QVBoxLayout()
        words.addWidget(ElidedLabel(str(form["title"]), "section"))
        fee = self.tr("Application fee: {fee}").format(fee=fee_words(form))
        parts = [fee if form["fee"] else fee_words(form)]
        if form.get("closes_on"):
            closes = short_date(date.fromisoformat(form["closes_on"]), local_now(self._desk).date())
            parts.append(self.tr("open till {day}").format(day=closes))
        words.addWidget(Label(" · ".join(parts), "body", "text2"))
        row.addLayout(words, 1)
        row.addWidget(primary(self.tr("Apply"), on_click=partial(self.start, form)))
        card.add(row)
        return card

    def _show_status(self, line: ApplicationLine) -> None:
        body = self._clear(self.status)
        state = line.body["state"]
        head = PageHead(str(line.body["content"]["title"]), line.body["number"] or self.tr("not numbered yet"))
        head.add_button(secondary(self.tr("All applications"), "arrow-left", self.leave))
        body.addWidget(head)
        card = Card(self.tr("How far it is"))
        if card.head is not None:
            card.head.add(Badge(*state_look(state)))
        strip = StepStrip()
        strip.show_step(line.step, ended=state in (ApplicationState.REJECTED, ApplicationState.WITHDRAWN))
        card.add(strip)
        if fee_refusal(line.body) is not None and state == ApplicationState.DRAFT:
            self._add_fee(card, line)
        if line.waiting:
            card.add(Well("hard-drive", self.tr("Saved on this computer. It is sent as soon as there is a network.")))
        if line.body.get("interview_at"):
            when = moment_words(line.body["interview_at"], self._zone)
            card.add(Well("calendar", self.tr("Your interview: {when}").format(when=when)))
        body.addWidget(card)
        asked = [key for key, one in line.body["document_checks"].items() if one == "unreadable"]
        if asked and state not in (ApplicationState.REJECTED, ApplicationState.WITHDRAWN, ApplicationState.APPROVED):
            self.form.show_line(line, only=asked)
            body.addWidget(self._again_card(line, asked))
        body.addWidget(self._history_card(line))
        if withdraw_refusal(line.body) is None:
            withdraw = danger(self.tr("Withdraw the application"), "circle-minus", self.ask_withdrawal)
            body.addWidget(withdraw, 0, Qt.AlignmentFlag.AlignRight)
        body.addStretch(1)

    def _add_fee(self, card: Card, line: ApplicationLine) -> None:
        words = self.tr(
            "The form opens once the application fee of {fee} is paid: online, by mobile money, or at the cash desk, "
            "where you name {number}."
        )
        card.add(
            Well("banknote", words.format(fee=fee_words(line.body), number=line.body["number"] or line.name), "warn")
        )
        self.pay_button = primary(self.tr("Pay the fee"), "credit-card", partial(self.pay_fee, line))
        # Before the server has the application nothing is charged that could be paid.
        self.pay_button.setEnabled(not line.waiting)
        row = QHBoxLayout()
        row.addWidget(self.pay_button)
        row.addStretch(1)
        card.add(row)

    def _again_card(self, line: ApplicationLine, asked: list[str]) -> Card:
        card = Card(self.tr("Send a document again"))
        titles = {one["key"]: str(one["title"]) for one in line.body["content"]["documents"]}
        words = self.tr("The office could not read: {titles}.")
        card.add(Label(words.format(titles=", ".join(titles.get(key, key) for key in asked)), wrap=True))
        open_form = partial(self._layers.setCurrentWidget, self.form)
        card.add(primary(self.tr("Choose a new file"), "paperclip", open_form))
        return card

    def _history_card(self, line: ApplicationLine) -> Card:
        card, rows = Card(self.tr("What happened"), padded=False), RowList(name=self.tr("What happened"))
        contents = []
        for one in events_of(self._desk, line.id):
            if one["kind"] == EventKind.NOTE:
                continue
            words, icon = event_words(one["kind"])
            when = moment_words(one["at"], self._zone)
            contents.append(RowContent(one["id"], words, str(one["words"]), icon=icon, end=when))
        rows.set_rows(contents)
        card.add(rows)
        return card

    # --------------------------------------------------------------------------------------------------- acting

    def start(self, form: Mapping[str, Any]) -> None:
        """Begin an application."""
        try:
            self.open(actions.start(self._desk, form))
        except CampusError as problem:
            tell_problem(self, problem)

    def pay_fee(self, line: ApplicationLine) -> None:
        """Pay the application fee through a gateway; the form opens by itself."""
        charge_id = fee_charge_id(line.id)
        dialog = PayOnlineDialog(self.window(), self._desk, self._desk.actor.person_id, charge_id=charge_id)
        dialog.paid.connect(lambda words: tell(self, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def open(self, row_id: str) -> None:
        """Show one of the own applications."""
        self.form.keep()
        self.row_id = row_id
        self.refresh()

    def leave(self) -> None:
        """Go back to all forms; what was filled in is kept."""
        self.open("")

    def _sent(self) -> None:
        tell(self, self.tr("Application sent. You see here how far it is"))
        self.refresh()

    def ask_withdrawal(self) -> None:
        """Ask once, and withdraw."""
        line = self.line
        if line is None:
            return
        dialog = Dialog(self.window(), self.tr("Withdraw the application"), icon="circle-minus", width=440)
        words = self.tr("The institute doesn't look at it any more. The application fee isn't paid back by this.")
        dialog.add(Label(words, wrap=True))
        dialog.add_cancel(self.tr("Keep it"))
        dialog.add_button(danger(self.tr("Withdraw"), on_click=partial(self._withdraw, dialog, line.id)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _withdraw(self, dialog: Dialog, row_id: str) -> None:
        dialog.accept()
        try:
            actions.withdraw(self._desk, row_id)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, self.tr("Application withdrawn"))
        self.refresh()
