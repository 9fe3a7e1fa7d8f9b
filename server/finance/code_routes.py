"""The REST face of codes that people type on coming: whether one would be taken, and what became of those typed."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from pydantic import ConfigDict
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import PUBLIC, described
from server.core.resource_routes import IdempotencyKey
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.finance import account_resources as resources
from server.finance.code_taking import Codes, by_code
from server.finance.earning_kinds import TYPED_KIND
from server.finance.row_routes import add_reads, row_of
from server.people import entry_limits, registration_store
from server.people.entry_messages import InstituteAsk, StrictAsk, Typed
from server.people.entry_place import in_institute
from server.people.organisations import system_actor
from server.people.sign_in_routes import caller_of
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.earning_rules import untaken
from shared.people.entry_rules import RegistrationPolicy
from shared.people.typed_codes import (
    CodePlace,
    TypeCode,
    may_see_codes,
    may_type_code,
    payload_of,
    tidy_code,
    typed_code_id,
)

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
_ROW = {"id": _ID, "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf91"}
_TYPING: dict[str, Any] = {"person_id": resources.PERSON, "code": "RADIO", "place": "enrolment", "place_id": _ID}
_GOOD = {"good": True, "sentence": ""}
TYPED = Resource(
    family="typed-codes",
    kind=TYPED_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "state": "state", "place": "place"},
    sorts=("typed_on",),
    default_sort="typed_on",
    name="typed code",
    example={**_ROW, **_TYPING, "state": "refused", "reason": "referral_unknown", "typed_on": "2026-11-20"},
)


class ComingAsk(InstituteAsk):
    """A code of somebody who isn't signed in yet."""

    code: Typed


class CheckAsk(StrictAsk):
    """A code, and of whom; without a person only whether there is such a code."""

    code: Typed
    person_id: Id | None = None


class Typing(TypeCode):
    """A code that somebody typed: registration, application, enquiry or enrolment, and which one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _TYPING})


def seen_by(actor: Actor) -> Actor:
    """Return someone as the list of codes knows him or her: the office sees all, others the own."""
    return actor.model_copy(update={"scopes": ("all",)}) if may_see_codes(actor) else resources.seen_by(actor)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of codes that were typed."""
    submission = Submission(context.door, context.clock, context.new_id)
    router = Router(prefix="/api/v1/typed-codes", tags=["earnings"])
    add_reads(router, TYPED, context, seen_by)
    _add_checks(router, context)
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "",
        status_code=201,
        response_model=Answer[dict[str, Any]],
        responses=resources.shown(TYPED, 201),
        summary="Keep the code that somebody typed on coming; a wrong one is kept, too, and says why it isn't taken",
    )
    def type_code(known: signed_in, given: Typing, key: IdempotencyKey = None) -> Response:
        payload = payload_of(given.person_id, given.code, CodePlace(given.place), given.place_id or "")
        target = typed_code_id(payload["place"], given.place_id or "", given.person_id)
        submission.put(known, key, Wish("TypeCode", target, payload))
        body = row_of(context, TYPED, known, target, seen_by)
        return answer(None, body, created=True, etag=body["revision"])

    return [router]


def _add_checks(router: APIRouter, context: Context) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]
    coming = Body(examples=[{"organisation": "km-media", "code": "RADIO"}])

    @router.post("/check-coming", openapi_extra=PUBLIC, **described(None, _GOOD))
    def check_coming(request: Request, ask: Annotated[ComingAsk, coming]) -> Response:
        """Tell somebody who registers whether there is such a code; counted by address."""
        now = context.clock.now()
        with in_institute(context, ask.organisation) as institute:
            context.database.write(
                lambda db: entry_limits.check(
                    db, institute.id, entry_limits.CODE_ADDRESS, caller_of(request).address, now
                )
            )
            with context.database.read() as db:
                if registration_store.policy_of(db, institute.id) is RegistrationPolicy.OFF:
                    words = text("The institute doesn't let students register by themselves. Ask the office.")
                    raise CampusError("registration_closed", words)
                return answer(None, _checked(context, db, system_actor(institute.id, institute.id), ask.code, None))

    @router.post("/check", **described(None, _GOOD))
    def check(
        known: signed_in, ask: Annotated[CheckAsk, Body(examples=[{"code": "RADIO", "person_id": resources.PERSON}])]
    ) -> Response:
        """Tell whether a code would be taken from somebody; nothing is kept."""
        if not may_type_code(known.actor, ask.person_id or known.actor.person_id):
            raise CampusError("not_allowed", text("Your role doesn't give codes for others. Ask the office."))
        with context.database.read() as db:
            return answer(None, _checked(context, db, known.actor, ask.code, ask.person_id))


def _checked(context: Context, db: Db, actor: Actor, code: str, person_id: str | None) -> dict[str, Any]:
    """Return whether a code is good, without a person whether somebody has it."""
    batch = Batch(db, actor, Origin(""), instant_text(context.clock.now()), context.new_id)
    fault = None
    if person_id is not None:
        codes = Codes(batch, [(person_id, code)], held=False)
        if not codes.knows(person_id):
            raise CampusError("not_found", text("The server doesn't have this person yet. Try again in a moment."))
        if codes.same_before(person_id, code) is None:
            fault = codes.fault(person_id, code)
    elif not by_code(batch, [tidy_code(code)]):
        fault = untaken("referral_unknown")
    return {"good": fault is None, "sentence": fault.message if fault else ""}
