"""Which letters someone wants, by what way, and the hours in which he or she is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import own_wishes, save_wishes
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from shared.core.errors import CampusError
from shared.messaging.letter_words import LetterCategory

_HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
Body = dict[str, Any]


class WishesCard(Card):
    """Letters about sign-in always come, codes at any hour. It needs the network."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Letters to me"), parent=parent)
        self._desk = desk
        self.away = IconText("cloud-off", self.tr("Asking the server"), "muted")
        self.add(self.away)
        self.add(Label(self.tr("Codes and news of your sign-ins always come."), "small", "text2", wrap=True))
        self.letters = Check(self.tr("Send me letters"))
        self.mail, self.sms = Check(self.tr("By mail")), Check(self.tr("By SMS"))
        self.categories = {word: Check(name) for word, name in self._categories().items()}
        for check in (self.letters, self.mail, self.sms):
            self.add(check)
        self.add(Label(self.tr("About"), "small-medium", "text2"))
        for check in self.categories.values():
            self.add(check)
        self._make_hours()
        self.letters.toggled.connect(self._turn)
        self.save_button = primary(self.tr("Save"), "check", self.save)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        self.add(foot)
        self.save_button.setEnabled(False)

    def _categories(self) -> dict[str, str]:
        return {
            str(LetterCategory.ASSIGNMENTS): self.tr("Assignments"),
            str(LetterCategory.PAYMENTS): self.tr("Payments"),
            str(LetterCategory.REMINDERS): self.tr("Reminders"),
            str(LetterCategory.ANNOUNCEMENTS): self.tr("Announcements"),
            str(LetterCategory.GENERAL): self.tr("Everything else"),
        }

    def _make_hours(self) -> None:
        hours = [(hour, hour) for hour in _HALF_HOURS]
        self.quiet_from = Combo([("", self.tr("No quiet hours")), *hours])
        self.quiet_until = Combo(hours)
        row = QHBoxLayout()
        row.setSpacing(12)
        hint = self.tr("Letters that can wait come afterwards")
        row.addWidget(Field(self.tr("Quiet from"), self.quiet_from, hint=hint), 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Field(self.tr("Quiet until"), self.quiet_until), 1, Qt.AlignmentFlag.AlignTop)
        self.add(row)
        self.quiet_from.currentIndexChanged.connect(lambda _index: self._turn())

    def _turn(self) -> None:
        on = self.letters.isChecked()
        for check in (self.mail, self.sms, *self.categories.values()):
            check.setEnabled(on)
        self.quiet_until.setEnabled(bool(self.quiet_from.chosen))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server."""
        super().showEvent(event)

        def failed(problem: CampusError) -> None:
            self.away.set_state("cloud-off", problem.message, "muted")

        self._do(lambda: own_wishes(self._desk), self._show, failed)

    def _show(self, told: Body) -> None:
        self.away.hide()
        self.letters.setChecked(told["letters"])
        self.mail.setChecked(told["mail"])
        self.sms.setChecked(told["sms"])
        for word, check in self.categories.items():
            check.setChecked(word not in told["unwanted"])
        self.quiet_from.choose(told["quiet_from"] or "")
        self.quiet_until.choose(told["quiet_until"] or "06:30")
        self.save_button.setEnabled(True)
        self._turn()

    def wishes(self) -> Body:
        """Return what is chosen, as the server takes it."""
        begin = self.quiet_from.chosen or None
        return {
            "letters": self.letters.isChecked(),
            "mail": self.mail.isChecked(),
            "sms": self.sms.isChecked(),
            "unwanted": [word for word, check in self.categories.items() if not check.isChecked()],
            "quiet_from": begin,
            "quiet_until": self.quiet_until.chosen if begin else None,
        }

    def save(self) -> None:
        """Keep what is chosen."""
        wishes = self.wishes()

        def done(told: Body) -> None:
            self._show(told)
            tell(self, self.tr("Saved which letters you want"))

        self._do(lambda: save_wishes(self._desk, wishes), done, lambda problem: tell_problem(self, problem))

    def _do(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[CampusError], Any]) -> None:
        def refused(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            failed(problem)

        run_in_background(work, done, refused, self, Lane.NETWORK)
