"""ID cards: whose, on which paper, moved by how much, as they will be printed; saved as PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.people.actions import Done
from desktop.people.card_sheet import make_sheets, sheets
from desktop.people.card_store import Cards, cards_of, choices, design_of, keep_choices
from desktop.people.cards_form import CardsForm
from desktop.people.list_page import Cohorts, Members
from desktop.people.numbering_card import NumberingCard
from desktop.people.photo_actions import give_numbers
from desktop.people.sheet_preview import SheetPreview
from desktop.people.undo import tell_done
from desktop.shell.file_saving import ask_where
from desktop.shell.page import follow, tell, tell_problem, toasts_of
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import link, primary, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.permissions import may_edit_people
from shared.people.vocabulary import NUMBERING_RULE, PERSON, PERSON_PHOTO

_SIDE = 352
_SOON_MS = 120
_SHOWN = frozenset({PERSON, PERSON_PHOTO})


class CardsPage(QWidget):
    """``details`` may name ``ids`` (people chosen in a list) or a ``cohort``."""

    def __init__(
        self,
        desk: Desk,
        details: Mapping[str, Any],
        cohorts: Cohorts | None = None,
        members: Members | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._members = desk, members
        self._ids: tuple[str, ...] = tuple(details.get("ids") or ())
        self.cards = Cards()
        self.content: bytes | None = None
        self._asked = 0
        self.setObjectName("people.cards")
        self.setWindowTitle(self.tr("ID cards"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._make_side(cohorts(desk) if cohorts else [], str(details.get("cohort") or "")))
        row.addWidget(self._make_preview(), 1)
        column.addLayout(row, 1)
        self._timer = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._timer.timeout.connect(self._draw)
        follow(desk.store, self, self._follow)
        self.refresh()

    def _make_head(self) -> PageHead:
        self.head = PageHead(self.tr("ID cards"), " ")
        self.test_button = secondary(self.tr("Test sheet"), "printer", self.save_test)
        self.test_button.setToolTip(self.tr("Outlines alone: hold it against the label paper and set the offset"))
        self.save_button = primary(self.tr("Save PDF"), "download", self.save)
        self.save_button.setToolTip(self.tr("Save PDF (Ctrl P)"))
        self.head.add_button(self.test_button)
        self.head.add_button(self.save_button)
        return self.head

    def _make_side(self, cohorts: Sequence[tuple[str, str]], cohort: str) -> QWidget:
        side = ScrollColumn(padding=0)
        side.setFixedWidth(theme().px(_SIDE))
        side.body.setContentsMargins(0, 0, 12, 0)
        self.form = CardsForm(choices(self._desk), len(self._ids), cohorts, cohort)
        self.form.changed.connect(self._changed)
        card = Card()
        card.add(self.form)
        self.missing = Well("id-card", " ", "warn")
        self.give = link(self.tr("Give them numbers"), self.give_numbers)
        self.missing.body.addWidget(self.give)
        card.add(self.missing)
        side.body.addWidget(card)
        self.numbering = NumberingCard(self._desk, lambda: self._desk.clock.now().year)
        self.numbering.done.connect(self._tell)
        self.numbering.refused.connect(lambda problem: tell_problem(self, problem))
        side.body.addWidget(self.numbering)
        side.body.addStretch(1)
        return side

    def _make_preview(self) -> QWidget:
        card = Card()
        self.preview = SheetPreview()
        self.nobody = EmptyState(
            "id-card",
            self.tr("Nobody chosen yet"),
            self.tr("Choose a class at the left, or select people in the list and press ID cards."),
            action=self.tr("Go to people"),
            on_action=lambda: self._desk.open("people.list"),
        )
        card.add(self.preview, 1)
        card.add(self.nobody, 1)
        return card

    def first_focus(self) -> QWidget:
        """Begin with whose cards."""
        return self.form.who

    def print_page(self) -> None:
        """Save the PDF: the page's Ctrl P."""
        self.save()

    # ------------------------------------------------------------------------------------------------------ reading

    def _people(self) -> Sequence[str]:
        cohort = self.form.cohort
        if cohort and self._members is not None:
            return sorted(self._members(self._desk, cohort))
        return self._ids

    def _follow(self, changed: Changed) -> None:
        if NUMBERING_RULE in changed.kinds:
            self.numbering.refresh()
        if _SHOWN & changed.kinds:
            self.refresh()

    def _changed(self) -> None:
        keep_choices(self._desk, self.form.choices())
        self.refresh()

    def refresh(self) -> None:
        """Read whose cards they are and draw them soon."""
        self.cards = cards_of(self._desk, self._people())
        count, missing = len(self.cards.cards), len(self.cards.without_number)
        self.missing.setVisible(missing > 0)
        if self.missing.words is not None:
            words = plural(
                "{n} person has no number and so no card", "{n} people have no number and so no card", missing
            )
            self.missing.words.setText(words)
        self.give.setVisible(may_edit_people(self._desk.actor))
        self.save_button.setEnabled(count > 0)
        total = sheets(count, design_of(self._desk, self.form.choices(), self.form.first))
        words = plural("{n} card", "{n} cards", count)
        if count:
            words = self.tr("{cards} on {sheets}, {photos} with photo").format(
                cards=words, sheets=plural("{n} sheet", "{n} sheets", total), photos=self.cards.photos
            )
        self.head.set_words(self.tr("ID cards"), words)
        self.preview.setVisible(count > 0)
        self.nobody.setVisible(count == 0)
        self._timer.start()

    def _draw(self) -> None:
        """Make the sheets in a worker; an answer that was overtaken is dropped."""
        self._asked += 1
        asked, cards = self._asked, self.cards.cards
        if not cards:
            self._take(asked, None)
            return
        design = design_of(self._desk, self.form.choices(), self.form.first)
        run_in_background(lambda: make_sheets(cards, design), partial(self._take, asked), None, self)

    def _take(self, asked: int, content: bytes | None) -> None:
        if asked == self._asked:
            self.content = content
            self.preview.show_pdf(content)

    # ------------------------------------------------------------------------------------------------------ acting

    def give_numbers(self) -> None:
        """Let the server give numbers to those without one."""
        try:
            done = give_numbers(self._desk, self.cards.without_number)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if done is not None:
            tell(self, done.words)

    def save(self) -> None:
        """Ask where to, and save the sheets."""
        if self.cards.cards:
            ask_where(self, self.tr("Save PDF"), self.tr("ID cards.pdf"), self.write)

    def save_test(self) -> None:
        """Save a sheet with outlines alone."""
        design = design_of(self._desk, self.form.choices(), outlines=True)
        name = self.tr("Test sheet {paper}.pdf").format(paper=design.layout.key)
        make, words = partial(make_sheets, (), design), self.tr("Test sheet saved")
        ask_where(self, self.tr("Save PDF"), name, lambda path: self._write(path, make, words))

    def write(self, path: Path) -> None:
        """Save the sheets to a file and say so."""
        cards, design = self.cards.cards, design_of(self._desk, self.form.choices(), self.form.first)
        words = plural("{n} card saved", "{n} cards saved", len(cards))
        self._write(path, partial(make_sheets, cards, design), words)

    def _write(self, path: Path, make: Callable[[], bytes], words: str) -> None:
        def saved(_none: object) -> None:
            self.save_button.set_busy(False)
            toasts_of(self).show_toast(words, action=self.tr("Open"), on_action=lambda: _open(path))

        def failed(problem: Exception) -> None:
            self.save_button.set_busy(False)
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        self.save_button.set_busy(True)
        run_in_background(lambda: write_bytes(make(), path), saved, failed, self)

    def _tell(self, done: Done) -> None:
        tell_done(self, self._desk, done, self.refresh)


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
