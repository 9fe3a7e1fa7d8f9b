"""What the self-check opens on a store: one row for each page that shows one, and a disagreement to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.shell import page_book
from desktop.shell.history import Place
from desktop.shell.page_book import PageBook
from shared.attendance.rules import mark_id
from shared.attendance.vocabulary import OBSERVATION
from shared.core.clock import instant_text
from shared.learning.vocabulary import ENROLMENT
from shared.timetable.vocabulary import CLASS_SESSION

_OF_A_CLASS: tuple[tuple[str, dict[str, object]], ...] = (
    ("attendance.class_code", {}),
    ("attendance.sheet", {}),
    ("attendance.register", {"scan": True}),
)
"""Pages of a class session beside the one that shows it, with what they are opened for."""
_OWN = (page_book.TODAY, page_book.SYNC, page_book.SETTINGS, page_book.HELP)


def sample_places(book: PageBook, desk: Desk) -> list[Place]:
    """Return every page that this person can reach, those of single rows with a row of the store."""
    places = [Place(page) for page in _OWN]
    places += [Place(entry.page) for entry in book.in_order(desk.actor) if entry.page not in _OWN]
    seen: set[str] = set()
    for kind, page in book.opens.items():
        if page in seen or book.entry_for(page, desk.actor) is None or not book.may_open(page, desk.actor):
            continue
        found = sample_ids(desk, kind)
        if found:
            seen.add(page)
            places += [Place(page, one) for one in found]
            if kind == CLASS_SESSION:
                beside = [(name, details) for name, details in _OF_A_CLASS if name in book.pages]
                beside = [one for one in beside if book.may_open(one[0], desk.actor)]
                places += [Place(name, found[0], details) for name, details in beside]
    return places


def sample_ids(desk: Desk, kind: str) -> list[str]:
    """Return ids worth showing of a kind: class sessions with marks and the next one, the first row of others."""
    if kind != CLASS_SESSION:
        return desk.store.ids(kind, limit=1)
    now = instant_text(desk.clock.now())
    held = desk.store.ids(kind, [Where("starts_at", "<=", now)], order="starts_at", descending=True, limit=200)
    taken = next((one for one in held if desk.store.children(OBSERVATION, one)), None)
    missing = next((one for one in held if not desk.store.children(OBSERVATION, one)), None)
    coming = desk.store.ids(kind, [Where("starts_at", ">", now)], order="starts_at", limit=1)
    return list(dict.fromkeys(one for one in (taken, missing, *coming) if one is not None))


def disagree(teacher: Desk, office: Desk, syncs: Sequence[Callable[[], object]]) -> bool:
    """Let a teacher and the office mark the same student differently, neither seeing the other; False without a class.

    `syncs` send what both saved, the teacher's first, and are run twice so that both see the disagreement.
    """
    now = instant_text(teacher.clock.now())
    mine = [Where("starts_at", "<=", now)]
    for session in teacher.store.page(CLASS_SESSION, mine, order="starts_at", descending=True, limit=100):
        own = session["cohort_id"] in teacher.actor.teaches or session.get("instructor_id") == teacher.actor.person_id
        enrolled = [one for one in teacher.store.children(ENROLMENT, session["cohort_id"]) if one["state"] == "active"]
        if not own or not enrolled:
            continue
        for desk, state, minutes in ((teacher, "present", None), (office, "late", 12)):
            payload = {
                "session_id": session["id"],
                "enrolment_id": enrolled[0]["id"],
                "state": state,
                "minutes": minutes,
                "author_id": desk.actor.person_id,
                "author_name": desk.actor.name,
            }
            desk.commit([Ask("RecordObservation", mark_id(session["id"], enrolled[0]["id"]), payload)])
        for sync in (*syncs, *syncs):
            sync()
        return True
    return False
