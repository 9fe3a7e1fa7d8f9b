"""The REST face of attendance reports: percentages, weeks and hours, kept until the organisation's next change."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from server.attendance import report_queries
from server.attendance.report_queries import Scope
from server.core.access import scope_revision
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.responses import has_version, packed, ready
from server.core.routing import Router
from server.people.institute_day import zone_of
from shared.attendance.absence_rules import DEFAULT_POLICY
from shared.attendance.report_permissions import may_see_reports, reported_cohorts
from shared.attendance.report_rules import StudentRow, grouped, hours_of, together, weeks_of
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

By = Literal["student", "cohort", "course", "term"]
_COUNTS = {"present": 41, "late": 3, "left_early": 1, "absent": 5, "excused": 2, "recorded": 52, "percent": 90}
_STUDENT = {
    "enrolment_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "person_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
    "number": "S-004171",
    "name": "Amina Yusuf",
    "cohort_id": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
    "cohort": "Diploma in Accounting 1B",
    "course_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb30",
    "course": "Diploma in Accounting",
}
_PERIOD = {"since": "2026-09-01", "until": "2026-12-18"}
_ATTENDANCE = {**_PERIOD, "by": "student", "threshold": 80, "rows": [{**_STUDENT, "streak": 0, **_COUNTS}]}
_WEEKS = {**_PERIOD, "rows": [{"starts_on": "2026-11-16", **_COUNTS}]}
_HOURS = {**_PERIOD, "rows": [{**_STUDENT, "classes": 52, "planned": 4680, "attended": 4021, "missed_minutes": 29}]}
_HEAD = "SELECT seq, server_epoch FROM feed_head WHERE organisation_id = :o"
_POLICY = "SELECT threshold FROM attendance_policy WHERE organisation_id = :o"
_TERMS = "SELECT id, name, starts_on, ends_on FROM academic_term WHERE organisation_id = :o ORDER BY starts_on, id"


class Report(StrictModel):
    """A report: the days it is about, both included, and its rows. Hours are told in minutes."""

    since: date
    until: date
    rows: list[dict[str, Any]]
    by: str | None = None
    threshold: int | None = None


class Asked(StrictModel):
    """What a report is asked to be about. `until` is the last day; a term stands for its days."""

    since: date | None = None
    until: date | None = None
    term_id: str = ""
    course_id: str = ""
    cohort_id: str = ""
    person_id: str = ""


def _asked(
    since: Annotated[date | None, Query(description="The first day.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
    term_id: Annotated[str, Query(max_length=36)] = "",
    course_id: Annotated[str, Query(max_length=36)] = "",
    cohort_id: Annotated[str, Query(max_length=36)] = "",
    person_id: Annotated[str, Query(max_length=36)] = "",
) -> Asked:
    return Asked(
        since=since, until=until, term_id=term_id, course_id=course_id, cohort_id=cohort_id, person_id=person_id
    )


AskedReport = Annotated[Asked, Depends(_asked)]


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of reports."""
    router = Router(prefix="/api/v1/reports", tags=["reports"])
    current = context.auth.current

    @router.get("/attendance", summary="Attendance in percent", **described(Report, _ATTENDANCE))
    def attendance(
        request: Request, known: Annotated[CurrentSignIn, Depends(current)], asked: AskedReport, by: By = "student"
    ) -> Response:
        return _kept(
            context, request, known.actor, ("attendance", by, asked), lambda db: _percentages(db, known, asked, by)
        )

    @router.get("/attendance-weeks", summary="Attendance by week", **described(Report, _WEEKS))
    def weeks(request: Request, known: Annotated[CurrentSignIn, Depends(current)], asked: AskedReport) -> Response:
        return _kept(context, request, known.actor, ("weeks", "", asked), lambda db: _weeks(db, known, asked))

    @router.get("/attendance-hours", summary="Hours attended, for a sponsor", **described(Report, _HOURS))
    def hours(request: Request, known: Annotated[CurrentSignIn, Depends(current)], asked: AskedReport) -> Response:
        return _kept(context, request, known.actor, ("hours", "", asked), lambda db: _hours(db, known, asked))

    return [router]


