"""The subscriptions of one person: what each costs, where it stands, what comes next, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import subscription_actions
from desktop.finance.subscription_dialogs import SubscribeDialog
from desktop.finance.subscription_store import (
    KINDS_READ,
    SubscriptionRow,
    next_words,
    offered,
    price_words,
    state_look,
    subscription_rows,
)
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.finance.permissions import may_charge
from shared.finance.subscription_vocabulary import SubscriptionAct


def _tr(words: str) -> str:
    return QCoreApplication.translate("SubscriptionsCard", words)


def act_word(act: SubscriptionAct) -> tuple[str, str]:
    """Return the word and the icon of what is done with a subscription."""
    words = {
        SubscriptionAct.PAUSE: (_tr("Pause"), "hourglass"),
        SubscriptionAct.RESUME: (_tr("Resume"), "refresh-cw"),
        SubscriptionAct.KEEP: (_tr("Keep it"), "check"),
        SubscriptionAct.CANCEL_AT_END: (_tr("Cancel at the period's end"), "x"),
        SubscriptionAct.CANCEL_NOW: (_tr("Cancel now"), "circle-x"),
    }
    return words[act]


def done_word(act: SubscriptionAct, row: SubscriptionRow) -> str:
    """Return what is said when it was done."""
    words = {
        SubscriptionAct.PAUSE: _tr("{name} is paused"),
        SubscriptionAct.RESUME: _tr("{name} goes on"),
        SubscriptionAct.KEEP: _tr("{name} goes on"),
        SubscriptionAct.CANCEL_AT_END: _tr("{name} ends with its period"),
        SubscriptionAct.CANCEL_NOW: _tr("{name} has ended"),
    }
    return words[act].format(name=row.price["name"])


class ActButtons:
    """The buttons of what can be done with the subscription under the cursor."""

    def __init__(self, page: QWidget, desk: Desk, done: Callable[[], None]) -> None:
        self._page, self._desk, self._done = page, desk, done
        self._row: SubscriptionRow | None = None
        self.buttons = {act: self._button(act) for act in SubscriptionAct}

    def _button(self, act: SubscriptionAct) -> Button:
        words, icon = act_word(act)
        return Button(words, icon=icon, small=True, on_click=lambda: self.do(act))

    def show_for(self, row: SubscriptionRow | None) -> None:
        """Show what can be done with a subscription."""
        self._row = row
        may = subscription_actions.acts_for(self._desk, row.body) if row else []
        for act, button in self.buttons.items():
            button.setVisible(act in may)

    def do(self, act: SubscriptionAct) -> None:
        """Do it, or say why not."""
        row = self._row
        if row is None:
            return
        try:
            subscription_actions.change(self._desk, row.body, act)
        except CampusError as problem:
            tell_problem(self._page, problem)
            return
        self._done()
        tell(self._page, done_word(act, row))


class SubscriptionsCard(Card):
    """Lists one person's subscriptions; hidden where there are none and none can be begun."""

    subscribed = Signal(str)

    def __init__(self, desk: Desk, person_id: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Subscriptions"), padded=False, parent=parent)
        self._desk, self._person_id, self._name = desk, person_id, name
        self.lines: list[SubscriptionRow] = []
        self.acts = ActButtons(self, desk, self.refresh)
        self.add_button = Button(_tr("Subscribe"), icon="plus", small=True, on_click=self.subscribe)
        for button in (*self.acts.buttons.values(), self.add_button):
            if self.head is not None:
                self.head.add(button)
        self.source: ListSource[SubscriptionRow] = ListSource(lambda row: row.id, {"": lambda _row: 0})
        self.table = RecordTable(self.source, self._columns(), name=_tr("Subscriptions"), embedded=True)
        self.table.current.connect(lambda _id: self._show_buttons())
        self.nothing = Label(_tr("No subscriptions yet."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.add(self.table)
        self.add(self.nothing)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _columns(self) -> list[Column]:
        def name(row: SubscriptionRow) -> str:
            return str(row.price["name"])

        return [
            Column("name", _tr("What"), name, width=200, stretch=True, sortable=False),
            Column("place", _tr("Class"), lambda row: row.place, CellKind.MUTED, 180, sortable=False),
            Column("price", _tr("Price"), lambda row: price_words(row.price), CellKind.NUMBER, 190, sortable=False),
            Column("next", _tr("Next"), self._next, CellKind.MUTED, 190, sortable=False),
            Column("state", _tr("State"), lambda row: Cell(*state_look(row.body)), CellKind.BADGE, 160, sortable=False),
        ]

    def _next(self, row: SubscriptionRow) -> str:
        return next_words(self._desk, row.body)

    def refresh(self) -> None:
        """Read the subscriptions anew."""
        self.lines = subscription_rows(self._desk, self._person_id)
        office = may_charge(self._desk.actor)
        own = self._desk.actor.person_id == self._person_id
        may_begin = (office or own) and bool(offered(self._desk, self_service=not office))
        self.add_button.setVisible(may_begin)
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.table.setVisible(bool(self.lines))
        self.nothing.setVisible(not self.lines)
        show_part(self, bool(self.lines) or may_begin)
        self.table.updateGeometry()
        self._show_buttons()

    def _show_buttons(self) -> None:
        here = self.table.current_id()
        self.acts.show_for(next((row for row in self.lines if row.id == here), None))

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def subscribe(self) -> None:
        """Ask to what."""
        dialog = SubscribeDialog(self.window(), self._desk, self._person_id, self._name)
        dialog.saved.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _done(self, words: str) -> None:
        self.refresh()
        tell(self, words)
