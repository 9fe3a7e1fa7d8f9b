"""The job that renews subscriptions, warns before, lets them lapse after their days of grace, and ends them."""

from collections.abc import Sequence
from functools import partial

import orjson

from server.core import feeds
from server.core.area import Job
from server.core.batch import Batch, ChangedRow, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import each_organisation
from server.core.letters import Channel, Letter
from server.finance.ground import day_of, ledgers_of
from server.finance.subscription_turns import Done, carry_out, prices_of, subscriptions_of, terms_of
from server.people.institute_day import institute_day
from server.people.organisations import system_actor
from shared.core.money import money_text
from shared.finance.models import Following
from shared.finance.subscription_prices import period_charge
from shared.finance.subscription_projections import owed_since
from shared.finance.subscription_rules import Turn, plus, turned
from shared.finance.subscription_vocabulary import RUNNING, SubscriptionState, Told
from shared.finance.vocabulary import EntryKind

EVERY_SECONDS = 900.0
_AT_ONCE = 100
_DUE = """
SELECT id, person_id FROM subscription WHERE organisation_id = :o AND look_on <= :today AND id > :after
AND state NOT IN ('paused', 'cancelled') ORDER BY id LIMIT :rows
"""
_WAITING = frozenset({SubscriptionState.PENDING, SubscriptionState.LAPSED, SubscriptionState.OVERDUE})
LETTERS = {
    Told.WARNED: "subscription_renews",
    Told.LAPSED: "subscription_lapsed",
    Told.CAME_BACK: "subscription_back",
    Told.ENDED: "subscription_ended",
}


def renew(context: Context) -> int:
    """Look after the subscriptions of all institutes; returns how many had their turn."""
    return sum(renew_for(context, one) for one in each_organisation(context.database))


def renew_for(context: Context, organisation_id: str) -> int:
    """Look after the subscriptions of one institute whose day has come, a hundred in each transaction."""
    done, after = 0, ""
    while True:
        with context.database.read() as db:
            today = institute_day(db, organisation_id, context.clock.now()).isoformat()
            due = db.rows(_DUE, o=organisation_id, today=today, after=after, rows=_AT_ONCE)
        if not due:
            return done
        wanted = {str(row[0]): str(row[1]) for row in due}
        done += context.database.write(partial(_turn, context, organisation_id=organisation_id, wanted=wanted))
        after = str(due[-1][0])


def _turn(context: Context, db: Db, *, organisation_id: str, wanted: dict[str, str]) -> int:
    """Give some subscriptions their turn; another server that was first has moved their day on."""
    db.enter(organisation_id)
    batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
    today = day_of(batch, batch.now)
    ledgers = ledgers_of(batch, wanted.values())
    bodies = [one for one in subscriptions_of(batch, ledgers.names) if one["id"] in wanted]
    bodies = [one for one in bodies if one["look_on"] is not None and one["look_on"] <= today]
    prices, terms = prices_of(batch, (one["price_id"] for one in bodies)), terms_of(batch)
    done = []
    for body in bodies:
        price = prices[body["price_id"]]
        owed = owed_since(body, *ledgers.of(body["person_id"]))
        done.append(Done(body, price, turned(body, price, today, terms, owed)))
    carry_out(batch, ledgers, done, Following(batch.new_id(), batch.now), today)
    for one in done:
        _tell(context, batch, one.turn, one)
    context.door.followed(batch)
    if batch.changes:
        note = {"what": "subscriptions", "looked_at": len(done), "day": today}
        feeds.write(batch, [], orjson.dumps(note).decode())
    return len(done)


def _tell(context: Context, batch: Batch, turn: Turn, one: Done) -> None:
    body, price = turn.body, one.price
    amount = period_charge(price, first=body["number"] < 0)[0]
    values = {"course": str(price["name"]), "day": str(body["period_to"] or ""),
              "amount": money_text(amount, price["currency"])}  # fmt: skip
    for told in turn.told:
        if told in LETTERS:
            # A period is warned of once, and lapses once, whatever a clock does.
            key = f"subscription:{body['id']}:{body['number']}:{told}"
            letter = Letter(
                batch.organisation_id, Channel.MAIL, LETTERS[told], key, str(body["person_id"]), values=values
            )
            context.post(batch.db, letter)


def follow(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Let subscriptions begin and come back with the money that they waited for, in the transaction that booked it."""
    told = (row.body for row in rows if row.body)
    people = {str(one["person_id"]) for one in told if one.get("kind", EntryKind.REVERSAL) == EntryKind.REVERSAL}
    if not people:
        return
    there = [one for one in subscriptions_of(batch, people) if one["state"] in RUNNING | _WAITING]
    if not there:
        return
    today = day_of(batch, batch.now)
    ledgers = ledgers_of(batch, {one["person_id"] for one in there})
    prices, terms = prices_of(batch, (one["price_id"] for one in there)), terms_of(batch)
    done = []
    for body in there:
        price = prices[body["price_id"]]
        owed = owed_since(body, *ledgers.of(body["person_id"]))
        if owed is None and body["state"] in _WAITING:
            done.append(Done(body, price, turned(body, price, today, terms, None)))
        elif owed is not None and body["state"] in RUNNING and (body["look_on"] or "9") > plus(owed, 1):
            done.append(Done(body, price, Turn({**body, "look_on": today})))
    if done:
        carry_out(batch, ledgers, done, Following(batch.new_id(), batch.now), today)


JOB = Job("subscriptions", EVERY_SECONDS, renew)
