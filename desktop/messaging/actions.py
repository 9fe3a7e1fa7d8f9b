"""What a person does with notices: mark one, several or all read, also without a network."""

from collections.abc import Sequence

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.messaging.store import unread_ids
from shared.core.command import MAX_TARGETS, Target
from shared.messaging.vocabulary import NOTICE


def mark_read(desk: Desk, notice_ids: Sequence[str]) -> int:
    """Mark notices read; returns how many weren't. Those that were are left as they are."""
    notices = desk.store.many(NOTICE, list(dict.fromkeys(notice_ids)))
    targets = [Target(id=key, base=body["revision"]) for key, body in notices.items() if body["read_at"] is None]
    asks = []
    for start in range(0, len(targets), MAX_TARGETS):
        first, *more = targets[start : start + MAX_TARGETS]
        asks.append(Ask("MarkNoticesRead", first.id, {}, first.base, tuple(more)))
    if asks:
        desk.commit(asks)
    return len(targets)


def mark_all_read(desk: Desk) -> int:
    """Mark every notice read; returns how many weren't."""
    return mark_read(desk, unread_ids(desk))
