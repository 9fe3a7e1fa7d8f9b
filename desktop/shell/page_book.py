"""All pages, navigation entries and palette commands: those of the areas and the shell's own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core.area import BarEntry, DesktopArea, NavigationEntry, PageFactory, PaletteCommand
from shared.core.actor import Actor

OWN = "shell"
TODAY, SYNC, SETTINGS, HELP = "shell.today", "shell.sync", "shell.settings", "shell.help"
ACCOUNT = "people.account"
"""The page that a higher area gives for whoever is signed in."""
GROUPS = ("office", "teaching", "institute")


@dataclass(frozen=True)
class PageBook:
    """Finds a page by name.

    `opens` maps a kind of row to the page that shows one of them; `quick` are the commands that Today offers, the most
    wanted first; `today` makes the cards that areas put there.
    """

    pages: Mapping[str, PageFactory] = field(default_factory=dict)
    navigation: tuple[NavigationEntry, ...] = ()
    palette: tuple[PaletteCommand, ...] = ()
    opens: Mapping[str, str] = field(default_factory=dict)
    quick: tuple[PaletteCommand, ...] = ()
    bar: tuple[BarEntry, ...] = ()
    today: tuple[PageFactory, ...] = ()
    guards: Mapping[str, Callable[[Actor], bool]] = field(default_factory=dict)

    def entries(self, actor: Actor) -> dict[str, list[NavigationEntry]]:
        """Return what this person sees in the rail, by group, empty groups left out."""
        found: dict[str, list[NavigationEntry]] = {}
        for group in GROUPS:
            entries = [one for one in self.navigation if one.group == group and one.may(actor)]
            if entries:
                found[group] = sorted(entries, key=lambda one: one.order)
        return found

    def in_order(self, actor: Actor) -> list[NavigationEntry]:
        """Return the rail from top to bottom: what Ctrl 1 to 9 open."""
        return [entry for entries in self.entries(actor).values() for entry in entries]

    def commands(self, actor: Actor) -> list[PaletteCommand]:
        """Return what this person can start from the palette."""
        return [one for one in self.palette if one.may(actor)]

    def may_open(self, page: str, actor: Actor) -> bool:
        """Tell whether this person may open a page at all."""
        may = self.guards.get(page)
        return may is None or may(actor)

    def stays_open(self, page: str, before: Actor, now: Actor) -> bool:
        """Tell whether a page that was open stays so where a person's rights have changed.

        It goes with its place in the rail: with its own, or with the last one of its area.
        """
        own = [one for one in self.navigation if one.page == page]
        gone = bool(own) and not any(one.may(now) for one in own)
        had = self.entry_for(page, before) is not None
        return self.may_open(page, now) and not gone and not (had and self.entry_for(page, now) is None)

    def entry_for(self, page: str, actor: Actor) -> NavigationEntry | None:
        """Return the rail's entry that a page belongs to: its own, that of its list, or the first of the same area."""
        entries = self.in_order(actor)
        exact = next((one for one in entries if one.page == page), None)
        exact = exact or next((one for one in entries if one.page == f"{page}s"), None)
        area = page.partition(".")[0]
        if area == OWN or page == ACCOUNT:
            return exact
        return exact or next((one for one in entries if one.page.partition(".")[0] == area), None)

    def first(self, *names: str) -> str | None:
        """Return the first of these pages that exists."""
        return next((name for name in names if name in self.pages), None)


def make_book(
    areas: Sequence[DesktopArea],
    own_pages: Mapping[str, PageFactory],
    own_navigation: Iterable[NavigationEntry] = (),
    own_palette: Iterable[PaletteCommand] = (),
    opens: Mapping[str, str] | None = None,
    quick: Iterable[tuple[str, str]] = (),
) -> PageBook:
    """Return the book of these areas; two pages of one name are a mistake (ValueError)."""
    pages = dict(own_pages)
    for area in areas:
        twice = set(pages) & set(area.pages)
        if twice:
            message = f"Two areas have pages of the same name: {sorted(twice)}"
            raise ValueError(message)
        pages |= area.pages
    return PageBook(
        pages=pages,
        navigation=(*own_navigation, *(entry for area in areas for entry in area.navigation)),
        palette=(*(command for area in areas for command in area.palette), *own_palette),
        bar=tuple(entry for area in areas for entry in area.bar),
        today=tuple(make for area in areas for make in area.today),
        guards={page: may for area in areas for page, may in area.guards.items()},
        opens={kind: page for kind, page in (opens or {}).items() if page in pages},
        quick=tuple(
            next(command for command in area.palette if command.icon == icon)
            for name, icon in quick
            for area in areas
            if area.name == name and any(command.icon == icon for command in area.palette)
        ),
    )
