"""Whether an organisation is open: one that the platform suspended lets nobody in, whatever token they hold."""

from server.core.auth import sign_in_refused
from server.core.database import Db
from shared.core.errors import CampusError

INSTITUTE, PLATFORM = "institute", "platform"
"""What an organisation is: an institute, or the one of the operators of this server."""
PLATFORM_SLUG = "platform"
ACTIVE, SUSPENDED = "active", "suspended"
REFUSAL = "organisation_suspended"
_STATE = "SELECT state, kind FROM organisation WHERE id = :organisation_id"


def is_suspended(db: Db, organisation_id: str) -> bool:
    """Tell whether an organisation is suspended."""
    row = db.one(_STATE, organisation_id=organisation_id)
    return row is not None and row[0] == SUSPENDED


def is_platform(db: Db, organisation_id: str) -> bool:
    """Tell whether it is the organisation of this server's operators."""
    row = db.one(_STATE, organisation_id=organisation_id)
    return row is not None and row[1] == PLATFORM


def check_open(db: Db, organisation_id: str) -> None:
    """Raise CampusError `organisation_suspended` where an organisation is suspended."""
    if is_suspended(db, organisation_id):
        raise organisation_suspended()


def organisation_suspended() -> CampusError:
    """Return the error for whoever comes to an organisation that is suspended."""
    return sign_in_refused(REFUSAL)
