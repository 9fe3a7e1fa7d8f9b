"""The REST face of registering: for whoever comes, and for the office that looks at it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.people.entry_messages import EXAMPLE_SHORT, Code, InstituteAsk, Line, Name, Reason, StrictAsk, Typed
from server.people.registration_office import RegistrationOffice
from server.people.registration_service import Registering, RegistrationService
from server.people.sign_in_messages import Password
from server.people.sign_in_routes import caller_of
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.people.entry_rules import RegistrationPolicy, RegistrationState

_ID = "019a9f3e-7c00-7000-8000-00000000000"


class RegisterAsk(InstituteAsk):
    """Who registers; no field of it is a role."""

    email: Line
    username: Name
    given_name: Name
    family_name: Name
    password: Password
    study_time: Annotated[str, Field(max_length=20)] | None = None
    interests: list[Annotated[str, Field(max_length=100)]] = Field(default_factory=list, max_length=40)
    experience: Annotated[str, Field(max_length=20)] | None = None
    code: Typed = ""


class UsernameAsk(InstituteAsk):
    """A username that somebody would like."""

    username: Name


class RegistrationAsk(InstituteAsk):
    """Names a registration."""

    registration_id: Id


class VerifyAsk(RegistrationAsk):
    """Proves a registration's address."""

    code: Code


class JoinAsk(StrictAsk):
    """The student who is here already."""

    person_id: Id


class RefuseAsk(StrictAsk):
    """Why a registration isn't accepted; the reason goes into the letter."""

    reason: Reason = ""


class PolicyAsk(StrictAsk):
    """Whether students register by themselves."""

    registration: RegistrationPolicy


class RegistrationShown(StrictModel):
    """A registration as the office sees it."""

    id: str
    email: str
    username: str
    given_name: str
    family_name: str
    study_time: str | None
    interests: list[str]
    experience: str | None
    code: str
    role: str
    state: str
    sends: int
    person_id: str | None
    decided_by: str | None
    reason: str
    made_at: str
    expires_at: str
    verified_at: str | None
    settled_at: str | None
    duplicates: list[dict[str, Any]] = Field(default_factory=list)


class RegistrationsShown(StrictModel):
    """Registrations of one state, and how many there are of each."""

    policy: str
    counts: dict[str, int]
    registrations: list[RegistrationShown]


_WHO = {"email": "efua@example.org", "username": "efua.addo", "given_name": "Efua", "family_name": "Addo",
        "study_time": "evening", "interests": ["sound", "editing"], "experience": "beginner",
        "code": "RADIO"}  # fmt: skip
_SHOWN = {**_WHO, "id": f"{_ID}1", "role": "student", "state": "waiting", "sends": 1, "person_id": None,
          "decided_by": None, "reason": "", "made_at": "2026-11-20T08:30:00.000Z",
          "expires_at": "2026-11-21T08:30:00.000Z", "verified_at": "2026-11-20T08:34:00.000Z", "settled_at": None,
          "duplicates": [{"person_id": f"{_ID}2", "person": "Efua Addo", "number": "S-0042", "score": 50,
                          "reasons": ["name"]}]}  # fmt: skip
_ALL = {"policy": "approval", "counts": {"waiting": 1}, "registrations": [_SHOWN]}
_NAMED = {"organisation": "km-media", "registration_id": f"{_ID}1"}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    service = RegistrationService(context)
    office = RegistrationOffice(context, service)
    return [_coming(context, service), _proving(service), _looking(context, office), _deciding(context, office)]


def _coming(context: Context, service: RegistrationService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    asked = Body(examples=[{"organisation": "km-media", **_WHO, "password": "three boats on the Volta"}])
    username = Body(examples=[{"organisation": "km-media", "username": "efua.addo"}])

    @router.post("/check-username", openapi_extra=PUBLIC, **described(None, {"free": True}))
    def check(request: Request, ask: Annotated[UsernameAsk, username]) -> Response:
        """Tell whether a username may be had."""
        return answer(None, {"free": service.username_free(ask.organisation, ask.username, caller_of(request))})

    @router.post("/register", openapi_extra=PUBLIC, **described(None, {"registration_id": f"{_ID}1"}))
    async def register(request: Request, ask: Annotated[RegisterAsk, asked]) -> Response:
        """Register as a student; a code goes to the mail address. Whether that is somebody's here isn't told yet."""
        who = ask.model_dump(exclude={"organisation", "password"})
        wanted = Registering(**who)
        caller = caller_of(request)
        organisation_id = await run_in_threadpool(service.check, ask.organisation, wanted, ask.password, caller)
        hashed = await asyncio.wrap_future(context.passwords.hash(ask.password))
        made = await run_in_threadpool(service.register, organisation_id, wanted, hashed)
        return answer(None, {"registration_id": made})

    return router


def _proving(service: RegistrationService) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    verifying = Body(examples=[{**_NAMED, "code": EXAMPLE_SHORT}])

    @router.post("/verify-email", openapi_extra=PUBLIC, **described(None, {"state": "accepted"}))
    def verify(ask: Annotated[VerifyAsk, verifying]) -> Response:
        """Prove the mail address of a registration with the code that was sent there."""
        state, said = service.verify(ask.organisation, ask.registration_id, ask.code)
        return answer(None, {"state": state, **({"code_said": said} if said else {})})

    @router.post("/resend-code", openapi_extra=PUBLIC, **described(None, {}))
    def resend(ask: Annotated[RegistrationAsk, Body(examples=[_NAMED])]) -> Response:
        """Send another code for a registration."""
        service.resend(ask.organisation, ask.registration_id)
        return answer(None, {})

    return router


def _looking(context: Context, office: RegistrationOffice) -> APIRouter:
    router = Router(prefix="/api/v1/users/registrations", tags=["users"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", **described(RegistrationsShown, _ALL))
    def list_all(sign_in: ready, state: Annotated[RegistrationState, Query()] = RegistrationState.WAITING) -> Response:
        """List registrations of a state, those that wait with likely duplicates."""
        return answer(None, office.list_all(sign_in, state))

    @router.put("/policy", **described(None, {"registration": "approval"}))
    def policy(sign_in: ready, ask: Annotated[PolicyAsk, Body(examples=[{"registration": "approval"}])]) -> Response:
        """Say whether students may register by themselves."""
        office.set_policy(sign_in, ask.registration)
        return answer(None, {"registration": ask.registration})

    return router


def _deciding(context: Context, office: RegistrationOffice) -> APIRouter:
    router = Router(prefix="/api/v1/users/registrations", tags=["users"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("/{registration_id}/accept", **described(RegistrationShown, {**_SHOWN, "state": "accepted"}))
    def accept(sign_in: ready, registration_id: Id) -> Response:
        """Make a registration a student."""
        return answer(None, office.accept(sign_in, registration_id))

    @router.post("/{registration_id}/join", **described(RegistrationShown, {**_SHOWN, "state": "joined"}))
    def join(
        sign_in: ready, registration_id: Id, ask: Annotated[JoinAsk, Body(examples=[{"person_id": f"{_ID}2"}])]
    ) -> Response:
        """Join a registration with a student who is here and never signed in."""
        return answer(None, office.join(sign_in, registration_id, ask.person_id))

    @router.post("/{registration_id}/refuse", **described(RegistrationShown, {**_SHOWN, "state": "refused"}))
    def refuse(
        sign_in: ready,
        registration_id: Id,
        ask: Annotated[RefuseAsk, Body(examples=[{"reason": "The course is full."}])],
    ) -> Response:
        """Refuse a registration; a letter tells why."""
        return answer(None, office.refuse(sign_in, registration_id, ask.reason))

    return router
