"""What the screens of notices read: the newest of one's own, and how many are unread."""

from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from shared.messaging.vocabulary import NOTICE

MOST_SHOWN = 1_000
"""The list goes back this far; nobody looks for an older one."""
_UNREAD = Where("unread", "=", 1)


def unread_count(desk: Desk) -> int:
    """Return how many notices this person hasn't read."""
    return desk.store.count(NOTICE, [_UNREAD])


def unread_ids(desk: Desk) -> list[str]:
    """Return the ids of the notices that aren't read, the oldest first."""
    return desk.store.ids(NOTICE, [_UNREAD])


def newest_notices(desk: Desk) -> list[dict[str, Any]]:
    """Return this person's notices, the newest first."""
    return desk.store.page(NOTICE, order="at", descending=True, limit=MOST_SHOWN)
