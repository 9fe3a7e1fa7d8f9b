"""Makes notices, any number of them in one statement of the caller's transaction, and marks them read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.messaging.tables import NOTICE
from shared.core.clock import parse_instant
from shared.core.ids import derived_id
from shared.core.text import text
from shared.messaging import vocabulary
from shared.messaging.commands import PAYLOADS
from shared.messaging.rules import as_read, is_own
from shared.messaging.vocabulary import NoticeCategory, NoticePriority

_LONGEST_TITLE = 300
_KNOWN = SetSql("SELECT n.id FROM {ids} i {by} notice n ON n.organisation_id = :o AND n.id = i.id")
NOTICE_KIND = EntityKind(
    kind=vocabulary.NOTICE,
    table=NOTICE,
    body_columns=(
        "person_id",
        "category",
        "priority",
        "title",
        "body",
        "action",
        "link_kind",
        "link_id",
        "at",
        "read_at",
    ),
    scopes=lambda body: (f"person:{body['person_id']}", None),
    title=lambda body: str(body["title"]),
    parent="person_id",
)


def notice_id(person_id: str, about: Sequence[str]) -> str:
    """Return the id of what someone is told of something: it follows from both."""
    return derived_id(vocabulary.NOTICE, person_id, *about)


@dataclass(frozen=True)
class NewNotice:
    """What someone is told. `about` names what happened: the same person is told of the same thing once, ever.

    `link_kind` and `link_id` name what the notice opens, `action` are the words of that; without a kind nothing opens.
    """

    person_id: str
    about: tuple[str, ...]
    title: str
    body: str = ""
    category: NoticeCategory = NoticeCategory.COURSE
    priority: NoticePriority = NoticePriority.MEDIUM
    action: str = ""
    link_kind: str = ""
    link_id: str | None = None

    @property
    def id(self) -> str:
        """The notice's id."""
        return notice_id(self.person_id, self.about)


def known_notices(db: Db, organisation_id: str, ids: Sequence[str]) -> set[str]:
    """Return those of these ids that notices have already."""
    packed = orjson.dumps(sorted(set(ids))).decode()
    return {row[0] for row in db.rows(_KNOWN, o=organisation_id, ids=packed)} if ids else set()


def notify(batch: Batch, notices: Iterable[NewNotice]) -> int:
    """Tell people; returns how many notices are new. One statement, whatever their number."""
    bodies = {one.id: _body(batch, one) for one in notices}
    return len(NOTICE_KIND.insert(batch, list(bodies.values())))


def _body(batch: Batch, notice: NewNotice) -> Body:
    return {
        "id": notice.id,
        "revision": notice.id,
        "person_id": notice.person_id,
        "category": str(notice.category),
        "priority": str(notice.priority),
        "title": notice.title[:_LONGEST_TITLE],
        "body": notice.body,
        "action": notice.action,
        "link_kind": notice.link_kind,
        "link_id": notice.link_id,
        "at": batch.now,
        "read_at": None,
    }


def mark_read(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Mark people's own notices read; the first device's time of reading stays."""
    present = NOTICE_KIND.read(batch, (item.target.id for item in items))
    received = parse_instant(batch.now)
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None or not is_own(item.author, body):
            decisions.append(rejected(item, "notice_unknown", text("This notice isn't there any more.")))
        elif body["read_at"] is not None:
            decisions.append(agreed(body["revision"]))
        else:
            written.append(as_read(body, item.command, received))
            decisions.append(applied(item.command.id))
    NOTICE_KIND.update(batch, written)
    return decisions


COMMANDS = (CommandType("MarkNoticesRead", PAYLOADS["MarkNoticesRead"], mark_read),)
