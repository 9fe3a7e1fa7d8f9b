"""One letter: what became of it, each try, and sending it again or taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import letter, send_again, take_back
from desktop.messaging.letter_words import channel_words, cost_words, state_words
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import FactGrid
from shared.core.errors import CampusError
from shared.core.text import text
from shared.messaging.letter_words import DeliveryState

_AGAIN = {DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED, DeliveryState.UNKNOWN}
_SHOWN_TRIES = 8


class LetterDialog(Dialog):
    """``changed`` tells that the letter isn't any more what the list shows."""

    changed = Signal()

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any]) -> None:
        super().__init__(window, str(shown["title"]), icon="mail", width=560)
        self._desk, self._shown = desk, dict(shown)
        self.facts = FactGrid(2)
        self.add(self.facts)
        self.reason = Label("", wrap=True)
        self.add(self.reason)
        self.tries = QVBoxLayout()
        self.tries.setSpacing(4)
        self.add(self.tries)
        words = self.tr("Nobody knows whether it went out. Sent again, it may arrive twice.")
        self.doubt = Well("circle-alert", words, "warn")
        self.add(self.doubt)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        self.add(self.refusal)
        self.add_cancel(self.tr("Close"))
        self.back_button = self.add_button(secondary(self.tr("Take back"), on_click=self.take_back))
        self.again_button = self.add_button(primary(self.tr("Send again"), "refresh-cw", self.send_again))
        self._show(self._shown)
        self._do(lambda: letter(desk, shown["id"]), self._show)

    def send_again(self) -> None:
        """Put the letter into the queue once more; the words above said that it may arrive twice."""
        doubtful = self._shown["state"] == DeliveryState.UNKNOWN
        identity = self._shown["id"]
        self._do(lambda: send_again(self._desk, identity, although_unknown=doubtful), self._done)

    def take_back(self) -> None:
        """Keep the letter from going."""
        self._do(lambda: take_back(self._desk, self._shown["id"]), self._done)

    def _do(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        run_in_background(work, done, self._failed, self, Lane.NETWORK)

    def _done(self, told: Mapping[str, Any]) -> None:
        self.refusal.hide()
        self._show(told)
        self.changed.emit()

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.refusal.set_state("circle-alert", problem.message, "bad")
        self.refusal.show()

    def _show(self, told: Mapping[str, Any]) -> None:
        self._shown = dict(told)
        zone, now = zone_of(self._desk), self._desk.clock.now()
        state = DeliveryState(told["state"])
        self.facts.set_fact(self.tr("State"), state_words()[state])
        self.facts.set_fact(self.tr("Way"), channel_words()[told["channel"]])
        self.facts.set_fact(self.tr("To"), told["person_name"] or told["address"])
        self.facts.set_fact(self.tr("Address"), told["address"])
        self.facts.set_fact(self.tr("Written"), instant_words(told["made_at"], zone, now))
        waits = instant_words(told["due_at"], zone, now) if state is DeliveryState.QUEUED else ""
        self.facts.set_fact(self.tr("Next try"), waits)
        self.reason.setText(" ".join(part for part in (told["reason"], self._attached(told), cost_words(told)) if part))
        self.doubt.setVisible(state is DeliveryState.UNKNOWN)
        self.back_button.setVisible(state is DeliveryState.QUEUED)
        self.again_button.setVisible(state in _AGAIN)
        empty(self.tries)
        for one in told.get("tries", ())[-_SHOWN_TRIES:]:
            self.tries.addWidget(Label(self._try_words(one), "small", "text2", wrap=True))

    def _attached(self, told: Mapping[str, Any]) -> str:
        """Return what goes with it, unless the reason says so already."""
        words = str(told.get("attached") or "")
        return "" if words in told["reason"] else words

    def _try_words(self, one: Mapping[str, Any]) -> str:
        at = instant_words(one["began_at"], zone_of(self._desk), self._desk.clock.now())
        came = _came_words().get(one["outcome"], "")
        return text("Try {n}, {at}: {came} {reason}", n=one["number"], at=at, came=came, reason=one["reason"]).strip()


def empty(layout: QLayout) -> None:
    """Take all widgets out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.deleteLater()


def _came_words() -> dict[str, str]:
    return {
        "sending": text("being sent."),
        "sent": text("sent."),
        "failed": text("failed."),
        "retry": text("to be tried again."),
        "unknown": text("maybe sent."),
        "stopped": text("stopped."),
    }
