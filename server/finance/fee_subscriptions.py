"""Fees that are charged by the period: the price kept in step with them, and subscriptions that follow enrolments.

An enrolment that begins begins one, in its transaction; one that ends ends it. A subscription that somebody began by a
price of its own is left alone, and where one runs already none is added.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from server.core.batch import Batch, ChangedRow
from server.core.entities import Body
from server.finance.ground import day_of, ledgers_of
from server.finance.subscription_kinds import PRICE_KIND, SUBSCRIPTION_KIND
from server.finance.subscription_turns import Done, carry_out, prices_of, subscriptions_of, terms_of
from shared.finance.fee_commands import fee_subscription_id
from shared.finance.fee_periods import is_by_period, price_of
from shared.finance.models import Following
from shared.finance.subscription_commands import Subscribe
from shared.finance.subscription_prices import RETIRED
from shared.finance.subscription_projections import subscription_row
from shared.finance.subscription_rules import Turn, acted, begun
from shared.finance.subscription_vocabulary import LIVING, RUNNING, SubscriptionAct, SubscriptionState
from shared.learning.vocabulary import EnrolmentState

_LEFT = frozenset({EnrolmentState.CANCELLED, EnrolmentState.COMPLETED, EnrolmentState.DROPPED})
_STEADY = frozenset({EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED})


class Beginning(NamedTuple):
    """An enrolment that is active now, with the fees that count for it and its course."""

    row: ChangedRow
    structure: Mapping[str, Any]
    course_id: str


def keep_prices(batch: Batch, before: Iterable[Body], after: Iterable[Body]) -> None:
    """Bring prices in step with fees; one that they have no longer is retired, and what runs by it goes on."""
    wanted = {price["id"]: price for one in after if is_by_period(one) for price in [price_of(one)]}
    revisions = {one["id"]: one["revision"] for one in after}
    gone = {price_of(one)["id"]: revisions[one["id"]] for one in before if is_by_period(one)}
    gone = {key: revision for key, revision in gone.items() if key not in wanted}
    if not wanted and not gone:
        return
    owner = {price_of(one)["id"]: one["revision"] for one in after if is_by_period(one)}
    present = PRICE_KIND.read(batch, {*wanted, *gone})
    fresh = [{**body, "revision": owner[key]} for key, body in wanted.items() if key not in present]
    kept = [
        {**body, "revision": owner[key]}
        for key, body in wanted.items()
        if key in present and present[key] != {**body, "revision": present[key]["revision"]}
    ]
    PRICE_KIND.insert(batch, fresh)
    left = [
        {**present[key], "state": RETIRED, "revision": revision} for key, revision in gone.items() if key in present
    ]
    PRICE_KIND.update(batch, [*kept, *left])


def begin(batch: Batch, beginnings: Sequence[Beginning], before: Mapping[str, str]) -> None:
    """Begin the subscriptions of enrolments, or go on with those whose period isn't over; `before` are states."""
    fresh = [one for one in beginnings if before.get(one.row.id) not in _STEADY and one.row.body]
    if not fresh:
        return
    ledgers = ledgers_of(batch, (str(one.row.body["person_id"]) for one in fresh if one.row.body))
    there = subscriptions_of(batch, ledgers.names)
    prices = prices_of(batch, {price_of(one.structure)["id"] for one in fresh} | {one["price_id"] for one in there})
    terms, today = terms_of(batch), day_of(batch, batch.now)
    by_revision: dict[str, list[Done]] = {}
    for one in fresh:
        enrolment = one.row.body or {}
        own = [body for body in there if body["person_id"] == enrolment["person_id"]]
        same = [body for body in own if body["cohort_id"] == enrolment["cohort_id"]]
        if any(body["state"] in LIVING for body in same):
            continue
        done = _gone_on(same, prices, one.row.id, today) or _begun(one, prices, own, terms, today)
        by_revision.setdefault(one.row.revision, []).append(done)
        there.append(done.turn.body)
    for revision, several in by_revision.items():
        carry_out(batch, ledgers, several, Following(revision, batch.now), today)


def _gone_on(same: Sequence[Body], prices: Mapping[str, Body], enrolment_id: str, today: str) -> Done | None:
    """Take a subscription up again that ended with its enrolment before the period that was charged was over."""
    ended = [
        one
        for one in same
        if one["enrolment_id"] == enrolment_id
        and prices[one["price_id"]]["lines"]
        and not one["cancel_at_end"]
        and one["period_to"] is not None
        and one["period_to"] > today
    ]
    if not ended:
        return None
    last = max(ended, key=lambda one: (one["began_on"], one["id"]))
    state = SubscriptionState.TRIAL if last["number"] < 0 else SubscriptionState.ACTIVE
    return Done(last, prices[last["price_id"]], Turn({**last, "state": str(state), "ended_on": None, "look_on": today}))


def _begun(one: Beginning, prices: Mapping[str, Body], own: Sequence[Body], terms: Sequence[str], today: str) -> Done:
    enrolment, price = one.row.body or {}, prices[price_of(one.structure)["id"]]
    tried = any(body["course_id"] == one.course_id for body in own)
    turn = begun({**price, "trial_days": 0} if tried else price, today, terms, waits=False)
    asked = Subscribe(person_id=enrolment["person_id"], price_id=price["id"], cohort_id=enrolment["cohort_id"])
    place = {"course_id": one.course_id or None, "enrolment_id": one.row.id}
    key = fee_subscription_id(one.row.id, one.row.revision)
    body = subscription_row(key, one.row.revision, asked, price, place, turn)
    return Done(None, price, Turn(body, turn.charges, turn.told))


def end(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """End what enrolments that are over pay by the period. One that lapsed or is paused may yet come back."""
    left = {row.id: row for row in rows if row.body and row.body["state"] in _LEFT}
    if not left:
        return
    people = {str(row.body["person_id"]) for row in left.values() if row.body}
    there = [one for one in subscriptions_of(batch, people) if one["enrolment_id"] in left]
    prices = prices_of(batch, (one["price_id"] for one in there))
    today, over = day_of(batch, batch.now), []
    for one in there:
        row = left[one["enrolment_id"]]
        dropped = (row.body or {})["state"] == EnrolmentState.DROPPED
        if one["state"] in (RUNNING if dropped else LIVING) and prices[one["price_id"]]["lines"]:
            turn = acted(one, prices[one["price_id"]], SubscriptionAct.CANCEL_NOW, today, None)
            over.append({**turn.body, "revision": row.revision})
    SUBSCRIPTION_KIND.update(batch, over)
