"""The base of dialogs that keep a short list: the list at the left, the form of what is chosen in it beside it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.people.actions import Done
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("ListedDialog", words)


class ListedDialog(Dialog):
    """Keeps rows one by one, each as it is saved; ``saved`` gives what is told of it, with its undo.

    Make `name` and the form, then call ``put_together``. A new row leaves the form empty for the next one.
    """

    saved = Signal(object)
    name: TextField

    def put_together(self, form: QVBoxLayout, list_name: str, new: str, size: tuple[int, int], save: str = "") -> None:
        """Put the list, of `size` in px, beside the form; `new` is what begins a row, `save` what keeps it."""
        self.kept: dict[str, Body] = {}
        self._shown: Body | None = None
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        form.addWidget(self.problem)
        form.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._make_list(list_name, new, size))
        row.addLayout(form, 1)
        self.add(row, 1)
        self.remove_button = danger(_tr("Take off"), on_click=self.remove)
        self.foot_words(self.remove_button)
        self.add_cancel(_tr("Close"))
        self.save_button = self.add_button(primary(save or _tr("Save"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.refresh()
        self._show(None)

    def _make_list(self, list_name: str, new: str, size: tuple[int, int]) -> QWidget:
        box = QWidget()
        box.setFixedWidth(theme().px(size[0]))
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(secondary(new, "plus", lambda: self._show(None)))
        scroll = FormScroll()
        scroll.body.setContentsMargins(0, 0, 8, 0)
        scroll.setFixedHeight(size[1])
        self.list = RowList(selectable=True, name=list_name)
        self.list.pressed.connect(lambda key: self._show(self.kept.get(key)))
        scroll.body.addWidget(self.list)
        scroll.body.addStretch(1)
        column.addWidget(scroll, 1)
        return box

    @abstractmethod
    def rows(self) -> Sequence[Body]:
        """Return the rows as the store has them now."""

    @abstractmethod
    def line(self, body: Body) -> RowContent:
        """Return how a row looks in the list."""

    @abstractmethod
    def fill(self, body: Body | None) -> None:
        """Fill the form with a row, or with nothing for a new one."""

    @abstractmethod
    def save(self) -> None:
        """Save the row on show."""

    @abstractmethod
    def remove(self) -> None:
        """Take the row on show off the list."""

    def refresh(self) -> None:
        """Read the list anew."""
        self.kept = {one["id"]: one for one in self.rows()}
        self.list.set_rows([self.line(one) for one in self.kept.values()])

    def _show(self, body: Body | None) -> None:
        self._shown = body
        self.remove_button.setVisible(body is not None)
        if body is None:
            self.list.choose_none()
        else:
            self.list.choose(body["id"])
        self.fill(body)
        self.name.setFocus()

    def say_problem(self, words: str) -> None:
        """Say below the form what is amiss; an empty text takes it away."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def told(self, done: Done | None) -> None:
        """Go on with a new row, and tell what was done."""
        self.refresh()
        self._show(None)
        if done is not None:
            self.saved.emit(done)
