"""Picks several people by searching: found ones above, chosen ones below, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.store import PeopleFilter, find_people
from desktop.people.words import full_name, roles_words, state_word
from desktop.widgets.announce import announce
from desktop.widgets.card import Well
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import SearchField
from shared.people.vocabulary import PERSON, PersonState

_MOST_SHOWN = 6
Body = Mapping[str, Any]


class PersonPicker(QWidget):
    """``changed`` says that another set is chosen; ``taken`` are ids that are there already, with the word why."""

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        *,
        role: str = "",
        taken: Mapping[str, str] | None = None,
        placeholder: str = "",
        usable: Callable[[Body], bool] = lambda body: body.get("state") != PersonState.INACTIVE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._filter, self._usable = desk, PeopleFilter(role=role), usable
        self._taken = dict(taken or {})
        self._chosen: dict[str, Body] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.search = SearchField(placeholder or self.tr("Name, number or phone"))
        column.addWidget(self.search)
        self.found = RowList(name=self.tr("Found"))
        self.none = Label("", "small", "muted", wrap=True)
        column.addWidget(self.none)
        column.addWidget(self.found)
        self.chosen_head = Label("", "small-medium", "text2")
        column.addWidget(self.chosen_head)
        self._box = Well()
        self._box.body.setContentsMargins(1, 1, 1, 1)
        self.chosen_rows = RowList(name=self.tr("Chosen"))
        self._box.body.addWidget(self.chosen_rows)
        column.addWidget(self._box)
        self.search.searched.connect(lambda _text: self._find())
        self.search.jump.connect(lambda _text: self._take_first())
        self.search.left_down.connect(self._to_found)
        self.found.pressed.connect(self.add)
        self.chosen_rows.pressed.connect(self.remove)
        self.setFocusProxy(self.search)
        self._find()
        self._show_chosen()

    @property
    def chosen(self) -> list[str]:
        """The ids chosen, in the order of choosing."""
        return list(self._chosen)

    def choose(self, person_ids: Sequence[str]) -> None:
        """Choose exactly these people."""
        self._chosen = dict(self._desk.store.many(PERSON, list(person_ids)))
        self._show_chosen()

    def _find(self) -> None:
        typed = self.search.text().strip()
        people = find_people(self._desk.store, typed, self._filter).people
        found = [body for body in people if self._usable(body)]
        shown = [body for body in found if body["id"] not in self._chosen][:_MOST_SHOWN]
        self.found.set_rows([self._row(body) for body in shown])
        self.none.setVisible(not shown)
        self.none.setText(
            self.tr("Nobody matches “{text}”").format(text=typed) if typed else self.tr("Type a name to find people")
        )

    def _row(self, body: Body) -> RowContent:
        detail = " · ".join(
            part for part in (body.get("number"), body.get("phone"), roles_words(body["roles"])) if part
        )
        end = self._taken.get(body["id"]) or self.tr("Add")
        tone = "muted" if body["id"] in self._taken else "accent"
        if body.get("state") == PersonState.SUSPENDED:
            end, tone = state_word(str(PersonState.SUSPENDED)), "warn"
        return RowContent(
            body["id"], full_name(body), detail, person=body.get("number") or body["id"], end=end, end_tone=tone
        )

    def _take_first(self) -> None:
        free = [row.content.id for row in self.found.rows if row.content.id not in self._taken]
        if free:
            self.add(free[0])

    def _to_found(self) -> None:
        if self.found.rows:
            self.found.rows[0].setFocus()

    def add(self, person_id: str) -> None:
        """Choose someone."""
        body = self._desk.store.get(PERSON, person_id)
        if body is None or person_id in self._taken or person_id in self._chosen:
            return
        self._chosen[person_id] = body
        announce(self, self.tr("{name} chosen").format(name=full_name(body)))
        self.search.clear()
        self.search.setFocus()
        self._changed()

    def remove(self, person_id: str) -> None:
        """Take someone out again."""
        if self._chosen.pop(person_id, None) is not None:
            self._changed()

    def _changed(self) -> None:
        self._find()
        self._show_chosen()
        self.changed.emit()

    def _show_chosen(self) -> None:
        rows = [
            RowContent(one, full_name(body), person=body.get("number") or one, end=self.tr("Remove"), end_tone="accent")
            for one, body in self._chosen.items()
        ]
        self.chosen_rows.set_rows(rows)
        self._box.setVisible(bool(rows))
        self.chosen_head.setVisible(bool(rows))
        self.chosen_head.setText(self.tr("{n} chosen").format(n=len(rows)))
