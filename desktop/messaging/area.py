"""What notices and letters add to the desktop."""

from collections.abc import Mapping
from typing import Any

from desktop.core.area import BarEntry, DesktopArea, NavigationEntry, PaletteCommand
from desktop.core.desk import Desk
from desktop.messaging.letters_page import LETTERS_PAGE, LettersPage, may_see_letters
from desktop.messaging.lines import STORE
from desktop.messaging.notices_page import notices_page
from desktop.messaging.store import unread_count
from shared.core.text import text

NOTICES = "messaging.notices"


def _open(desk: Desk) -> None:
    desk.open(NOTICES)


def _letters_page(desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> LettersPage:
    return LettersPage(desk)


def area(opens: Mapping[str, str]) -> DesktopArea:
    """Return the rows, the page and the bell; `opens` gives the page that a notice opens by what it links to."""
    return DesktopArea(
        name="messaging",
        store=STORE,
        navigation=(NavigationEntry(LETTERS_PAGE, text("Letters"), "mail", "institute", may_see_letters, order=68),),
        pages={NOTICES: notices_page(opens), LETTERS_PAGE: _letters_page},
        guards={LETTERS_PAGE: may_see_letters},
        bar=(BarEntry(NOTICES, text("Notices"), "bell", unread_count),),
        palette=(
            PaletteCommand(text("Show my notices"), "bell", _open),
            PaletteCommand(text("Show letters"), "mail", lambda desk: desk.open(LETTERS_PAGE), may_see_letters),
        ),
    )