def _kept(
    context: Context, request: Request, actor: Actor, key: tuple[str, str, Asked], make: Callable[[Db], dict[str, Any]]
) -> Response:
    """Answer from what is kept since the organisation's last change, or make the report anew."""
    if not may_see_reports(actor):
        raise CampusError("not_allowed", text("Reports are for the office, and for those who teach a class."))
    name, by, asked = key
    kept_as = (actor.organisation_id, scope_revision(actor), name, by, asked.model_dump_json(), sorted(actor.teaches))

    def look(db: Db) -> Response:
        head = db.one(_HEAD, o=actor.organisation_id) or (0, "")
        etag = f"{head[1]}-{head[0]}-{scope_revision(actor)[:12]}"
        if has_version(request, etag):
            return ready(request, b"", etag=etag)
        version = f"{head[0]} {head[1]}"
        key_text = str(kept_as)
        body = context.answers.get(key_text, version)
        if body is None:
            body = packed(make(db))
            context.answers.put(key_text, version, body)
        return ready(request, body, etag=etag)

    return context.reports.read(actor.organisation_id, look)


_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)
"""No class is before or after: a day beside the calendar's ends has no day beside it."""


def _scope(db: Db, actor: Actor, asked: Asked) -> tuple[Scope, date, date]:
    organisation_id = actor.organisation_id
    since, until = asked.since, asked.until
    if asked.term_id:
        term = next((one for one in db.rows(_TERMS, o=organisation_id) if one[0] == asked.term_id), None)
        if term is None:
            raise CampusError("not_found", text("This term isn't in the list. Choose another one."))
        since = max(since or date.min, date.fromisoformat(term[2]))
        until = min(until or date.max, date.fromisoformat(term[3]))
    first, last = max(since or _EARLIEST, _EARLIEST), min(until or _LATEST, _LATEST)
    if last < first:
        raise CampusError("period_invalid", text("The last day is before the first. Choose a later last day."))
    zone = zone_of(db, organisation_id)
    cohorts = reported_cohorts(actor)
    if asked.cohort_id:
        cohorts = frozenset({asked.cohort_id}) if cohorts is None else cohorts & {asked.cohort_id}
    if asked.course_id:
        sql = "SELECT id FROM cohort WHERE organisation_id = :o AND course_id = :course_id"
        own = frozenset(row[0] for row in db.rows(sql, o=organisation_id, course_id=asked.course_id))
        cohorts = own if cohorts is None else cohorts & own
    made = Scope(
        organisation_id, _start_of(first, zone), _start_of(last + timedelta(days=1), zone), cohorts, asked.person_id
    )
    return made, first, last


def _start_of(day: date, zone: ZoneInfo) -> str:
    return instant_text(datetime.combine(day, time(), zone))


def _percentages(db: Db, known: CurrentSignIn, asked: Asked, by: By) -> dict[str, Any]:
    scope, first, last = _scope(db, known.actor, asked)
    policy = db.one(_POLICY, o=scope.organisation_id)
    threshold = int(policy[0]) if policy else int(DEFAULT_POLICY["threshold"])
    rows: list[dict[str, Any]]
    if by == "term":
        rows = _by_term(db, known, asked, threshold)
    else:
        students = report_queries.student_rows(db, scope)
        made: list[Any] = list(students) if by == "student" else list(grouped(students, by, threshold))
        rows = [one.as_json() for one in made]
    return {"since": first, "until": last, "by": by, "threshold": threshold, "rows": rows}


def _by_term(db: Db, known: CurrentSignIn, asked: Asked, threshold: int) -> list[dict[str, Any]]:
    rows = []
    for term_id, name, starts_on, ends_on in db.rows(_TERMS, o=known.actor.organisation_id):
        early = asked.until is not None and asked.until.isoformat() < starts_on
        if early or (asked.since is not None and asked.since.isoformat() > ends_on):
            continue
        if asked.term_id not in ("", term_id):
            continue
        scope, _, _ = _scope(db, known.actor, asked.model_copy(update={"term_id": term_id}))
        students: list[StudentRow] = report_queries.student_rows(db, scope)
        if students:
            rows.append(together(term_id, name, students, threshold).as_json())
    return rows


def _weeks(db: Db, known: CurrentSignIn, asked: Asked) -> dict[str, Any]:
    scope, first, last = _scope(db, known.actor, asked)
    zone = zone_of(db, scope.organisation_id)
    marks = [mark for _, _, own in report_queries.marks_by_enrolment(db, scope) for mark in own]
    return {"since": first, "until": last, "rows": [week.as_json() for week in weeks_of(marks, zone)]}


def _hours(db: Db, known: CurrentSignIn, asked: Asked) -> dict[str, Any]:
    scope, first, last = _scope(db, known.actor, asked)
    rows = [
        {"enrolment_id": enrolment_id, **names, **asdict(hours_of(marks))}
        for enrolment_id, names, marks in report_queries.marks_by_enrolment(db, scope)
    ]
    return {"since": first, "until": last, "rows": rows}
