"""What an area tells the desktop about itself: its rows, its pages, its navigation and its palette commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.projection import Body, Projection, ReadRow

if TYPE_CHECKING:
    from desktop.core.desk import Desk

MAX_KEYS = 3

KeyValue = str | int | None
Line = Callable[[Command, ReadRow], str]
"""Says in one line what a command did, for the sync page."""

PageFactory = Callable[["Desk", str | None, Mapping[str, Any]], object]
"""Builds a page (a QWidget) from the desk, the id of what to show, and further details."""


def _nothing(_body: Body) -> str:
    return ""


def _anyone(_actor: Actor) -> bool:
    return True


@dataclass(frozen=True)
class KindSpec:
    """How the local store lists and finds rows of one kind.

    `sort_text` gives the text that lists sort by, `search_text` the words that a search looks at (empty: not found by
    search), `title` what a search result prints, `keys` up to three values that lists filter and sort by quickly.
    """

    sort_text: Callable[[Body], str] = _nothing
    search_text: Callable[[Body], str] | None = None
    title: Callable[[Body], str] | None = None
    keys: Mapping[str, Callable[[Body], KeyValue]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.keys) > MAX_KEYS:
            message = f"A kind has at most {MAX_KEYS} keys."
            raise ValueError(message)


@dataclass(frozen=True)
class StoreArea:
    """What an area's rows and commands are to the local store."""

    kinds: Mapping[str, KindSpec] = field(default_factory=dict)
    projections: Mapping[str, Projection] = field(default_factory=dict)
    type_versions: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, Line] = field(default_factory=dict)


def joined(areas: tuple[StoreArea, ...]) -> StoreArea:
    """Return one StoreArea of all; two areas that name the same kind or command are a mistake (ValueError)."""
    kinds: dict[str, KindSpec] = {}
    projections: dict[str, Projection] = {}
    versions: dict[str, int] = {}
    lines: dict[str, Line] = {}
    for area in areas:
        twice = (set(kinds) & set(area.kinds)) | (set(projections) & set(area.projections))
        if twice:
            message = f"Two areas name the same: {sorted(twice)}"
            raise ValueError(message)
        kinds |= area.kinds
        projections |= area.projections
        versions |= area.type_versions
        lines |= area.lines
    return StoreArea(kinds, projections, versions, lines)


@dataclass(frozen=True)
class NavigationEntry:
    """A place in the rail. `badge` counts the work that waits there for this person."""

    page: str
    title: str
    icon: str
    group: Literal["office", "teaching", "institute"]
    may: Callable[[Actor], bool] = _anyone
    badge: Callable[["Desk"], int] | None = None
    order: int = 0


@dataclass(frozen=True)
class PaletteCommand:
    """Something that the command palette can start; `keys` is its shortcut as Qt writes it, shown beside it."""

    title: str
    icon: str
    run: Callable[["Desk"], None]
    may: Callable[[Actor], bool] = _anyone
    keys: str = ""


@dataclass(frozen=True)
class DesktopArea:
    """Everything an area adds to the desktop; `pages` maps names such as `people.student` to factories."""

    name: str
    store: StoreArea = field(default_factory=StoreArea)
    navigation: tuple[NavigationEntry, ...] = ()
    pages: Mapping[str, PageFactory] = field(default_factory=dict)
    palette: tuple[PaletteCommand, ...] = ()
