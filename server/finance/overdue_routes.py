"""The REST face of overdue money: policy, preview, run, reminders by hand, holds and exceptions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import overdue_resources as resources
from server.finance.account_resources import seen_by, shown
from server.finance.overdue_service import Aim, Look, concerned, policy_of, preview
from server.finance.row_routes import add_reads
from server.people.institute_day import institute_day
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.overdue_commands import finance_policy_id, payment_exception_id
from shared.finance.overdue_rules import overdue_amount
from shared.finance.permissions import may_see_ledgers
from shared.learning.holds import may_see_holds


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of overdue money."""
    submission = Submission(context.door, context.clock, context.new_id)
    overdue = Router(prefix="/api/v1/overdue", tags=["overdue"])
    holds = Router(prefix="/api/v1/holds", tags=["holds"])
    reminders = Router(prefix="/api/v1/payment-reminders", tags=["payment-reminders"])
    exceptions = Router(prefix="/api/v1/payment-exceptions", tags=["payment-exceptions"])
    _add_policy(overdue, context, submission)
    _add_run(overdue, context, submission)
    add_reads(holds, resources.HOLDS, context, _holds_view)
    add_reads(reminders, resources.REMINDERS, context)
    add_reads(exceptions, resources.EXCEPTIONS, context)
    _add_lift(holds, context, submission)
    _add_remind(reminders, context, submission)
    _add_spare(exceptions, context, submission)
    return [overdue, holds, reminders, exceptions]


def _holds_view(actor: Actor) -> Actor:
    return actor if may_see_holds(actor) else actor.model_copy(update={"scopes": (f"person:{actor.person_id}",)})


def _needs_ledgers(actor: Actor) -> None:
    if not may_see_ledgers(actor):
        raise CampusError("not_allowed", text("Your role doesn't see what others owe. Ask the bursar."))


def _add_policy(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    example = {200: {"content": {"application/json": {"example": {"data": resources.POLICY}}}}}

    def present(known: CurrentSignIn) -> dict[str, Any]:
        with context.database.read() as db:
            return dict(policy_of(db, known.actor.organisation_id))

    @router.get(
        "/policy",
        response_model=Answer[dict[str, Any]],
        responses=example,  # type: ignore[arg-type] # a plain answer
        summary="When people are reminded, and what is withheld",
    )
    def read(known: signed_in) -> Response:
        _needs_ledgers(known.actor)
        return answer(None, present(known))

    @router.put(
        "/policy",
        response_model=Answer[dict[str, Any]],
        responses=example,  # type: ignore[arg-type] # a plain answer
        summary="Set when people are reminded, and what is withheld",
    )
    def put(known: signed_in, given: resources.Policy, key: IdempotencyKey = None) -> Response:
        seen = present(known)
        wanted = given.model_dump(mode="json")
        changes = {name: {"old": seen[name], "new": value} for name, value in wanted.items()}
        target = finance_policy_id(known.actor.organisation_id)
        submission.put(known, key, Wish("SetFinancePolicy", target, {"changes": changes}, seen.get("revision")))
        return answer(None, present(known))


def look_row(look: Look, aim: Aim) -> dict[str, Any]:
    """Return what would be done about one person, as the preview tells it."""
    channels = list(aim.policy["channels"])
    return {
        "person_id": look.person_id,
        "name": look.name,
        "owed": [
            {
                "currency": currency,
                "amount": sum(one.amount for one in parts),
                "overdue": overdue_amount(parts, aim.today),
            }
            for currency, parts in look.parts.items()
        ],
        "reminders": [
            {"currency": currency, "kind": one.kind, "amount": one.amount, "channels": channels}
            for currency, one in look.reminders.items()
        ],
        "holds": [str(one.what) for one in look.laid],
        "lifted": [str(one["what"]) for one in look.lifted],
        "spared": look.spared,
    }


def _add_run(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get(
        "/preview",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [resources.PREVIEW]}}}}},
        summary="Who owes money, and who would be reminded and held by a run now",
        description="With `by_hand`, who would be reminded if everybody were chosen.",
    )
    def previewed(known: signed_in, by_hand: bool = False) -> Response:
        _needs_ledgers(known.actor)
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            today = institute_day(db, organisation_id, context.clock.now()).isoformat()
            aim = Aim(today, policy_of(db, organisation_id), lay=not by_hand, by_hand=by_hand)
            looks = preview(db, organisation_id, concerned(db, organisation_id), aim)
        return answer(None, [look_row(one, aim) for one in looks])

    @router.post(
        "/runs",
        status_code=201,
        response_model=Answer[dict[str, int]],
        responses={201: {"content": {"application/json": {"example": {"data": resources.COUNTS}}}}},
        summary="Look at what is overdue now: lay and lift holds, and remind whoever has a reminder's turn",
    )
    def run(known: signed_in, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        told = submission.put(known, key, Wish("RunOverdue", target, {}))[0]
        return answer(None, told.details, created=True)


def _add_remind(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, int]],
        responses={201: {"content": {"application/json": {"example": {"data": {"reminded": 2, "looked_at": 3}}}}}},
        summary="Remind chosen people of what they owe, each once a day",
    )
    def remind(known: signed_in, given: resources.Chosen, key: IdempotencyKey = None) -> Response:
        target = submission.command_id(known, key) if key else submission.new_id()
        told = submission.put(known, key, Wish("RemindPayers", target, given.model_dump(mode="json")))[0]
        return answer(None, told.details, created=True)


def _add_lift(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/{row_id}/lift",
        response_model=Answer[dict[str, Any]],
        responses=shown(resources.HOLDS),
        summary="Lift a hold until a day, for a reason",
    )
    def lift(row_id: Id, known: signed_in, given: resources.Spared, key: IdempotencyKey = None) -> Response:
        with context.database.read() as db:
            seen = read_row(db, resources.HOLDS, _holds_view(known.actor), row_id)
        submission.put(known, key, Wish("LiftHold", row_id, given.model_dump(), seen["revision"]))
        with context.database.read() as db:
            body = read_row(db, resources.HOLDS, _holds_view(known.actor), row_id)
        return answer(None, body, etag=body["revision"])


def _add_spare(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.put(
        "/{person_id}",
        response_model=Answer[dict[str, Any]],
        responses=shown(resources.EXCEPTIONS),
        summary="Neither hold nor remind someone until a day",
    )
    def spare(person_id: Id, known: signed_in, given: resources.Spared, key: IdempotencyKey = None) -> Response:
        target = payment_exception_id(person_id)
        submission.put(known, key, Wish("SparePayer", target, {"person_id": person_id, **given.model_dump()}))
        with context.database.read() as db:
            body = read_row(db, resources.EXCEPTIONS, seen_by(known.actor), target)
        return answer(None, body, etag=body["revision"])
