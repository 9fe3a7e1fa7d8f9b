"""The REST face of the journal for accountants: its sums, who took it out before, its file, and codes of accounts."""

from dataclasses import asdict
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
from server.finance.journal import codes_of, digest_of, journal_file, journal_lines
from server.finance.report_files import MEDIA
from server.finance.report_queries import Span
from server.finance.report_routes import need_reports
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.journal_rules import Line, chart
from shared.finance.report_commands import AccountName, Code, What, book_account_id

_BEFORE = """
SELECT x.made_at, x.digest, x.lines, coalesce(h.given_name, ''), coalesce(h.family_name, '') FROM journal_export x
LEFT JOIN person h ON h.organisation_id = x.organisation_id AND h.id = x.author_id
WHERE x.organisation_id = :o AND x.first_day = :first AND x.last_day = :last ORDER BY x.made_at DESC, x.id
"""
_EXAMPLE: dict[str, Any] = {
    "first": "2026-11-01",
    "last": "2026-11-30",
    "lines": 412,
    "sums": [{"currency": "GHS", "debit": 12_250_000, "credit": 12_250_000}],
    "exported": [{"at": "2026-12-01T08:30:00.000Z", "by": "Efua Mensah", "lines": 410, "same": False}],
}
_DAYS = {"first": "2026-11-01", "last": "2026-11-30"}
_CODE: dict[str, Any] = {"what": "method:cash", "code": "1000", "name": "Cash"}
_NOTED = "SELECT digest FROM journal_export WHERE organisation_id = :o AND id = :id"
_TRIES = 3


class Taking(StrictModel):
    """The days whose journal is taken out, and the kind of file."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {**_DAYS, "format": "csv"}})

    first: date
    last: date
    format: Literal["csv", "xlsx"] = "csv"


class Coding(StrictModel):
    """The accountant's code and name of what is posted; without a name the program's words stand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _CODE})

    what: What
    code: Code
    name: AccountName = ""


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    router = Router(prefix="/api/v1/journal", tags=["journal"])
    submission = Submission(context.door, context.clock, context.new_id)
    _add_look(router, context)
    _add_taking(router, context, submission)
    _add_codes(router, context, submission)
    return [router]


def _span(known: CurrentSignIn, first: date, last: date) -> Span:
    need_reports(known.actor)
    if last < first:
        raise CampusError("period_invalid", text("The last day is before the first. Choose a later last day."))
    return Span(known.actor.organisation_id, first.isoformat(), last.isoformat())


def _add_look(router: APIRouter, context: Context) -> None:
    @router.get("", summary="What a journal comes to, and who took it out before", **described(None, _EXAMPLE))
    def look(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        first: Annotated[date, Query(description="The first day.")],
        last: Annotated[date, Query(description="The last day.")],
    ) -> Response:
        """`same` tells whether what was taken out then is what the books say now."""
        span = _span(known, first, last)
        return answer(request, context.reports.read(span.organisation_id, lambda db: _seen(db, span)))


def _seen(db: Db, span: Span) -> dict[str, Any]:
    lines = journal_lines(db, span)
    digest = digest_of(lines)
    sums: dict[str, dict[str, Any]] = {}
    for line in lines:
        place = sums.setdefault(line.currency, {"currency": line.currency, "debit": 0, "credit": 0})
        place["debit" if line.amount > 0 else "credit"] += abs(line.amount)
    exported = [
        {"at": at, "by": " ".join(filter(None, name)), "lines": count, "same": told == digest}
        for at, told, count, *name in db.rows(_BEFORE, **span.places)
    ]
    days = {"first": span.first, "last": span.last, "lines": len(lines)}
    return {**days, "sums": [sums[one] for one in sorted(sums)], "exported": exported}


def _add_taking(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post("/exports", summary="Take a journal out, which is noted", **described(None, {}))
    def take(known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Taking) -> Response:
        """Answers with the file. The same days are the same file until something is added to them."""
        span = _span(known, given.first, given.last)
        lines: list[Line] = []
        for _ in range(_TRIES):
            target = submission.new_id()
            submission.put(known, None, Wish("NoteJournal", target, {"first_day": span.first, "last_day": span.last}))
            with context.database.read() as db:
                lines, noted = journal_lines(db, span), db.one(_NOTED, o=span.organisation_id, id=target)
            if noted is not None and noted[0] == digest_of(lines):
                break  # else something was added in between: what is handed out is what is noted
        body = journal_file(given.format, lines)
        name = f"journal-{span.first}-{span.last}.{given.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, headers=headers, media_type=MEDIA[given.format])


def _add_codes(router: APIRouter, context: Context, submission: Submission) -> None:
    def codes(known: CurrentSignIn) -> list[dict[str, str]]:
        with context.database.read() as db:
            return [asdict(one) for one in chart(codes_of(db, known.actor.organisation_id))]

    @router.get("/accounts", summary="The codes of accounts", **described(None, [_CODE]))
    def listed(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        need_reports(known.actor)
        return answer(request, codes(known))

    @router.put("/accounts", summary="Set the code of an account", **described(None, [_CODE]))
    def put(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Coding, key: IdempotencyKey = None
    ) -> Response:
        """Kept for journals taken out from now on; those taken out before keep theirs."""
        submission.put(known, key, Wish("SetBookAccount", book_account_id(given.what), given.model_dump()))
        return answer(None, codes(known))
