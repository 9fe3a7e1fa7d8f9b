"""The REST face of money reports: each as JSON, CSV or XLSX, and the explanation of missing numbers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import gap_queries
from server.finance.debt_queries import debt, expected
from server.finance.report_files import MEDIA, report_file
from server.finance.report_queries import MOST_LINES, Span, balance, daily, revenue
from server.people.institute_day import institute_day
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.commands import Reason
from shared.finance.permissions import may_manage_finance
from shared.finance.report_commands import Sequence as Number
from shared.finance.report_rules import AS_AT, GROUPINGS, Report, Row, fields_of, totals
from shared.finance.report_vocabulary import GapReason
from shared.finance.report_words import column_words, report_words

Format = Literal["json", "csv", "xlsx"]
_EXAMPLE = {
    "report": "daily",
    "by": "method",
    "first": "2026-11-20",
    "last": "2026-11-20",
    "columns": [{"key": "name", "title": "Method", "shape": "text", "summed": False}],
    "rows": [{"id": "cash", "name": "Cash", "currency": "GHS", "payments": 41, "net": 12_250_000}],
    "totals": [{"currency": "GHS", "payments": 41, "net": 12_250_000}],
}
_EXPLAINED = {"id": "01a1f7f8-3000-7672-874a-d4a8ff8edb71"}


class MoneyReport(StrictModel):
    """A report: its days, both included, its columns, rows and totals by currency. Amounts are minor units."""

    report: str
    by: str
    first: str
    last: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    totals: list[dict[str, Any]]


class Explaining(StrictModel):
    """Why the numbers `first` to `last` of a till are missing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "till_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb70",
                "first": 18,
                "last": 20,
                "reason": "till_lost",
                "words": "The laptop was stolen on 3 November.",
            }
        },
    )

    till_id: Id
    first: Number
    last: Number
    reason: GapReason
    words: Reason


class Asked(StrictModel):
    """What a report is asked to be about; nothing said means this month until today, or how things stand today."""

    first: date | None = None
    last: date | None = None
    by: str = ""
    course_id: str = ""
    format: Format = "json"


def _asked(
    first: Annotated[date | None, Query(description="The first day.")] = None,
    last: Annotated[date | None, Query(description="The last day, or the one at whose end things stand so.")] = None,
    by: Annotated[str, Query(max_length=20, description="What its lines are: see `by` of the answer.")] = "",
    course_id: Annotated[str, Query(max_length=36, description="Of aged debt: one course alone.")] = "",
    format: Annotated[Format, Query(description="`csv` and `xlsx` answer with a file.")] = "json",
) -> Asked:
    return Asked(first=first, last=last, by=by, course_id=course_id, format=format)


AskedReport = Annotated[Asked, Depends(_asked)]
_MAKERS: Mapping[Report, Callable[[Db, Span, str, str], list[Row]]] = {
    Report.DAILY: lambda db, span, by, _today: daily(db, span, by),
    Report.REVENUE: lambda db, span, by, _today: revenue(db, span, by),
    Report.DEBT: lambda db, span, by, _today: debt(db, span, by),
    Report.EXPECTED: lambda db, span, _by, today: expected(db, span, today),
    Report.GAPS: lambda db, span, _by, _today: gap_queries.missing_numbers(db, span.organisation_id),
    Report.BALANCE: lambda db, span, _by, _today: balance(db, span),
}


def need_reports(actor: Actor) -> None:
    """Raise CampusError `not_allowed` for whoever doesn't read reports of money."""
    if not may_manage_finance(actor):
        raise CampusError("not_allowed", text("Your role doesn't read reports of money. Ask the bursar."))


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    router = Router(prefix="/api/v1/money-reports", tags=["money-reports"])
    for report in Report:
        _add(router, context, report)
    _add_explaining(router, context, Submission(context.door, context.clock, context.new_id))
    return [router]


def _add(router: APIRouter, context: Context, report: Report) -> None:
    @router.get(f"/{report}", summary=report_words(report), **described(MoneyReport, _EXAMPLE))
    def read(
        request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)], asked: AskedReport
    ) -> Response:
        need_reports(known.actor)
        by = asked.by or GROUPINGS[report][0]
        if by not in GROUPINGS[report]:
            words = text(
                "This report isn't told by {by}. Choose one of {all}.", by=by, all=", ".join(GROUPINGS[report])
            )
            raise CampusError("filter_unknown", words)

        def look(db: Db) -> tuple[Span, list[Row]]:
            today = institute_day(db, known.actor.organisation_id, context.clock.now())
            span = span_of(known.actor.organisation_id, report, asked, today)
            return span, _MAKERS[report](db, span, by, today.isoformat())

        span, rows = context.reports.read(known.actor.organisation_id, look)
        if len(rows) > MOST_LINES and by == "transaction":
            words = text("These are more than {most} transactions. Choose fewer days.", most=f"{MOST_LINES:,}")
            raise CampusError("period_invalid", words)
        return _told(request, report, by, span, rows, asked.format)


def span_of(organisation_id: str, report: Report, asked: Asked, today: date) -> Span:
    """Return the days of a report. Raises CampusError `period_invalid`."""
    last = asked.last or today
    # What is expected lies ahead: a year of it where nobody says which days.
    if report is Report.EXPECTED and asked.last is None:
        last = date(min(today.year + 1, date.max.year), today.month, 1)
    first = asked.first or (last if report in AS_AT and report is not Report.EXPECTED else today.replace(day=1))
    if asked.first is None and first > last:
        first = last
    if last < first:
        raise CampusError("period_invalid", text("The last day is before the first. Choose a later last day."))
    return Span(organisation_id, first.isoformat(), last.isoformat(), asked.course_id)


def _told(request: Request, report: Report, by: str, span: Span, rows: list[Row], kind: Format) -> Response:
    fields = fields_of(report, by)
    if kind != "json":
        body = report_file(kind, fields, by, rows, report_words(report))
        name = f"{report}-{by}-{span.first}-{span.last}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, headers=headers, media_type=MEDIA[kind])
    columns = [
        {"key": one.key, "title": column_words(one.key, by), "shape": str(one.shape), "summed": one.summed}
        for one in fields
    ]
    told = {"report": str(report), "by": by, "first": span.first, "last": span.last, "columns": columns}
    return answer(request, {**told, "rows": rows, "totals": totals(fields, rows)})


def _add_explaining(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post(
        "/gaps/explanations", status_code=201, summary="Explain missing numbers", **described(None, _EXPLAINED)
    )
    def explain(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Explaining, key: IdempotencyKey = None
    ) -> Response:
        """Nothing is ever taken back: a later explanation stands before an earlier one."""
        target = submission.command_id(known, key) if key else submission.new_id()
        submission.put(known, key, Wish("ExplainGap", target, given.model_dump(mode="json")))
        return answer(None, {"id": target}, created=True)
