"""What the self-check opens on a store: one row for each page that shows one, and a disagreement to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.shell import page_book
from desktop.shell.history import Place
from desktop.shell.page_book import PageBook
from shared.admissions.vocabulary import APPLICATION_FORM
from shared.attendance.rules import mark_id
from shared.attendance.vocabulary import OBSERVATION
from shared.core.clock import instant_text
from shared.finance.earning_vocabulary import REVENUE_SHARE
from shared.finance.report_rules import Report
from shared.finance.vocabulary import INSTALMENT_PLAN
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON
from shared.timetable.vocabulary import CLASS_SESSION

_OF_A_CLASS: tuple[tuple[str, dict[str, object]], ...] = (
    ("attendance.class_code", {}),
    ("attendance.sheet", {}),
    ("attendance.register", {"scan": True}),
)
"""Pages of a class session beside the one that shows it, with what they are opened for."""
_BEHIND: tuple[tuple[str, str | None], ...] = (
    ("learning.terms", None),
    ("learning.rollover", None),
    ("people.account", None),
    ("people.merge", PERSON),
    ("finance.cash_desk", INSTALMENT_PLAN),
    ("finance.account", INSTALMENT_PLAN),
    ("finance.earning", REVENUE_SHARE),
    ("admissions.form", APPLICATION_FORM),
)
"""Pages behind others, with the kind of row that one of their rows hangs on."""
_REPORTS = "finance.reports"
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
    if _REPORTS in book.pages and book.may_open(_REPORTS, desk.actor):
        places += [Place(_REPORTS, None, {"tab": str(one)}) for one in Report]
    return places + [one for one in _behind(book, desk) if book.may_open(one.page, desk.actor)]


def _behind(book: PageBook, desk: Desk) -> Iterator[Place]:
    """Yield the pages that no entry of the rail leads to, for whoever gets as far as the entry before them."""
    for page, kind in _BEHIND:
        entry = book.entry_for(page, desk.actor)
        if page not in book.pages or (entry is None and page != page_book.ACCOUNT):
            continue
        if kind is None:
            yield Place(page)
        elif kind == PERSON:
            yield from (Place(page, None, {"ids": tuple(pair)}) for pair in _alike(desk))
        else:
            rows = desk.store.page(kind, limit=1)
            yield from (Place(page, row.get("person_id") or row["id"]) for row in rows)


def _alike(desk: Desk) -> list[list[str]]:
    """Return the first two people with one phone, as somebody who was entered twice."""
    by_phone: dict[str, list[str]] = {}
    for one in desk.store.page(PERSON, limit=-1):
        if one.get("phone"):
            by_phone.setdefault(one["phone"], []).append(one["id"])
    return [found[:2] for found in by_phone.values() if len(found) > 1][:1]


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
