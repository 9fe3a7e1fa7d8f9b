"""What notices add to the desktop."""

from collections.abc import Mapping

from desktop.core.area import BarEntry, DesktopArea, PaletteCommand
from desktop.core.desk import Desk
from desktop.messaging.lines import STORE
from desktop.messaging.notices_page import notices_page
from desktop.messaging.store import unread_count
from shared.core.text import text

NOTICES = "messaging.notices"


def _open(desk: Desk) -> None:
    desk.open(NOTICES)


def area(opens: Mapping[str, str]) -> DesktopArea:
    """Return the rows, the page and the bell; `opens` gives the page that a notice opens by what it links to."""
    return DesktopArea(
        name="messaging",
        store=STORE,
        pages={NOTICES: notices_page(opens)},
        bar=(BarEntry(NOTICES, text("Notices"), "bell", unread_count),),
        palette=(PaletteCommand(text("Show my notices"), "bell", _open),),
    )
