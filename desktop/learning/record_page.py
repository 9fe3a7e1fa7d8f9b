"""What the pages of one course and of one cohort share: details edited in place, the archive, and Undo."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done
from desktop.people.record_form import FormField, RecordForm
from desktop.people.save_bar import SaveBar
from desktop.people.undo import tell_done
from desktop.shell.page import follow, tell_problem
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import show_part
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.learning.permissions import may_edit_courses

Body = Mapping[str, Any]
_FORM_WIDTH = 560


class RecordPage(QWidget):
    """Shows one row of the store, or that it isn't there; unsaved typing is kept when the page is left."""

    kind = ""
    """The row's kind."""
    follows: frozenset[str] = frozenset()
    """The kinds whose changes show here."""

    def __init__(self, desk: Desk, record_id: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.record_id = desk, record_id or ""
        self._body: Body | None = None
        self._may = may_edit_courses(desk.actor)
        self.setObjectName(f"learning.{self.kind}")
        self._stack = QStackedLayout(self)

    def show_in(self, page: QWidget, nothing: EmptyState) -> None:
        """Put the page together; `nothing` stands where the row isn't on this computer."""
        self._stack.addWidget(page)
        self._stack.addWidget(nothing)
        follow(self._desk.store, self, lambda changed: self.refresh() if changed.kinds & self.follows else None)

    def make_archive_button(self) -> Button:
        """Return the button that archives the row, for those who may."""
        self.archive_button = secondary(self.tr("Archive"), on_click=self.toggle_archived)
        show_part(self.archive_button, self._may)
        return self.archive_button

    def make_form(self, fields: Sequence[FormField], why_not: str) -> Card:
        """Return the card of the details; `why_not` is said to those who may not change them."""
        card = Card(self.tr("Details"))
        card.setFixedWidth(theme().px(_FORM_WIDTH))
        self.form = RecordForm(fields, self._desk.store, f"draft:{self.kind}:{self.record_id}")
        card.add(self.form)
        self.save_bar = SaveBar(self.form, self.save)
        show_part(self.save_bar, self._may)
        card.add(self.save_bar)
        if not self._may:
            self.form.set_read_only(why_not)
        return card

    @abstractmethod
    def change(self, body: Body, wanted: Body) -> Done | None:
        """Change the row; None where it is so already. Raises CampusError."""

    def show_body(self, body: Body) -> None:
        """Show the rest of the page."""

    def refresh(self) -> None:
        """Show what the store has now; typing that isn't saved stays in its fields."""
        self._body = body = self._desk.store.get(self.kind, self.record_id)
        self._stack.setCurrentIndex(0 if body is not None else 1)
        if body is None:
            return
        self.archive_button.setText(self.tr("Take out of archive") if body.get("archived") else self.tr("Archive"))
        self.archive_button.updateGeometry()
        self.form.show_record(body)
        self.show_body(body)

    def save(self) -> None:
        """Save the details that differ."""
        if self._body is None or not self._may or not self.form.check():
            return
        if self._edit(self.form.wanted()):
            self.form.take_saved(self._desk.store.get(self.kind, self.record_id) or self._body)

    def toggle_archived(self) -> None:
        """Archive the row, or take it out of the archive; what hangs on it stays."""
        if self._body is not None:
            self._edit({"archived": not self._body.get("archived")})

    def _edit(self, wanted: Body) -> bool:
        try:
            done = self.change(self._body or {}, wanted)
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return False
        self._tell(done)
        return True

    def _tell(self, done: Done | None) -> None:
        self.refresh()
        if done is not None:
            tell_done(self, self._desk, done, self.refresh)
