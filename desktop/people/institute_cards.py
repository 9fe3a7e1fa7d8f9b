"""The institute's name, texts and place in the world: what stands on its papers, and how money and times are read."""

from __future__ import annotations

from desktop.core.desk import Desk
from desktop.people.institute_form import SettingsCard
from desktop.shell.place_choices import country_choices, currency_choices, zone_choices
from desktop.widgets.combo import Combo
from desktop.widgets.text_field import TextField
from shared.people.countries import CALLING_CODES


class NameCard(SettingsCard):
    """Name and texts; they stand in the rail, on ID cards and on what is printed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, self.tr("Name and texts"))

    def make_fields(self) -> None:
        """Put the fields into the grid."""
        self.put("name", self.tr("Name of the institute"), TextField(), wide=True)
        hint = self.tr("Where there is little room, as in the rail")
        self.put("short_name", self.tr("Short name"), TextField(), hint=hint)
        self.put("motto", self.tr("Motto"), TextField())
        self.put("address", self.tr("Address"), TextField(), wide=True)
        self.put("phone", self.tr("Phone"), TextField())
        self.put("email", self.tr("Mail address"), TextField())
        self.put("website", self.tr("Web address"), TextField(placeholder="https://"), wide=True)


class PlaceCard(SettingsCard):
    """Country, calling code, time zone and currency."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, self.tr("Country, time and money"))

    def make_fields(self) -> None:
        """Put the fields into the grid; a country that is chosen brings its calling code along."""
        country = Combo(country_choices())
        self.put("country", self.tr("Country"), country)
        hint = self.tr("Phone numbers without it are read as this country's")
        self.put("calling_code", self.tr("Calling code"), TextField(), hint=hint)
        self.put("time_zone", self.tr("Time zone"), Combo(zone_choices()))
        self.put("currency", self.tr("Currency"), Combo(currency_choices()))
        country.activated.connect(lambda _index: self._bring_code())

    def _bring_code(self) -> None:
        self.show_value("calling_code", CALLING_CODES.get(str(self.value_of("country")), ""))
