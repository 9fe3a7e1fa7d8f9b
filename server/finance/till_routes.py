"""The REST face of the cash desk: tills with their keys and gaps, receipts, drawers with reports, and requests."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import till_resources as resources
from server.finance.account_resources import shown
from server.finance.receipt_keys import certify, current_key, make_key
from server.finance.row_routes import add_reads, everybody
from server.finance.shift_queries import drawer_of, gaps_of
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.finance.permissions import may_manage_finance, may_see_ledgers
from shared.finance.shift_rules import report_lines
from shared.finance.till_commands import receipt_key_id


class NewTill(StrictModel):
    """The computer that asks to be a till: its name, the install that it is, and the public half of the till's key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "Front desk 2",
                "install_epoch": 1,
                "public_key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            }
        },
    )

    name: str = Field(min_length=1, max_length=200)
    install_epoch: int = Field(ge=1)
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$")


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the cash desk."""
    submission = Submission(context.door, context.clock, context.new_id)
    tills = Router(prefix="/api/v1/tills", tags=["tills"])
    found: list[APIRouter] = [tills]
    _add_making(tills, context, submission)
    _add_keeping(tills, context, submission)
    for resource in (resources.TILLS, resources.RECEIPTS, resources.SHIFTS, resources.REQUESTS):
        router = Router(prefix=f"/api/v1/{resource.family}", tags=[resource.family])
        add_reads(router, resource, context, everybody)
        found.append(router)
        if resource is resources.SHIFTS:
            _add_report(router, context)
    return found


def _add_making(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=shown(resources.TILLS, 201),
        summary="Make this computer a till",
    )
    def make(known: signed_in, given: NewTill, key: IdempotencyKey = None) -> Response:
        """Give the calling install a series of its own; whoever manages money approves it by asking."""
        if given.install_epoch != known.install_epoch:
            message = text("This install was renewed meanwhile. Fetch what is new, then ask again.")
            raise CampusError("install_renewed", message)
        target = submission.command_id(known, key) if key else submission.new_id()
        payload = {**given.model_dump(), "device_id": known.device_id}
        outcome = submission.put(known, key, Wish("AskTill", target, payload))[0]
        row_id = str(outcome.details.get("existing_id", target))
        if may_manage_finance(known.actor):
            _approve(context, submission, known, row_id)
        return answer(None, _till(context, known, row_id), created=True)

    @router.post(
        "/{row_id}/approve",
        response_model=Answer[dict[str, Any]],
        responses=shown(resources.TILLS),
        summary="Let a till print receipts, or renew its certificate",
    )
    def approved(row_id: Id, known: signed_in) -> Response:
        _need_bursar(known)
        _approve(context, submission, known, row_id)
        return answer(None, _till(context, known, row_id))


def _approve(context: Context, submission: Submission, known: CurrentSignIn, row_id: str) -> None:
    """Certify a till with the institute's present key, made now where there is none."""
    till = _till(context, known, row_id)
    publish_key(context, submission, known)
    with context.database.read() as db:
        today = context.clock.now().date()
        certificate = certify(db, context.keys, known.actor.organisation_id, till, today)
    submission.put(known, None, Wish("CertifyTill", row_id, {"certificate": certificate}, till["revision"]))


def _need_bursar(known: CurrentSignIn) -> None:
    if not may_manage_finance(known.actor):
        raise CampusError("not_allowed", text("Your role doesn't keep tills. Ask the bursar."))


def _till(context: Context, known: CurrentSignIn, row_id: str) -> dict[str, Any]:
    with context.database.read() as db:
        return read_row(db, resources.TILLS, known.actor, row_id)


def publish_key(context: Context, submission: Submission, known: CurrentSignIn, *, renew: bool = False) -> None:
    """Make sure that there is a key which certifies; a new one where it is renewed."""
    organisation_id, now = known.actor.organisation_id, instant_text(context.clock.now())
    with context.database.read() as db:
        present = current_key(db, organisation_id)
    if present is not None and not renew:
        return
    made = context.database.write(lambda db: make_key(db, context.keys, organisation_id, now))
    submission.put(known, None, Wish("PutReceiptKey", receipt_key_id(made), {"public_key": made}))


def _add_keeping(router: APIRouter, context: Context, submission: Submission) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/{row_id}/close",
        response_model=Answer[dict[str, Any]],
        responses=shown(resources.TILLS),
        summary="Close a till for good",
    )
    def close(row_id: Id, known: signed_in, key: IdempotencyKey = None) -> Response:
        till = _till(context, known, row_id)
        submission.put(known, key, Wish("CloseTill", row_id, {}, till["revision"]))
        return answer(None, _till(context, known, row_id))

    @router.post(
        "/keys",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": resources.KEY_EXAMPLE}}}}},
        summary="Make a new receipt key; receipts of the ones before stay good",
    )
    def rotate(known: signed_in) -> Response:
        _need_bursar(known)
        publish_key(context, submission, known, renew=True)
        with context.database.read() as db:
            return answer(None, {"public_key": current_key(db, known.actor.organisation_id)})

    @router.get(
        "/{row_id}/gaps",
        response_model=Answer[list[dict[str, Any]]],
        responses={200: {"content": {"application/json": {"example": {"data": [resources.GAP_EXAMPLE]}}}}},
        summary="Numbers that are missing in a till's series, and why",
    )
    def gaps(row_id: Id, known: signed_in) -> Response:
        if not may_see_ledgers(known.actor):
            raise CampusError("not_allowed", text("Your role doesn't see money."))
        with context.database.read() as db:
            till = read_row(db, resources.TILLS, known.actor, row_id)
            return answer(None, gaps_of(db, known.actor.organisation_id, till))


def _add_report(router: APIRouter, context: Context) -> None:
    @router.get(
        "/{row_id}/report",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": resources.REPORT_EXAMPLE}}}}},
        summary="The X report of a drawer, or the Z report of one that was closed",
    )
    def report(row_id: Id, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        with context.database.read() as db:
            shift = read_row(db, resources.SHIFTS, known.actor, row_id)
            found = drawer_of(db, known.actor.organisation_id, shift)
        lines = [list(line) for line in report_lines(found, shift["currency"], shift["counted"])]
        kind = "X" if shift["z_number"] is None else "Z"
        return answer(None, {"kind": kind, "z_number": shift["z_number"], "lines": lines})
