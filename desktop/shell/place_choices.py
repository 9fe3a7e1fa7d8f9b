"""What an institute chooses from: countries, time zones and currencies."""

from __future__ import annotations

from zoneinfo import available_timezones

from PySide6.QtCore import QLocale

from shared.core.currencies import CURRENCIES, minor_digits
from shared.people.countries import CALLING_CODES

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def country_choices() -> list[tuple[str, str]]:
    """Return the countries by name, with their letters."""
    named = [(letters, QLocale.territoryToString(QLocale.codeToTerritory(letters))) for letters in CALLING_CODES]
    return sorted(
        ((letters, f"{name} ({letters})") for letters, name in named), key=lambda choice: choice[1].casefold()
    )


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones that are places, and UTC."""
    places = [name for name in available_timezones() if "/" in name and not name.startswith(_NOT_PLACES)]
    return [(name, name.replace("_", " ")) for name in sorted([*places, "UTC"])]


def currency_choices() -> list[tuple[str, str]]:
    """Return the currencies, each with an amount as it is written: the digits behind the point."""
    return [(word, f"{word} (1{'.' + '0' * minor_digits(word) if minor_digits(word) else ''})") for word in CURRENCIES]
