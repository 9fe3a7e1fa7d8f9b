"""The REST face of marking: the gradebook, one student's grade, saving and releasing marks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.answer_cache import AnswerCache
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import answer, has_version, packed, ready
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.grading.gradebook import matrix, read_book, without_names
from server.grading.student_grade import student_grade
from server.people.fresh_sign_in import need_fresh
from shared.core.actor import Actor
from shared.core.command import MAX_TARGETS, Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.grading.blind_rules import knows_names
from shared.grading.ids import mark_id
from shared.grading.mark_commands import MarkSet
from shared.grading.permissions import may_see_gradebook

_HEAD = "SELECT seq, server_epoch FROM feed_head WHERE organisation_id = :o"
_OWN = "SELECT person_id FROM enrolment WHERE organisation_id = :o AND cohort_id = :cohort_id AND id = :id"
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_BOOK = {
    "cohort": {"id": _ID, "name": "Photography 1", "code": "PHOTO-1"},
    "scheme": {"categories": [], "scale": "percent", "bounds": [], "places": 1, "state": "open"},
    "columns": [{"id": _ID, "title": "Portraits", "work_kind": "handed_in", "points": "50", "due_at": None}],
    "enrolments": [_ID],
    "people": [_ID],
    "states": ["active"],
    "numbers": ["S-004171"],
    "names": ["Amina Yusuf"],
    "cells": [[4250]],
    "released": [1],
    "drafts": [],
    "results": [[0, 0, 4050]],
    "grades": [8100],
    "words": [],
}
_GRADE = {
    "enrolment_id": _ID,
    "person_id": _ID,
    "percent": 8100,
    "word": "",
    "lines": [{"category_id": "", "name": "", "earned": "40.5", "possible": "50", "weight": "1", "dropped": []}],
    "work": [{"assignment_id": _ID, "title": "Portraits", "points": "50", "status": "marked", "score": "42.5"}],
}


class Gradebook(StrictModel):
    """A cohort's gradebook. Cells: hundredths of a point, `m` missing, `x` excused, null not graded.

    `results` are (row, column, hundredths) of late work, `drafts` (row, column, cell) of unfinished marks; the bits of
    `released` are the columns that a student sees. Grades are hundredths of a percent.
    """

    cohort: dict[str, Any]
    scheme: dict[str, Any]
    columns: list[dict[str, Any]]
    enrolments: list[str]
    people: list[str]
    states: list[str]
    numbers: list[str | None]
    names: list[str]
    cells: list[list[int | str | None]]
    released: list[int]
    drafts: list[list[int | str | None]]
    results: list[list[int]]
    grades: list[int | None]
    words: list[str]


class StudentGrade(StrictModel):
    """A student's grade in hundredths of a percent, with the lines and the work that it comes from."""

    enrolment_id: str
    person_id: str
    percent: int | None
    word: str
    lines: list[dict[str, Any]]
    work: list[dict[str, Any]]


class CellGiven(MarkSet):
    """What one cell gets; `base` is the revision of the mark that was seen."""

    model_config = ConfigDict(extra="forbid")

    base: Id | None = None


class CellsGiven(StrictModel):
    """The cells to set; those not named stay as they are."""

    model_config = ConfigDict(extra="forbid")

    marks: list[CellGiven] = Field(min_length=1, max_length=MAX_TARGETS)
    reason: str = Field(default="", max_length=300)


class ReleaseGiven(StrictModel):
    """The students whose marks are released, by their enrolments."""

    model_config = ConfigDict(extra="forbid")

    enrolments: list[Id] = Field(min_length=1, max_length=MAX_TARGETS)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of marking."""
    router = Router(prefix="/api/v1", tags=["marks"])
    _add_reads(router, context)
    _add_writes(router, context, Submission(context.door, context.clock, context.new_id))
    return [router]


def _add_reads(router: APIRouter, context: Context) -> None:
    @router.get("/cohorts/{cohort_id}/gradebook", summary="Read a gradebook", **described(Gradebook, _BOOK))
    def gradebook(
        request: Request, cohort_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        if not may_see_gradebook(known.actor, cohort_id):
            raise CampusError("not_allowed", text("This gradebook is for those who teach the class, and the office."))
        return _kept(context, request, known.actor, cohort_id)

    @router.get(
        "/cohorts/{cohort_id}/grades/{enrolment_id}",
        summary="Read a student's grade",
        **described(StudentGrade, _GRADE),
    )
    def grade(
        request: Request,
        cohort_id: str,
        enrolment_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
    ) -> Response:
        with context.database.read() as db:
            return answer(request, _grade(db, known.actor, cohort_id, enrolment_id))


def _kept(context: Context, request: Request, actor: Actor, cohort_id: str) -> Response:
    """Answer from what is kept since the organisation's last change, or make the gradebook anew."""
    with context.database.read() as db:
        head = db.one(_HEAD, o=actor.organisation_id) or (0, "")
        names = knows_names(actor)
        etag = f"{head[1]}-{head[0]}-{cohort_id[-12:]}" + ("" if names else "-n")
        if has_version(request, etag):
            return ready(request, b"", etag=etag)
        of = (actor.organisation_id, cohort_id)
        body = _bytes_of(db, context.answers, of, f"{head[0]} {head[1]}", names=names)
    return ready(request, body, etag=etag)


