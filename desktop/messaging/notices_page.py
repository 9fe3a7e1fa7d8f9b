"""A person's notices, the newest first: opened to what they are about, and marked read one, several or all at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.messaging.actions import mark_all_read, mark_read
from desktop.messaging.store import newest_notices, unread_count
from desktop.messaging.words import category_word, state_cell
from desktop.shell.page import follow, tell
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow, SelectionBar
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import plural
from shared.messaging.vocabulary import NOTICE, NoticeCategory

Notice = dict[str, Any]
UNREAD = "unread"


class NoticesPage(QWidget):
    """Enter opens what a notice is about and marks it read; `opens` gives the page by what a notice links to."""

    def __init__(
        self,
        desk: Desk,
        _id: str | None = None,
        _details: Mapping[str, Any] | None = None,
        opens: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._zone, self._opens = desk, zone_of(desk), opens or {}
        self.setWindowTitle(self.tr("Notices"))
        self.source: ListSource[Notice] = ListSource(
            lambda one: one["id"],
            {
                "title": lambda one: f"{one['title']} {one['body']}",
                "category": lambda one: category_word(one["category"]),
                "at": lambda one: one["at"],
                "read": lambda one: one["read_at"] or "",
            },
            name_key="title",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Notices"))
        self.all_button = self.head.add_button(secondary(self.tr("Mark all read"), "check", self.read_all))
        self.one_button = self.head.add_button(secondary(self.tr("Mark this one read"), on_click=self.read_current))
        self.open_button = self.head.add_button(primary(self.tr("Open"), on_click=self.open_current))
        column.addWidget(self.head)
        column.addWidget(self._make_body(), 1)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make_body(self) -> FilteredTable:
        self.filters = FilterRow(self.tr("Search notices"))
        categories = [("", self.tr("About anything")), *((str(one), category_word(one)) for one in NoticeCategory)]
        self.filters.add_filter("category", self.tr("About"), categories)
        shows = [("", self.tr("Read and unread")), (UNREAD, self.tr("Unread"))]
        self.filters.add_filter("show", self.tr("State"), shows)
        self.filters.changed.connect(self.refresh)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Notices"))
        self.table.sort_by("at", descending=True)
        self.table.opened.connect(self.open_notice)
        self.table.current.connect(self._show_current)
        bar = SelectionBar()
        self.read_button = bar.add_action(secondary(self.tr("Mark read"), "check", self.read_selected))
        self.body = FilteredTable(self.filters, self.table, icon="bell", empty_words=self._nothing, bar=bar)
        self.table.selection_count.connect(self._count_selected)
        return self.body

    def _columns(self) -> list[Column]:
        return [
            Column("", self.tr("State"), state_cell, CellKind.BADGE, width=120, sortable=False),
            Column("title", self.tr("Notice"), self._words, width=420, stretch=True),
            Column("category", self.tr("About"), lambda one: category_word(one["category"]), CellKind.MUTED, 130),
            Column("at", self.tr("Came"), self._came, CellKind.MUTED, width=140),
            Column("read", self.tr("Read"), self._read, CellKind.MUTED, width=140),
        ]

    @staticmethod
    def _words(notice: Notice) -> Cell:
        return Cell(notice["title"], detail=notice["body"])

    def _came(self, notice: Notice) -> str:
        return instant_words(notice["at"], self._zone, self._desk.clock.now())

    def _read(self, notice: Notice) -> str:
        return instant_words(notice["read_at"], self._zone, self._desk.clock.now()) if notice["read_at"] else ""

    # ------------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Read the notices anew."""
        notices, unread = newest_notices(self._desk), unread_count(self._desk)
        words = plural("{n} unread", "{n} unread", unread) if unread else self.tr("Everything is read")
        self.head.set_words(self.tr("Notices"), words)
        self.all_button.setEnabled(bool(unread))
        chosen = self.filters.chosen()
        shown = [one for one in notices if chosen.get("category") in (None, one["category"])]
        if chosen.get("show") == UNREAD:
            shown = [one for one in shown if one["read_at"] is None]
        self.source.set_rows(shown)
        self.body.show_rows(len(shown))
        self._show_current(self.table.current_id())

    def _show_current(self, notice_id: str) -> None:
        notice = self._desk.store.get(NOTICE, notice_id) if notice_id else None
        self.one_button.setEnabled(notice is not None and notice["read_at"] is None)
        opens = notice is not None and notice["link_kind"] in self._opens
        self.open_button.setVisible(opens)
        if notice is not None and opens:
            self.open_button.setText(notice["action"] or self.tr("Open"))

    def _nothing(self, typed: str, filtered: bool) -> tuple[str, str]:
        if typed:
            return self.tr("No notice matches “{typed}”").format(typed=typed), self.tr("Clear the search.")
        if filtered:
            return self.tr("No such notice"), self.tr("Choose another filter.")
        return self.tr("No notices yet"), self.tr("They come when something happens that is about you.")

    def _store_changed(self, changed: Changed) -> None:
        if NOTICE in changed.kinds or not changed.keys:
            self.refresh()

    def _count_selected(self, count: int) -> None:
        self.read_button.setText(plural("Mark {n} read", "Mark {n} read", count))

    # ------------------------------------------------------------------------------------------------ acting

    def open_notice(self, notice_id: str) -> None:
        """Mark a notice read and open what it is about, where it is about anything that can be opened."""
        notice = self._desk.store.get(NOTICE, notice_id)
        mark_read(self._desk, [notice_id])
        page = self._opens.get(notice["link_kind"]) if notice else None
        if notice is not None and page is not None:
            self._desk.open(page, notice["link_id"])

    def open_current(self) -> None:
        """Open what the notice under the cursor is about."""
        self.open_notice(self.table.current_id())

    def read_current(self) -> None:
        """Mark the notice under the cursor read."""
        self._told(mark_read(self._desk, [self.table.current_id()]))

    def read_selected(self) -> None:
        """Mark the selected notices read."""
        self._told(mark_read(self._desk, self.table.selected_ids()))
        self.table.clearSelection()

    def read_all(self) -> None:
        """Mark every notice read."""
        self._told(mark_all_read(self._desk))

    def _told(self, count: int) -> None:
        if count:
            tell(self, plural("{n} notice marked read", "{n} notices marked read", count))

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table


def notices_page(opens: Mapping[str, str]) -> partial[NoticesPage]:
    """Return what makes the page, with the pages that notices open."""
    return partial(NoticesPage, opens=opens)
