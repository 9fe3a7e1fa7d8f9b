"""The REST face of what is done to many people at once: removing mistakes, ending sign-ins, and lists as a file."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import answer
from server.core.routing import Router
from server.core.sql import SetSql
from server.core.submission import Submission, Wish
from server.people.fresh_sign_in import need_fresh
from server.people.list_export import COLUMNS, PRIVATE_COLUMNS, export_people
from server.people.person_kind import PERSON_KIND
from server.people.removing import Removing
from server.people.sign_in_list_service import SignInList
from shared.core.errors import CampusError
from shared.core.outcome import Verdict
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.merge_rules import name_of
from shared.people.vocabulary import Permission

MOST = 500
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_READ = SetSql(
    f"SELECT {PERSON_KIND.selected()} FROM {{ids}} i {{by}} person t ON t.id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.sort_name, t.id"
)
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_FILES: dict[int | str, Any] = {200: {"description": "The file", "content": {kind: {} for kind in _TYPES.values()}}}
Ids = Annotated[list[Annotated[str, Field(max_length=36)]], Field(min_length=1, max_length=MOST)]


class People(StrictModel):
    """The people meant."""

    model_config = ConfigDict(extra="forbid")

    ids: Ids


class Removal(People):
    """The people to remove, and why."""

    reason: str = Field(default="", max_length=500)


class Wanted(StrictModel):
    """A list of people: whom (none: everyone), which columns, and as what."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(max_length=36)]] = Field(default_factory=list, max_length=100_000)
    columns: list[Literal[(*COLUMNS, *PRIVATE_COLUMNS)]] = Field(default_factory=lambda: list(COLUMNS), min_length=1)  # type: ignore[valid-type]  # the words are the table's
    format: Literal["csv", "xlsx"] = "csv"


def bulk_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/users", tags=["users"])
    removing = Removing(context.personal, context.keeps_person)
    submission = Submission(context.door, context.clock, context.new_id)
    _add_outlook(router, context, removing)
    _add_removal(router, context, submission)
    _add_export(router, context)
    _add_ending(router, context)
    return router


def _check(known: CurrentSignIn) -> None:
    if not known.actor.may(Permission.PEOPLE_BULK):
        raise CampusError("not_allowed", text("Your role doesn't change many people at once. Ask an administrator."))


def _people(db: Db, known: CurrentSignIn, ids: list[str]) -> list[dict[str, Any]]:
    packed = orjson.dumps(sorted(set(ids))).decode()
    return [PERSON_KIND.body_of(row) for row in db.rows(_READ, o=known.actor.organisation_id, ids=packed)]


def _add_outlook(router: APIRouter, context: Context, removing: Removing) -> None:
    example = [{"id": _ID, "name": "Ama Mensah S-0042", "free": False, "rows": {"mark": 3}, "sentences": []}]

    @router.post("/removal/preview", summary="See who could be removed, and why others not", **described(None, example))
    def outlook(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[People, Given(examples=[{"ids": [_ID]}])],
    ) -> Response:
        """Who has marks, attendance, money or work of any kind stays; nothing is changed."""
        _check(known)
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            found = []
            for body in _people(db, known, given.ids):
                standing = removing.standing(db, organisation_id, body["id"])
                told = {"rows": dict(standing.rows), "sentences": list(standing.sentences)}
                found.append({"id": body["id"], "name": name_of(body), "free": standing.is_free, **told})
        return answer(request, found)


def _add_removal(router: APIRouter, context: Context, submission: Submission) -> None:
    example = {"removed": [_ID], "kept": [{"id": _ID, "code": "person_used", "message": "Something belongs to it."}]}

    @router.post("/removal", summary="Remove entries that were made by mistake", **described(None, example))
    def remove(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Removal, Given(examples=[{"ids": [_ID], "reason": "Typed twice"}])],
        key: IdempotencyKey = None,
    ) -> Response:
        """Asks for a sign-in of the last ten minutes; who can't be removed stays, with the reason."""
        _check(known)
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
            names = {body["id"]: name_of(body) for body in _people(db, known, given.ids)}
        wishes = [
            Wish("RemovePerson", one, {"reason": given.reason, "name": names[one]})
            for one in dict.fromkeys(given.ids)
            if one in names
        ]
        outcomes = submission.put_all(known, key, wishes) if wishes else []
        gone = [one.target_id for one in outcomes if one.verdict is Verdict.APPLIED]
        kept = [
            {"id": one.target_id, "code": one.code, "message": one.message}
            for one in outcomes
            if one.verdict is not Verdict.APPLIED
        ]
        return answer(None, {"removed": gone, "kept": kept})


def _add_export(router: APIRouter, context: Context) -> None:
    example = Given(examples=[{"columns": ["number", "given_name", "family_name"], "format": "csv"}])

    @router.post("/export", summary="Take a list of people as a file", response_class=Response, responses=_FILES)
    def exported(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)], given: Annotated[Wanted, example]
    ) -> Response:
        """CSV or a workbook; that it was taken is written into the audit log."""
        content = export_people(context, known, given.ids, given.columns, given.format)
        headers = {"Content-Disposition": f'attachment; filename="people.{given.format}"', "Cache-Control": "no-store"}
        return Response(content, headers=headers, media_type=_TYPES[given.format])


def _add_ending(router: APIRouter, context: Context) -> None:
    sign_ins = SignInList(context)

    @router.post("/sign-ins/end", summary="End the sign-ins of several people", **described(None, {"ended": 3}))
    def end(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[People, Given(examples=[{"ids": [_ID]}])],
    ) -> Response:
        """This sign-in stays."""
        return answer(None, {"ended": sign_ins.end_of(known, list(dict.fromkeys(given.ids)))})
