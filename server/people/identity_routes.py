"""The REST face of external identity: providers, signing in by way of the browser, and one's own identities."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.entry_messages import InstituteAsk, StrictAsk
from server.people.factor_messages import SignInTold
from server.people.identity_admin import IdentityAdmin, ProviderWanted
from server.people.identity_client import IdentityClient
from server.people.identity_flows import Answered, IdentityFlows
from server.people.identity_outbound import Outbound
from server.people.sign_in_messages import SIGNED_IN_EXAMPLE, DeviceAsk
from server.people.sign_in_routes import caller_of
from server.people.sign_in_service import SignIns
from shared.core.command import Id
from shared.core.strict import StrictModel

_PLAIN = r"^[\x21-\x7e]*$"
_PRINTED = r"^[\x20-\x7e]*$"
Plain = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=_PLAIN)]
Port = Annotated[int, Field(ge=1_024, le=65_535)]
_ID = "019a9f3e-7c00-7000-8000-00000000000"


class BeginAsk(InstituteAsk):
    """Which provider to go to; the browser comes back to this port of the desktop's own machine."""

    provider_id: Id
    port: Port


class LinkAsk(StrictAsk):
    """The same for whoever is signed in and links an identity."""

    provider_id: Id
    port: Port


class CameBack(StrictAsk):
    """What the browser brought back; `iss` is the provider's name for itself where it said so."""

    flow_id: Id
    flow_secret: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PLAIN)]
    state: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
    code: Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=_PLAIN)]
    iss: Plain | None = None

    def answered(self) -> Answered:
        """Return it as the service takes it."""
        return Answered(self.flow_id, self.flow_secret, self.state, self.code, self.iss)


class SignInBack(CameBack, InstituteAsk):
    """The same for whoever isn't signed in yet."""


class EnterAsk(InstituteAsk):
    """A ticket, with the device that signs in."""

    ticket: Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=_PLAIN)]
    keep: bool = False
    device: DeviceAsk


class Proved(StrictModel):
    """Whom an answer lets in; the ticket counts once, within two minutes."""

    person_id: str
    ticket: str


class ProviderAsk(StrictAsk):
    """A provider as an administrator sets it up; `client_secret` None keeps the present one, empty is none."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
    issuer: Plain
    client_id: Plain
    client_secret: Annotated[str, StringConstraints(max_length=500, pattern=_PRINTED)] | None = None
    domains: list[Annotated[str, StringConstraints(min_length=3, max_length=100)]] = Field(
        default_factory=list, max_length=20
    )
    link_by_email: bool = False
    make_students: bool = False
    trust_factor: bool = False
    on: bool = True


class ProviderShown(StrictModel):
    """A provider as an administrator sees it."""

    id: str
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    domains: list[str]
    link_by_email: bool
    make_students: bool
    trust_factor: bool
    state: str


class Offered(StrictModel):
    """A provider as the sign-in page offers it."""

    id: str
    name: str


class SetOut(StrictModel):
    """Where the browser goes, and what the desktop needs once it is back."""

    flow_id: str
    flow_secret: str
    address: str


class Linked(StrictModel):
    """One of one's own identities."""

    provider_id: str
    name: str
    email: str
    linked_at: str
    last_used_at: str | None


_PROVIDER: dict[str, Any] = {
    "name": "Google", "issuer": "https://accounts.google.com", "client_id": "campusdesk.apps.example",
    "client_secret": "not-a-real-one", "domains": ["km-media.example"], "link_by_email": True, "make_students": False,
    "trust_factor": False, "on": True,
}  # fmt: skip
_PROVIDER_SHOWN = {
    **{name: value for name, value in _PROVIDER.items() if name not in {"client_secret", "on"}},
    "id": f"{_ID}1", "has_secret": True, "state": "on",
}  # fmt: skip
_OUT = {"flow_id": f"{_ID}2", "flow_secret": "R4nd0m", "address": "https://accounts.google.com/o/oauth2/v2/auth?..."}
_BACK = {"flow_id": f"{_ID}2", "flow_secret": "R4nd0m", "state": "St4te", "code": "4/0AX4"}
_LINKED = {"provider_id": f"{_ID}1", "name": "Google", "email": "ama@km-media.example",
           "linked_at": "2026-11-20T08:30:00.000Z", "last_used_at": None}  # fmt: skip
