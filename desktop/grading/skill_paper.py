"""A student's skills logbook on paper: every skill with its state, and every observation that counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.skill_store import Learner, SkillClass
from desktop.grading.skill_words import judged_words, state_words
from desktop.people.table_paper import Letterhead, Paper, pdf_of
from desktop.shell.table_files import Head, Sheet, Value
from desktop.shell.times import clock_words, short_date, zone_of
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.grading.skill_vocabulary import ObservationState, SignedBy

Body = Mapping[str, Any]
PAPER = Paper(landscape=True, row_height=19.0)


def logbook_sheet(desk: Desk, book: SkillClass, learner: Learner) -> Sheet:
    """Return the logbook as a sheet; a skill's first line says where the student stands."""
    heads = (
        Head(text("Skill"), share=2.6),
        Head(text("State"), share=1.1),
        Head(text("Seen"), share=1.4),
        Head(text("What was seen"), share=1.4),
        Head(text("By"), share=1.6),
        Head(text("Where"), share=1.6),
        Head(text("Signed for the employer"), share=2.8),
        Head(text("Note"), share=3.0),
    )
    rows: list[tuple[Value, ...]] = []
    for skill in book.skills:
        state = state_words(book.standing(learner.enrolment_id, skill), skill)
        first = (skill["name"], state)
        seen = book.observations(learner.enrolment_id, skill["id"])
        kept = [one for one in seen if one["state"] == ObservationState.KEPT]
        for one in kept:
            rows.append((*first, *_observation(desk, one)))
            first = ("", "")
        if not kept:
            rows.append((*first, "", "", "", "", "", ""))
    n = book.competent(learner.enrolment_id)
    parts = (
        learner.name,
        learner.number,
        str(book.course.get("title") or ""),
        str(book.cohort.get("name") or ""),
        text("competent in {n} of {all} skills", n=n, all=len(book.skills)),
    )
    return Sheet(text("Skills logbook"), " · ".join(part for part in parts if part), heads, tuple(rows))


def _observation(desk: Desk, body: Body) -> tuple[Value, ...]:
    at = parse_instant(body["at"]).astimezone(zone_of(desk))
    today = desk.clock.now().astimezone(zone_of(desk)).date()
    when = f"{short_date(at.date(), today)} {clock_words(at)}"
    return (
        when,
        judged_words(body),
        str(body["observer_name"]),
        str(body["place"]),
        _signed(body["signature"]),
        " ".join(str(body["note"]).split()),
    )


def _signed(signature: Body | None) -> str:
    if signature is None:
        return ""
    how = text("by PIN") if signature["how"] == SignedBy.PIN else text("by hand")
    return f"{signature['name']}, {signature['employer']} ({how})"


def logbook_pdf(sheet: Sheet, head: Letterhead) -> bytes:
    """Return the logbook as a PDF."""
    return pdf_of(sheet, head, PAPER)
