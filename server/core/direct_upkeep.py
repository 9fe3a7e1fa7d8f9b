"""Removes by itself what clients left behind at the store: uploads that ran out, and files that nobody finished."""

import logging

from server.core.area import Job
from server.core.context import Context
from server.core.direct_uploads import clean_up
from server.core.file_stores import make_file_store
from server.core.upload_book import UploadBook
from shared.core.errors import CampusError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 3_600.0


def keep_up(context: Context) -> int:
    """Drop uploads whose time has run out, then what came for them; returns how many of both there were."""
    book = UploadBook(context.database, context.settings, context.clock, context.new_id)
    dropped = book.sweep()
    try:
        return dropped + clean_up(context, make_file_store(context.settings).landing)
    except CampusError as problem:
        # What is left is found again the next time; the rows say where to look.
        _log.warning("What was left behind at the store waits: %s", problem.code)
        return dropped


JOB = Job("uploads left behind", EVERY_SECONDS, keep_up)
