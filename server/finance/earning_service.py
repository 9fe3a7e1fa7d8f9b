"""What keeping affiliates, giving a code and agreeing on shares does."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, keep, settler_of
from server.core.sql import SetSql
from server.finance.code_taking import Codes, by_code
from server.finance.earning_kinds import AFFILIATE_KIND, SHARE_KIND
from server.finance.ground import day_of, ledgers_of, packed, unknown
from shared.core.text import text
from shared.finance.earning_commands import PAYLOADS, referral_id
from shared.finance.earning_rules import ACTIVE, FIRST, affiliate_fault, share_fault
from shared.finance.earning_vocabulary import REFERRAL, REVENUE_SHARE
from shared.finance.permissions import may_charge, may_manage_finance

_COURSES = SetSql(
    "SELECT c.id FROM {ids} i {by} course c ON c.id = i.id WHERE c.organisation_id = :o ORDER BY c.id {lock}", lock="c"
)
_SHARES = SetSql(
    f"SELECT {SHARE_KIND.selected()} FROM {{ids}} i {{by}} revenue_share t ON t.course_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id"
)


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep affiliates; two people who change one differently keep both until someone decides."""
    return keep(batch, AFFILIATE_KIND, items, FIRST, _unkept, _unmade)


def _unmade(batch: Batch, item: Item, made: Body, others: Sequence[Body]) -> Decision | None:
    taken = any(one["code"] == made["code"] for one in others)
    return _unkept(batch, item, {}, made) or (_code_taken(item) if taken else None)


def _code_taken(item: Item) -> Decision:
    return rejected(item, "code_taken", text("Another affiliate has this code. Choose a different one."))


def _unkept(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't keep affiliates. Ask the bursar."))
    after = {**body, **wanted}
    fault = affiliate_fault(after)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    if after["state"] == ACTIVE and any(one["id"] != item.target.id for one in by_code(batch, [after["code"]])):
        return _code_taken(item)
    return None


settle = settler_of(AFFILIATE_KIND)
"""Writes the chosen values of an affiliate."""


def refer(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Write down whose code brought people: once each, and before they pay."""
    codes = Codes(batch, [(item.payload.person_id, item.payload.code) for item in items])
    decisions: list[Decision] = []
    for item in items:
        asked = item.payload
        if not item.accepted and item.author.person_id != asked.person_id and not may_charge(item.author):
            words = text("Your role doesn't give codes for others. Ask the office.")
            decisions.append(rejected(item, "not_allowed", words))
        elif not codes.knows(asked.person_id) or item.target.id != referral_id(asked.person_id):
            decisions.append(unknown(REFERRAL))
        elif before := codes.same_before(asked.person_id, asked.code):
            decisions.append(agreed(before["revision"]))
        else:
            fault = codes.take(asked.person_id, asked.code, item.command.id)
            decisions.append(rejected(item, fault.code, fault.message) if fault else applied(item.command.id))
    return decisions


def agree(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Agree on instructors' shares; the course is held meanwhile, so that two people don't give 60 % each."""
    ids = packed(item.payload.course_id for item in items)
    courses = {row[0] for row in batch.db.rows(_COURSES, o=batch.organisation_id, ids=ids)}
    people = ledgers_of(batch, (item.payload.person_id for item in items)).names
    shares = [SHARE_KIND.body_of(row) for row in batch.db.rows(_SHARES, o=batch.organisation_id, ids=ids)]
    decisions: list[Decision] = []
    for item in items:
        asked = item.payload
        known = next((one for one in shares if one["id"] == item.target.id), None)
        body = {"id": item.target.id, "revision": item.command.id, **asked.model_dump(include=_SHARE_FIELDS)}
        fault = share_fault(shares, body, day_of(batch, batch.now))
        if known is not None:
            decisions.append(agreed(known["revision"]))
        elif not item.accepted and not may_manage_finance(item.author):
            words = text("Your role doesn't agree on shares. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
        elif asked.course_id not in courses or asked.person_id not in people:
            decisions.append(unknown(REVENUE_SHARE))
        elif fault is not None:
            decisions.append(rejected(item, fault.code, fault.message))
        else:
            SHARE_KIND.insert(batch, [body])
            shares.append(body)
            decisions.append(applied(item.command.id))
    return decisions


_SHARE_FIELDS = {"course_id", "person_id", "rate", "from_on"}
COMMANDS = (
    CommandType("SaveAffiliate", PAYLOADS["SaveAffiliate"], save),
    CommandType("GiveReferral", PAYLOADS["GiveReferral"], refer),
    CommandType("AgreeShare", PAYLOADS["AgreeShare"], agree),
)
