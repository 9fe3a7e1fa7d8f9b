"""Acts that ask for a fresh sign-in: who did not prove lately that it is still the same person does so once more."""

from datetime import datetime, timedelta

from server.core.auth import CurrentSignIn
from server.core.database import Db
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

NEEDED = "fresh_sign_in_needed"
MINUTES = 10
LIFE = timedelta(minutes=MINUTES)
_CONFIRMED = """
SELECT coalesce(confirmed_at, started_at) FROM sign_in WHERE organisation_id = :organisation_id AND id = :id
"""
_CONFIRM = """
UPDATE sign_in SET confirmed_at = :now WHERE organisation_id = :organisation_id AND id = :id AND state = 'open'
"""


def need_fresh(db: Db, sign_in: CurrentSignIn, now: datetime, minutes: int = MINUTES) -> None:
    """Let an act pass where the person signed in or confirmed within `minutes` before `now`, the server's time.

    Raises CampusError `fresh_sign_in_needed`; the desktop then asks for password or code and repeats the act.
    """
    row = db.one(_CONFIRMED, organisation_id=sign_in.actor.organisation_id, id=sign_in.sign_in_id)
    if row is None or row[0] <= instant_text(now - timedelta(minutes=minutes)):
        raise CampusError(NEEDED, text("Confirm first that it is you."), {"minutes": minutes})


def confirm(db: Db, organisation_id: str, sign_in_id: str, now: datetime) -> None:
    """Remember that the person proved just now who it is."""
    db.run(_CONFIRM, organisation_id=organisation_id, id=sign_in_id, now=instant_text(now))
