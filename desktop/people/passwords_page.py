"""Hands temporary passwords over to the people chosen: by letter, or on slips that are printed and cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core import meta
from desktop.core.desk import Desk
from desktop.people.actions import may_change
from desktop.people.entry_office import OfficeCalls
from desktop.people.passwords import sign_in_name
from desktop.people.sheet_preview import SheetPreview
from desktop.people.slip_sheet import Slip, make_slips
from desktop.people.words import full_name
from desktop.shell.file_saving import ask_where
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.vocabulary import PERSON

PASSWORDS_PAGE = "people.passwords"
_SHOWN = 8


class PasswordsPage(QWidget):
    """``details["ids"]`` names the people; what was made is on this page alone and gone with it."""

    def __init__(self, desk: Desk, details: Mapping[str, Any]) -> None:
        super().__init__()
        self.setObjectName(PASSWORDS_PAGE)
        self.setWindowTitle(self.tr("Temporary passwords"))
        self._desk = desk
        rows = desk.store.many(PERSON, tuple(details.get("ids") or ()))
        own = desk.actor.person_id
        self.people = [one for one in rows.values() if may_change(desk, one) and one["id"] != own]
        self.left_out = len(rows) - len(self.people)
        self.content = b""
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._make_head())
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._make_list(), 1)
        self.preview = SheetPreview()
        once = self.tr("Slips are shown here once, to be saved and printed.")
        self.nothing = EmptyState("printer", self.tr("No slips yet"), once)
        side = Card(padded=True)
        side.add(self.nothing, 1)
        side.add(self.preview, 1)
        self.preview.hide()
        row.addWidget(side, 2)
        column.addLayout(row, 1)

    def _make_head(self) -> PageHead:
        head = PageHead(self.tr("Temporary passwords"), self.tr("Each counts until its person has chosen an own one"))
        self.letters = secondary(self.tr("Send by letter"), "mail", self.send)
        self.slips = primary(self.tr("Make slips"), "printer", self.make)
        self.save_button = primary(self.tr("Save PDF"), "download", self.save)
        self.save_button.hide()
        for button in (self.letters, self.slips, self.save_button):
            button.setEnabled(bool(self.people) and self._desk.client is not None)
            head.add_button(button)
        return head

    def _make_list(self) -> Card:
        card = Card(plural("{n} person", "{n} people", len(self.people)))
        warning = self.tr("Whoever is signed in now is signed out. A letter goes to the mail address, or by SMS where"
                          " there is none.")  # fmt: skip
        card.add(Well("info", warning))
        for one in self.people[:_SHOWN]:
            name = sign_in_name(one) or self.tr("nothing to sign in with")
            card.add(Label(f"{full_name(one)} · {name}", "body", wrap=True))
        more = len(self.people) - _SHOWN
        if more > 0:
            card.add(Label(plural("and {n} more", "and {n} more", more), "small", "muted"))
        if self.left_out:
            words = plural("{n} isn't yours to change and is left out.", "{n} aren't yours to change and are left out.",
                           self.left_out)  # fmt: skip
            card.add(Label(words, "small", "muted", wrap=True))
        if self._desk.client is None:
            card.add(
                Label(self.tr("Passwords are made by the server, and it can't be reached."), "small", "bad", wrap=True)
            )
        card.add(QWidget(), 1)
        return card

    def print_page(self) -> None:
        """Print what is on show: slips are saved as PDF."""
        if self.content:
            self.save()

    def send(self) -> None:
        """Send a letter to each."""
        self._hand_over("letter", self._sent)

    def make(self) -> None:
        """Make slips for all."""
        self._hand_over("slip", self._made)

    def _hand_over(self, by: str, then: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
        ids, desk = [one["id"] for one in self.people], self._desk
        for button in (self.letters, self.slips):
            button.set_busy(True)
        run_in_background(lambda: OfficeCalls.of(desk).hand_over(ids, by), then, self._failed, self, Lane.NETWORK)

    def _sent(self, given: Sequence[Mapping[str, Any]]) -> None:
        self._rest()
        tell(self, plural("{n} letter is on its way", "{n} letters are on their way", len(given)))

    def _made(self, given: Sequence[Mapping[str, Any]]) -> None:
        self._rest()
        now, zone = self._desk.clock.now(), zone_of(self._desk)
        slips = [
            Slip(
                str(one["person"]), str(one["name"]), str(one["password"]), instant_words(one["expires_at"], zone, now)
            )
            for one in given
        ]
        institute = str((self._desk.store.recall(meta.ORGANISATION) or {}).get("name", ""))
        self.content = make_slips(slips, institute)
        self.nothing.hide()
        self.preview.show()
        self.preview.show_pdf(self.content)
        self.slips.hide()
        self.save_button.show()
        tell(self, plural("{n} slip is ready", "{n} slips are ready", len(slips)))

    def save(self) -> None:
        """Ask where to, and save the sheets."""
        ask_where(self, self.tr("Save PDF"), self.tr("temporary-passwords.pdf"), self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the sheets, and say that the file is as secret as what stands in it."""
        content = self.content
        words = self.tr("Saved. Delete the file once the slips are printed.")
        run_in_background(lambda: write_bytes(content, path), lambda _n: tell(self, words), self._failed, self)

    def _failed(self, problem: Exception) -> None:
        self._rest()
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)

    def _rest(self) -> None:
        for button in (self.letters, self.slips):
            button.set_busy(False)
