"""What the command palette finds: people, places and commands, at most seven, all from this computer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtGui import QImage

from desktop.core.area import NavigationEntry
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.core.search import Hit, spans, words_of
from desktop.shell.page_book import PageBook
from desktop.shell.photos import photo_of
from desktop.shell.role_words import main_role
from shared.core.text import text
from shared.learning.vocabulary import COHORT, ENROLMENT
from shared.people.vocabulary import PERSON

MOST_ROWS = 7
COMMANDS_ONLY = ">"
_PEOPLE, _PLACES = 4, 3


class Group(StrEnum):
    """The groups, in the order in which they are shown."""

    PEOPLE = "people"
    PLACES = "places"
    COMMANDS = "commands"


@dataclass(frozen=True)
class Found:
    """One row: `spans` are the matched letters of the title, `number` the person's, shown by `photo` or initials."""

    group: Group
    title: str
    detail: str
    icon: str
    run: Callable[[], object]
    spans: tuple[tuple[int, int], ...] = ()
    number: str = ""
    keys: str = ""
    photo: Callable[[], QImage | None] | None = None


def group_words(group: Group) -> str:
    """Return the head of a group."""
    return {Group.PEOPLE: text("People"), Group.PLACES: text("Go to"), Group.COMMANDS: text("Commands")}[group]


def find(desk: Desk, book: PageBook, extra: Sequence[NavigationEntry], typed: str) -> list[Found]:
    """Return at most seven rows for what was typed; without letters the places and commands most used come first."""
    only_commands = typed.lstrip().startswith(COMMANDS_ONLY)
    query = typed.strip().removeprefix(COMMANDS_ONLY).strip()
    commands = _commands(desk, book, query)
    if only_commands:
        return commands[:MOST_ROWS]
    people = _people(desk, book, query) if query else []
    places = [*_places(desk, book, extra, query), *(_rows(desk, book, query) if query else [])]
    return _balanced(people, places, commands)


def _balanced(people: list[Found], places: list[Found], commands: list[Found]) -> list[Found]:
    """Give each group its share, and what is left over to the ones that have more."""
    shares = {"people": min(len(people), _PEOPLE), "places": min(len(places), _PLACES), "commands": 0}
    shares["commands"] = min(len(commands), MOST_ROWS - shares["people"] - shares["places"])
    left = MOST_ROWS - sum(shares.values())
    for name, rows in (("people", people), ("places", places), ("commands", commands)):
        more = min(left, len(rows) - shares[name])
        shares[name] += more
        left -= more
    return [*people[: shares["people"]], *places[: shares["places"]], *commands[: shares["commands"]]]


def _matches(query: str, title: str) -> bool:
    found = words_of(title)
    return all(any(word.startswith(part) for word in found) for part in words_of(query))


def _commands(desk: Desk, book: PageBook, query: str) -> list[Found]:
    return [
        Found(
            Group.COMMANDS, one.title, "", one.icon, partial(one.run, desk), spans(query, one.title),
            keys=one.keys.replace("+", " "),
        )
        for one in book.commands(desk.actor)
        if _matches(query, one.title)
    ]  # fmt: skip


def _places(desk: Desk, book: PageBook, extra: Sequence[NavigationEntry], query: str) -> list[Found]:
    return [
        Found(Group.PLACES, one.title, "", one.icon, partial(desk.open, one.page), spans(query, one.title))
        for one in (*book.in_order(desk.actor), *extra)
        if _matches(query, one.title)
    ]


def _people(desk: Desk, book: PageBook, query: str) -> list[Found]:
    page = book.opens.get(PERSON)
    if page is None:
        return []
    return [
        Found(
            Group.PEOPLE, hit.title, _person_detail(desk, hit), "user",
            partial(desk.open, page, hit.id), hit.spans, str(hit.body.get("number") or hit.id),
            photo=partial(photo_of, desk.store, hit.id),
        )
        for hit in desk.store.search(query, [PERSON], MOST_ROWS)
    ]  # fmt: skip


def _person_detail(desk: Desk, hit: Hit) -> str:
    """Return "S-0102 · Photography 1" for a student, "E-004 · Registrar" for staff."""
    parts = [str(hit.body.get("number") or "")]
    roles = [role for role in hit.body.get("roles") or () if role != "student"]
    parts.append(main_role(roles) if roles else _cohort_of(desk, hit.id))
    return " · ".join(part for part in parts if part)


def _cohort_of(desk: Desk, person_id: str) -> str:
    spec = desk.store.area.kinds.get(ENROLMENT)
    if spec is None or "person_id" not in spec.keys:
        return ""  # without an index this would be too slow while someone types
    found = desk.store.page(ENROLMENT, [Where("person_id", "=", person_id)], limit=5)
    current = next((one for one in found if one.get("state") in {"active", "pending"}), None)
    cohort = desk.store.get(COHORT, current["cohort_id"]) if current else None
    return str((cohort or {}).get("name") or "")


def _rows(desk: Desk, book: PageBook, query: str) -> list[Found]:
    """Courses, cohorts and whatever else can be searched and has a page."""
    searched = {kind for kind, spec in desk.store.area.kinds.items() if spec.search_text}
    opened = {kind for kind, page in book.opens.items() if book.may_open(page, desk.actor)}
    kinds = sorted((searched & opened) - {PERSON})
    if not kinds:
        return []
    made = []
    for hit in desk.store.search(query, kinds, MOST_ROWS):
        page = book.opens[hit.kind]
        entry = book.entry_for(page, desk.actor)
        detail = str(hit.body.get("code") or "")
        icon = entry.icon if entry else "folder"
        made.append(Found(Group.PLACES, hit.title, detail, icon, partial(desk.open, page, hit.id), hit.spans))
    return made
