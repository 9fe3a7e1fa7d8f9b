"""What people do about earnings: keep affiliates, give a code, agree on shares, ask for payouts and pay them out."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import today_of
from desktop.finance.earning_store import PayeeRow
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount
from shared.core.text import text
from shared.finance.earning_commands import referral_id
from shared.finance.earning_rules import ACTIVE, FIRST, RETIRED, affiliate_fault, share_fault
from shared.finance.earning_vocabulary import AFFILIATE, REVENUE_SHARE, Payee, PayoutState
from shared.finance.permissions import may_approve, may_charge, may_manage_finance
from shared.people.typed_codes import LONGEST
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
_LEAST_REASON = 3


def _manages(desk: Desk, words: str) -> None:
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", words)


def save_affiliate(desk: Desk, wanted: Body, shown: Body | None = None) -> None:
    """Keep an affiliate; `wanted` are its fields. Raises CampusError `not_allowed`, `field_invalid`, `code_taken`."""
    _manages(desk, text("Your role doesn't keep affiliates. Ask the bursar."))
    before = shown or {**FIRST, "currency": None}
    after = {**FIRST, **(shown or {}), **wanted}
    after["code"] = "".join(str(after["code"]).split()).upper()
    fault = affiliate_fault(after)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    own = str(shown["id"]) if shown else ""
    living = [one for one in desk.store.page(AFFILIATE, limit=-1) if one["state"] == ACTIVE and one["id"] != own]
    if after["state"] == ACTIVE and any(one["code"] == after["code"] for one in living):
        raise CampusError("code_taken", text("Another affiliate has this code. Choose a different one."))
    changes = {name: {"old": before[name], "new": after[name]} for name in FIRST if before[name] != after[name]}
    if changes:
        base = shown["revision"] if shown else None
        desk.commit([Ask("SaveAffiliate", own or desk.ids(), {"changes": changes}, base=base)])


def person_of(desk: Desk, typed: str) -> str | None:
    """Return whose number or username was typed; None for none. Raises CampusError `person_unknown`."""
    words = typed.strip()
    if not words:
        return None
    for field in ("number", "username"):
        found = desk.store.page(PERSON, [Where(field, "=", words)], limit=1)
        if found:
            return str(found[0]["id"])
    raise CampusError("person_unknown", text("Nobody here has the number or username {words}.", words=words[:40]))


def retire(desk: Desk, shown: Body) -> None:
    """Take a code from nobody any more; who gave it keeps earning for it. Raises CampusError `not_allowed`."""
    save_affiliate(desk, {"state": RETIRED}, shown)


def may_refer(desk: Desk, person_id: str) -> bool:
    """The office gives codes for everybody, and everybody for oneself."""
    return may_charge(desk.actor) or desk.actor.person_id == person_id


def refer(desk: Desk, person_id: str, code: str) -> None:
    """Say whose code brought a person; the server finds it.

    Raises CampusError `not_allowed`, `code_missing`, `field_invalid`.
    """
    if not may_refer(desk, person_id):
        raise CampusError("not_allowed", text("Your role doesn't give codes for others. Ask the office."))
    if not code.strip():
        raise CampusError("code_missing", text("Enter the code."))
    if len(code.strip()) > LONGEST:
        raise CampusError("field_invalid", text("A code has at most {most} letters. Check it.", most=LONGEST))
    desk.commit([Ask("GiveReferral", referral_id(person_id), {"person_id": person_id, "code": code.strip()})])


def agree(desk: Desk, course_id: str, person_id: str, rate: int, from_on: str) -> None:
    """Agree on a share in hundredths of a percent. Raises CampusError `not_allowed` and the codes of `share_fault`."""
    _manages(desk, text("Your role doesn't agree on shares. Ask the bursar."))
    if not course_id or not person_id:
        raise CampusError("field_invalid", text("Choose the course and the instructor."))
    key = desk.ids()
    wanted = {"id": key, "course_id": course_id, "person_id": person_id, "rate": rate, "from_on": from_on}
    there = desk.store.page(REVENUE_SHARE, [Where("course_id", "=", course_id)], limit=-1)
    fault = share_fault(there, wanted, today_of(desk))
    if fault is not None:
        raise fault
    desk.commit([Ask("AgreeShare", key, {name: value for name, value in wanted.items() if name != "id"})])


def ask_payout(desk: Desk, row: PayeeRow, typed: str) -> str:
    """Ask that something is paid out; returns the amount in words.

    Raises CampusError `not_allowed`, `payout_exceeds`, `bad_amount`.
    """
    _manages(desk, text("Your role doesn't prepare payouts. Ask the bursar."))
    amount = parse_amount(typed, row.currency)
    if amount < 1 or amount > row.free:
        left = money_text(row.free, row.currency)
        raise CampusError("payout_exceeds", text("Only {amount} is owed and not asked for yet.", amount=left))
    payload = {"payee_kind": row.kind, "payee_id": row.payee_id, "amount": amount, "currency": row.currency}
    desk.commit([Ask("AskPayout", desk.ids(), payload)])
    return money_text(amount, row.currency)


def may_decide(desk: Desk, payout: Body) -> bool:
    """A second person pays out: neither who asked nor who gets the money."""
    own = desk.actor.person_id
    affiliate = desk.store.get(AFFILIATE, payout["payee_id"]) or {}
    payee = affiliate.get("person_id") if payout["payee_kind"] == Payee.AFFILIATE else payout["payee_id"]
    asked_here = payout["asked_by"] in ("", own)
    return may_approve(desk.actor) and payout["state"] == PayoutState.WAITING and not asked_here and payee != own


def decide(desk: Desk, payout: Body, *, paid: bool, words: str) -> None:
    """Pay out with the reference in `words`, or refuse for that reason.

    Raises CampusError `not_allowed`, `payout_own`, `reference_missing`, `reason_missing`.
    """
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't pay out. Ask whoever approves."))
    if not may_decide(desk, payout):
        raise CampusError("payout_own", text("A second person pays out: neither who asked nor who gets the money."))
    if paid and not words.strip():
        raise CampusError("reference_missing", text("Enter the transfer's or the cheque's reference."))
    if not paid and len(words.strip()) < _LEAST_REASON:
        raise CampusError("reason_missing", text("Say why it isn't paid."))
    said = {"reference": words.strip()[:100]} if paid else {"reason": words.strip()[:500]}
    desk.commit([Ask("DecidePayout", str(payout["id"]), {"paid": paid, **said}, base=payout["revision"])])


def take_back(desk: Desk, payout: Body, reason: str) -> None:
    """Take a payout back. Raises CampusError `not_allowed`, `payout_not_paid`, `reason_missing`."""
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't take payouts back."))
    if payout["state"] != PayoutState.PAID:
        raise CampusError("payout_not_paid", text("Only what was paid out is taken back."))
    if len(reason.strip()) < _LEAST_REASON:
        raise CampusError("reason_missing", text("Say why it is taken back."))
    desk.commit([Ask("ReversePayout", str(payout["id"]), {"reason": reason.strip()[:500]}, base=payout["revision"])])
