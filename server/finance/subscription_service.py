"""What people do with subscriptions: set prices, begin one, and cancel, pause or resume it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, keep, missing, settler_of
from server.core.sql import SetSql
from server.finance.ground import day_of, ledgers_of, packed, unknown
from server.finance.kinds import DESK
from server.finance.subscription_kinds import PRICE_KIND, SUBSCRIPTION_KIND
from server.finance.subscription_turns import Done, carry_out, prices_of, subscriptions_of, terms_of
from server.learning.enrolment_service import ENROLMENT_KIND
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.models import Following
from shared.finance.permissions import may_charge, may_manage_finance
from shared.finance.subscription_commands import PAYLOADS, subscribed_enrolment_id
from shared.finance.subscription_prices import ACTIVE, FIRST, FIXED, price_fault
from shared.finance.subscription_projections import owed_since, subscription_body
from shared.finance.subscription_rules import acted, begun
from shared.finance.subscription_vocabulary import LIVING, SubscriptionAct
from shared.finance.vocabulary import SUBSCRIPTION
from shared.learning.vocabulary import EnrolmentState

_COHORTS = SetSql("SELECT c.id, c.course_id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :o")
_COURSES = SetSql("SELECT c.id FROM {ids} i {by} course c ON c.id = i.id WHERE c.organisation_id = :o")
_ENROLLED = SetSql(
    "SELECT e.person_id, e.cohort_id, e.id FROM {rows} r {by} enrolment e ON r.cohort_id = e.cohort_id"
    " AND r.person_id = e.person_id WHERE e.organisation_id = :o",
    cohort_id="text",
    person_id="text",
)
_OWNERS = SetSql(
    "SELECT t.id, t.person_id FROM {ids} i {by} subscription t ON t.id = i.id WHERE t.organisation_id = :o"
)
OWN_ACTS = frozenset({SubscriptionAct.CANCEL_AT_END, SubscriptionAct.KEEP})
"""What students do with their own subscription."""
_OLDEST_DAYS = 366


def save_prices(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set prices; what running subscriptions stand on stays as it was first said."""
    return keep(batch, PRICE_KIND, items, FIRST, _unkept, _unmade)


def _unmade(batch: Batch, item: Item, made: Body, _others: Sequence[Body]) -> Decision | None:
    return _unkept(batch, item, {}, made) or _place_unknown(batch, made)


