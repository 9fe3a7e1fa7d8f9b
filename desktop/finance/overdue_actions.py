"""What people do about overdue money: lift and spare, set the policy, remind; the preview asks the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core import last_answers
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.core.server_asking import client_of, read_anew
from desktop.finance.account_store import today_of
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.overdue_commands import MOST_CHOSEN, finance_policy_id, payment_exception_id
from shared.finance.permissions import may_approve, may_charge, may_manage_finance
from shared.finance.policy_rules import FIELDS, policy_fault, with_defaults
from shared.finance.vocabulary import FINANCE_POLICY, PAYMENT_EXCEPTION, PAYMENT_REMINDER
from shared.learning.holds import HOLD, standing

Body = Mapping[str, Any]
KINDS_READ = frozenset({HOLD, PAYMENT_EXCEPTION, PAYMENT_REMINDER})
_QUESTION = "overdue"
_PREVIEW = "/api/v1/overdue/preview"
_LEAST_WORDS = 3


@dataclass(frozen=True)
class OverdueRow:
    """Someone who owes money: what by currency, and what a run now would do."""

    person_id: str
    name: str
    owed: Sequence[Body]
    reminders: Sequence[Body]
    holds: Sequence[str]
    lifted: Sequence[str]
    spared: bool

    @property
    def overdue(self) -> int:
        """What is past its day, for sorting."""
        return sum(one["overdue"] for one in self.owed)


def holds_of(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Return the holds of a person that stand, as this computer knows."""
    return [dict(one) for one in standing(desk.store.page(HOLD, [Where("person_id", "=", person_id)], limit=-1))]


def exception_of(desk: Desk, person_id: str) -> dict[str, Any] | None:
    """Return until when someone is spared, if that is today or later."""
    found = desk.store.get(PAYMENT_EXCEPTION, payment_exception_id(person_id))
    return found if found is not None and found["until"] >= today_of(desk) else None


def last_reminder(desk: Desk, person_id: str) -> dict[str, Any] | None:
    """Return the latest reminder of a person that went out or waits."""
    rows = desk.store.page(PAYMENT_REMINDER, [Where("person_id", "=", person_id)], descending=True, limit=20)
    return next((one for one in rows if one["state"] != "paid"), None)


def policy_of(desk: Desk) -> Body:
    """Return the institute's policy; what counts at first where none was set."""
    return with_defaults(desk.store.get(FINANCE_POLICY, finance_policy_id(desk.actor.organisation_id)))


def save_policy(desk: Desk, wanted: Body) -> bool:
    """Set the policy; False where nothing changes. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set this. Ask the bursar."))
    fault = policy_fault(wanted)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    here = policy_of(desk)
    changes = {
        name: {"old": here[name], "new": wanted[name]}
        for name in FIELDS
        if name in wanted and wanted[name] != here[name]
    }
    if changes:
        target = finance_policy_id(desk.actor.organisation_id)
        desk.commit([Ask("SetFinancePolicy", target, {"changes": changes}, base=here.get("revision"))])
    return bool(changes)


def _reason(reason: str) -> str:
    if len(reason.strip()) < _LEAST_WORDS:
        raise CampusError("reason_missing", text("Say in a few words why."))
    return reason.strip()


def _day(desk: Desk, until: str | None) -> str:
    if until is None:
        raise CampusError("day_missing", text("Enter the day until which it counts, like 20/11."))
    if until < today_of(desk):
        raise CampusError("day_past", text("This day is past. Choose today or a later day."))
    return until


def lift(desk: Desk, hold: Body, until: str | None, reason: str) -> None:
    """Lift a hold until a day. Raises CampusError `not_allowed`, `day_missing`, `day_past`, `reason_missing`."""
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't lift holds. Ask the bursar."))
    payload = {"until": _day(desk, until), "reason": _reason(reason)}
    desk.commit([Ask("LiftHold", hold["id"], payload, base=hold["revision"])])


def spare(desk: Desk, person_id: str, until: str | None, reason: str) -> None:
    """Neither hold nor remind someone until a day. Raises CampusError as `lift` does."""
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't spare people. Ask the bursar."))
    payload = {"person_id": person_id, "until": _day(desk, until), "reason": _reason(reason)}
    desk.commit([Ask("SparePayer", payment_exception_id(person_id), payload)])


def may_remind(desk: Desk) -> bool:
    """Tell whether this person reminds students by hand."""
    return may_charge(desk.actor) or may_manage_finance(desk.actor)


def remind(desk: Desk, person_ids: Sequence[str]) -> int:
    """Remind chosen people, offline too; returns how many. Raises CampusError `not_allowed`, `nobody_chosen`."""
    if not may_remind(desk):
        raise CampusError("not_allowed", text("Your role doesn't remind people of what they owe. Ask the bursar."))
    ids = list(dict.fromkeys(person_ids))
    if not ids:
        raise CampusError("nobody_chosen", text("Choose who is reminded."))
    parts = [ids[at : at + MOST_CHOSEN] for at in range(0, len(ids), MOST_CHOSEN)]
    desk.commit([Ask("RemindPayers", desk.ids(), {"person_ids": part}) for part in parts])
    return len(ids)


def run(desk: Desk) -> None:
    """Let the server look at everybody now. Raises CampusError `not_allowed`."""
    if not (may_manage_finance(desk.actor) or may_approve(desk.actor)):
        raise CampusError("not_allowed", text("Your role doesn't run what is overdue. Ask the bursar."))
    desk.commit([Ask("RunOverdue", desk.ids(), {})])


def preview(desk: Desk) -> tuple[list[OverdueRow], str]:
    """Ask the server who owes money and what a run now would do; returns the instant of the answer, too.

    It is kept, to be shown while the server is away. Needs a worker. Raises what the network raises.
    """
    client = client_of(desk, text("This list needs the network. Connect to the server first."))
    told = last_answers.keep(desk.store, desk.clock, _QUESTION, read_anew(client, _PREVIEW)["data"])
    return [OverdueRow(**one) for one in told.value], told.at


def last_preview(desk: Desk) -> tuple[list[OverdueRow], str] | None:
    """Return what the server told last, and when; None where it never told."""
    told = last_answers.last(desk.store, _QUESTION)
    return ([OverdueRow(**one) for one in told.value], told.at) if told is not None else None
