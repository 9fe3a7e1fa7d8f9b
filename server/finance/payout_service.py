"""Pays out what affiliates and instructors are owed: one person asks, another pays; what was wrong is taken back."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.finance.earning_kinds import AFFILIATE_KIND, EARNING_KIND, PAYOUT_KIND
from server.finance.ground import day_of, ledgers_of, packed, unknown
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.earning_commands import PAYLOADS, payout_line_id
from shared.finance.earning_rules import owed_to
from shared.finance.earning_vocabulary import PAYOUT, EarningKind, Payee, PayoutState
from shared.finance.models import instant_of
from shared.finance.permissions import may_approve, may_manage_finance

_OF_PAYEES = SetSql(
    f"SELECT {EARNING_KIND.selected()} FROM {{ids}} i {{by}} earning t ON t.payee_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_WAITING = SetSql(
    f"SELECT {PAYOUT_KIND.selected()} FROM {{ids}} i {{by}} payout t ON t.payee_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.state = 'waiting'"
)
_LEAST_REASON = 3


class _Purse:
    """What is owed to some payees, who are held until the transaction ends."""

    def __init__(self, batch: Batch, payees: Sequence[tuple[str, str]]) -> None:
        affiliates = [key for kind, key in payees if kind == Payee.AFFILIATE]
        people = [key for kind, key in payees if kind == Payee.INSTRUCTOR]
        self.affiliates = AFFILIATE_KIND.read(batch, affiliates) if affiliates else {}
        self.people = ledgers_of(batch, people).names if people else {}
        places = {"o": batch.organisation_id, "ids": packed(key for _, key in payees)}
        self.earnings = [EARNING_KIND.body_of(row) for row in batch.db.rows(_OF_PAYEES, **places)]
        self.waiting = [PAYOUT_KIND.body_of(row) for row in batch.db.rows(_WAITING, **places)]

    def knows(self, kind: str, key: str) -> bool:
        """Tell whether there is such a payee."""
        return key in (self.affiliates if kind == Payee.AFFILIATE else self.people)

    def left(self, kind: str, key: str, currency: str, without: str = "") -> int:
        """Return what can be paid out; what waits already isn't, but for one request."""
        asked = sum(
            one["amount"]
            for one in self.waiting
            if (one["payee_kind"], one["payee_id"], one["currency"]) == (kind, key, currency) and one["id"] != without
        )
        return int(owed_to(self.earnings).get((kind, key, currency), 0) - asked)

    def is_own(self, kind: str, key: str, person_id: str) -> bool:
        """Tell whether a person would pay oneself."""
        owner = self.affiliates.get(key, {}).get("person_id") if kind == Payee.AFFILIATE else key
        return owner == person_id