def _unkept(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't set what courses cost. Ask the bursar."))
    if any(name in body and wanted[name] != body[name] for name in FIXED if name in wanted):
        words = text("Course, currency and period of a price stay as they are. Make a new price instead.")
        return rejected(item, "price_fixed", words)
    fault = price_fault({**body, **wanted})
    return rejected(item, "field_invalid", fault) if fault else None


def _place_unknown(batch: Batch, body: Body) -> Decision | None:
    statement, of_id = (_COHORTS, body["cohort_id"]) if body["cohort_id"] else (_COURSES, body["course_id"])
    if batch.db.rows(statement, o=batch.organisation_id, ids=packed([of_id])):
        return None
    words = text("The course hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", words, SUBSCRIPTION, DESK)


settle = settler_of(PRICE_KIND)
"""Writes the chosen values of a price."""


def subscribe(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Begin subscriptions: the first period is charged, and the class opens at once or with the first money."""
    ledgers = ledgers_of(batch, (item.payload.person_id for item in items))
    prices = prices_of(batch, (item.payload.price_id for item in items))
    ids = packed(item.payload.cohort_id for item in items)
    cohorts = {row[0]: row[1] for row in batch.db.rows(_COHORTS, o=batch.organisation_id, ids=ids)}
    there = subscriptions_of(batch, ledgers.names)
    known = SUBSCRIPTION_KIND.read(batch, (item.target.id for item in items))
    terms = terms_of(batch)
    decisions: list[Decision] = []
    for item in items:
        before, price = known.get(item.target.id), prices.get(item.payload.price_id)
        decision = agreed(before["revision"]) if before else None
        if decision is None and not (item.payload.person_id in ledgers.names and item.payload.cohort_id in cohorts):
            decision = unknown(SUBSCRIPTION)
        if decision is None:
            decision = _refusal(batch, item, price, cohorts, there)
        if decision is None and price is not None:
            done = _begin(batch, item, price, cohorts, there, terms)
            made = Following(item.command.id, item.command.observed_at)
            carry_out(batch, ledgers, [done], made, day_of(batch, batch.now))
            there.append(done.turn.body)
        decisions.append(decision or applied(item.command.id))
    return decisions


def _refusal(
    batch: Batch, item: Item, price: Body | None, cohorts: Mapping[str, str], there: Sequence[Body]
) -> Decision | None:
    asked = item.payload
    own = item.author.person_id == asked.person_id and price is not None and price["self_service"]
    if not item.accepted and not may_charge(item.author) and not own:
        return rejected(item, "not_allowed", text("Your role doesn't begin subscriptions. Ask the bursar."))
    if price is None:
        return unknown(SUBSCRIPTION)
    if price["state"] != ACTIVE:
        return rejected(item, "price_retired", text("This price is out of use. Choose another one."))
    if asked.cohort_id != price["cohort_id"] and cohorts[asked.cohort_id] != price["course_id"]:
        return rejected(item, "subscription_elsewhere", text("This price is for another course or class."))
    same = [one for one in there if (one["person_id"], one["cohort_id"]) == (asked.person_id, asked.cohort_id)]
    if any(one["state"] in LIVING for one in same):
        words = text("There is a subscription to this class already. Change that one.")
        return rejected(item, "subscribed_already", words)
    try:
        begins = date.fromisoformat(asked.on or batch.now[:10])
    except ValueError:
        return rejected(item, "field_invalid", text("{day} is not a day.", day=asked.on or ""))
    if abs((begins - date.fromisoformat(batch.now[:10])).days) > _OLDEST_DAYS:
        return rejected(item, "field_invalid", text("A subscription begins within a year from today. Check the day."))
    return None


def _begin(
    batch: Batch,
    item: Item,
    price: Body,
    cohorts: Mapping[str, str],
    there: Sequence[Body],
    terms: Sequence[str],
) -> Done:
    asked, office = item.payload, may_charge(item.author)
    course_id = cohorts[asked.cohort_id]
    own = [one for one in there if one["person_id"] == asked.person_id]
    tried = any(course_id == one["course_id"] for one in own)
    today = day_of(batch, batch.now)
    day = (asked.on or today) if office else today
    turn = begun({**price, "trial_days": 0} if tried else price, day, terms, waits=not office)
    place = {"course_id": course_id, "enrolment_id": _enrolment(batch, item)}
    body = subscription_body(item.command, asked, price, place, turn)
    return Done(None, price, type(turn)(body, turn.charges, turn.told))


def _enrolment(batch: Batch, item: Item) -> str:
    """Return the student's enrolment in the class; one that is new waits until the subscription opens it."""
    asked = item.payload
    pair = [{"cohort_id": asked.cohort_id, "person_id": asked.person_id}]
    found = batch.db.rows(_ENROLLED, o=batch.organisation_id, rows=orjson.dumps(pair).decode())
    if found:
        return str(found[0][2])
    body = {
        "id": subscribed_enrolment_id(item.target.id),
        "revision": item.command.id,
        "cohort_id": asked.cohort_id,
        "person_id": asked.person_id,
        "state": str(EnrolmentState.PENDING),
        "enrolled_on": day_of(batch, batch.now),
        "testing": False,
    }
    if not ENROLMENT_KIND.insert(batch, [body]):
        raise RepeatTransactionError
    batch.access_changed = True
    return str(body["id"])


def change(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Cancel, keep, pause and resume; where a subscription stands decides, not what a device last saw of it."""
    ids = packed(item.target.id for item in items)
    owners = {row[0]: row[1] for row in batch.db.rows(_OWNERS, o=batch.organisation_id, ids=ids)}
    ledgers = ledgers_of(batch, owners.values())
    present = SUBSCRIPTION_KIND.read(batch, owners)
    prices = prices_of(batch, (one["price_id"] for one in present.values()))
    today = day_of(batch, batch.now)
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, SUBSCRIPTION))
            continue
        own = item.author.person_id == body["person_id"] and item.payload.act in OWN_ACTS
        if not item.accepted and not may_charge(item.author) and not own:
            words = text("Your role doesn't change subscriptions. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
            continue
        price = prices[body["price_id"]]
        try:
            turn = acted(body, price, item.payload.act, today, owed_since(body, *ledgers.of(body["person_id"])))
        except CampusError as fault:
            decisions.append(rejected(item, fault.code, fault.message))
            continue
        if {**turn.body, "look_on": None} == {**body, "look_on": None}:
            decisions.append(agreed(body["revision"]))
            continue
        made = Following(item.command.id, item.command.observed_at)
        carry_out(batch, ledgers, [Done(body, price, turn)], made, today)
        decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("SaveSubscriptionPrice", PAYLOADS["SaveSubscriptionPrice"], save_prices),
    CommandType("Subscribe", PAYLOADS["Subscribe"], subscribe),
    CommandType("ChangeSubscription", PAYLOADS["ChangeSubscription"], change),
)
