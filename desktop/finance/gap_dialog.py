"""Asks why receipt numbers are missing, and keeps the answer; nothing that was written is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_manage_finance
from shared.finance.report_vocabulary import GapReason
from shared.finance.report_words import reason_words
from shared.people.vocabulary import Permission

_LEAST = 3


def _tr(words: str) -> str:
    return QCoreApplication.translate("GapDialog", words)


def explain(desk: Desk, row: Mapping[str, Any], reason: str, words: str) -> None:
    """Write down why numbers are missing. Raises CampusError `not_allowed`, `reason_missing`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't explain missing numbers. Ask the bursar."))
    said = " ".join(words.split())
    if len(said) < _LEAST:
        raise CampusError("reason_missing", text("Say in a few words what happened."))
    payload = {"till_id": row["till_id"], "first": row["first_sequence"], "last": row["last_sequence"]}
    desk.commit([Ask("ExplainGap", desk.ids(), {**payload, "reason": reason, "words": said[:500]})])


class GapDialog(Dialog):
    """``saved`` gives what to tell."""

    needs = (Permission.FINANCE_MANAGE,)

    saved = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, row: Mapping[str, Any]) -> None:
        numbers = str(row["first"]) if row["count"] == 1 else f"{row['first']} – {row['last']}"
        super().__init__(window, _tr("Explain {numbers}").format(numbers=numbers), icon="receipt", width=480)
        self._desk, self._row, self._numbers = desk, row, numbers
        self.reason = Combo([(str(one), reason_words(one)) for one in GapReason], name=_tr("Reason"))
        if row["why"] in set(GapReason):
            self.reason.choose(str(row["why"]))
        self.add(Field(_tr("Reason"), self.reason))
        self.words = TextField(str(row["words"]) if row["by"] else "")
        self.words.setMaxLength(500)
        self.words_field = Field(_tr("What happened"), self.words)
        self.add(self.words_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), "check", self.save))
        self.on_key("Ctrl+Return", self.save)

    def first_focus(self) -> QWidget:
        """Begin with what happened."""
        return self.words

    def save(self) -> None:
        """Keep the explanation."""
        try:
            explain(self._desk, self._row, str(self.reason.chosen), self.words.text())
        except CampusError as problem:
            self.words_field.set_error(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Explained: {numbers}").format(numbers=self._numbers))
