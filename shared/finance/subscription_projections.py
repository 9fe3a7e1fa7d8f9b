"""The rows that subscriptions make: the same on the desktop before the server spoke, and there."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text
from shared.finance.commands import TaxLine
from shared.finance.fee_rules import fee_charges
from shared.finance.ledger_rules import accounts_of
from shared.finance.models import Stamp, entry_body, instant_of
from shared.finance.subscription_commands import (
    ChangeSubscription,
    Subscribe,
    line_charge_id,
    period_charge_id,
    subscribed_enrolment_id,
)
from shared.finance.subscription_prices import FIRST, period_charge
from shared.finance.subscription_rules import PeriodCharge, Turn, acted, begun
from shared.finance.subscription_vocabulary import SUBSCRIPTION_PRICE, SubscriptionAct
from shared.finance.vocabulary import LEDGER_ENTRY, SUBSCRIPTION, ChargeKind, EntryKind

Body = Mapping[str, Any]


def subscription_body(command: Command, asked: Subscribe, price: Body, place: Body, turn: Turn) -> dict[str, Any]:
    """Return the row of a subscription that begins; `place` names its enrolment and its course."""
    return subscription_row(command.target_id, command.id, asked, price, place, turn)


def subscription_row(
    row_id: str, revision: str, asked: Subscribe, price: Body, place: Body, turn: Turn
) -> dict[str, Any]:
    """Return what `subscription_body` does, for a subscription that follows from another command."""
    return {
        "id": row_id,
        "revision": revision,
        "person_id": asked.person_id,
        "price_id": price["id"],
        "course_id": place["course_id"],
        "cohort_id": asked.cohort_id,
        "enrolment_id": place["enrolment_id"],
        **turn.body,
    }


def charges_of(made: Stamp, body: Body, price: Body, period: PeriodCharge, **more: Any) -> list[dict[str, Any]]:
    """Return the ledger entries of a period, one for each fee where the price has lines; the server numbers them."""
    if not price.get("lines"):
        amount, taxes = period_charge(price, first=period.number == 0)
        whole = (period_charge_id(body["id"], period.number), price["name"], amount, taxes, period.due_on)
        return [_charge(made, body, price, period, whole, more)]
    found = []
    for at, fee in enumerate(fee_charges(price, period.due_on)):
        one = (line_charge_id(body["id"], period.number, at), fee.line.name, fee.amount, fee.taxes, fee.due_on)
        found.append(_charge(made, body, price, period, one, more))
    return found


_Part = tuple[str, str, int, tuple[TaxLine, ...], str]
"""Id, name, amount with taxes, the taxes and the day on which it is due, of one charge."""


def _charge(
    made: Stamp, body: Body, price: Body, period: PeriodCharge, part: _Part, more: Mapping[str, Any]
) -> dict[str, Any]:
    entry_id, name, amount, taxes, due_on = part
    return entry_body(
        made,
        entry_id,
        EntryKind.CHARGE,
        amount,
        person_id=body["person_id"],
        charge_kind=str(ChargeKind.SUBSCRIPTION),
        currency=price["currency"],
        what=text("{name} from {day} on", name=name[:160], day=period.first_day),
        due_on=due_on,
        enrolment_id=body["enrolment_id"],
        cohort_id=body["cohort_id"],
        course_id=body["course_id"],
        taxes=[tax.model_dump() for tax in taxes],
        **more,
    )


def own_charges(body: Body, entries: Sequence[Body]) -> list[Body]:
    """Return the charges of a subscription among its student's entries, wherever a merge has put them."""
    return [
        one
        for one in entries
        if one["kind"] == EntryKind.CHARGE
        and one["charge_kind"] == ChargeKind.SUBSCRIPTION
        and one["enrolment_id"] == body["enrolment_id"]
        and (one["due_on"] or one["day"]) >= body["began_on"]
    ]


def owed_since(body: Body, entries: Sequence[Body], allocations: Sequence[Body]) -> str | None:
    """Return the day on which the oldest open charge of a subscription was due, or None."""
    own = own_charges(body, entries)
    accounts = accounts_of(entries, allocations)
    open_ = {key for account in accounts.values() for key in account.open}
    return min((str(one["due_on"] or one["day"]) for one in own if one["id"] in open_), default=None)


def _save_price(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(SUBSCRIPTION_PRICE, command.target_id) or FIRST
    wanted = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(SUBSCRIPTION_PRICE, command.target_id, body)]


def _subscribe(command: Command, read: ReadRow) -> Sequence[Draft]:
    asked = Subscribe.model_validate(command.payload)
    price = read(SUBSCRIPTION_PRICE, asked.price_id)
    if price is None:
        return []
    day = asked.on or instant_of(command)[:10]
    turn = begun(price, day, (), waits=False)
    place = {"enrolment_id": subscribed_enrolment_id(command.target_id), "course_id": price["course_id"]}
    body = subscription_body(command, asked, price, place, turn)
    charges = [charge for one in turn.charges for charge in charges_of(command, body, price, one)]
    return [
        Draft(SUBSCRIPTION, body["id"], body, body["person_id"]),
        *(Draft(LEDGER_ENTRY, one["id"], one, one["person_id"]) for one in charges),
    ]


def _change(command: Command, read: ReadRow) -> Sequence[Draft]:
    body = read(SUBSCRIPTION, command.target_id)
    price = read(SUBSCRIPTION_PRICE, body["price_id"]) if body else None
    if body is None or price is None:
        return []
    asked = ChangeSubscription.model_validate(command.payload)
    try:
        after = acted(body, price, SubscriptionAct(asked.act), instant_of(command)[:10], None).body
    except CampusError:  # what was true when it was asked isn't any more: the server says so
        return []
    return [Draft(SUBSCRIPTION, after["id"], {**after, "revision": command.id}, after["person_id"])]


PROJECTIONS: dict[str, Projection] = {
    "SaveSubscriptionPrice": _save_price,
    "Subscribe": _subscribe,
    "ChangeSubscription": _change,
}
