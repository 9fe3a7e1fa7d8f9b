"""The REST face of uploads that a client brings to the store itself: a link for one, and the word that it is there."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.direct_uploads import DirectUploads
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from server.core.upload_routes import EXAMPLE as UPLOAD
from server.core.upload_routes import PREFIX, UploadDesk, UploadShown
from shared.core.strict import StrictModel

_EXAMPLE = {
    "method": "PUT",
    "url": "https://s3.example.org/campus/incoming/01a1f7f8-3000-7672-874a-d4a8ff8edb2f/"
    "01a1f7f8-3000-7672-874a-d4a8ff8edb60?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=600",
    "headers": {"Content-Length": "48231", "Content-Type": "application/pdf"},
    "fields": {},
    "expires_at": "2026-11-20T08:40:00.000Z",
}


class UploadLink(StrictModel):
    """One request to the store. PUT: the file as the body; POST: a form of `fields`, then the file as `file`.

    `headers` go along as they stand. It is refused after `expires_at`, and for any other file.
    """

    method: Literal["PUT", "POST"]
    url: str
    headers: dict[str, str]
    fields: dict[str, str]
    expires_at: str = Field(examples=["2026-11-20T08:40:00.000Z"])


def direct_router(context: Context, direct: DirectUploads, desk: UploadDesk) -> APIRouter:
    """Return the routes."""
    router = Router(prefix=PREFIX, tags=["files"])
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post(
        "/{upload_id}/link",
        status_code=201,
        summary="Make a link that the file is sent to directly",
        **described(UploadLink, _EXAMPLE),
    )
    def link(upload_id: str, known: signed_in) -> Response:
        """Where the upload is shown as `direct`; `upload_chunked` where the file is to come in pieces."""
        made = answer(None, direct.link(known.actor, upload_id), created=True)
        made.headers["Cache-Control"] = "no-store"
        return made

    @router.post(
        "/{upload_id}/arrived",
        summary="Say that the file is at the store, and have it looked at",
        **described(UploadShown, {**UPLOAD, "state": "stored", "offset": 48_231, "direct": False}),
    )
    def arrived(upload_id: str, known: signed_in) -> Response:
        """Answers once the file is kept; an error says why it was put aside, or that it is to be sent again."""
        return answer(None, desk.shown(direct.finish(known.actor, upload_id)))

    return router
