"""What time clocks add to the desktop: one page, reached by the palette and the list of registers."""

from desktop.attendance.clock_page import ClockPage
from desktop.core.area import PageFactory, PaletteCommand
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Permission


def brings_clocks_in(actor: Actor) -> bool:
    """Whoever may take any register."""
    return actor.may(Permission.REGISTERS_TAKE_ANY)


PAGES: dict[str, PageFactory] = {"attendance.clock": ClockPage}


def palette() -> tuple[PaletteCommand, ...]:
    """Return the commands of the palette."""
    return (
        PaletteCommand(
            text("Bring in a time clock's file"), "upload", lambda desk: desk.open("attendance.clock"), brings_clocks_in
        ),
    )
