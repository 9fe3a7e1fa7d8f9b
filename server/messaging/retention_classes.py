"""What notices and letters keep only for a time."""

from typing import Any

from server.core import feeds
from server.core.batch import Origin
from server.core.database import Db
from server.core.retention import AT_ONCE, HELD, RetentionClass, counted, removed_by
from server.messaging.service import NOTICE_KIND
from server.people.organisations import system_actor
from shared.messaging.letter_words import DeliveryState

_OLD = f"FROM notice t WHERE t.organisation_id = :o AND t.at < :before AND t.person_id NOT IN ({HELD})"
_NOTICES = f"SELECT {NOTICE_KIND.selected()} {_OLD} ORDER BY t.at, t.id LIMIT :rows"
_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING)
_SENT = (
    "FROM delivery WHERE organisation_id = :o AND made_at < :before"
    f" AND state NOT IN ({', '.join(repr(str(one)) for one in _OPEN)})"
    f" AND (person_id IS NULL OR person_id NOT IN ({HELD}))"
)
_GO = "DELETE FROM {table} WHERE organisation_id = :o AND {key} IN ({chosen})"
_CHOSEN = f"SELECT id {_SENT} ORDER BY id LIMIT :rows"


def remove_notices(context: Any, organisation_id: str, before: str) -> int:
    """Remove old notices and let every device know."""
    actor, done = system_actor(organisation_id, context.new_id()), 0

    def work(db: Db) -> int:
        rows = db.rows(_NOTICES, o=organisation_id, before=before, rows=AT_ONCE)
        if rows:
            batch = context.door.batch(db, actor, Origin(""))
            NOTICE_KIND.delete(batch, [NOTICE_KIND.body_of(row) for row in rows], context.new_id())
            feeds.write(batch, [], "retention")
        return len(rows)

    while found := int(context.database.write(work)):
        done += found
    return done


CLASSES = (
    RetentionClass("notices", 365, 30, counted(f"SELECT count(*) {_OLD}"), remove_notices),
    RetentionClass(
        "deliveries",
        180,
        30,
        counted(f"SELECT count(*) {_SENT}"),
        removed_by(
            _GO.format(table="delivery_attempt", key="delivery_id", chosen=_CHOSEN),
            _GO.format(table="delivery", key="id", chosen=_CHOSEN),
        ),
    ),
)
