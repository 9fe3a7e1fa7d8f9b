"""The rows of people tables: pages out of the local store, ordered and filtered there, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPixmap

from desktop.core.local_store import LocalStore
from desktop.core.queries import Where
from desktop.people.store import PeopleFilter, count_people, find_people
from desktop.people.words import STATE_TONES, full_name, roles_words, state_word
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.row_source import RowQuery
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
Photo = Callable[[str, int, float], QPixmap | None]
_ORDERS = {"": "sort_text", "name": "sort_text", "number": "number_key", "state": "state", "email": "email"}


class PeopleSource:
    """A RowSource over people: `filter` narrows it, a typed text searches (best first, `MOST_HITS` at most)."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self.filter = PeopleFilter()
        self._found: tuple[RowQuery, PeopleFilter, list[str]] | None = None
        self._is_cut = False

    def forget(self) -> None:
        """Search anew: the store has changed."""
        self._found = None

    @property
    def is_cut(self) -> bool:
        """Whether the last search had more hits than it lists."""
        return self._found is not None and self._is_cut

    def _hits(self, query: RowQuery) -> list[str]:
        if self._found is None or self._found[:2] != (query, self.filter):
            found = find_people(self._store, query.text, self.filter)
            people, self._is_cut = found.people, found.is_cut
            if query.order == "number":
                people.sort(key=lambda body: fold(body.get("number") or "\uffff"), reverse=query.descending)
            elif query.order in {"state", "email"}:
                people.sort(key=lambda body: str(body.get(query.order) or "\uffff"), reverse=query.descending)
            elif query.descending:
                people.reverse()
            self._found = (query, self.filter, [body["id"] for body in people])
        return self._found[2]

    def count(self, query: RowQuery) -> int:
        """Return the number of rows that match."""
        if query.text:
            return len(self._hits(query))
        return count_people(self._store, self.filter)

    def ids(self, query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        """Return one page of ids in order."""
        if query.text:
            return self._hits(query)[offset : offset + limit]
        order = _ORDERS.get(query.order, "sort_text")
        return self._store.ids(PERSON, self.filter.conditions(), order, query.descending, offset, limit)

    def rows(self, ids: Sequence[str]) -> Mapping[str, Body]:
        """Return the people with these ids."""
        return self._store.many(PERSON, list(ids))

    def position(self, query: RowQuery, prefix: str) -> int:
        """Return the place of the first one whose family name, or first name in a search, starts with `prefix`."""
        wanted = fold(prefix)
        if query.text:
            people = self.rows(self._hits(query))
            names = (fold(f"{body.get('family_name') or ''} {full_name(body)}") for body in people.values())
            return next((place for place, name in enumerate(names) if wanted in name), -1)
        if _ORDERS.get(query.order, "sort_text") != "sort_text":
            return -1
        return self._place_by_name(query, wanted)

    def _place_by_name(self, query: RowQuery, wanted: str) -> int:
        """Count the rows before the first name that begins so; the list runs by `sort_text`."""
        conditions = self.filter.conditions()
        last = f"{wanted}\U0010ffff"
        span = [Where("sort_text", ">=", wanted), Where("sort_text", "<", last)]
        if not self._store.ids(PERSON, [*conditions, *span], limit=1):
            return -1
        before = Where("sort_text", ">", last) if query.descending else Where("sort_text", "<", wanted)
        return self._store.count(PERSON, [*conditions, before])


def state_cell(body: Body) -> Cell:
    """Return the badge of a person's state; someone added at a class and not confirmed yet is shown as such."""
    if body.get("provisional"):
        return Cell(QCoreApplication.translate("PeopleTable", "To confirm"), "info")
    state = str(body.get("state") or "active")
    tone, sign = STATE_TONES.get(state, ("neu", ""))
    return Cell(state_word(state), tone, sign)


def people_columns(photo: Photo | None = None, named: Callable[[object], str] = roles_words) -> tuple[Column, ...]:
    """Return the columns of the list of people; `named` gives the words of someone's roles."""
    tr = QCoreApplication.translate
    return (
        Column(
            "name",
            tr("PeopleTable", "Name"),
            lambda body: Cell(full_name(body), number=body.get("number") or body["id"], person=body["id"]),
            CellKind.PERSON,
            width=260,
            stretch=True,
            photo=photo,
        ),
        Column("number", tr("PeopleTable", "Number"), _plain("number"), width=120),
        Column("phone", tr("PeopleTable", "Phone"), _plain("phone"), CellKind.MUTED, width=150, sortable=False),
        Column("email", tr("PeopleTable", "Mail address"), _plain("email"), CellKind.MUTED, width=240, sortable=False),
        Column(
            "roles",
            tr("PeopleTable", "Roles"),
            lambda body: named(body.get("roles")),
            CellKind.MUTED,
            width=150,
            sortable=False,
        ),
        Column("state", tr("PeopleTable", "State"), state_cell, CellKind.BADGE, width=110),
    )


def _plain(name: str) -> Callable[[Body], str]:
    return lambda body: str(body.get(name) or "")
