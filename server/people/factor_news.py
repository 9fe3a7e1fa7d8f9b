"""What is told of the second factor: a letter to the person, and a line in the security log and the audit chain."""

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.people import recovery_codes
from server.people.security_log import SecurityEvent, put_event
from shared.people.security import SecurityKind

_PERSON = "SELECT email, phone FROM person WHERE organisation_id = :organisation_id AND id = :person_id"


def tell(db: Db, context: Context, organisation_id: str, person_id: str, template: str, values: dict[str, str]) -> None:
    """Post a letter to a person by mail, without an address as a notice; each one goes out once."""
    row = db.one(_PERSON, organisation_id=organisation_id, person_id=person_id)
    channel = Channel.MAIL if row is not None and row[0] else Channel.NOTICE
    key = f"{template}:{context.new_id()}"
    context.post(db, Letter(organisation_id, channel, template, key, person_id=person_id, values=values))


def factor_changed(
    db: Db, context: Context, sign_in: CurrentSignIn, person_id: str, change: str, *, what: str, kind: str
) -> None:
    """Tell of a change by the letter, the security log and the audit chain.

    `change` is a sentence for the person; `what` and `kind` are words for the logs.
    """
    actor = sign_in.actor
    values = {"device": sign_in.device_name, "address": sign_in.address or "", "change": change}
    tell(db, context, actor.organisation_id, person_id, "factor_changed", values)
    event = SecurityEvent(
        actor.organisation_id,
        SecurityKind.FACTOR_CHANGED,
        person_id,
        actor_id=None if actor.person_id == person_id else actor.person_id,
        sign_in_id=sign_in.sign_in_id,
        device_id=sign_in.device_id,
        address=sign_in.address,
        user_agent=sign_in.user_agent,
        details={"what": what, "factor": kind},
    )
    put_event(db, context.new_id(), context.clock.now(), event)
    note(db, context, sign_in, {"what": what, "factor": kind, "person_id": person_id})


def note(db: Db, context: Context, sign_in: CurrentSignIn, told: dict[str, object]) -> None:
    """Leave a link of its own in the audit chain; the last thing a transaction does."""
    batch = context.door.batch(db, sign_in.actor, sign_in.origin)
    feeds.write(batch, [], orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())


def recovery_code_used(
    db: Db, context: Context, organisation_id: str, person_id: str, *, device: str, address: str
) -> None:
    """Tell a person that one of the recovery codes was used, and how many are left."""
    left = str(recovery_codes.codes_left(db, organisation_id, person_id))
    values = {"device": device, "address": address, "left": left}
    tell(db, context, organisation_id, person_id, "recovery_code_used", values)
