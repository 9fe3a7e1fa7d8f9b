"""Publishes the texts that people are asked about, and adds to the log what each person answers to them."""

from collections.abc import Sequence

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.people.consent_tables import CONSENT_ENTRY, CONSENT_TEXT
from shared.core.text import text
from shared.people import consent
from shared.people.consent import PAYLOADS, ConsentAnswer, ConsentPurpose, answers_to, may_keep_consents
from shared.people.vocabulary import ORGANISATION

_LAST = "SELECT max(version) FROM consent_text WHERE organisation_id = :o AND purpose = :purpose"
_LOCK = "SELECT id FROM organisation WHERE id = :o FOR NO KEY UPDATE"
_SAID = SetSql(
    "SELECT e.text_id, e.answer FROM {ids} i {by} consent_entry e ON e.organisation_id = :organisation_id"
    " AND e.text_id = i.id WHERE e.person_id = :person_id ORDER BY e.answered_at, e.id"
)
_ANSWERED = """
SELECT answer FROM consent_entry WHERE organisation_id = :o AND person_id = :p AND purpose = :purpose
ORDER BY answered_at DESC, id DESC LIMIT 1
"""


def refuses_messages(db: Db, organisation_id: str, person_id: str) -> bool:
    """Tell whether the last thing someone said to the text about messages was no."""
    row = db.one(_ANSWERED, o=organisation_id, p=person_id, purpose=str(ConsentPurpose.MESSAGES))
    return row is not None and row[0] != ConsentAnswer.AGREED


class _TextKind(EntityKind):
    """Everybody is asked, so everybody sees the texts."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, f"{ORGANISATION}:{batch.organisation_id}")


TEXT_KIND = _TextKind(
    kind=consent.CONSENT_TEXT,
    table=CONSENT_TEXT,
    body_columns=("purpose", "version", "title", "body", "made_at", "author_id", "author_name"),
    scopes=lambda _body: ("all", None),
    title=lambda body: str(body["title"]),
)
ENTRY_KIND = EntityKind(
    kind=consent.CONSENT_ENTRY,
    table=CONSENT_ENTRY,
    body_columns=("text_id", "person_id", "purpose", "version", "answer", "answered_at", "received_at"),
    # What someone agreed to is between the person and the data officer, who asks the server.
    scopes=lambda body: (f"person:{body['person_id']}", None),
    title=lambda _body: "",
    parent="person_id",
)


def publish(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Publish texts; each is the next version of its purpose."""
    return [_publish(batch, item) for item in items]


def _publish(batch: Batch, item: Item) -> Decision:
    if not item.accepted and not may_keep_consents(item.author):
        message = text("Only a data officer publishes what people are asked about.")
        return rejected(item, "not_allowed", message)
    payload = item.payload
    if not payload.title.strip() or not payload.body.strip():
        return rejected(item, "field_invalid", text("A text has a title and words. Enter both."))
    if batch.db.dialect == "postgresql":  # one at a time: each gets the next number
        batch.db.rows(_LOCK, o=batch.organisation_id)
    last = batch.db.one(_LAST, o=batch.organisation_id, purpose=str(payload.purpose))
    body = {
        "id": item.target.id,
        "revision": item.command.id,
        "purpose": str(payload.purpose),
        "version": int((last and last[0]) or 0) + 1,
        "title": payload.title.strip(),
        "body": payload.body.strip(),
        "made_at": batch.now,
        "author_id": item.author.person_id,
        "author_name": item.author.name,
    }
    if not TEXT_KIND.insert(batch, [body]):
        return agreed(None)
    return applied(item.command.id, version=body["version"])


def answer(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add answers to the log; the author answers for himself or herself and nobody else."""
    texts = TEXT_KIND.read(batch, (item.payload.text_id for item in items))
    said = _said(batch, items)
    made: list[Body] = []
    decisions = []
    for item in items:
        known, word = texts.get(item.payload.text_id), str(item.payload.answer)
        key = (item.author.person_id, item.payload.text_id)
        if known is None:
            message = text("The text of this answer hasn't been accepted yet. The office decides about both.")
            decisions.append(held("waits_for_creation", message, consent.CONSENT_ENTRY))
        elif item.payload.person_id not in (None, item.author.person_id):
            message = text("Everybody answers for himself or herself.")
            decisions.append(rejected(item, "not_allowed", message))
        elif word not in answers_to(known["purpose"]) or (
            word == ConsentAnswer.WITHDRAWN and said.get(key) != ConsentAnswer.AGREED
        ):
            decisions.append(rejected(item, "field_invalid", text("This text doesn't take this answer.")))
        elif said.get(key) == word:
            decisions.append(agreed(None))
        else:
            said[key] = word
            made.append(_entry(batch, item, known))
            decisions.append(applied(item.command.id))
    ENTRY_KIND.insert(batch, made)
    return decisions


def _said(batch: Batch, items: Sequence[Item]) -> dict[tuple[str, str], str]:
    ids = orjson.dumps(sorted({item.payload.text_id for item in items})).decode()
    found = {}
    for person_id in sorted({item.author.person_id for item in items}):
        places = {"organisation_id": batch.organisation_id, "person_id": person_id, "ids": ids}
        found.update({(person_id, row[0]): row[1] for row in batch.db.rows(_SAID, **places)})
    return found


def _entry(batch: Batch, item: Item, known: Body) -> Body:
    return {
        "id": item.target.id,
        "revision": item.command.id,
        "text_id": known["id"],
        "person_id": item.author.person_id,
        "purpose": known["purpose"],
        "version": known["version"],
        "answer": str(item.payload.answer),
        "answered_at": item.command.observed_at,
        "received_at": batch.now,
    }


COMMANDS = (
    CommandType("PublishConsentText", PAYLOADS["PublishConsentText"], publish),
    CommandType("AnswerConsent", PAYLOADS["AnswerConsent"], answer),
)
