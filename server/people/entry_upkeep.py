"""What is done about people who come in without anybody asking: letters that were not sent yet, and what is over."""

from datetime import timedelta
from typing import Any

from server.core.area import Job
from server.core.isolation import each_organisation
from server.people import identity_store, registration_store
from server.people.reset_service import ResetService
from shared.core.clock import instant_text

_EVERY_SECONDS = 300.0
_KEEP_NOTHING = timedelta(days=90)
_KEEP_ANSWERS = timedelta(days=1)


def keep_up(context: Any) -> int:
    """Post codes that were asked for, let registrations lapse, and forget codes, counts and answers that are over."""
    service, done = ResetService(context), 0
    for organisation_id in each_organisation(context.database):
        done += service.send_asked(organisation_id)
        done += service.forget_old(organisation_id)
        done += _forget(context, organisation_id)
    return done


def _forget(context: Any, organisation_id: str) -> int:
    now = context.clock.now()
    lapsed, answers = instant_text(now - _KEEP_NOTHING), instant_text(now - _KEEP_ANSWERS)
    removed: int = context.database.write(
        lambda db: (
            registration_store.lapse(db, organisation_id, instant_text(now), lapsed)
            + identity_store.forget_old(db, organisation_id, answers)
        )
    )
    return removed


JOB = Job("coming in", _EVERY_SECONDS, keep_up)
