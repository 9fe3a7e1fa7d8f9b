"""What the office does with deliveries: looks at them, sends one again, and takes one back before it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel
from server.messaging.notes import noted
from server.messaging.posting import fresh_address
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.messaging.letter_kinds import LETTERS
from shared.messaging.letter_words import DeliveryState, attached_words

_NAMES = (
    "id",
    "channel",
    "template",
    "person_id",
    "person_name",
    "address",
    "urgent",
    "state",
    "attempts",
    "code",
    "reason",
    "provider",
    "parts",
    "cost",
    "currency",
    "made_at",
    "due_at",
    "sent_at",
    "changed_at",
    "attached",
    "has_secret",
)
_SELECTED = (
    "SELECT d.id, d.channel, d.template, d.person_id, p.given_name, p.family_name, d.address, d.urgent, d.state,"
    " d.attempts, d.code, d.reason, d.provider, d.parts, d.cost, d.currency, d.made_at, d.due_at, d.sent_at,"
    " d.changed_at, d.attached, d.sealed IS NOT NULL"
    " FROM delivery d LEFT JOIN person p ON p.organisation_id = d.organisation_id AND p.id = d.person_id"
    " WHERE d.organisation_id = :o"
)
_CHOSEN = (
    " AND (:state = '' OR d.state = :state) AND (:channel = '' OR d.channel = :channel)"
    " AND (:template = '' OR d.template = :template) AND (:person = '' OR d.person_id = :person)"
    " AND (:since = '' OR d.made_at >= :since)"
)
_PAGE = _SELECTED + _CHOSEN + " ORDER BY d.made_at DESC, d.id LIMIT :rows OFFSET :skip"
_COUNT = "SELECT count(*) FROM delivery d WHERE d.organisation_id = :o" + _CHOSEN  # noqa: S608 - our own words
_STATES = "SELECT state, count(*) FROM delivery WHERE organisation_id = :o GROUP BY state"
_ONE = _SELECTED + " AND d.id = :id"
_ATTEMPTS = (
    "SELECT number, began_at, ended_at, outcome, code, reason FROM delivery_attempt"
    " WHERE organisation_id = :o AND delivery_id = :id ORDER BY number"
)
_AGAIN = (
    "UPDATE delivery SET state = 'queued', address = :address, code = '', reason = '', made_at = :now, due_at = :now,"
    " changed_at = :now WHERE organisation_id = :o AND id = :id AND state = :state"
)
_CANCEL = (
    "UPDATE delivery SET state = 'cancelled', sealed = NULL, changed_at = :now, code = 'cancelled', reason = ''"
    " WHERE organisation_id = :o AND id = :id AND state = 'queued'"
)
AGAIN = frozenset({DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED})


def _body(row: Sequence[Any]) -> dict[str, Any]:
    name = " ".join(part for part in row[4:6] if part)
    told = dict(zip(_NAMES, (*row[:4], name, *row[6:]), strict=True))
    told |= {"urgent": bool(told["urgent"]), "has_secret": bool(told["has_secret"]), "title": title_of(row[2])}
    told["attached"] = attached_words(told["attached"])
    return told


def title_of(word: str) -> str:
    """Return what a letter is called; one that isn't known any more goes by its word."""
    return LETTERS[word].title if word in LETTERS else word


def page_of(db: Db, organisation_id: str, chosen: Mapping[str, str], rows: int, skip: int) -> tuple[list[Any], int]:
    """Return a page of deliveries, the newest first, and how many there are; in `chosen` "" stands for anything."""
    counted = db.one(_COUNT, o=organisation_id, **chosen)
    found = db.rows(_PAGE, o=organisation_id, rows=rows, skip=skip, **chosen)
    return [_body(row) for row in found], int(counted[0]) if counted else 0


def counts(db: Db, organisation_id: str) -> dict[str, int]:
    """Return how many deliveries stand in each state."""
    found = {str(row[0]): int(row[1]) for row in db.rows(_STATES, o=organisation_id)}
    return {str(state): found.get(str(state), 0) for state in DeliveryState}


def one_of(db: Db, organisation_id: str, delivery_id: str) -> dict[str, Any]:
    """Return one delivery with its attempts; raises CampusError `delivery_unknown`."""
    row = db.one(_ONE, o=organisation_id, id=delivery_id)
    if row is None:
        raise CampusError("delivery_unknown", text("This letter isn't there any more."))
    names = ("number", "began_at", "ended_at", "outcome", "code", "reason")
    tries = db.rows(_ATTEMPTS, o=organisation_id, id=delivery_id)
    return {**_body(row), "tries": [dict(zip(names, one, strict=True)) for one in tries]}


class Deliveries:
    """Changes that people make to deliveries; each is noted in the log of changes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def send_again(self, known: CurrentSignIn, delivery_id: str, *, although_unknown: bool) -> dict[str, Any]:
        """Put a letter into the queue once more.

        Raises CampusError `delivery_unknown`, `delivery_under_way`, `secret_gone` for a letter whose code is erased,
        `maybe_sent` for one that may have gone out unless `although_unknown`, and `address_missing`.
        """
        return self._context.database.write(
            lambda db: self._again(db, known, delivery_id, although_unknown=although_unknown)
        )

    def _again(self, db: Db, known: CurrentSignIn, delivery_id: str, *, although_unknown: bool) -> dict[str, Any]:
        organisation_id = known.actor.organisation_id
        one = one_of(db, organisation_id, delivery_id)
        state = DeliveryState(one["state"])
        if state not in AGAIN:
            raise CampusError("delivery_under_way", text("This letter is on its way or was sent already."))
        kind = LETTERS.get(one["template"])
        if kind is None or (kind.secrets and not one["has_secret"]):
            message = text("Its code or password is erased. The person can ask for a new one.")
            raise CampusError("secret_gone", message)
        if state is DeliveryState.UNKNOWN and not although_unknown:
            raise CampusError("maybe_sent", text("It may have gone out. Say that it shall go again all the same."))
        address = fresh_address(db, organisation_id, Channel(one["channel"]), one["person_id"], one["address"])
        if not address:
            message = text("There is no address to send to. Add it to the person first.")
            raise CampusError("address_missing", message)
        now = instant_text(self._context.clock.now())
        db.run(_AGAIN, o=organisation_id, id=delivery_id, address=address, now=now, state=str(state))
        noted(self._context, db, known, {"what": "letter_sent_again", "letter": delivery_id})
        return one_of(db, organisation_id, delivery_id)

    def cancel(self, known: CurrentSignIn, delivery_id: str) -> dict[str, Any]:
        """Take a letter back before it goes; raises CampusError `delivery_unknown` or `delivery_under_way`."""
        return self._context.database.write(lambda db: self._cancel(db, known, delivery_id))

    def _cancel(self, db: Db, known: CurrentSignIn, delivery_id: str) -> dict[str, Any]:
        organisation_id = known.actor.organisation_id
        now = instant_text(self._context.clock.now())
        if not db.run(_CANCEL, o=organisation_id, id=delivery_id, now=now):
            one_of(db, organisation_id, delivery_id)
            raise CampusError("delivery_under_way", text("This letter is on its way or was sent already."))
        noted(self._context, db, known, {"what": "letter_taken_back", "letter": delivery_id})
        return one_of(db, organisation_id, delivery_id)