def kept_bytes(db: Db, answers: AnswerCache, organisation_id: str, cohort_id: str) -> bytes:
    """Return what `gradebook_bytes` does, from what is kept where nothing changed since."""
    head = db.one(_HEAD, o=organisation_id) or (0, "")
    return _bytes_of(db, answers, (organisation_id, cohort_id), f"{head[0]} {head[1]}")


def _bytes_of(db: Db, answers: AnswerCache, of: tuple[str, str], version: str, *, names: bool = True) -> bytes:
    key = f"gradebook {of[0]} {of[1]}" + ("" if names else " without names")
    body = answers.get(key, version)
    if body is None:
        body = gradebook_bytes(db, *of, names=names)
        answers.put(key, version, body)
    return body


def gradebook_bytes(db: Db, organisation_id: str, cohort_id: str, *, names: bool = True) -> bytes:
    """Return a gradebook as the bytes of its answer, for who `knows_names` or not. Raises CampusError `not_found`."""
    book = read_book(db, organisation_id, cohort_id)
    if book is None:
        raise CampusError("not_found", text("This class isn't there. Choose another one."))
    return packed(matrix(book if names else without_names(book)))


def _grade(db: Db, actor: Actor, cohort_id: str, enrolment_id: str) -> dict[str, Any]:
    """Staff see a grade as it stands, the student what is released of his or her own."""
    staff = may_see_gradebook(actor, cohort_id)
    row = db.one(_OWN, o=actor.organisation_id, cohort_id=cohort_id, id=enrolment_id)
    found = None
    if staff or (row is not None and row[0] == actor.person_id):
        seen = {"released_only": not staff, "names": not staff or knows_names(actor)}
        found = student_grade(db, actor.organisation_id, cohort_id, enrolment_id, **seen)
    if found is None:
        raise CampusError("not_found", text("This grade isn't there, or isn't yours to see."))
    return found


def _add_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    current = context.auth.current

    @router.put("/assignments/{assignment_id}/marks", summary="Save marks", **described(None, {"outcomes": []}))
    def save(
        assignment_id: Id,
        known: Annotated[CurrentSignIn, Depends(current)],
        given: CellsGiven,
        key: IdempotencyKey = None,
    ) -> Response:
        targets = [(mark_id(assignment_id, one.enrolment_id), one.base) for one in given.marks]
        marks = [one.model_dump(mode="json", exclude={"base"}) for one in given.marks]
        payload = {"assignment_id": assignment_id, "marks": marks, "reason": given.reason}
        return _sent(submission, known, key, Wish("SetMarks", *_first(targets, payload)))

    @router.post("/assignments/{assignment_id}/release", summary="Release marks", **described(None, {"outcomes": []}))
    def release(
        assignment_id: Id,
        known: Annotated[CurrentSignIn, Depends(current)],
        given: ReleaseGiven,
        key: IdempotencyKey = None,
    ) -> Response:
        """Asks for a sign-in of the last ten minutes."""
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
        targets: list[tuple[str, str | None]] = [(mark_id(assignment_id, one), None) for one in given.enrolments]
        return _sent(submission, known, key, Wish("ReleaseMarks", *_first(targets, {"assignment_id": assignment_id})))


def _first(
    targets: list[tuple[str, str | None]], payload: dict[str, Any]
) -> tuple[str, dict[str, Any], str | None, list[tuple[str, str | None]]]:
    (target, base), *more = targets
    return target, payload, base, more


def _sent(submission: Submission, known: CurrentSignIn, key: str | None, wish: Wish) -> Response:
    """Send a wish; each mark has an outcome of its own, so that one wrong cell blocks no other."""
    outcomes = submission.put_all(known, key, [wish])
    return answer(None, {"outcomes": [one.model_dump(mode="json") for one in outcomes]})
