"""The letter about a decision on the institute's paper: offer, refusal or waiting list."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.admissions.review_dialogs import institute_of
from desktop.admissions.store import ApplicationLine, events_of
from desktop.core.desk import Desk
from desktop.grading.annotated_work import file_name
from desktop.grading.grade_papers import day_of
from desktop.grading.paper_flow import Flow
from desktop.shell.document_preview import preview
from desktop.shell.page import tell_problem
from desktop.timetable.letterhead import letterhead
from desktop.timetable.times import local, local_now, zone_of
from desktop.widgets.background import Lane, run_in_background
from shared.admissions.letter_words import usual_words
from shared.admissions.vocabulary import DECISIONS, EVENT_OF, ApplicationState, EventKind
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.vocabulary import COHORT


def letter_of(desk: Desk, line: ApplicationLine) -> Flow:
    """Return the letter; what was written to the applicant with the decision stands in it.

    Raises CampusError `not_decided`.
    """
    body, zone = line.body, zone_of(desk)
    if body["state"] not in DECISIONS:
        raise CampusError("not_decided", text("There is no decision yet, so there is no letter."))
    kind = EVENT_OF[ApplicationState(body["state"])]
    titles = {
        EventKind.OFFERED: text("Offer of a place"),
        EventKind.DECLINED: text("Your application"),
        EventKind.WAITING_LIST: text("Waiting list"),
    }
    flow = Flow(letterhead(desk), titles[kind], " · ".join(part for part in (body["number"], line.course) if part))
    decided = body["decided_at"]
    day = local(decided, zone).date() if decided else local_now(desk, zone).date()
    flow.paragraph(line.name, bold=True)
    flow.paragraph(day_of(day))
    flow.gap(18)
    flow.paragraph(text("Dear {name},", name=line.name))
    flow.gap(6)
    said = next((one["words"] for one in events_of(desk, line.id) if one["kind"] == kind and one["words"]), "")
    flow.paragraph(said or usual_words(kind, line.name, line.course, institute_of(desk)))
    if kind is EventKind.OFFERED:
        _add_facts(desk, line, flow)
    flow.gap(14)
    flow.paragraph(institute_of(desk))
    flow.sign((text("For the institute: name, date, stamp"),))
    return flow


def _add_facts(desk: Desk, line: ApplicationLine, flow: Flow) -> None:
    cohort = desk.store.get(COHORT, line.body["cohort_id"] or "") or {}
    flow.gap()
    flow.row(text("Course"), line.course)
    if cohort:
        begins = str(cohort.get("starts_on") or "")
        flow.row(text("Cohort"), str(cohort.get("name") or ""), text("Begins on {day}", day=begins) if begins else "")


def show_letter(page: QWidget, desk: Desk, line: ApplicationLine) -> None:
    """Show the letter, to be printed or saved."""
    try:
        flow = letter_of(desk, line)
    except CampusError as problem:
        tell_problem(page, problem)
        return
    name = file_name(f"{flow.title} {line.body['number'] or line.name}")

    def show(content: bytes) -> None:
        preview(page, flow.title, name, content)

    run_in_background(flow.pdf, show, None, page, Lane.POOL)
