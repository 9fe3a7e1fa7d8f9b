"""What people do with instalment plans: set one for a student's charges, change it, and end it; all of it offline."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.finance.account_store import today_of
from desktop.finance.plan_store import plan_views, total_of
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.ledger_rules import Due
from shared.finance.permissions import may_charge, may_manage_finance
from shared.finance.plan_commands import MOST_PARTS
from shared.finance.plan_rules import Step, keeps_paid, plan_fault

Body = Mapping[str, Any]


def may_plan(actor: Actor) -> bool:
    """Whoever charges students or sets fees sets plans too."""
    return may_charge(actor) or may_manage_finance(actor)


def steps_of(desk: Desk, plan: Body) -> Sequence[Step]:
    """Return where the instalments of a plan stand today."""
    views = plan_views(desk, plan["person_id"], plan["currency"], today_of(desk))
    return next((view.steps for view in views if view.body["id"] == plan["id"]), ())


def save(
    desk: Desk, person_id: str, currency: str, charge_ids: Sequence[str], parts: Sequence[Due], shown: Body | None
) -> str:
    """Set a plan, or change the one `shown`; returns its id.

    Raises CampusError `not_allowed`, `plan_of_nothing`, `plan_count`, `plan_days`, `plan_sum`, `plan_paid`.
    """
    _check(desk)
    if not charge_ids:
        raise CampusError("plan_of_nothing", text("Choose the charges that are paid in instalments."))
    if not 1 <= len(parts) <= MOST_PARTS or any(amount < 1 for _, amount in parts):
        words = text("A plan has 1 to {most} instalments, none of them nothing.", most=MOST_PARTS)
        raise CampusError("plan_count", words)
    total, _ = total_of(desk, person_id, currency, charge_ids)
    fault = plan_fault(parts, total)
    if fault is not None:
        raise fault
    if (
        shown is not None
        and set(shown["charge_ids"]) == set(charge_ids)
        and not keeps_paid(steps_of(desk, shown), parts)
    ):
        words = text("What is paid of a plan stays as it is. Change the instalments that are still open.")
        raise CampusError("plan_paid", words)
    payload = {
        "person_id": person_id,
        "currency": currency,
        "charge_ids": list(charge_ids),
        "parts": [{"due_on": day, "amount": amount} for day, amount in parts],
    }
    plan_id = str(shown["id"]) if shown else desk.ids()
    desk.commit([Ask("SavePlan", plan_id, payload, base=shown["revision"] if shown else None)])
    return plan_id


def end(desk: Desk, shown: Body) -> None:
    """End a plan: its charges have their own days again. Raises CampusError `not_allowed`."""
    _check(desk)
    payload = {name: shown[name] for name in ("person_id", "currency", "charge_ids", "parts")}
    desk.commit([Ask("SavePlan", shown["id"], {**payload, "ended": True}, base=shown["revision"])])


def _check(desk: Desk) -> None:
    if not may_plan(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set instalment plans. Ask the bursar."))
