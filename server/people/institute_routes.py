"""The REST face of the institute's own settings and of its branches."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.resource_routes import IdempotencyKey, resource_router
from server.core.resources import Resource
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.people.institute_service import BRANCH_KIND, READ, institute_body
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.institute import EDITABLE
from shared.people.logos import LEAST_SIDE, MOST_BYTES, MOST_FILE_BYTES, MOST_SIDE, bare_png
from shared.people.permissions import may_edit_institute

_MOST_PIXELS = 40_000_000
Change = Callable[[CurrentSignIn, str | None, dict[str, Any]], Response]
_SIDES = (MOST_SIDE, 256, 192, 128, 96, 64)
_EXAMPLE = {
    "name": "KM Media Training Institute",
    "short_name": "KM Media",
    "accent": "#146c3f",
    "currency": "GHS",
    "time_zone": "Africa/Accra",
    "country": "GH",
    "calling_code": "233",
}
BRANCHES = Resource(
    family="branches",
    kind=BRANCH_KIND,
    add="AddBranch",
    edit="EditBranch",
    filters={"state": "state"},
    sorts=("name",),
    default_sort="name",
    name="branch",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb30",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf90",
        "name": "Kumasi",
        "address": "12 Harper Road, Kumasi",
        "phone": "032 202 0101",
        "state": "active",
    },
)


class Institute(StrictModel):
    """Settings to change; what is left out stays. Each value has its own rule, which a refusal names."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    short_name: str | None = None
    motto: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    accent: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    country: str | None = None
    calling_code: str | None = None


class Logo(StrictModel):
    """A picture (PNG, JPEG, WebP or GIF) of at most 5 MB as base64, or null to remove the logo."""

    model_config = ConfigDict(extra="forbid")

    image_base64: str | None = Field(max_length=MOST_FILE_BYTES * 4 // 3 + 8)


def made_logo(content: bytes) -> str:
    """Return the logo made of a picture: a small PNG of the pixels alone, as base64.

    Raises CampusError `logo_invalid`.
    """
    from PIL import Image  # noqa: PLC0415 - only who changes a logo waits for it

    if len(content) > MOST_FILE_BYTES:
        raise _logo_refused(text("The file has more than {n} MB.", n=MOST_FILE_BYTES // 1_000_000))
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise _logo_refused(text("The picture has too many pixels."))
            image = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise _logo_refused(text("This file is no picture that can be read.")) from problem
    if min(image.size) < LEAST_SIDE:
        raise _logo_refused(text("The picture is too small."))
    small = b""
    for side in _SIDES:
        made, out = image.copy(), BytesIO()
        made.thumbnail((side, side))
        made.save(out, "PNG", optimize=True)
        small = bare_png(out.getvalue())
        if len(small) <= MOST_BYTES:
            break
    return base64.b64encode(small).decode()


def _logo_refused(reason: str) -> CampusError:
    return CampusError(
        "logo_invalid", text("{reason} Use a PNG, JPEG, WebP or GIF file of at most 5 MB.", reason=reason)
    )


def institute_router(context: Context) -> APIRouter:
    """Return the routes of the settings and of branches."""
    submission = Submission(context.door, context.clock, context.new_id)
    router = Router(prefix="/api/v1")
    own = Router(prefix="/organisation", tags=["organisations"])
    change = _changer(context, submission)
    _add_settings(own, context, change)
    _add_logo(own, context, change)
    router.include_router(own)
    whole = Router()
    whole.include_router(router)
    whole.include_router(resource_router(BRANCHES, context, submission))
    return whole


def _present(db: Db, organisation_id: str) -> dict[str, Any]:
    row = db.one(READ, organisation_id=organisation_id)
    return institute_body(row) if row else {}


def _changer(context: Context, submission: Submission) -> Change:
    def change(known: CurrentSignIn, key: str | None, wanted: dict[str, Any]) -> Response:
        organisation_id = known.actor.organisation_id
        with context.database.read() as db:
            seen = _present(db, organisation_id)
        changes = {name: {"old": seen.get(name), "new": value} for name, value in wanted.items() if name in EDITABLE}
        if changes:
            submission.put(
                known, key, Wish("EditOrganisation", organisation_id, {"changes": changes}, seen["revision"])
            )
        with context.database.read() as db:
            body = _present(db, organisation_id)
        return answer(None, body, etag=body["revision"])

    return change


def _add_settings(router: APIRouter, context: Context, change: Change) -> None:
    @router.get(
        "",
        response_model=Answer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": {"data": _EXAMPLE}}}}},
        summary="Read the institute's settings",
    )
    def read(request: Request, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        with context.database.read() as db:
            body = _present(db, known.actor.organisation_id)
        return answer(request, body, etag=body["revision"])

    @router.patch("", response_model=Answer[dict[str, Any]], summary="Change the institute's settings")
    def patch(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Institute, Given(examples=[_EXAMPLE])],
        key: IdempotencyKey = None,
    ) -> Response:
        return change(known, key, given.model_dump(mode="json", exclude_none=True))


def _add_logo(router: APIRouter, context: Context, change: Change) -> None:
    @router.put("/logo", response_model=Answer[dict[str, Any]], summary="Set or remove the institute's logo")
    def put_logo(
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Logo, Given(examples=[{"image_base64": "iVBORw0KGgo..."}])],
        key: IdempotencyKey = None,
    ) -> Response:
        if not may_edit_institute(known.actor):
            raise CampusError("not_allowed", text("Only an administrator changes the institute's settings."))
        return change(known, key, {"logo": "" if given.image_base64 is None else _logo_of(given.image_base64)})


def _logo_of(image_base64: str) -> str:
    try:
        content = base64.b64decode(image_base64, validate=True)
    except ValueError as problem:
        raise _logo_refused(text("This file is no picture that can be read.")) from problem
    return made_logo(content)
