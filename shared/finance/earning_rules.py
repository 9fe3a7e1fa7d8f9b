"""What affiliates and instructors earn, from money that came: whole minor units, and never on the student's ledger.

Everything follows from a student's ledger and from what is agreed. What stands written already is brought to that by
one more line for the difference, so that a refund or a void takes back exactly what the money had earned.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shared.core.currencies import CURRENCIES, DEFAULT_CURRENCY
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR, WHOLE_RATE, part_of, split_by
from shared.core.text import text
from shared.finance.earning_vocabulary import EarningKind, Payee
from shared.finance.ledger_rules import reversed_ids
from shared.finance.vocabulary import EntryKind
from shared.people.typed_codes import why_words

Body = Mapping[str, Any]
Key = tuple[str, str, str, str, str | None]
"""Kind and id of who earns, the entry it comes from, currency, and the course."""
ACTIVE, RETIRED = "active", "retired"
FIRST: Body = {
    "person_id": None,
    "name": "",
    "mail": "",
    "code": "",
    "rate": 0,
    "amount": 0,
    "currency": DEFAULT_CURRENCY,
    "every_payment": False,
    "within_days": 0,
    "state": ACTIVE,
}
"""A new affiliate: `rate` in hundredths of a percent or `amount` in minor units, of the first payment or of each."""
FIELDS = tuple(FIRST)
TERMS = ("rate", "amount", "currency", "every_payment", "within_days")
"""What of an affiliate is written down with each referral: who changes it changes those that come."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_LONGEST_NAME, _MOST_DAYS = 200, 3_660


def affiliate_fault(body: Body) -> str | None:
    """Return the sentence for an affiliate, whole, that can't be kept, or None."""
    if set(body) - {"id", "revision"} != set(FIELDS) or body["state"] not in (ACTIVE, RETIRED):
        return text("This can't be set here.")
    texts = all(isinstance(body[name], str) for name in ("name", "mail", "code"))
    if not texts or not body["name"].strip() or len(body["name"]) > _LONGEST_NAME:
        return text("Enter a name of at most 200 letters.")
    if not _CODE.fullmatch(body["code"]):
        return text("A code has 3 to 40 letters, digits and dashes.")
    if body["mail"] and not _MAIL.fullmatch(body["mail"]):
        return text("This is not a mail address. Write it like ama@example.org.")
    if not (body["person_id"] is None or isinstance(body["person_id"], str)):
        return text("This can't be set here.")
    if body["currency"] not in CURRENCIES or not isinstance(body["every_payment"], bool):
        return text("This can't be set here.")
    rate, amount = body["rate"], body["amount"]
    if not _whole(rate, WHOLE_RATE) or not _whole(amount, MOST_MINOR) or bool(rate) == bool(amount):
        return text("An affiliate earns a percentage above 0 and up to 100, or an amount.")
    return None if _whole(body["within_days"], _MOST_DAYS) else text("Say in whole days for how long.")


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def referral_fault(affiliate: Body | None, person: Body, given: bool, paid: bool) -> CampusError | None:
    """Return why a code isn't taken from a person, or None; `person` has `id` and `email`.

    `given`: he or she gave one before; `paid`: money came before.
    """
    if affiliate is None or affiliate["state"] != ACTIVE:
        return untaken("referral_unknown")
    mail = str(person["email"] or "").casefold()
    if affiliate["person_id"] == person["id"] or (mail and mail == affiliate["mail"].casefold()):
        return untaken("self_referral")
    if given:
        return untaken("referral_given")
    return untaken("referral_late") if paid else None


def untaken(reason: str) -> CampusError:
    """Return the error for a reason why a code isn't taken."""
    return CampusError(reason, why_words(reason))


def with_referral_code(affiliates: Iterable[Body], code: str) -> Body | None:
    """Return the affiliate of a code."""
    wanted = "".join(code.split()).upper()
    return next((one for one in affiliates if wanted and one["code"] == wanted and one["state"] == ACTIVE), None)


def net_payments(entries: Sequence[Body], unconfirmed: frozenset[str]) -> list[tuple[Body, int]]:
    """Return the payments of one student that came, in order, each with what of it didn't go back.

    `unconfirmed` are ids of payments that nobody vouches for yet. One that went back whole stays, with nothing.
    """
    gone = reversed_ids(entries)
    living = [one for one in entries if one["id"] not in gone and one["payment_id"]]
    back: dict[str, int] = {}
    for one in living:
        if one["kind"] == EntryKind.REFUND:
            back[one["payment_id"]] = back.get(one["payment_id"], 0) + one["amount"]
    found = []
    paid = [one for one in living if one["kind"] == EntryKind.PAYMENT and one["payment_id"] not in unconfirmed]
    for one in sorted(paid, key=lambda entry: (entry["made_at"], entry["id"])):
        taken = min(-one["amount"], back.get(one["payment_id"], 0))
        back[one["payment_id"]] = back.get(one["payment_id"], 0) - taken
        found.append((one, -one["amount"] - taken))
    return found


