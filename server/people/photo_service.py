"""Photos of people: set and removed as one value; two that meet without having seen each other are both kept."""

from collections.abc import Mapping, Sequence

import orjson

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.people.card_tables import PERSON_PHOTO
from server.people.role_kind import grants
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.people import vocabulary
from shared.people.card_commands import PAYLOADS
from shared.people.permissions import may_change_person
from shared.people.photos import photo_digest, photo_error, photo_id

_FIELD = "jpeg_base64"
_PEOPLE = SetSql(
    "SELECT p.id, p.roles, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id"
)

PHOTO_KIND = EntityKind(
    kind=vocabulary.PERSON_PHOTO,
    table=PERSON_PHOTO,
    body_columns=("person_id", _FIELD),
    # Whoever sees the person sees the photo.
    scopes=lambda body: (f"profile:{body['person_id']}", f"person:{body['person_id']}"),
    title=lambda _body: "",
    parent="person_id",
)


def set_photos(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set or remove photos."""
    people = _people(batch, items)
    present = PHOTO_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    added: list[Body] = []
    written: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        payload, body = item.payload, present.get(item.target.id)
        refusal = _refusal(batch, item, people.get(payload.person_id))
        wanted = {"id": item.target.id, "person_id": payload.person_id, _FIELD: payload.jpeg_base64}
        if refusal is not None:
            decisions.append(refusal)
        elif body is not None and body[_FIELD] == payload.jpeg_base64:
            decisions.append(agreed(body["revision"]))
        elif body is not None and standing.stale and photo_digest(body[_FIELD]) != payload.old_digest:
            decisions.append(_clash(batch, item, body, people[payload.person_id][1]))
        else:
            (written if body else added).append({**wanted, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    PHOTO_KIND.insert(batch, added)
    PHOTO_KIND.update(batch, written)
    return decisions


def _people(batch: Batch, items: Sequence[Item]) -> dict[str, tuple[frozenset[str], str]]:
    """Return roles and name of the people whose photos are meant, by id."""
    ids = orjson.dumps(sorted({item.payload.person_id for item in items})).decode()
    rows = batch.db.rows(_PEOPLE, organisation_id=batch.organisation_id, ids=ids)
    return {
        row[0]: (frozenset(orjson.loads(row[1])), " ".join(part for part in (row[2], row[3]) if part)) for row in rows
    }


def _refusal(batch: Batch, item: Item, person: tuple[frozenset[str], str] | None) -> Decision | None:
    payload = item.payload
    if item.target.id != photo_id(payload.person_id):
        return rejected(item, "photo_of_another", text("This photo belongs to someone else. Open the person again."))
    fault = photo_error(payload.jpeg_base64) if payload.jpeg_base64 is not None else None
    if fault is not None:
        return rejected(item, "photo_invalid", fault)
    if person is None:
        message = text("The person of this photo hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, vocabulary.PERSON_PHOTO)
    own = payload.person_id == item.author.person_id
    if not item.accepted and not own and not may_change_person(item.author, person[0], grants(batch)):
        return rejected(item, "not_allowed", text("Your role doesn't change people. Ask the office."))
    return None


def _clash(batch: Batch, item: Item, body: Body, name: str) -> Decision:
    scope, also = PHOTO_KIND.scopes(body)
    subject = conflicts.Subject(vocabulary.PERSON_PHOTO, body["id"], "fields", name, scope, also)
    known = conflicts.find_open(batch, vocabulary.PERSON_PHOTO, body["id"], "fields")
    before = None if known else conflicts.side_from_log(batch, body["revision"], {_FIELD: body[_FIELD]})
    mine = conflicts.side_of(batch, item, {_FIELD: item.payload.jpeg_base64})
    conflict_id = conflicts.open_conflict(batch, subject, before, mine, (_FIELD,))
    return Decision(Verdict.CONFLICT, body["revision"], conflict_id, details={"fields": (_FIELD,)})


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen photo."""
    body = PHOTO_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side.values for side in conflict.sides}
    values = sides.get(choices.get(_FIELD, ""), {})
    if body is not None and _FIELD in values and values[_FIELD] != body[_FIELD]:
        PHOTO_KIND.update(batch, [{**body, _FIELD: values[_FIELD], "revision": item.command.id}])


COMMANDS = (CommandType("SetPersonPhoto", PAYLOADS["SetPersonPhoto"], set_photos),)
