"""A local store as the registrar of a large institute has it: 100,000 people and a class of 40 that is on today."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.areas import areas
from desktop.core.desk import Desk
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.settings import Settings
from shared.core.actor import Actor
from shared.core.clock import ManualClock, instant_text
from shared.core.ids import IdMaker, derived_id
from shared.core.sync import Change, Cursor, SyncResponse
from shared.people.vocabulary import BUILT_IN_ROLES, Role

KEY = b"k" * 32
NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
SESSION = derived_id("bench", "session")
CLASS_SIZE = 40
ORGANISATION = derived_id("bench", "organisation")
_COHORT = derived_id("bench", "cohort")
_COURSE = derived_id("bench", "course")
_REGISTRAR = derived_id("bench", "registrar")
_GIVEN = ("Akosua", "Kofi", "Ama", "Yaw", "Efua", "Kwame", "Abena", "Kojo", "Esi", "Kwabena", "Adwoa", "Fiifi")
_FAMILY = ("Mensah", "Owusu", "Boateng", "Osei", "Asante", "Appiah", "Addo", "Agyeman", "Nkrumah-Tetteh", "Darko")
_PAGE = 2_000
Row = tuple[str, dict[str, Any], str | None]
"""A row as it is brought: its kind, its body, and what it hangs on."""


def opened(path: Path) -> LocalStore:
    """Open the store, or make an empty one."""
    clock = ManualClock(NOW)
    owner = Owner(ORGANISATION, _REGISTRAR, derived_id("bench", "device"))
    return LocalStore(path, KEY, Identity(owner), [area.store for area in areas()], clock, IdMaker(clock))


def desk_over(store: LocalStore, roles: tuple[Role, ...] = (Role.REGISTRAR, Role.INSTRUCTOR)) -> Desk:
    """The registrar's desk, or that of whoever has these roles."""
    clock = ManualClock(NOW)
    actor = Actor(
        person_id=_REGISTRAR,
        organisation_id=ORGANISATION,
        name="Grace Kimani",
        roles=roles,
        permissions=frozenset(str(word) for role in roles for word in BUILT_IN_ROLES[role]),
        teaches=frozenset({_COHORT}),
        scopes=("all",),
    )
    return Desk(
        store=store,
        actor=actor,
        open=lambda *_page, **_details: None,
        clock=clock,
        ids=IdMaker(clock),
        settings=Settings(theme="light"),
    )


def build(path: Path, people: int) -> None:
    """Fill a store as answers of the server fill it."""
    store = opened(path)
    fill(store, rows(people))
    store.close()


def fill(store: LocalStore, found: Iterable[Row]) -> None:
    """Bring rows into a fresh store, in pages."""
    page: list[Change] = []
    seq = 0
    for seq, (kind, body, parent) in enumerate(found, 1):
        full = {"revision": body["id"], **body}
        page.append(
            Change(seq=seq, kind=kind, id=body["id"], revision=full["revision"], parent=parent, scope="all", body=full)
        )
        if len(page) == _PAGE:
            _bring(store, page, seq)
            page = []
    _bring(store, page, seq)


def _bring(store: LocalStore, changes: list[Change], seq: int) -> None:
    answer = SyncResponse(changes=tuple(changes), cursor=Cursor(server_epoch="bench", seq=seq))
    store.settle(store.next_request(), answer)


def rows(people: int) -> Iterator[Row]:
    """The institute, its class of today, and as many students."""
    starts, ends = instant_text(NOW - timedelta(minutes=5)), instant_text(NOW + timedelta(hours=2))
    yield (
        "organisation",
        {"id": ORGANISATION, "name": "Bench Institute", "slug": "bench", "time_zone": "Africa/Accra"},
        None,
    )
    yield "course", {"id": _COURSE, "code": "PHO", "title": "Photography"}, None
    yield (
        "cohort",
        {"id": _COHORT, "course_id": _COURSE, "code": "PHO-1", "name": "Photography 1", "instructors": [_REGISTRAR]},
        _COURSE,
    )
    yield (
        "class_session",
        {
            "id": SESSION, "cohort_id": _COHORT, "starts_at": starts, "ends_at": ends, "room": "Studio 2",
            "instructor_id": _REGISTRAR, "title": "", "state": "scheduled", "unplanned": False,
        },
        _COHORT,
    )  # fmt: skip
    for at in range(people):
        person_id = derived_id("bench", "person", str(at))
        given, family = _GIVEN[at % len(_GIVEN)], f"{_FAMILY[at // 7 % len(_FAMILY)]}{at % 911}"
        yield (
            "person",
            {
                "id": person_id, "given_name": given, "family_name": family, "number": f"S-{at:06}",
                "email": f"s{at}@students.example.org", "phone": f"+23324{at:07}", "state": "active",
                "roles": ["student"], "provisional": False,
            },
            None,
        )  # fmt: skip
        if at < CLASS_SIZE:
            enrolment = derived_id("bench", "enrolment", str(at))
            body = {"id": enrolment, "cohort_id": _COHORT, "person_id": person_id, "state": "active"}
            yield "enrolment", {**body, "enrolled_on": "2026-09-07", "testing": False}, _COHORT
