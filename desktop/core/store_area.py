"""What an area's rows and commands are to the local store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.core.command import Command
from shared.core.projection import Body, Projection, ReadRow
from shared.core.strict import StrictModel

MAX_KEYS = 3

KeyValue = str | int | None
Line = Callable[[Command, ReadRow], str]
"""Says in one line what a command did, for the sync page."""
Numbered = Callable[[Command], tuple[str, int] | None]
"""Tells which number of which series of this store a command carries."""


def _nothing(_body: Body) -> str:
    return ""


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
    numbers: Mapping[str, Numbered] = field(default_factory=dict)
    payloads: Mapping[str, type[StrictModel]] = field(default_factory=dict)
    """What the server reads out of each command: what it couldn't read isn't saved here either."""


def joined(areas: tuple[StoreArea, ...]) -> StoreArea:
    """Return one StoreArea of all; two areas that name the same kind or command are a mistake (ValueError)."""
    kinds: dict[str, KindSpec] = {}
    projections: dict[str, Projection] = {}
    versions: dict[str, int] = {}
    lines: dict[str, Line] = {}
    numbers: dict[str, Numbered] = {}
    payloads: dict[str, type[StrictModel]] = {}
    for area in areas:
        twice = (set(kinds) & set(area.kinds)) | (set(projections) & set(area.projections))
        if twice:
            message = f"Two areas name the same: {sorted(twice)}"
            raise ValueError(message)
        kinds |= area.kinds
        projections |= area.projections
        versions |= area.type_versions
        lines |= area.lines
        numbers |= area.numbers
        payloads |= area.payloads
    return StoreArea(kinds, projections, versions, lines, numbers, payloads)
