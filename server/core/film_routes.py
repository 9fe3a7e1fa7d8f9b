"""Tells how it is with the copies of a film, to whoever may have the film."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from server.core.context import Context
from server.core.file_rights import FileRights
from server.core.film_copies import MADE, Copy, copies_of
from server.core.film_making import missing_programs
from server.core.film_recipes import reason_words
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from shared.core.film_quality import FilmQuality
from shared.core.strict import StrictModel

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class FilmCopy(StrictModel):
    """One copy. `state` is waiting, working, made or none; `sha256` and `bytes` are those of a copy that is made.

    `progress` is in percent, `seconds` the film's length, `why` the sentence for `none`.
    """

    quality: FilmQuality
    state: str
    sha256: str
    bytes: int
    seconds: int
    progress: int
    why: str


class FilmCopies(StrictModel):
    """`makes`: whether this server makes copies of films; without the programs for it there come no more."""

    makes: bool
    copies: list[FilmCopy] = Field(max_length=2)


_COPY = {"quality": "small", "state": MADE, "sha256": _SHA256, "bytes": 2_950_000, "seconds": 61, "progress": 100}
_EXAMPLE = {"makes": True, "copies": [{**_COPY, "why": ""}]}


def film_router(context: Context, rights: FileRights) -> APIRouter:
    """Return the route."""
    router = Router(tags=["files"])

    @router.get(
        "/api/v1/files/{sha256}/copies",
        summary="Read what copies of a film there are",
        **described(FilmCopies, _EXAMPLE),
    )
    def read(request: Request, sha256: str) -> Response:
        """The copies of a film by quality, which are read by their own hashes; none of a file that is no film."""
        with context.database.read() as db:
            file = rights.found(db, context.auth.within(db, request).actor, sha256)
            copies = copies_of(db, file.organisation_id, file.film or sha256)
        settings = context.settings
        makes = settings.video_copies and not missing_programs(settings)
        return answer(request, {"makes": makes, "copies": [_told(one) for one in copies]})

    return router


def _told(copy: Copy) -> dict[str, Any]:
    return {
        "quality": str(copy.quality),
        "state": copy.state,
        "sha256": copy.sha256,
        "bytes": copy.bytes,
        "seconds": copy.seconds,
        "progress": copy.progress,
        "why": reason_words(copy.reason),
    }
