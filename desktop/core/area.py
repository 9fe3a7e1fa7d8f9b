"""What an area tells the desktop about itself: its rows, its pages, its navigation and its palette commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from desktop.core.store_area import KeyValue, KindSpec, Line, StoreArea
from shared.core.actor import Actor

if TYPE_CHECKING:
    from desktop.core.desk import Desk

__all__ = [
    "BarEntry",
    "DesktopArea",
    "KeyValue",
    "KindSpec",
    "Line",
    "NavigationEntry",
    "PageFactory",
    "PaletteCommand",
    "StoreArea",
]

PageFactory = Callable[["Desk", str | None, Mapping[str, Any]], object]
"""Builds a page (a QWidget) from the desk, the id of what to show, and further details."""


def _anyone(_actor: Actor) -> bool:
    return True


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
class BarEntry:
    """A page that opens from the top bar, with how much of it is new to this person."""

    page: str
    title: str
    icon: str
    count: Callable[["Desk"], int]


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
    guards: Mapping[str, Callable[[Actor], bool]] = field(default_factory=dict)
    """By page: who may open it, however it is reached; a page without an entry is for everybody."""
    bar: tuple[BarEntry, ...] = ()
    """What stands in the top bar, beside the person."""
    today: tuple[PageFactory, ...] = ()
    """Cards for the Today page; a factory returns None where there is nothing for this person."""
