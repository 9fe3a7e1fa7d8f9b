"""The steps of setting an institute up: each a short form that says what it holds and what can't be kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.shell.institute_mark import logo_image
from desktop.shell.logo_file import SORT_NAMES, logo_of
from desktop.shell.logo_well import LogoWell, Swatch
from desktop.shell.place_choices import country_choices, currency_choices, zone_choices
from desktop.shell.strength_view import StrengthView
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField, TextField
from shared.core.errors import CampusError
from shared.people.colours import DEFAULT_ACCENT, is_colour, nearest_accent
from shared.people.countries import CALLING_CODES
from shared.people.institute import DEFAULTS, setting_errors, tidy
from shared.people.rules import field_error

Values = dict[str, Any]


class Step(QWidget):
    """One step; ``values`` go into the draft by the names of the fields, ``part`` is what the server is told."""

    changed = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addWidget(Label(words, "body", "text2", wrap=True))
        self.fields: dict[str, Field] = {}
        self.make()
        self.column.addStretch(1)

    def make(self) -> None:
        """Put the fields in."""

    def put(self, name: str, label: str, control: QWidget, *, hint: str = "", optional: bool = False) -> Field:
        """Add a field."""
        field = Field(label, control, hint=hint, optional=optional)
        self.fields[name] = field
        return field

    def row(self, *fields: QWidget) -> None:
        """Put fields beside each other."""
        line = QHBoxLayout()
        line.setSpacing(12)
        for field in fields:
            line.addWidget(field, 1)
        self.column.addLayout(line)

    def text(self, name: str) -> str:
        """Return what a field says, tidied; a password as it was typed."""
        control = self.fields[name].control
        if isinstance(control, Combo):
            return control.chosen or ""
        if isinstance(control, PasswordField):
            return control.text()
        return str(tidy(control.text())) if isinstance(control, TextField) else ""

    def values(self) -> Values:
        """Return what the draft keeps."""
        return {name: self.text(name) for name in self.fields}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what the draft kept."""
        for name, field in self.fields.items():
            control, value = field.control, str(values.get(name) or "")
            if isinstance(control, Combo) and value:
                control.choose(value)
            elif isinstance(control, TextField) and value:
                control.setText(value)

    def faults(self) -> dict[str, str]:
        """Return the sentence for each field that can't be kept."""
        return {}

    def show_faults(self, faults: Mapping[str, str]) -> bool:
        """Put sentences below their fields; tells whether there were any."""
        for name, field in self.fields.items():
            field.set_error(faults.get(name, ""))
        return bool(faults)

    def part(self) -> Values:
        """Return what the server is told of this step."""
        return {}


class CodeStep(Step):
    """The code that the server showed."""

    def make(self) -> None:
        """Put the field in."""
        hint = self.tr("It stands on the server's screen after campusdesk-server init, or in the letter you got.")
        self.column.addWidget(
            self.put("code", self.tr("Set-up code"), TextField(placeholder="k7mq-2rvx-h9tc-4wnd"), hint=hint)
        )

    def faults(self) -> dict[str, str]:
        """Ask for the code."""
        return {} if self.text("code") else {"code": self.tr("Enter the code.")}


class AdministratorStep(Step):
    """The first administrator, with a password of one's own."""

    shortest = 12

    def make(self) -> None:
        """Put the fields in."""
        self.row(self.put("given_name", self.tr("First name"), TextField()),
                 self.put("family_name", self.tr("Family name"), TextField(), optional=True))  # fmt: skip
        self.row(self.put("username", self.tr("Username"), TextField()),
                 self.put("email", self.tr("Mail address"), TextField(), optional=True))  # fmt: skip
        password = PasswordField()
        self.row(self.put("password", self.tr("Password"), password),
                 self.put("again", self.tr("Password once more"), PasswordField()))  # fmt: skip
        self.column.addWidget(StrengthView(password, self._names, self.shortest))

    def _names(self) -> tuple[str, ...]:
        return self.text("given_name"), self.text("family_name"), self.text("username")

    def faults(self) -> dict[str, str]:
        """Check names, and that both passwords are the same."""
        values = self.values()
        values["username"] = values["username"].lower()
        found = {name: field_error(name, values[name]) for name in ("given_name", "email", "username")}
        if not values["username"]:
            found["username"] = self.tr("Enter a username.")
        if len(values["password"]) < self.shortest:
            found["password"] = self.tr("A password has {n} characters or more. A few words are best.").format(
                n=self.shortest
            )
        elif values["password"] != values["again"]:
            found["again"] = self.tr("The two passwords differ. Type the second one again.")
        return {name: sentence for name, sentence in found.items() if sentence}

    def part(self) -> Values:
        """Return the administrator."""
        values = {name: value for name, value in self.values().items() if name != "again"}
        return {"administrator": {**values, "username": values["username"].lower()}}


