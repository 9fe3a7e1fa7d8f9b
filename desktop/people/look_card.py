"""The institute's logo and colour: chosen here, seen in the rail, on ID cards and on papers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from desktop.core.desk import Desk
from desktop.people.institute_form import SettingsCard
from desktop.shell.institute_mark import logo_image
from desktop.shell.logo_file import SORT_NAMES, logo_of
from desktop.shell.logo_well import LogoWell, Swatch
from desktop.shell.page import tell_problem
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import link, secondary
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.colours import DEFAULT_ACCENT, accent_error, is_colour, nearest_accent
from shared.people.institute import whole
from shared.people.permissions import may_edit_institute


class LookCard(SettingsCard):
    """A colour that white letters can't be read on is named with the nearest that works, one press away."""

    def __init__(self, desk: Desk) -> None:
        self.logo: str = ""
        super().__init__(desk, self.tr("Logo and colour"))

    def make_fields(self) -> None:
        """Put logo and colour into the card."""
        row = QHBoxLayout()
        row.setSpacing(16)
        self.well = LogoWell()
        row.addWidget(self.well, 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(8)
        words = self.tr("PNG, JPEG, WebP or GIF, at most 5 MB. It is made small and travels to every computer.")
        side.addWidget(Label(words, "small", "muted", wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.choose_button = secondary(self.tr("Choose a logo"), "folder", self.choose)
        self.remove_button = secondary(self.tr("Remove"), "x", partial(self.set_logo, ""))
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        side.addLayout(buttons)
        row.addLayout(side, 1)
        self.add(row)
        self.swatch = Swatch()
        self.put("accent", self.tr("Colour"), TextField(placeholder=DEFAULT_ACCENT))
        self.place(Field(self.tr("How it looks"), self.swatch))
        self.offer = link("", self._take_nearest)
        self.add(self.offer)

    # ------------------------------------------------------------------------------------------------------ logo

    def choose(self) -> None:
        """Ask for a file."""
        name, _filter = QFileDialog.getOpenFileName(
            self, self.tr("Choose a logo"), "", f"{self.tr('Pictures')} ({SORT_NAMES})"
        )
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Make the logo of a file, off the window's thread."""
        run_in_background(lambda: logo_of(path), self.set_logo, self._not_taken, self)

    def _not_taken(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)

    def set_logo(self, logo: str) -> None:
        """Show another logo, saved with the rest."""
        self.logo = logo
        self.well.show_logo(logo_image({"logo": logo}))
        self.follow_typing()

    # ------------------------------------------------------------------------------------------------------ form

    def wanted(self) -> dict[str, Any]:
        """Return colour and logo."""
        return {"accent": str(self.value_of("accent")).casefold(), "logo": self.logo}

    def discard(self) -> None:
        """Show what is saved."""
        self.logo = str(whole(self.shown).get("logo") or "")
        super().discard()
        self.logo = str(self.shown.get("logo") or "")
        self.well.show_logo(logo_image(self.shown))
        allowed = may_edit_institute(self._desk.actor)
        self.choose_button.setVisible(allowed)
        self.follow_typing()

    def follow_typing(self, name: str = "") -> None:
        """Show the colour, and what is the matter with it, while it is typed."""
        super().follow_typing(name)
        colour = str(self.value_of("accent")).casefold()
        known = is_colour(colour)
        self.swatch.colour = nearest_accent(colour) if known else DEFAULT_ACCENT
        self.swatch.words = str(self.shown.get("short_name") or self.shown.get("name") or "")
        self.swatch.update()
        fault = accent_error(colour)
        self.fields["accent"].set_error(fault or "")
        self.offer.setVisible(known and fault is not None)
        self.offer.setText(self.tr("Use {colour}").format(colour=nearest_accent(colour) if known else ""))
        self.remove_button.setVisible(bool(self.logo) and may_edit_institute(self._desk.actor))

    def _take_nearest(self) -> None:
        self.show_value("accent", nearest_accent(str(self.value_of("accent")).casefold()))
