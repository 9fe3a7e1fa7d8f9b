"""Stops a way that can't work, and tells those who can put it right."""

import logging

from server.core import feeds
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel
from server.messaging.service import NewNotice, notify
from server.people.own_work import server_batch
from shared.core.clock import instant_text
from shared.core.text import text
from shared.messaging.letter_words import MANAGE
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

_log = logging.getLogger(__name__)
_STOP = """
INSERT INTO message_channel (organisation_id, channel, settings, sealed, report_digest, problem, revision, changed_at,
changed_by) VALUES (:o, :channel, '{}', NULL, NULL, :problem, :revision, :now, NULL)
ON CONFLICT (organisation_id, channel) DO UPDATE SET problem = excluded.problem
"""
_WHO = (
    "SELECT DISTINCT p.person_id FROM person_role p JOIN role r ON r.organisation_id = p.organisation_id"
    ' AND r."key" = p.role_key WHERE p.organisation_id = :o AND r.permissions LIKE :word'
)


def sound(context: Context, db: Db, organisation_id: str, channel: Channel, problem: str) -> None:
    """Stop a way until its settings are changed; each who sees to letters gets a notice."""
    now = instant_text(context.clock.now())
    revision = context.new_id()
    db.run(_STOP, o=organisation_id, channel=str(channel), problem=problem, revision=revision, now=now)
    _log.error("Sending by %s stopped for institute %s", channel, organisation_id)
    batch = server_batch(context, db, organisation_id)
    title = text("No mail goes out") if channel is Channel.MAIL else text("No SMS goes out")
    told = [
        NewNotice(
            str(row[0]),
            ("way_stopped", str(channel), now),
            title,
            problem,
            category=NoticeCategory.SYSTEM,
            priority=NoticePriority.URGENT,
        )
        for row in db.rows(_WHO, o=organisation_id, word=f'%"{MANAGE}"%')
    ]
    if notify(batch, told):
        feeds.write(batch, [], "way stopped")