class InstituteStep(Step):
    """Name, logo and colour."""

    def __init__(self, words: str) -> None:
        self.logo = ""
        super().__init__(words)

    def make(self) -> None:
        """Put the fields in."""
        self.row(self.put("name", self.tr("Name of the institute"), TextField()))
        accent = TextField(DEFAULT_ACCENT)
        accent.textChanged.connect(lambda _text: self._follow())
        self.swatch = Swatch()
        self.row(self.put("short_name", self.tr("Short name on the screen"), TextField(), optional=True),
                 self.put("accent", self.tr("Colour"), accent))  # fmt: skip
        line = QHBoxLayout()
        line.setSpacing(12)
        self.well = LogoWell()
        line.addWidget(self.well)
        self.choose_button = secondary(self.tr("Choose a logo"), "folder", self.choose)
        line.addWidget(self.choose_button)
        line.addWidget(self.swatch, 1)
        self.column.addLayout(line)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.column.addWidget(self.problem)
        self._follow()

    def _follow(self) -> None:
        colour = self.text("accent").casefold()
        self.swatch.colour = nearest_accent(colour) if is_colour(colour) else DEFAULT_ACCENT
        self.swatch.words = self.text("name")
        self.swatch.update()

    def choose(self) -> None:
        """Ask for a file."""
        sorts = f"{self.tr('Pictures')} ({SORT_NAMES})"
        name, _filter = QFileDialog.getOpenFileName(self, self.tr("Choose a logo"), "", sorts)
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Make the logo of a file, off the window's thread."""
        run_in_background(lambda: logo_of(path), self.set_logo, self._refused, self)

    def set_logo(self, logo: str) -> None:
        """Show a logo."""
        self.logo = logo
        self.problem.hide()
        self.well.show_logo(logo_image({"logo": logo}))
        self.changed.emit()

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.problem.setText(problem.message)
        self.problem.show()

    def values(self) -> Values:
        """Return the fields and the logo."""
        return {**super().values(), "logo": self.logo, "accent": self.text("accent").casefold()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what the draft kept, the logo too."""
        super().show_values(values)
        if values.get("logo"):
            self.set_logo(str(values["logo"]))

    def faults(self) -> dict[str, str]:
        """Check each as the server does."""
        return setting_errors(self.values())

    def part(self) -> Values:
        """Return the settings that were said."""
        return {"institute": self.values()}


class PlaceStep(Step):
    """Country, calling code, time zone and currency."""

    def make(self) -> None:
        """Put the fields in; a country brings its calling code along."""
        country = Combo(country_choices())
        country.choose(DEFAULTS["country"])
        zone, currency = Combo(zone_choices()), Combo(currency_choices())
        zone.choose(DEFAULTS["time_zone"])
        currency.choose(DEFAULTS["currency"])
        code = TextField(str(DEFAULTS["calling_code"]))
        self.row(
            self.put("country", self.tr("Country"), country), self.put("calling_code", self.tr("Calling code"), code)
        )
        self.row(self.put("time_zone", self.tr("Time zone"), zone), self.put("currency", self.tr("Currency"), currency))
        country.activated.connect(lambda _index: code.setText(CALLING_CODES.get(country.chosen or "", "")))

    def faults(self) -> dict[str, str]:
        """Check each as the server does."""
        return setting_errors(self.values())

    def part(self) -> Values:
        """Return the settings."""
        return {"institute": self.values()}
