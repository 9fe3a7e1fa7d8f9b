"""Lets an enrolment begin with the money that it waited for, in the transaction that booked it."""

from collections.abc import Sequence

from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import Ledgers, day_of, packed
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.outcome import Verdict
from shared.finance.ledger_rules import Account
from shared.learning.vocabulary import EnrolmentState

_PENDING = SetSql(
    "SELECT t.id, t.revision FROM {ids} i {by} enrolment t ON t.id = i.id"
    " WHERE t.organisation_id = :o AND t.state = 'pending' ORDER BY t.id"
)


def activate(context: Context, batch: Batch, ledgers: Ledgers, charge_ids: Sequence[str]) -> None:
    """Make enrolments active that waited for the office, where nothing that is due of them is open any more."""
    today = day_of(batch, batch.now)
    charges = [ledgers.entries[one] for one in charge_ids]
    wanted = {one["enrolment_id"] for one in charges if one["enrolment_id"] and _is_paid(ledgers, one, today)}
    if not wanted:
        return
    rows = batch.db.rows(_PENDING, o=batch.organisation_id, ids=packed(wanted))
    if not rows:
        return
    commands = [_command(batch, enrolment_id, revision) for enrolment_id, revision in rows]
    for outcome in context.door.accept_in(batch.db, batch.actor, Origin(""), commands).outcomes:
        if outcome.verdict not in {Verdict.APPLIED, Verdict.AGREED}:
            raise LookupError(outcome.code)


def _is_paid(ledgers: Ledgers, paid: Body, today: str) -> bool:
    account: Account = ledgers.account(paid["person_id"], paid["currency"])
    return not any(
        ledgers.entries[one]["enrolment_id"] == paid["enrolment_id"]
        and (ledgers.entries[one]["due_on"] or today) <= today
        for one in account.open
    )


def _command(batch: Batch, enrolment_id: str, revision: str) -> Command:
    return Command(
        id=batch.new_id(),
        device_id=derived_id("server of", batch.organisation_id),
        install_epoch=1,
        device_seq=1,
        type="SetEnrolmentState",
        type_version=1,
        target_id=enrolment_id,
        base=revision,
        payload={"state": str(EnrolmentState.ACTIVE), "old_state": str(EnrolmentState.PENDING)},
        observed_at=batch.now,
    )
