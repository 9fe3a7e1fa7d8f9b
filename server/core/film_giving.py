"""Gives a film's copy out, or its film where the copy went: after a restored backup copies are made again."""

from collections.abc import Callable
from typing import BinaryIO

from starlette.responses import Response

from server.core.context import Context
from server.core.file_rights import StoredFile
from server.core.file_store import FileStore
from server.core.film_copies import make_again
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

Answered = Callable[[StoredFile, Callable[[], BinaryIO]], Response]


def given(
    context: Context, store: FileStore, wanted: StoredFile, instead: StoredFile | None, answered: Answered
) -> Response:
    """Return the answer for what is wanted, or for what stands `instead` of a copy that isn't in the store.

    Raises CampusError `not_found` for such a copy where nothing stands instead, as where it was asked for by its hash.
    """
    try:
        return answered(wanted, lambda: store.open(wanted.organisation_id, wanted.place))
    except FileNotFoundError:
        if not wanted.film:
            raise
    now = instant_text(context.clock.now())
    context.database.write(lambda db: make_again(db, wanted, now))
    if instead is None or instead.film:
        raise CampusError("not_found", text("This file isn't here, or isn't for you."))
    return answered(instead, lambda: store.open(instead.organisation_id, instead.place))
