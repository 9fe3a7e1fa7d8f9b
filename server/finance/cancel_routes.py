"""The REST face of refund rules, and of what cancelling an enrolment would do to its fees."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance.account_resources import COURSE, PERSON
from server.finance.cancel_service import preview, rules_of
from server.people.institute_day import institute_day
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.permissions import may_see_ledgers
from shared.finance.refund_rules import ACTIVE, FIRST, refund_rule_id
from shared.learning.permissions import may_edit_enrolments

_STEPS = [{"until": -7, "percent": 100}, {"until": 14, "percent": 50}]
_RULE: dict[str, Any] = {"course_id": COURSE, "steps": _STEPS, "fee": 5_000, "pays_back": True, "state": ACTIVE}
_ENTRY = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"
_PREVIEW: dict[str, Any] = {
    "enrolment_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb66",
    "person_id": PERSON,
    "day": "2026-11-20",
    "rule": True,
    "currency": "GHS",
    "percent": 50,
    "reversed": 7_350_000,
    "kept": 7_350_000,
    "fee": 5_000,
    "credited": 0,
    "pays_back": True,
    "charges": [{"entry_id": _ENTRY, "what": "Tuition", "amount": 14_700_000, "kept": 7_350_000}],
}


class Step(StrictModel):
    """What percentage is taken back until which day, counted from the first day of the class."""

    model_config = ConfigDict(extra="forbid")

    until: int
    percent: int


class Rule(StrictModel):
    """What goes back when an enrolment of a course, or of any, is cancelled; `fee` in minor units."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _RULE})

    course_id: Id | None = None
    steps: list[Step] = Field(default=[], max_length=10)
    fee: int = 0
    pays_back: bool = False
    state: str = Field(default=ACTIVE, max_length=10)


def _shown(example: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": {"data": example}}}}}


def _needs_ledgers(actor: Actor) -> None:
    if not may_see_ledgers(actor):
        raise CampusError("not_allowed", text("Your role doesn't see what others owe. Ask the bursar."))


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of refund rules and of cancelling."""
    submission = Submission(context.door, context.clock, context.new_id)
    router = Router(prefix="/api/v1/refund-rules", tags=["refund-rules"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def present(known: CurrentSignIn) -> dict[str, dict[str, Any]]:
        with context.database.read() as db:
            return {one["id"]: one for one in rules_of(db, known.actor.organisation_id)}

    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses=_shown([_RULE]),
        summary="What goes back when an enrolment is cancelled, by course",
    )
    def listed(known: signed_in) -> Response:
        _needs_ledgers(known.actor)
        return answer(None, list(present(known).values()))

    @router.put(
        "",
        response_model=Answer[dict[str, Any]],
        responses=_shown(_RULE),
        summary="Set what goes back when an enrolment of a course, or of any, is cancelled",
    )
    def put(known: signed_in, given: Rule, key: IdempotencyKey = None) -> Response:
        target = refund_rule_id(given.course_id or known.actor.organisation_id)
        seen = present(known).get(target)
        before = seen or {**FIRST, "revision": None}
        changes = {name: {"old": before[name], "new": value} for name, value in given.model_dump(mode="json").items()}
        submission.put(known, key, Wish("SaveRefundRule", target, {"changes": changes}, before["revision"]))
        return answer(None, present(known).get(target) or {"id": target, **given.model_dump(mode="json")})

    _add_preview(router, context)
    return [router]


def _add_preview(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/previews/{enrolment_id}",
        response_model=Answer[dict[str, Any]],
        responses=_shown(_PREVIEW),
        summary="What cancelling an enrolment today would take back, keep, credit and ask to pay back",
    )
    def previewed(enrolment_id: Id, known: signed_in) -> Response:
        actor = known.actor
        if not (may_see_ledgers(actor) or may_edit_enrolments(actor)):
            raise CampusError("not_allowed", text("Your role doesn't see what others owe. Ask the bursar."))
        with context.database.read() as db:
            day = institute_day(db, actor.organisation_id, context.clock.now()).isoformat()
            found = preview(db, actor.organisation_id, enrolment_id, day)
        return answer(None, found)
