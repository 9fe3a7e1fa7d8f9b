"""Publishes a new version of a text; everybody is asked about it at the next sign-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.consent_actions import publish
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import NoteField, TextField
from shared.core.errors import CampusError
from shared.people.consent import LONGEST_TEXT, LONGEST_TITLE, present_texts, purpose_words
from shared.people.vocabulary import Permission


class ConsentTextDialog(Dialog):
    """Begins with the words of the version before."""

    needs = (Permission.PEOPLE_ERASE,)

    def __init__(
        self, window: QWidget, desk: Desk, texts: Sequence[dict[str, Any]], done: Callable[[], object]
    ) -> None:
        subtitle = self.tr("Everybody is asked about it once, at the next sign-in")
        super().__init__(window, self.tr("Publish a text"), subtitle=subtitle, icon="file-text", width=640)
        self._desk, self._done = desk, done
        self._before = {one["purpose"]: one for one in present_texts(texts)}
        choices = [(str(key), words) for key, words in purpose_words().items()]
        self.purpose = Combo(choices, name=self.tr("About"))
        self.add(Field(self.tr("About"), self.purpose))
        self.title_field = TextField(name=self.tr("Title"))
        self.title_field.setMaxLength(LONGEST_TITLE)
        self.add(Field(self.tr("Title"), self.title_field))
        self.words = NoteField(lines=9, name=self.tr("Words"), most=LONGEST_TEXT)
        self.add(Field(self.tr("What people read"), self.words))
        self.problem = Label("", "small", "bad", wrap=True)
        self.add(self.problem)
        self.problem.hide()
        self.add_cancel()
        self.add_button(primary(self.tr("Publish"), "megaphone", self.save))
        self.purpose.currentIndexChanged.connect(lambda _at: self._show())
        self._show()

    def _show(self) -> None:
        before = self._before.get(self.purpose.chosen or "", {})
        self.title_field.setText(str(before.get("title") or purpose_words().get(self.purpose.chosen or "", "")))
        self.words.setPlainText(str(before.get("body") or ""))

    def save(self) -> None:
        """Publish it."""
        words = self.words.toPlainText()
        try:
            publish(self._desk, str(self.purpose.chosen), self.title_field.text(), words)
        except CampusError as problem:
            self.problem.setText(problem.message)
            self.problem.show()
            return
        self.accept()
        self._done()