_DEVICE = {"id": f"{_ID}3", "name": "Front desk 2", "public_key": "A" * 43 + "=", "install_epoch": 1}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    outbound = Outbound(frozenset(host.lower() for host in context.settings.identity_hosts))
    client = IdentityClient(outbound, context.clock.monotonic)
    flows = IdentityFlows(context, client, SignIns(context))
    return [_coming_in(flows), _own(context, flows), _providers(context, IdentityAdmin(context, client))]


def _coming_in(flows: IdentityFlows) -> APIRouter:
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    begin_body = Body(examples=[{"organisation": "km-media", "provider_id": f"{_ID}1", "port": 49_152}])
    back_body = Body(examples=[{**_BACK, "organisation": "km-media"}])
    ticket = {"organisation": "km-media", "ticket": "c2VhbGVk", "keep": True, "device": _DEVICE}
    enter_body = Body(examples=[ticket])

    @router.get("/providers", openapi_extra=PUBLIC, response_model=Answer[list[Offered]], summary="List providers")
    def offered(organisation: Annotated[str, Query(min_length=1, max_length=60, pattern=_PLAIN)]) -> Response:
        return answer(None, flows.offered(organisation))

    @router.post("/identity/begin", openapi_extra=PUBLIC, **described(SetOut, _OUT))
    def begin(request: Request, ask: Annotated[BeginAsk, begin_body]) -> Response:
        """Send the browser to a provider; what it brings back counts once, within ten minutes."""
        return answer(None, flows.begin(ask.organisation, ask.provider_id, ask.port, caller_of(request)))

    @router.post(
        "/identity/prove", openapi_extra=PUBLIC, **described(Proved, {"person_id": f"{_ID}4", "ticket": "c2VhbGVk"})
    )
    def prove(request: Request, ask: Annotated[SignInBack, back_body]) -> Response:
        """Tell whom the answer lets in that the browser brought back."""
        return answer(None, flows.prove(ask.organisation, ask.answered(), caller_of(request)))

    @router.post("/identity/enter", openapi_extra=PUBLIC, **described(SignInTold, SIGNED_IN_EXAMPLE))
    def enter(request: Request, ask: Annotated[EnterAsk, enter_body]) -> Response:
        """Sign in with a ticket; a second factor is asked as after a password."""
        return answer(None, flows.enter(ask.organisation, ask.ticket, ask.device, caller_of(request), keep=ask.keep))

    return router


def _own(context: Context, flows: IdentityFlows) -> APIRouter:
    router = Router(prefix="/api/v1/auth/identities", tags=["auth"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]
    link_body = Body(examples=[{"provider_id": f"{_ID}1", "port": 49_152}])

    @router.get("", response_model=Answer[list[Linked]], summary="List one's own identities")
    def links(sign_in: ready) -> Response:
        return answer(None, flows.links(sign_in))

    @router.post("/begin", **described(SetOut, _OUT))
    def begin(sign_in: ready, ask: Annotated[LinkAsk, link_body]) -> Response:
        """Send the browser out to link an identity; it needs a fresh sign-in."""
        return answer(None, flows.begin_link(sign_in, ask.provider_id, ask.port))

    @router.post("/finish", response_model=Answer[list[Linked]], summary="Link what the browser brought back")
    def finish(request: Request, sign_in: ready, ask: Annotated[CameBack, Body(examples=[_BACK])]) -> Response:
        return answer(None, flows.finish_link(sign_in, ask.answered(), caller_of(request)))

    @router.delete("/{provider_id}", response_model=Answer[list[Linked]], summary="Unlink an identity")
    def unlink(sign_in: ready, provider_id: Id) -> Response:
        return answer(None, flows.unlink(sign_in, provider_id))

    return router


def _providers(context: Context, admin: IdentityAdmin) -> APIRouter:
    router = Router(prefix="/api/v1/organisations/identity-providers", tags=["organisations"])
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.get("", response_model=Answer[list[ProviderShown]], summary="List the institute's providers")
    def list_all(sign_in: ready) -> Response:
        return answer(None, admin.list_all(sign_in))

    @router.put("/{provider_id}", **described(ProviderShown, _PROVIDER_SHOWN))
    def put(sign_in: ready, provider_id: Id, ask: Annotated[ProviderAsk, Body(examples=[_PROVIDER])]) -> Response:
        """Set a provider up, once it answered as it should; its secret is sealed and never shown again."""
        return answer(None, admin.put(sign_in, provider_id, ProviderWanted(**ask.model_dump())))

    @router.delete("/{provider_id}", **described(None, {}))
    def remove(sign_in: ready, provider_id: Id) -> Response:
        """Remove a provider with all identities linked by it."""
        admin.remove(sign_in, provider_id)
        return answer(None, {})

    return router
