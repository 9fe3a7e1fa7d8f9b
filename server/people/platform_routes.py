"""The REST face of the platform: institutes of this server, and the one recorded way to an institute's records."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.kept_answers import KeptAnswers
from server.core.resource_routes import IdempotencyKey
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.people.operator_access import LONGEST, OperatorAccess
from server.people.platform_service import Platform, Wanted
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

_ONE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb31",
    "slug": "km-media",
    "name": "KM Media Training Institute",
    "kind": "institute",
    "state": "active",
    "state_reason": "",
    "created_at": "2026-11-20T08:30:00.000Z",
    "people": 412,
    "rows": 51_204,
    "file_bytes": 1_204_551_212,
    "sign_ins": 38,
    "last_activity_at": "2026-11-20T08:29:12.000Z",
    "waits_for_set_up": False,
}
_HEALTH: dict[str, Any] = {"version": "0.1.0", "jobs": [], "jobs_with_problems": [], "last_backup": None}
_NEW = {"slug": "km-media", "name": "KM Media Training Institute", "administrator_email": "akua@example.org"}
_REASON = {"reason": "The institute asked by phone to find out why a student is missing from a class.", "minutes": 30}
_ACCESS = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb32",
    "operator_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb33",
    "operator_name": "Yaw Osei",
    "reason": _REASON["reason"],
    "made_at": "2026-11-20T08:30:00.000Z",
    "ends_at": "2026-11-20T09:00:00.000Z",
    "ended_at": None,
}
_LISTED = {**_ACCESS, "looks": [{"kind": "person", "times": 3, "rows": 212}]}


class _Strict(StrictModel):
    model_config = ConfigDict(extra="forbid")


class NewInstitute(_Strict):
    """An institute to make; its first administrator is invited by mail where an address is given."""

    slug: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=300)
    time_zone: str = Field(default="Africa/Accra", max_length=60)
    calling_code: str = Field(default="233", max_length=4)
    administrator_email: str = Field(default="", max_length=254)


class Reason(_Strict):
    """Why something is done."""

    reason: str = Field(max_length=1_000)


class Glass(Reason):
    """Why an institute's records are read, and for how long."""

    minutes: int = Field(default=60, ge=1, le=LONGEST)


def _shows(example: Any, status: int = 200) -> dict[str, Any]:
    return {
        "status_code": status,
        "response_model": Answer[Any],
        "responses": {status: {"content": {"application/json": {"example": {"data": example}}}}},
    }


def platform_router(context: Context) -> APIRouter:
    """Return the routes; all but one's own are the operators'."""
    platform = Platform(context)

    def operator(known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> CurrentSignIn:
        platform.check_operator(known)
        return known

    # Every route asks it, those that needn't know who it is as well.
    guarded = [Depends(operator)]
    router = Router(prefix="/api/v1/platform/organisations", tags=["admin"], dependencies=guarded)
    kept = KeptAnswers(context.database, context.clock)
    _add_institutes(router, platform, operator)
    _add_making(router, platform, operator, kept)
    _add_health(router, platform)
    _add_glass(router, OperatorAccess(context, platform), operator, kept)
    whole = Router()
    whole.include_router(router)
    whole.include_router(_own(context, OperatorAccess(context, platform)))
    return whole


def _add_institutes(router: APIRouter, platform: Platform, operator: Any) -> None:
    operating = Annotated[CurrentSignIn, Depends(operator)]

    @router.get("", **_shows([_ONE]), summary="List the institutes of this server with their size")
    def list_all(request: Request) -> Response:
        return answer(request, platform.list_all())

    @router.post("/{organisation_id}/suspend", **_shows(_ONE), summary="Suspend an institute")
    def suspend(known: operating, organisation_id: str, ask: Reason) -> Response:
        return answer(None, platform.suspend(organisation_id, ask.reason, known.actor.name))

    @router.post("/{organisation_id}/reopen", **_shows(_ONE), summary="Reopen a suspended institute")
    def reopen(known: operating, organisation_id: str) -> Response:
        return answer(None, platform.reopen(organisation_id, known.actor.name))


def _add_making(router: APIRouter, platform: Platform, operator: Any, kept: KeptAnswers) -> None:
    operating = Annotated[CurrentSignIn, Depends(operator)]

    @router.post("", **_shows({**_ONE, "set_up_code": None}, 201), summary="Make an institute")
    def add(
        known: operating, ask: Annotated[NewInstitute, Body(examples=[_NEW])], key: IdempotencyKey = None
    ) -> Response:
        """Its set-up code is told this once: a repeat by the same key makes nothing and is told that it was done."""
        given = ask.model_dump()
        told = kept.once(known, key, ("institute", given), lambda: platform.add(Wanted(**given)), secret=True)
        return answer(None, told, created=True)

    @router.post("/{organisation_id}/set-up-code", **_shows(_ONE), summary="Make a new set-up code")
    def new_code(known: operating, organisation_id: str, key: IdempotencyKey = None) -> Response:
        """A repeat by the same key leaves the code that was made good."""
        work = lambda: platform.new_code(organisation_id)  # noqa: E731 - as short as its name
        return answer(None, kept.once(known, key, ("set-up-code", organisation_id), work, secret=True))


def _add_health(router: APIRouter, platform: Platform) -> None:
    @router.get("/health", **_shows(_HEALTH), summary="Tell how the server itself is")
    def health(request: Request) -> Response:
        return answer(None, platform.health(str(request.app.version)))


def _add_glass(router: APIRouter, glass: OperatorAccess, operator: Any, kept: KeptAnswers) -> None:
    operating = Annotated[CurrentSignIn, Depends(operator)]

    @router.get("/{organisation_id}/access", **_shows([_LISTED]), summary="List the looks at an institute's records")
    def list_all(organisation_id: str) -> Response:
        return answer(None, glass.list_all(organisation_id))

    @router.post("/{organisation_id}/access", **_shows(_ACCESS, 201), summary="Open an institute's records for reading")
    def open_glass(
        known: operating,
        organisation_id: str,
        ask: Annotated[Glass, Body(examples=[_REASON])],
        key: IdempotencyKey = None,
    ) -> Response:
        def work() -> Any:
            return glass.open(known, organisation_id, ask.reason, ask.minutes)

        given = [organisation_id, ask.model_dump()]
        return answer(None, kept.once(known, key, ("access", given), work), created=True)

    @router.get("/{organisation_id}/access/{access_id}/rows", **_shows([]), summary="Read records of an institute")
    def read(
        known: operating,
        organisation_id: str,
        access_id: str,
        kind: Annotated[str, Query(max_length=40, examples=["person"])],
        after: Annotated[str, Query(max_length=36)] = "",
    ) -> Response:
        return answer(None, glass.read(known, organisation_id, access_id, kind, after))

    @router.delete("/{organisation_id}/access/{access_id}", **_shows(_ACCESS), summary="End a look at records")
    def end(known: operating, organisation_id: str, access_id: str) -> Response:
        return answer(None, glass.end(known, organisation_id, access_id))


def _own(context: Context, glass: OperatorAccess) -> APIRouter:
    router = Router(prefix="/api/v1/organisation", tags=["organisations"])

    @router.get("/operator-access", **_shows([_LISTED]), summary="List when the server's operator read one's records")
    def own(known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        if not known.actor.may(Permission.AUDIT_READ):
            raise CampusError("not_allowed", text("Your role doesn't read the log. Ask an administrator."))
        return answer(None, glass.list_all(known.actor.organisation_id))

    return router
