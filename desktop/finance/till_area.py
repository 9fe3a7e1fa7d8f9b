"""What the cash desk adds to the desktop."""

from desktop.core.area import NavigationEntry, PageFactory, PaletteCommand

NAVIGATION: tuple[NavigationEntry, ...] = ()
PAGES: dict[str, PageFactory] = {}
GUARDS: dict[str, object] = {}
PALETTE: tuple[PaletteCommand, ...] = ()
