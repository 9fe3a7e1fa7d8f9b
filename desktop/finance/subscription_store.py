"""Reads subscriptions and their prices: who pays for what, where each stands, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.account_store import today_of
from desktop.finance.fee_actions import place_words
from desktop.finance.words import entry_day
from desktop.timetable.store import full_name
from shared.core.money import money_text
from shared.core.text import plural, text
from shared.finance.subscription_prices import ACTIVE, period_charge
from shared.finance.subscription_projections import owed_since
from shared.finance.subscription_vocabulary import SUBSCRIPTION_PRICE, Period, SubscriptionState
from shared.finance.vocabulary import ALLOCATION, LEDGER_ENTRY, SUBSCRIPTION
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset({SUBSCRIPTION, SUBSCRIPTION_PRICE})
_S = SubscriptionState


@dataclass(frozen=True)
class SubscriptionRow:
    """A subscription with its student, its price, and the class that it opens."""

    body: Body
    price: Body
    person: str
    place: str

    @property
    def id(self) -> str:
        """The subscription's id."""
        return str(self.body["id"])


@dataclass(frozen=True)
class PriceRow:
    """A price with what it is for, and how many subscribe to it."""

    body: Body
    place: str
    living: int

    @property
    def id(self) -> str:
        """The price's id."""
        return str(self.body["id"])


def subscription_rows(desk: Desk, person_id: str = "") -> list[SubscriptionRow]:
    """Return all subscriptions, or those of one person; those that are over last."""
    wanted = [Where("person_id", "=", person_id)] if person_id else []
    bodies = desk.store.page(SUBSCRIPTION, wanted, limit=-1)
    prices = desk.store.many(SUBSCRIPTION_PRICE, sorted({str(one["price_id"]) for one in bodies}))
    people = desk.store.many(PERSON, sorted({str(one["person_id"]) for one in bodies}))
    cohorts = desk.store.many(COHORT, sorted({str(one["cohort_id"]) for one in bodies}))
    rows = [
        SubscriptionRow(
            one,
            prices[one["price_id"]],
            full_name(people.get(one["person_id"])),
            str((cohorts.get(one["cohort_id"]) or {}).get("name") or ""),
        )
        for one in bodies
        if one["price_id"] in prices
    ]
    return sorted(rows, key=lambda row: (row.body["state"] == _S.CANCELLED, row.person, row.id))


def price_rows(desk: Desk) -> list[PriceRow]:
    """Return all prices by name."""
    living = [one for one in desk.store.page(SUBSCRIPTION, limit=-1) if one["state"] != _S.CANCELLED]
    return [
        PriceRow(body, place_words(desk, body), sum(one["price_id"] == body["id"] for one in living))
        for body in desk.store.page(SUBSCRIPTION_PRICE, limit=-1)
    ]


def offered(desk: Desk, *, self_service: bool) -> list[Body]:
    """Return the prices in use; to students those that they may choose themselves."""
    rows = desk.store.page(SUBSCRIPTION_PRICE, limit=-1)
    return [one for one in rows if one["state"] == ACTIVE and (one["self_service"] or not self_service)]


def cohorts_of(desk: Desk, price: Body) -> list[tuple[str, str]]:
    """Return the classes that a price opens, as (id, name)."""
    if price["cohort_id"]:
        body = desk.store.get(COHORT, price["cohort_id"]) or {}
        return [(str(price["cohort_id"]), str(body.get("name") or text("the class")))]
    rows = desk.store.page(COHORT, [Where("course_id", "=", price["course_id"])], limit=-1)
    return [(str(one["id"]), str(one.get("name") or "")) for one in rows if not one.get("archived")]


def owed_of(desk: Desk, body: Body) -> str | None:
    """Return the day since which something of a subscription is owed, or None."""
    own = [Where("person_id", "=", body["person_id"])]
    entries = desk.store.page(LEDGER_ENTRY, own, limit=-1)
    return owed_since(body, entries, desk.store.page(ALLOCATION, own, limit=-1))


def price_words(price: Body) -> str:
    """Return what a price comes to with its taxes: `GHS 250.00 a month`."""
    return text("{amount} {period}", amount=_amount(price, first=False), period=period_word(price))


def _amount(price: Body, *, first: bool) -> str:
    return money_text(period_charge(price, first=first)[0], str(price["currency"]))


def first_words(price: Body) -> str:
    """Return what is charged first: after a trial, or at once."""
    amount = _amount(price, first=True)
    if price["trial_days"]:
        days = plural("{n} day", "{n} days", int(price["trial_days"]))
        return text("{days} to try, then {amount}", days=days, amount=amount)
    return text("First period: {amount}", amount=amount)


def period_word(price: Body) -> str:
    """Return for how long is paid: `a month`."""
    if price["period"] == Period.DAYS:
        return plural("every {n} day", "every {n} days", int(price["days"]))
    words: dict[str, str] = {
        Period.MONTH: text("a month"),
        Period.QUARTER: text("a quarter"),
        Period.TERM: text("a term"),
        Period.YEAR: text("a year"),
    }
    return words[price["period"]]


def state_look(body: Body) -> tuple[str, str, str]:
    """Return the word, the tone and the icon of where a subscription stands."""
    looks: dict[str, tuple[str, str, str]] = {
        _S.PENDING: (text("Waits for payment"), "warn", "hourglass"),
        _S.TRIAL: (text("Trial"), "info", "clock"),
        _S.ACTIVE: (text("Active"), "ok", "circle-check"),
        _S.OVERDUE: (text("Overdue"), "bad", "circle-alert"),
        _S.LAPSED: (text("Lapsed"), "bad", "x"),
        _S.PAUSED: (text("Paused"), "neu", "hourglass"),
        _S.CANCELLED: (text("Ended"), "neu", "x"),
    }
    return looks[body["state"]]


def next_words(desk: Desk, body: Body) -> str:
    """Return what comes next of a subscription, and when."""
    today = today_of(desk)
    if body["state"] == _S.CANCELLED:
        return text("Ended on {day}", day=entry_day(body["ended_on"] or today, today))
    if body["state"] == _S.PAUSED:
        return text("Paused since {day}", day=entry_day(body["paused_on"] or today, today))
    if body["state"] == _S.LAPSED:
        return text("Opens again when paid")
    if body["period_to"] is None:
        return text("Until the next term begins")
    day = entry_day(body["period_to"], today)
    return text("Ends on {day}", day=day) if body["cancel_at_end"] else text("Renews on {day}", day=day)
