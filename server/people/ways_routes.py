"""What the sign-in page of an institute offers beside name and password."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from server.core.context import Context
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.people import identity_store, registration_store
from server.people.entry_place import in_institute
from shared.core.strict import StrictModel


class WayShown(StrictModel):
    """A provider that the page offers."""

    id: str
    name: str


class WaysIn(StrictModel):
    """Whether students register (`off`, `on`, `approval`), the providers, and whether institutes register here."""

    registration: str
    providers: list[WayShown]
    founding: bool
    password_min_length: int


_EXAMPLE = {"registration": "approval", "providers": [{"id": "019a9f3e-7c00-7000-8000-000000000001", "name": "Google"}],
            "founding": False, "password_min_length": 12}  # fmt: skip


def ways_router(context: Context) -> APIRouter:
    """Return the route."""
    router = Router(prefix="/api/v1/auth", tags=["auth"])
    named = Query(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["km-media"])

    @router.get("/ways-in", openapi_extra=PUBLIC, **described(WaysIn, _EXAMPLE))
    def ways(organisation: Annotated[str, named]) -> Response:
        """Tell by what ways people come in at an institute."""
        with in_institute(context, organisation) as institute, context.database.read() as db:
            known = identity_store.providers(db, institute.id)
            told = {
                "registration": registration_store.policy_of(db, institute.id),
                "providers": [{"id": one.id, "name": one.name} for one in known if one.state == "on"],
                "founding": context.settings.organisation_registration,
                "password_min_length": context.settings.password_min_length,
            }
        return answer(None, told)

    return router
