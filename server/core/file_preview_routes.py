"""Gives the small picture of a file out, to whoever may have the file."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from server.core.context import Context
from server.core.errors import NOT_MODIFIED
from server.core.file_previews import Preview, preview_name, settle_preview
from server.core.file_rights import FileRights, StoredFile
from server.core.file_store import FileStore
from server.core.responses import has_version
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.text import text

_WAIT_SECONDS = 30


def preview_router(context: Context, store: FileStore, rights: FileRights) -> APIRouter:
    """Return the route."""
    router = Router(tags=["files"])

    @router.get("/api/v1/files/{sha256}/preview", response_class=Response, summary="Read a file's small picture")
    def read(request: Request, sha256: str) -> Response:
        """A JPEG of at most 320 px a side of a picture or a film; `preview_missing` where there is none."""
        with context.database.read() as db:
            file = rights.found(db, context.auth.within(db, request).actor, sha256)
        name = preview_name(sha256)
        headers = {"ETag": f'"{name}"', "Cache-Control": "private, no-cache"}
        content = _content(context, store, file)
        if has_version(request, name):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        return Response(content, headers=headers, media_type="image/jpeg")

    return router


def _content(context: Context, store: FileStore, file: StoredFile) -> bytes:
    if file.preview == Preview.WAITING:
        raise CampusError("preview_waiting", text("The small picture is being made."), {"retry_after": _WAIT_SECONDS})
    if file.preview != Preview.MADE:
        raise CampusError("preview_missing", text("There is no small picture of this file."))
    try:
        with store.open(file.organisation_id, preview_name(file.sha256)) as kept:
            return kept.read()
    except FileNotFoundError:
        # Backups hold files and not what is made of them: it is made again.
        context.database.write(lambda db: settle_preview(db, file.organisation_id, file.sha256, Preview.WAITING))
        raise CampusError(
            "preview_waiting", text("The small picture is being made."), {"retry_after": _WAIT_SECONDS}
        ) from None
