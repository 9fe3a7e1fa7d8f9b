"""The REST face of people: users, their states, likely duplicates, and the search over everything."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.resource_routes import IdempotencyKey, resource_router
from server.core.resources import ListQuery, Resource, list_rows
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.sql import SetSql
from server.core.submission import Submission, Wish
from server.people.person_kind import PERSON_KIND
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.people.rules import duplicate_score, fold, phone_digits
from shared.people.vocabulary import Permission, PersonState

LIKELY = 50
_LONGEST = 320
_CANDIDATES = """
SELECT {columns} FROM person t WHERE t.organisation_id = :o AND t.id <> :self AND t.merged_into IS NULL AND
(t.phone_digits = :phone OR t.email_folded = :email OR t.search_text LIKE :given ESCAPE '!'
OR t.search_text LIKE :family ESCAPE '!') LIMIT 300
"""

_REVISIONS = SetSql("SELECT p.id, p.revision FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :o")


class StateChange(StrictModel):
    """A change of state for several people at once."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(min_length=1, max_length=500)
    state: PersonState
    reason: str = Field(default="", max_length=500)


def likely_duplicates(db: Db, actor: Actor, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return people who are likely the same as `wanted`, likeliest first, with score and the fields that agree."""
    # Asked before the command is checked: what is no text isn't compared, and refused later.
    # A name that is too long for anybody isn't searched for: a database calls so long a pattern a fault of its own.
    wanted = {name: value for name, value in wanted.items() if isinstance(value, str) and len(value) <= _LONGEST}
    given, family = fold(str(wanted.get("given_name") or "")), fold(str(wanted.get("family_name") or ""))
    rows = db.rows(
        _CANDIDATES.format(columns=PERSON_KIND.selected()),
        o=actor.organisation_id,
        self=str(wanted.get("id") or ""),
        phone=phone_digits(str(wanted.get("phone") or "")) or "-",
        email=fold(str(wanted.get("email") or "")) or "-",
        given=f"%{_plain(given)}%{_plain(family)}%",
        family=f"%{_plain(family)}%{_plain(given)}%",
    )
    found: list[tuple[int, dict[str, Any]]] = []
    for body in map(PERSON_KIND.body_of, rows):
        score, reasons = duplicate_score({"given_name": "", **wanted}, body)
        if score >= LIKELY:
            found.append((score, {"person": body, "score": score, "reasons": list(reasons)}))
    found.sort(key=lambda one: (-one[0], one[1]["person"]["id"]))
    return [one for _, one in found[:5]]


def _plain(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _refuse_duplicates(db: Db, actor: Actor, payload: Mapping[str, Any]) -> None:
    """Name likely duplicates before a person is made; naming them back in `known_duplicates` says: someone else."""
    known = set(payload.get("known_duplicates") or ())
    found = [one for one in likely_duplicates(db, actor, payload) if one["person"]["id"] not in known]
    if found:
        first = found[0]["person"]
        name = " ".join(part for part in (first["given_name"], first["family_name"], first["number"]) if part)
        message = text("{name} is likely the same person. Open that one, or say that this is someone else.", name=name)
        raise CampusError("likely_duplicate", message, {"duplicates": found})


USERS = Resource(
    family="users",
    kind=PERSON_KIND,
    add="AddPerson",
    edit="EditPerson",
    filters={"state": "state", "number": "number", "email": "email_folded", "provisional": "provisional"},
    sorts=("sort_name", "number", "email", "state"),
    default_sort="sort_name",
    search=("search_text", fold),
    add_check=_refuse_duplicates,
    name="person",
    listed="t.merged_into IS NULL",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        "number": "S-0042",
        "given_name": "Ama",
        "family_name": "Mensah",
        "email": "ama.mensah@example.org",
        "phone": "024 555 0101",
        "date_of_birth": "2004-03-28",
        "state": "active",
        "roles": ["student"],
    },
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the people area."""
    submission = Submission(context.door, context.clock, context.new_id)
    special = Router(prefix="/api/v1/users", tags=["users"])
    _add_special(special, context, submission)
    return [special, resource_router(USERS, context, submission)]


def _add_special(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.get("/duplicates", response_model=Answer[list[dict[str, Any]]], summary="Name likely duplicates")
    def duplicates(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given_name: Annotated[str, Query(max_length=100)],
        family_name: Annotated[str, Query(max_length=100)] = "",
        email: Annotated[str, Query(max_length=254)] = "",
        phone: Annotated[str, Query(max_length=40)] = "",
        date_of_birth: Annotated[str, Query(max_length=10)] = "",
    ) -> Response:
        if ALL_SCOPE not in known.actor.scopes or not known.actor.may(Permission.PEOPLE_SEE):
            raise CampusError("not_allowed", text("Your role doesn't look people up. Ask the office."))
        wanted = {"given_name": given_name, "family_name": family_name, "email": email or None, "phone": phone or None}
        wanted["date_of_birth"] = date_of_birth or None
        with context.database.read() as db:
            return answer(request, likely_duplicates(db, known.actor, wanted))

    @router.post("/state", response_model=Answer[list[dict[str, Any]]], summary="Change the state of several people")
    def set_state(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: StateChange,
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            ids = orjson.dumps(wanted.ids).decode()
            seen = {row[0]: row[1] for row in db.rows(_REVISIONS, o=known.actor.organisation_id, ids=ids)}
        pairs = [(one, seen.get(one)) for one in dict.fromkeys(wanted.ids)]
        payload = {"state": str(wanted.state), "reason": wanted.reason}
        wish = Wish("SetPersonState", pairs[0][0], payload, pairs[0][1], pairs[1:])
        outcomes = submission.put_all(known, key, [wish])
        return answer(None, [outcome.model_dump(mode="json") for outcome in outcomes])


def search_router(context: Context, resources: Mapping[str, Resource]) -> APIRouter:
    """Return `/api/v1/search`: a few rows of each family that match."""
    router = Router(prefix="/api/v1/search", tags=["search"])

    @router.get("", response_model=Answer[dict[str, list[dict[str, Any]]]], summary="Search people, courses, cohorts")
    def search(
        request: Request,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        q: Annotated[str, Query(min_length=1, max_length=200)],
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> Response:
        with context.database.read() as db:
            found = {
                family: list_rows(db, resource, known.actor, ListQuery(limit=limit, search=q))[0]
                for family, resource in resources.items()
            }
        return answer(request, found)

    return router
