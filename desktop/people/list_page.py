"""The list of people: search as you type, three filters, and states set for many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done, set_state
from desktop.people.add_dialog import AddPersonDialog
from desktop.people.bulk_menu import BulkMenu
from desktop.people.merge_page import MERGE_PAGE
from desktop.people.people_model import PeopleSource, people_columns
from desktop.people.role_store import role_names
from desktop.people.store import MOST_HITS, PeopleFilter
from desktop.people.undo import tell_done
from desktop.people.words import role_word, state_word
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.photos import PhotoBook
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow, ListHead, SelectionBar
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from shared.core.errors import CampusError
from shared.people.merge_rules import may_merge
from shared.people.permissions import may_edit_people
from shared.people.vocabulary import PERSON, Permission, PersonState

LAYOUT = "layout:people.list"
_PAIR = 2
Cohorts = Callable[[Desk], list[tuple[str, str]]]
Members = Callable[[Desk, str], frozenset[str]]


class PeoplePage(QWidget):
    """Everyone that the store has; ``cohorts`` and ``members`` come from the area that knows them."""

    def __init__(
        self,
        desk: Desk,
        details: Mapping[str, Any],
        cohorts: Cohorts | None = None,
        members: Members | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._members = members
        self._dialog: AddPersonDialog | None = None
        self.setObjectName("people.list")
        self.setWindowTitle(self.tr("People"))
        self.setAccessibleName(self.tr("People"))
        self.source = PeopleSource(desk.store)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        column.addWidget(self._make_list_head(cohorts(desk) if cohorts else []))
        column.addWidget(self._make_table(), 1)
        follow(desk.store, self, lambda changed: self.refresh() if PERSON in changed.kinds else None)
        self._take(details)
        self.refresh()

    def _make_head(self) -> PageHead:
        self.head = PageHead(self.tr("People"), self.tr("Students and staff of the institute"))
        self._make_bulk()
        if self._desk.actor.may(Permission.PEOPLE_EXPORT):
            export = secondary(self.tr("Export"), "download", lambda: self.bulk.ask_export(everyone=True))
            export.setEnabled(self._desk.client is not None)
            export.setToolTip("" if self._desk.client is not None else self.tr("This needs the server. Connect first."))
            self.head.add_button(export)
        self.add_button = primary(self.tr("Add person"), "plus", self.new)
        if may_edit_people(self._desk.actor):
            self.head.add_button(self.add_button)
        return self.head

    def _make_bulk(self) -> None:
        self.bulk = BulkMenu(self, self._desk, self._selected)
        self.bulk.done.connect(self._changed_in_bulk)
        self.bulk.changed.connect(self.refresh)

    def _make_list_head(self, cohorts: list[tuple[str, str]]) -> ListHead:
        self.filters = FilterRow(self.tr("Name, number, phone or mail address"))
        self.filters.search.setAccessibleName(self.tr("Search people"))
        states = [("", self.tr("All states")), *((str(state), state_word(state)) for state in PersonState)]
        self.filters.add_filter("state", self.tr("State"), states)
        names = self._names = role_names(self._desk.store, self._desk.actor.organisation_id)
        roles = [("", self.tr("All roles")), *names.items()]
        self.filters.add_filter("role", self.tr("Role"), roles)
        if cohorts:
            self.filters.add_filter("cohort", self.tr("Cohort"), [("", self.tr("All cohorts")), *cohorts])
        self.selection = SelectionBar()
        if may_edit_people(self._desk.actor):
            for make, words, state in (
                (secondary, self.tr("Activate"), PersonState.ACTIVE),
                (secondary, self.tr("Deactivate"), PersonState.INACTIVE),
                (danger, self.tr("Suspend"), PersonState.SUSPENDED),
            ):
                self.selection.add_action(make(words, on_click=partial(self.set_states, state)))
            self.selection.add_action(secondary(self.tr("ID cards"), "id-card", self.open_cards))
            self.selection.add_action(secondary(self.tr("Passwords"), "lock", self.open_passwords))
        self.merge_button = secondary(self.tr("Merge"), "users", self.open_merge)
        if may_merge(self._desk.actor):
            self.selection.add_action(self.merge_button)
        self.more_button = self.selection.add_action(secondary(self.tr("More"), "ellipsis", self.open_more))
        self.list_head = ListHead(self.filters, self.selection)
        self.filters.search.searched.connect(lambda _text: self._search())
        self.filters.search.left_down.connect(self._to_table)
        self.filters.search.jump.connect(lambda _text: self._to_table())
        self.filters.changed.connect(self._filter)
        return self.list_head

    def _roles_words(self, roles: object) -> str:
        keys = roles if isinstance(roles, list | tuple) else ()
        return ", ".join(self._names.get(str(key)) or role_word(str(key)) for key in keys)

    def _make_table(self) -> QWidget:
        photos = PhotoBook(self._desk.store, self)
        columns = people_columns(photos.circle, self._roles_words)
        self.table = RecordTable(self.source, columns, name=self.tr("People"), row_size="row-photo")
        photos.changed.connect(self.table.viewport().update)
        self.table.restore_layout(self._desk.store.recall(LAYOUT) or {"sort": ["name", False]})
        self.table.opened.connect(lambda person_id: self._desk.open("people.person", person_id))
        self.table.selection_count.connect(self._show_selected)
        self._layout_timer = QTimer(self, singleShot=True, interval=800)
        self._layout_timer.timeout.connect(lambda: self._desk.store.remember(LAYOUT, self.table.save_layout()))
        self.table.layout_changed.connect(self._layout_timer.start)
        self.selection.cleared.connect(self.table.clearSelection)
        self.nobody = EmptyState(
            "users",
            self.tr("Nobody is here yet"),
            self.tr("Add people one by one, or import a roster."),
        )
        self.no_hit = EmptyState(
            "search", "", action=self.tr("Clear search and filters"), action_icon="x", on_action=self.clear
        )
        card = Card(padded=False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for part in (self.table, self.no_hit, self.nobody):
            self._stack.addWidget(part)
        card.add(holder, 1)
        return card

    def _take(self, details: Mapping[str, Any]) -> None:
        for key in self.filters.filters:
            if details.get(key):
                self.filters.filters[key].choose(details[key])
        if details.get("search"):
            self.filters.search.setText(details["search"])
        if details.get("add"):
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Go to the search field."""
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def back(self) -> bool:
        """Empty the search and the filters first; False where there is nothing to empty."""
        if not (self.filters.search.text() or self.filters.chosen()):
            return False
        self.clear()
        return True

    def _to_table(self) -> None:
        self._search()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.record_model.rowCount() and not self.table.current_id():
            self.table.go_to(self.table.record_model.id_at(0))

    def _search(self) -> None:
        self.table.set_search(self.filters.search.text().strip())
        self._show_count()

    def _filter(self) -> None:
        chosen = self.filters.chosen()
        cohort = chosen.get("cohort")
        within = self._members(self._desk, cohort) if cohort and self._members else None
        self.source.filter = PeopleFilter(chosen.get("state", ""), chosen.get("role", ""), within)
        self.refresh()

    def refresh(self) -> None:
        """Read the list anew; cursor and scroll position stay."""
        self.source.forget()
        self.table.refresh()
        self._show_count()

    def _show_count(self) -> None:
        count = self.table.record_model.rowCount()
        if self.source.is_cut and self.table.record_model.query.text:
            self.filters.count.setText(
                self.tr("{count} of the first {most}. Type more letters").format(count=count, most=MOST_HITS)
            )
        else:
            self.filters.set_count(count)
        searched = self.filters.search.text().strip()
        narrowed = bool(searched or self.filters.chosen())
        if count:
            self._stack.setCurrentWidget(self.table)
        elif narrowed:
            words = self.tr("Nobody matches “{text}”").format(text=searched) if searched else self.tr("Nobody matches")
            self.no_hit.set_words(words, self.tr("Names, numbers, phones and mail addresses were searched."))
            self._stack.setCurrentWidget(self.no_hit)
        else:
            self._stack.setCurrentWidget(self.nobody)

    def clear(self) -> None:
        """Show everyone again."""
        self.filters.clear()
        self._filter()
        self._search()
        self.find()

    def new(self) -> None:
        """Open the dialog for a new person; what was typed before is still there."""
        if not may_edit_people(self._desk.actor):
            return
        if self._dialog is None:
            self._dialog = AddPersonDialog(self.window(), self._desk)
            self._dialog.added.connect(self._added)
            self._dialog.person_wanted.connect(lambda person_id: self._desk.open("people.person", person_id))
        self._dialog.open_dialog()

    def _added(self, done: Done) -> None:
        self._dialog = None
        self.refresh()
        self.table.go_to(done.id)
        self._tell(done)

    def open_cards(self) -> None:
        """Go on to the ID cards of everyone selected."""
        self._desk.open("people.cards", ids=tuple(self.table.selected_ids()))

    def _show_selected(self, n: int) -> None:
        self.list_head.set_selected(n, self.table.record_model.rowCount())
        self.merge_button.setEnabled(n == _PAIR)
        self.merge_button.setToolTip("" if n == _PAIR else self.tr("Select the two entries of the same person"))

    def _selected(self) -> list[str]:
        return list(self.table.selected_ids())

    def open_more(self) -> None:
        """Show what else can be done with everyone selected."""
        self.bulk.open_below(self.more_button)

    def _changed_in_bulk(self, done: Done) -> None:
        self.table.clearSelection()
        self.refresh()
        self._tell(done)

    def open_merge(self) -> None:
        """Go on to comparing the two that are selected."""
        self._desk.open(MERGE_PAGE, ids=tuple(self.table.selected_ids()))

    def open_passwords(self) -> None:
        """Go on to temporary passwords for everyone selected."""
        self._desk.open("people.passwords", ids=tuple(self.table.selected_ids()))

    def set_states(self, state: PersonState) -> None:
        """Set the state of everyone selected."""
        try:
            done = set_state(self._desk, self.table.selected_ids(), state)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if done is None:
            tell(self, self.tr("They are in that state already"))
            return
        self.table.clearSelection()
        self.refresh()
        self._tell(done)

    def _tell(self, done: Done) -> None:
        if done.left_out:
            words = self.tr("{words}. {n} not changed: only an administrator changes staff")
            done = replace(done, words=words.format(words=done.words, n=done.left_out))
        tell_done(self, self._desk, done, self.refresh)
