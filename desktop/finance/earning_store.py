"""Reads what affiliates and instructors earn: who is owed what, each line of a statement, shares and payouts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.account_store import currency_of
from desktop.finance.discount_actions import value_words
from desktop.shell.table_files import Head, Sheet, Value
from desktop.timetable.store import full_name
from shared.core.money import decimal_amount, money_text, plain_amount
from shared.core.text import text
from shared.finance.discount_rules import percent_words
from shared.finance.earning_rules import figures_of
from shared.finance.earning_vocabulary import (
    AFFILIATE,
    EARNING,
    PAYOUT,
    REFERRAL,
    REVENUE_SHARE,
    EarningKind,
    Payee,
    PayoutState,
)
from shared.learning.vocabulary import COURSE
from shared.people.typed_codes import TYPED_CODE, CodeState, why_words
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset({AFFILIATE, REFERRAL, REVENUE_SHARE, EARNING, PAYOUT, TYPED_CODE})


@dataclass(frozen=True)
class PayeeRow:
    """Somebody who earns, with the figures of a time in one currency; `waiting` is asked for and not paid yet."""

    kind: str
    payee_id: str
    name: str
    currency: str
    figures: Mapping[str, int]
    students: int
    waiting: int

    @property
    def id(self) -> str:
        """What tells the row from others."""
        return f"{self.kind}:{self.payee_id}:{self.currency}"

    @property
    def free(self) -> int:
        """What can be asked for."""
        return max(0, self.figures["owed"] - self.waiting)


@dataclass(frozen=True)
class NamedRow:
    """A share or a payout with the names that stand in it."""

    body: Body
    name: str
    place: str = ""

    @property
    def id(self) -> str:
        """The row's id."""
        return str(self.body["id"])


def month_of(today: str) -> tuple[str, str]:
    """Return the first and the last day of a day's month so far."""
    return f"{today[:8]}01", today


def payee_name(desk: Desk, kind: str, payee_id: str) -> str:
    """Return what an affiliate or an instructor is called."""
    if kind == Payee.AFFILIATE:
        return str((desk.store.get(AFFILIATE, payee_id) or {}).get("name") or text("an affiliate"))
    return full_name(desk.store.get(PERSON, payee_id)) or text("an instructor")


def earnings_of(desk: Desk, kind: str = "", payee_id: str = "") -> list[dict[str, Any]]:
    """Return the lines of earnings, of everybody or of one, as they were written."""
    wanted = [Where("payee_id", "=", payee_id)] if payee_id else []
    rows = desk.store.page(EARNING, wanted, limit=-1)
    return [one for one in rows if not kind or one["payee_kind"] == kind]


def payee_rows(desk: Desk, first: str, last: str) -> list[PayeeRow]:
    """Return everybody who earns, or could, with the figures of the days between two."""
    groups: dict[tuple[str, str, str], list[Body]] = {}
    for one in desk.store.page(AFFILIATE, limit=-1):
        groups.setdefault((str(Payee.AFFILIATE), str(one["id"]), str(one["currency"])), [])
    for one in desk.store.page(REVENUE_SHARE, limit=-1):
        groups.setdefault((str(Payee.INSTRUCTOR), str(one["person_id"]), currency_of(desk)), [])
    for one in earnings_of(desk):
        groups.setdefault((one["payee_kind"], one["payee_id"], one["currency"]), []).append(one)
    payouts = [one for one in desk.store.page(PAYOUT, limit=-1) if one["state"] == PayoutState.WAITING]
    brought = _brought(desk)
    rows = [
        PayeeRow(
            kind,
            payee_id,
            payee_name(desk, kind, payee_id),
            currency,
            figures_of(lines, first, last),
            brought.get(payee_id, 0),
            sum(one["amount"] for one in payouts if (one["payee_id"], one["currency"]) == (payee_id, currency)),
        )
        for (kind, payee_id, currency), lines in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row.figures["owed"], row.name, row.id))


def _brought(desk: Desk) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in desk.store.page(REFERRAL, limit=-1):
        found[one["affiliate_id"]] = found.get(one["affiliate_id"], 0) + 1
    return found


def affiliates(desk: Desk) -> list[Body]:
    """Return the affiliates by name."""
    return list(desk.store.page(AFFILIATE, limit=-1))


def terms_words(body: Body) -> str:
    """Return what an affiliate earns: `10 % of the first payment`."""
    value = value_words(body)
    which = text("{value} of each payment") if body["every_payment"] else text("{value} of the first payment")
    if body["within_days"]:
        return text("{terms}, within {n} days", terms=which.format(value=value), n=body["within_days"])
    return which.format(value=value)


def share_rows(desk: Desk, person_id: str = "") -> list[NamedRow]:
    """Return the shares that were agreed on, the latest first."""
    wanted = [Where("person_id", "=", person_id)] if person_id else []
    rows = desk.store.page(REVENUE_SHARE, wanted, limit=-1)
    named = [
        NamedRow(one, payee_name(desk, Payee.INSTRUCTOR, one["person_id"]), course_name(desk, one)) for one in rows
    ]
    return named[::-1]


