"""A portfolio: a student chooses and orders own work and says something of it; staff of the class look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.portfolio_store import (
    KINDS_READ,
    Shown,
    could_show,
    move_item,
    read_portfolio,
    remove_item,
    save_item,
)
from desktop.people.actions import Done
from desktop.people.table_paper import Paper, pdf_of
from desktop.people.undo import tell_done
from desktop.shell.document_preview import preview_made
from desktop.shell.file_thumb import FileThumb, has_picture
from desktop.shell.page import follow
from desktop.shell.table_files import Head, Sheet
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.timetable.letterhead import letterhead
from desktop.timetable.store import full_name
from desktop.widgets.buttons import icon_button, primary, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout, PageHead, ScrollColumn
from desktop.widgets.text_field import NoteField
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.vocabulary import PERSON

_WIDTH = 760
_PICTURE, _MOST_PICTURES = 96, 12


def _tr(words: str) -> str:
    return QCoreApplication.translate("PortfolioPage", words)


def portfolio_sheet(desk: Desk, rows: Sequence[Shown], name: str) -> Sheet:
    """Return the portfolio as a list on paper; the files themselves stay files."""
    zone, now = zone_of(desk), local_now(desk)
    heads = (
        Head(text("No."), number=True, share=0.4),
        Head(text("Work"), share=2.2),
        Head(text("Class"), share=2.0),
        Head(text("Handed in"), share=1.3),
        Head(text("Files"), share=2.4),
        Head(text("What it shows"), share=4.0),
    )
    made = tuple(
        (
            at,
            one.title,
            one.course,
            instant_words(one.submission["handed_in_at"], zone, now),
            file_words(one),
            " ".join(one.caption.split()),
        )
        for at, one in enumerate(rows, 1)
    )
    return Sheet(text("Portfolio"), name, heads, made)


def file_words(one: Shown) -> str:
    """Return what the work consists of."""
    names = [str(file["name"]) for file in one.submission["files"]]
    return ", ".join(names) if names else _tr("Written answer")


class CaptionDialog(Dialog):
    """Chooses work, or changes what is said of it; ``saved`` gives what is told of it, with its undo."""

    saved = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, choices: Sequence[Shown], shown: Shown | None = None) -> None:
        title = _tr("Choose work to show") if shown is None else _tr("What it shows")
        super().__init__(window, title, subtitle=shown.title if shown else "", icon="folder", width=520)
        self._desk, self._shown = desk, shown
        self._choices = {one.id: one for one in choices}
        self.work = Combo([(one.id, f"{one.title}, {one.course}") for one in choices])
        self.caption = NoteField(shown.caption if shown else "", lines=5)
        if shown is None:
            self.add(Field(_tr("Work"), self.work, hint=_tr("Work with a published mark can be shown.")))
        self.caption_field = Field(_tr("What it shows"), self.caption, optional=True)
        self.add(self.caption_field)
        self.add_cancel()
        words = _tr("Show it") if shown is None else _tr("Save")
        self.save_button = self.add_button(primary(words, "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Keep it."""
        shown = self._shown or self._choices.get(self.work.chosen or "")
        if shown is None:
            return
        words = self.caption.toPlainText()
        if len(words) > 2000:
            self.caption_field.set_error(_tr("At most 2,000 letters. Make it shorter."))
            return
        try:
            done = save_item(self._desk, shown, words)
        except CampusError as problem:
            self.caption_field.set_error(problem.message)
            return
        self.saved.emit(done)
        self.accept()


