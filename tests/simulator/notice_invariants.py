"""What must hold of notices after every run."""

import orjson

from server.core.database import Db
from server.messaging.service import NOTICE_KIND, NewNotice
from tests.simulator.invariants import require


def notices_are_true(db: Db) -> None:
    """Who sees a mark was told of it once, nobody else was; notices stay with their person, and read ones stay read."""
    notices = {row[0]: NOTICE_KIND.body_of(row) for row in db.rows(f"SELECT {NOTICE_KIND.selected()} FROM notice t")}
    for mark, person, released in db.rows("SELECT id, person_id, released_at FROM mark"):
        told = NewNotice(person, ("marks_out", mark), "").id in notices
        require(told == (released is not None), "A student wasn't told of a mark, or too soon:", mark)
    shown = db.rows("SELECT entity_id, scope, also FROM feed_row WHERE kind = 'notice'")
    require({row[0] for row in shown} == notices.keys(), "A notice isn't in the feed, or only there")
    for notice, scope, also in shown:
        own = f"person:{notices[notice]['person_id']}"
        require((scope, also) == (own, None), "A notice shows to others:", notice)
    for (outcomes,) in db.rows("SELECT outcomes FROM command_log WHERE type = 'MarkNoticesRead'"):
        for one in orjson.loads(outcomes or "[]"):
            read = one["verdict"] not in ("applied", "agreed") or notices[one["target_id"]]["read_at"] is not None
            require(read, "A notice that was read is unread:", one["target_id"])