def referred(referral: Body, payments: Sequence[tuple[Body, int]]) -> dict[Key, int]:
    """Return what an affiliate earns by a student's payments, on the terms of the day on which the code was given."""
    counted = list(payments) if referral["every_payment"] else list(payments[:1])
    if referral["within_days"]:
        last = (date.fromisoformat(referral["given_on"]) + timedelta(days=referral["within_days"])).isoformat()
        counted = [one for one in counted if one[0]["day"] <= last]
    found: dict[Key, int] = {}
    for entry, net in counted:
        if referral["rate"]:
            amount = part_of(net, referral["rate"])
        else:
            amount = min(net, referral["amount"]) if entry["currency"] == referral["currency"] else 0
        found[str(Payee.AFFILIATE), referral["affiliate_id"], entry["id"], entry["currency"], None] = amount
    return found


def shares_on(shares: Iterable[Body], course_id: str, day: str) -> dict[str, int]:
    """Return by instructor what share of a course's money counts on a day; the latest agreed one, above nothing."""
    found: dict[str, int] = {}
    own = [one for one in shares if one["course_id"] == course_id and one["from_on"] <= day]
    for one in sorted(own, key=lambda share: (share["from_on"], share["id"])):
        found[one["person_id"]] = one["rate"]
    return {key: rate for key, rate in sorted(found.items()) if rate}


def untaxed(charge: Body, paid: int) -> int:
    """Return what of the money that paid a charge isn't tax."""
    tax = sum(one["amount"] for one in charge["taxes"])
    return split_by(paid, [charge["amount"] - tax, tax])[0]


def shared_out(
    shares: Sequence[Body], entries: Sequence[Body], allocations: Sequence[Body], unconfirmed: frozenset[str]
) -> dict[Key, int]:
    """Return what instructors earn by what one student's money paid of courses, without taxes.

    The share is that of the day of the charge. What isn't anybody's stays with the institute; single units go by
    largest remainder (`split_by`), so that all parts together are the money.
    """
    gone = reversed_ids(entries)
    living = {one["id"]: one for one in entries if one["id"] not in gone}
    money = {
        key for key, one in living.items() if one["kind"] == EntryKind.PAYMENT and one["payment_id"] not in unconfirmed
    }
    paid: dict[str, int] = {}
    for one in allocations:
        if one["entry_id"] in money and one["charge_id"] in living:
            paid[one["charge_id"]] = paid.get(one["charge_id"], 0) + one["amount"]
    found: dict[Key, int] = {}
    for charge_id, amount in sorted(paid.items()):
        charge = living[charge_id]
        if charge["kind"] != EntryKind.CHARGE or not charge["course_id"] or amount <= 0:
            continue
        rates = shares_on(shares, charge["course_id"], charge["day"])
        parts = split_by(untaxed(charge, amount), [*rates.values(), max(0, WHOLE_RATE - sum(rates.values()))])
        for person_id, part in zip(rates, parts, strict=False):
            found[str(Payee.INSTRUCTOR), person_id, charge_id, charge["currency"], charge["course_id"]] = part
    return found


def differences(wanted: Mapping[Key, int], written: Iterable[Body]) -> dict[Key, int]:
    """Return what must be written so that earnings are as wanted."""
    left = dict(wanted)
    for one in written:
        key = (one["payee_kind"], one["payee_id"], one["source_id"], one["currency"], one["course_id"])
        left[key] = left.get(key, 0) - one["amount"]
    return {key: amount for key, amount in sorted(left.items(), key=lambda pair: str(pair[0])) if amount}


def share_fault(shares: Sequence[Body], wanted: Body, today: str) -> CampusError | None:
    """Return why a share can't be agreed: `share_past`, `share_sum` (above a hundred percent from some day on)."""
    if not _whole(wanted["rate"], WHOLE_RATE):
        return CampusError("field_invalid", text("A share is between 0 and 100 %."))
    try:
        date.fromisoformat(wanted["from_on"])
    except ValueError:
        return CampusError("field_invalid", text("{day} is not a day.", day=wanted["from_on"]))
    if wanted["from_on"] < today:
        words = text("What was earned by the old share stays. Let the new one begin today or later.")
        return CampusError("share_past", words)
    others = [one for one in shares if one["id"] != wanted["id"]]
    days = {wanted["from_on"], *(one["from_on"] for one in others if one["from_on"] > wanted["from_on"])}
    for day in sorted(days):
        if sum(shares_on([*others, wanted], wanted["course_id"], day).values()) > WHOLE_RATE:
            words = text("The shares of this course would be more than 100 % from {day} on.", day=day)
            return CampusError("share_sum", words)
    return None


def owed_to(earnings: Iterable[Body]) -> dict[tuple[str, str, str], int]:
    """Return what is owed to each (kind, id, currency): what was earned without what was paid out."""
    found: dict[tuple[str, str, str], int] = {}
    for one in earnings:
        key = (one["payee_kind"], one["payee_id"], one["currency"])
        found[key] = found.get(key, 0) + one["amount"]
    return found


def figures_of(earnings: Iterable[Body], first: str = "", last: str = "9999-12-31") -> dict[str, int]:
    """Return of one payee's lines in one currency: earned, taken back, and paid out between two days; owed at all."""
    found = {"earned": 0, "taken_back": 0, "paid_out": 0, "owed": 0}
    for one in earnings:
        found["owed"] += one["amount"]
        if not first <= one["day"] <= last:
            continue
        if one["kind"] == EarningKind.EARNED:
            found["earned" if one["amount"] > 0 else "taken_back"] += abs(one["amount"])
        else:
            found["paid_out"] -= one["amount"]
    return found