def ask(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Ask for payouts: never more than is owed and not asked for yet."""
    present = PAYOUT_KIND.read(batch, (item.target.id for item in items))
    purse = _Purse(batch, [(str(item.payload.payee_kind), item.payload.payee_id) for item in items])
    decisions: list[Decision] = []
    for item in items:
        asked, before = item.payload, present.get(item.target.id)
        decision = agreed(before["revision"]) if before else None
        if decision is None and not item.accepted and not may_manage_finance(item.author):
            words = text("Your role doesn't prepare payouts. Ask the bursar.")
            decision = rejected(item, "not_allowed", words)
        if decision is None and not purse.knows(asked.payee_kind, asked.payee_id):
            decision = unknown(PAYOUT)
        if decision is None:
            decision = _exceeds(item, purse.left(asked.payee_kind, asked.payee_id, asked.currency), asked.amount)
        if decision is None:
            body = _asked(batch, item)
            PAYOUT_KIND.insert(batch, [body])
            purse.waiting.append(body)
        decisions.append(decision or applied(item.command.id))
    return decisions


def _asked(batch: Batch, item: Item) -> Body:
    fields = ("payee_kind", "payee_id", "amount", "currency")
    return {
        "id": item.target.id,
        "revision": item.command.id,
        **{name: getattr(item.payload, name) for name in fields},
        "payee_kind": str(item.payload.payee_kind),
        "state": str(PayoutState.WAITING),
        "reference": "",
        "reason": "",
        "asked_by": item.author.person_id,
        "asked_by_name": item.author.name,
        "decided_by": "",
        "decided_by_name": "",
        "day": day_of(batch, batch.now),
    }


def _exceeds(item: Item, left: int, amount: int) -> Decision | None:
    if amount <= left:
        return None
    words = text("Only {amount} is owed and not asked for yet.", amount=money_text(max(0, left), item.payload.currency))
    return rejected(item, "payout_exceeds", words)


def decide(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Pay out or refuse what somebody else asked for; what isn't owed any more isn't paid."""
    present = PAYOUT_KIND.read(batch, (item.target.id for item in items))
    purse = _Purse(batch, [(one["payee_kind"], one["payee_id"]) for one in present.values()])
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        decision = missing(batch, item, PAYOUT) if body is None else _decide_refusal(item, body, purse)
        if decision is None and body is not None:
            present[body["id"]] = _decided(batch, item, body, purse)
        decisions.append(decision or applied(item.command.id))
    return decisions


def _decide_refusal(item: Item, body: Body, purse: _Purse) -> Decision | None:
    asked, own = item.payload, item.author.person_id
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't pay out. Ask whoever approves."))
    wanted = PayoutState.PAID if asked.paid else PayoutState.REFUSED
    if body["state"] == wanted:
        return agreed(body["revision"])
    if body["state"] != PayoutState.WAITING:
        return rejected(item, "payout_decided", text("This payout was decided already."))
    if own == body["asked_by"] or purse.is_own(body["payee_kind"], body["payee_id"], own):
        words = text("A second person pays out: neither who asked nor who gets the money.")
        return rejected(item, "payout_own", words)
    if asked.paid and not asked.reference.strip():
        return rejected(item, "reference_missing", text("Enter the transfer's or the cheque's reference."))
    if not asked.paid and len(asked.reason.strip()) < _LEAST_REASON:
        return rejected(item, "reason_missing", text("Say why it isn't paid."))
    left = purse.left(body["payee_kind"], body["payee_id"], body["currency"], without=body["id"])
    if asked.paid and body["amount"] > left:
        words = text("Money went back since: only {amount} is owed.", amount=money_text(max(0, left), body["currency"]))
        return rejected(item, "payout_exceeds", words)
    return None


def _decided(batch: Batch, item: Item, body: Body, purse: _Purse) -> Body:
    asked = item.payload
    after = {
        **body,
        "revision": item.command.id,
        "state": str(PayoutState.PAID if asked.paid else PayoutState.REFUSED),
        "reference": asked.reference.strip(),
        "reason": asked.reason.strip(),
        "decided_by": item.author.person_id,
        "decided_by_name": item.author.name,
        "day": day_of(batch, batch.now),
    }
    PAYOUT_KIND.update(batch, [after])
    purse.waiting = [one for one in purse.waiting if one["id"] != body["id"]]
    if asked.paid:
        line = _line(batch, item, body, EarningKind.PAID_OUT, -body["amount"])
        EARNING_KIND.insert(batch, [line])
        purse.earnings.append(line)
    return after


def _line(batch: Batch, item: Item, body: Body, kind: EarningKind, amount: int) -> Body:
    return {
        "id": payout_line_id(body["id"], str(kind)),
        "revision": item.command.id,
        "payee_kind": body["payee_kind"],
        "payee_id": body["payee_id"],
        "kind": str(kind),
        "person_id": None,
        "source_id": body["id"],
        "course_id": None,
        "amount": amount,
        "currency": body["currency"],
        "day": day_of(batch, batch.now),
        "made_at": instant_of(item.command),
    }


def reverse(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take payouts back as a whole: the money is owed again."""
    present = PAYOUT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, PAYOUT))
        elif not item.accepted and not may_approve(item.author):
            decisions.append(rejected(item, "not_allowed", text("Your role doesn't take payouts back.")))
        elif body["state"] == PayoutState.REVERSED:
            decisions.append(agreed(body["revision"]))
        elif body["state"] != PayoutState.PAID:
            decisions.append(rejected(item, "payout_not_paid", text("Only what was paid out is taken back.")))
        else:
            more = {"state": str(PayoutState.REVERSED), "reason": item.payload.reason, "revision": item.command.id}
            PAYOUT_KIND.update(batch, [{**body, **more}])
            EARNING_KIND.insert(batch, [_line(batch, item, body, EarningKind.TAKEN_BACK, body["amount"])])
            decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("AskPayout", PAYLOADS["AskPayout"], ask),
    CommandType("DecidePayout", PAYLOADS["DecidePayout"], decide),
    CommandType("ReversePayout", PAYLOADS["ReversePayout"], reverse),
)