def course_name(desk: Desk, body: Body) -> str:
    """Return the title of a row's course."""
    return str((desk.store.get(COURSE, body["course_id"] or "") or {}).get("title") or "")


def refused_codes(desk: Desk) -> list[NamedRow]:
    """Return the codes that weren't taken from people who gave no other one since, the latest first."""
    rows = desk.store.page(TYPED_CODE, limit=-1)
    brought = {str(one["person_id"]) for one in desk.store.page(REFERRAL, limit=-1)}
    left = [one for one in rows if one["state"] == CodeState.REFUSED and one["person_id"] not in brought]
    people = desk.store.many(PERSON, list(dict.fromkeys(str(one["person_id"]) for one in left)))
    names = {one["id"]: full_name(people.get(one["person_id"])) or text("a student") for one in left}
    return [NamedRow(one, names[one["id"]], why_words(one["reason"])) for one in left[::-1]]


def payout_rows(desk: Desk) -> list[NamedRow]:
    """Return the payouts: those that wait first, then the latest."""
    rows = desk.store.page(PAYOUT, limit=-1)[::-1]
    named = [NamedRow(one, payee_name(desk, one["payee_kind"], one["payee_id"])) for one in rows]
    return sorted(named, key=lambda row: row.body["state"] != PayoutState.WAITING)


def line_words(desk: Desk, line: Body) -> str:
    """Return what a line of a statement says."""
    if line["kind"] == EarningKind.PAID_OUT:
        reference = str((desk.store.get(PAYOUT, line["source_id"] or "") or {}).get("reference") or "")
        return text("Paid out: {reference}", reference=reference)
    if line["kind"] == EarningKind.TAKEN_BACK:
        return text("Payout taken back")
    what = course_name(desk, line) or text("Student brought")
    return what if line["amount"] > 0 else text("Went back: {what}", what=what)


def statement(desk: Desk, kind: str, payee_id: str, first: str, last: str, *, exact: bool = False) -> Sheet:
    """Return the statement of one payee between two days: what was owed before, each line, and what is owed after.

    Amounts are as people write them; `exact` makes them decimals, which spreadsheets add up.
    """
    shown = decimal_amount if exact else plain_amount
    lines = [one for one in earnings_of(desk, kind, payee_id) if one["day"] <= last]
    rows: list[tuple[Value, ...]] = []
    for currency in sorted({str(one["currency"]) for one in lines}) or [currency_of(desk)]:
        own = [one for one in lines if one["currency"] == currency]
        balance = sum(one["amount"] for one in own if one["day"] < first)
        rows.append((first, text("Owed before"), "", shown(balance, currency), currency))
        for one in (one for one in own if one["day"] >= first):
            balance += one["amount"]
            amount, after = shown(one["amount"], currency), shown(balance, currency)
            rows.append((one["day"], line_words(desk, one), amount, after, currency))
        rows.append((last, text("Owed"), "", shown(balance, currency), currency))
    heads = (
        Head(text("Date"), share=1.0),
        Head(text("What"), share=3.0),
        Head(text("Amount"), number=True, share=1.2),
        Head(text("Owed after"), number=True, share=1.2),
        Head(text("Currency"), share=0.8),
    )
    about = text("{name}, {first} to {last}", name=payee_name(desk, kind, payee_id), first=first, last=last)
    return Sheet(text("Statement of earnings"), about, heads, tuple(rows))


def figures_sheet(rows: Sequence[PayeeRow], first: str, last: str) -> Sheet:
    """Return the figures of everybody who earns as a table."""
    titles = (text("Name"), text("Kind"), text("Students"), text("Earned"), text("Went back"), text("Paid out"),
              text("Owed"), text("Currency"))  # fmt: skip
    heads = tuple(Head(title, number=2 <= at < len(titles) - 1) for at, title in enumerate(titles))
    found: list[tuple[Value, ...]] = [
        (
            row.name,
            kind_word(row.kind),
            row.students,
            *(decimal_amount(row.figures[key], row.currency) for key in ("earned", "taken_back", "paid_out", "owed")),
            row.currency,
        )
        for row in rows
    ]
    return Sheet(text("Earnings"), text("{first} to {last}", first=first, last=last), heads, tuple(found))


def kind_word(kind: str) -> str:
    """Return who earns."""
    return text("Affiliate") if kind == Payee.AFFILIATE else text("Instructor")


def rate_words(rate: int) -> str:
    """Return a share as people write it."""
    return text("{percent} %", percent=percent_words(rate))


def payout_look(body: Body) -> tuple[str, str, str]:
    """Return the word, the tone and the icon of where a payout stands."""
    looks: dict[str, tuple[str, str, str]] = {
        PayoutState.WAITING: (text("Waits"), "warn", "hourglass"),
        PayoutState.PAID: (text("Paid out"), "ok", "circle-check"),
        PayoutState.REFUSED: (text("Refused"), "neu", "x"),
        PayoutState.REVERSED: (text("Taken back"), "neu", "history"),
    }
    return looks[body["state"]]


def amount_words(body: Body) -> str:
    """Return a row's amount."""
    return money_text(body["amount"], str(body["currency"]))