class PortfolioPage(QWidget):
    """Shows the portfolio of a person, or without one that of whoever has signed in, who may change it."""

    def __init__(self, desk: Desk, person_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._person_id = desk, person_id or desk.actor.person_id
        self.own = self._person_id == desk.actor.person_id
        self.rows: list[Shown] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self._title())
        self.setWindowTitle(self._title())
        self.print_button = self.head.add_button(secondary(self.tr("Print"), "printer", self.print_page))
        self.add_button = self.head.add_button(primary(self.tr("Choose work"), "plus", self.new))
        self.add_button.setVisible(self.own)
        column.addWidget(self.head)
        self.cards = ScrollColumn(padding=0, most=_WIDTH)
        self.empty = EmptyState("folder", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.cards)
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _title(self) -> str:
        if self.own:
            return self.tr("My portfolio")
        name = full_name(self._desk.store.get(PERSON, self._person_id))
        return self.tr("Portfolio of {name}").format(name=name) if name else self.tr("Portfolio")

    # ------------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Read the portfolio anew."""
        self.rows = read_portfolio(self._desk, self._person_id)
        self.choices = could_show(self._desk) if self.own else []
        words = plural("{n} piece of work", "{n} pieces of work", len(self.rows)) if self.rows else ""
        told = self._no_choice() if self.own and self.rows and not self.choices else ""
        self.head.set_words(self._title(), " · ".join(part for part in (words, told) if part))
        self.print_button.setEnabled(bool(self.rows))
        self.add_button.setEnabled(bool(self.choices))
        self._fill()
        if not self.own:
            self.empty.set_words(self.tr("Nothing chosen yet"), self.tr("The student chooses what to show."))
        else:
            ready = self.tr("Choose work to show, and say something of it.")
            self.empty.set_words(self.tr("Your portfolio is empty"), ready if self.choices else self._no_choice())
        self.stack.setCurrentIndex(0 if self.rows else 1)

    def _no_choice(self) -> str:
        return (
            self.tr("More work can be shown once its mark is published")
            if self.rows
            else (self.tr("Work can be shown once its mark is published."))
        )

    def _fill(self) -> None:
        while (item := self.cards.body.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for at, one in enumerate(self.rows):
            self.cards.body.addWidget(self._card(at, one))
        self.cards.body.addStretch(1)

    def _card(self, at: int, one: Shown) -> Card:
        card = Card(one.title)
        zone, now = zone_of(self._desk), local_now(self._desk)
        when = self.tr("handed in {when}").format(when=instant_words(one.submission["handed_in_at"], zone, now))
        card.add(Label(" · ".join((one.course, when, file_words(one))), "small", "muted", wrap=True))
        pictures = [file for file in one.submission["files"] if has_picture(str(file["name"]))]
        if pictures:
            card.add(self._pictures(pictures))
        if one.caption:
            card.add(Label(one.caption, "body", wrap=True))
        if self.own and card.head is not None:
            for icon, words, step, there in (
                ("chevron-up", self.tr("Move {work} up"), -1, at > 0),
                ("chevron-down", self.tr("Move {work} down"), 1, at < len(self.rows) - 1),
            ):
                button = icon_button(icon, words.format(work=one.title), on_click=partial(self.move_work, one.id, step))
                button.setEnabled(there)
                card.head.add(button)
            line = QHBoxLayout()
            line.setSpacing(8)
            for words, icon, act in (
                (self.tr("Open work"), "file-text", partial(self._open_work, one)),
                (self.tr("Change what is said"), "pencil-ruler", partial(self.change, one)),
                (self.tr("Take out"), "x", partial(self.remove, one)),
            ):
                line.addWidget(quiet(words, icon, act))
            line.addStretch(1)
            card.add(line)
        return card

    def _pictures(self, files: Sequence[Mapping[str, Any]]) -> QWidget:
        box = QWidget()
        flow = FlowLayout(box, space=8)
        for file in files[:_MOST_PICTURES]:
            thumb = FileThumb(self._desk, file, _PICTURE)
            thumb.setToolTip(str(file["name"]))
            flow.addWidget(thumb)
        return box

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------- what is done

    def _open_work(self, one: Shown) -> None:
        self._desk.open("grading.work", one.submission["assignment_id"])

    def new(self) -> None:
        """Choose further work."""
        if self.own and self.choices:
            self._ask(CaptionDialog(self.window(), self._desk, self.choices))

    def change(self, one: Shown) -> None:
        """Change what is said of work."""
        self._ask(CaptionDialog(self.window(), self._desk, (), one))

    def _ask(self, dialog: CaptionDialog) -> None:
        dialog.saved.connect(self._tell)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def remove(self, one: Shown) -> None:
        """Take work out."""
        self._tell(remove_item(self._desk, one))

    def move_work(self, submission_id: str, step: int) -> None:
        """Move work up or down."""
        self._tell(move_item(self._desk, self._person_id, submission_id, step))

    def _tell(self, done: Done | None) -> None:
        self.refresh()
        if done is not None:
            tell_done(self, self._desk, done, self.refresh)

    def print_page(self) -> None:
        """Show the portfolio as a list on paper."""
        rows, name = list(self.rows), full_name(self._desk.store.get(PERSON, self._person_id)) or self._desk.actor.name

        title = self.tr("Portfolio")

        def make() -> tuple[str, str, bytes]:
            sheet = portfolio_sheet(self._desk, rows, name)
            return title, sheet.name, pdf_of(sheet, letterhead(self._desk), Paper(landscape=True, row_height=19.0))

        preview_made(self, make, landscape=True)

    def first_focus(self) -> QWidget:
        """Begin at what can be added, or at the button that prints."""
        return self.add_button if self.own else self.print_button
