"""What stores of files on other machines share: how a file is called there, and what is said while they are away."""

import logging

from shared.core.errors import CampusError
from shared.core.text import text

_log = logging.getLogger(__name__)


def object_name(organisation_id: str, sha256: str) -> str:
    """Return what a file is called: its institute, the first two digits of its hash, the hash."""
    return f"{organisation_id}/{sha256[:2]}/{sha256}"


def store_away(reason: str) -> CampusError:
    """Return what a person is told while files can't be stored or fetched; the reason goes to the log alone."""
    _log.warning("The store of files can't be used: %s", reason[:200])
    message = text("The place for files can't be reached. Files wait where they are and go on by themselves.")
    return CampusError("file_store_away", message, {"retry_after": 60})
