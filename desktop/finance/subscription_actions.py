"""What people do with subscriptions: set prices, subscribe someone or oneself, cancel, keep, pause and resume."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.finance.account_store import today_of
from desktop.finance.subscription_store import owed_of, subscription_rows
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_charge, may_manage_finance
from shared.finance.subscription_prices import ACTIVE, FIRST, RETIRED, price_fault
from shared.finance.subscription_rules import acted
from shared.finance.subscription_vocabulary import (
    LIVING,
    RUNNING,
    SUBSCRIPTION_PRICE,
    SubscriptionAct,
    SubscriptionState,
)

Body = Mapping[str, Any]
OWN_ACTS = frozenset({SubscriptionAct.CANCEL_AT_END, SubscriptionAct.KEEP})


def save_price(desk: Desk, wanted: Body, shown: Body | None = None) -> None:
    """Set a price; `wanted` are its fields. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set what courses cost. Ask the bursar."))
    before = shown or {**FIRST, "currency": None}
    after = {**FIRST, **(shown or {}), **wanted}
    fault = price_fault(after)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    changes = {name: {"old": before[name], "new": after[name]} for name in FIRST if before[name] != after[name]}
    if changes:
        target = str(shown["id"]) if shown else desk.ids()
        base = shown["revision"] if shown else None
        desk.commit([Ask("SaveSubscriptionPrice", target, {"changes": changes}, base=base)])


def retire(desk: Desk, shown: Body) -> None:
    """Offer a price to nobody any more; who has it keeps it. Raises CampusError `not_allowed`."""
    save_price(desk, {"state": RETIRED}, shown)


def subscribe(desk: Desk, person_id: str, price_id: str, cohort_id: str, day: str | None = None) -> str:
    """Subscribe someone; returns the subscription's id.

    Raises CampusError `not_allowed`, `price_retired`, `cohort_unknown`, `subscribed_already`.
    """
    price = desk.store.get(SUBSCRIPTION_PRICE, price_id)
    if price is None or price["state"] != ACTIVE:
        raise CampusError("price_retired", text("This price is out of use. Choose another one."))
    own = desk.actor.person_id == person_id and price["self_service"]
    if not may_charge(desk.actor) and not own:
        raise CampusError("not_allowed", text("Your role doesn't begin subscriptions. Ask the bursar."))
    if not cohort_id:
        raise CampusError("cohort_unknown", text("Choose the class."))
    there = [row.body for row in subscription_rows(desk, person_id)]
    if any(one["cohort_id"] == cohort_id and one["state"] in LIVING for one in there):
        words = text("There is a subscription to this class already. Change that one.")
        raise CampusError("subscribed_already", words)
    target = desk.ids()
    payload = {"person_id": person_id, "price_id": price_id, "cohort_id": cohort_id, "on": day}
    desk.commit([Ask("Subscribe", target, payload)])
    return target


def acts_for(desk: Desk, body: Body) -> list[SubscriptionAct]:
    """Return what this person may do now with a subscription."""
    act, state = SubscriptionAct, SubscriptionState(body["state"])
    office = may_charge(desk.actor)
    if not office and desk.actor.person_id != body["person_id"]:
        return []
    if state not in LIVING:
        return []
    if body["cancel_at_end"]:
        found = [act.KEEP, act.CANCEL_NOW]
    elif state in RUNNING:
        found = [act.PAUSE, act.CANCEL_AT_END, act.CANCEL_NOW]
    else:
        found = [act.RESUME] * (state is SubscriptionState.PAUSED) + [act.CANCEL_NOW]
        if not office:
            found = [act.CANCEL_AT_END]
    return [one for one in found if office or one in OWN_ACTS]


def change(desk: Desk, body: Body, act: SubscriptionAct) -> None:
    """Do something with a subscription. Raises CampusError `not_allowed` and the codes of `acted`."""
    if act not in acts_for(desk, body) and not may_charge(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't change subscriptions. Ask the bursar."))
    price = desk.store.get(SUBSCRIPTION_PRICE, body["price_id"])
    if price is not None:
        acted(body, price, act, today_of(desk), owed_of(desk, body))
    desk.commit([Ask("ChangeSubscription", str(body["id"]), {"act": str(act)}, base=body["revision"])])
