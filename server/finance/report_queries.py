"""Reports of money, each added up by one statement: what came in, revenue, what is expected, and the trial balance.

Days are those of the institute's time zone, as entries have them; of allocations the zone tells them. Aged debt is in
`debt_queries`, missing numbers in `gap_queries`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.core.database import Db
from server.people.institute_day import zone_of
from shared.core.clock import instant_text
from shared.finance.report_rules import Row, Term, rolled_up
from shared.finance.report_words import account_words, money_words
from shared.finance.vocabulary import ACCOUNT_OF, Account

_MONEY = ", ".join(f"'{account}'" for account in sorted(set(ACCOUNT_OF.values())))
_METHOD = "CASE WHEN p.account = 'gateway' THEN coalesce(nullif(y.gateway, ''), 'gateway') ELSE p.account END"
_MOVED = (
    "EXISTS (SELECT 1 FROM ledger_entry n WHERE n.organisation_id = :o AND n.payment_id = e.payment_id"
    " AND n.revision = e.revision AND n.kind = w.kind)"
)
_WHAT = (
    "CASE WHEN e.kind = 'payment' THEN 'received' WHEN e.kind = 'refund' THEN 'refunded'"
    f" WHEN NOT {_MOVED} THEN 'voided' WHEN w.kind = 'refund' THEN 'refunded' ELSE 'received' END"
)
"""What a posting to a money account is. Money put on another ledger was never away: both sides are one receipt."""
_TAKEN = f"""
FROM posting p JOIN ledger_entry e ON e.organisation_id = p.organisation_id AND e.id = p.entry_id
LEFT JOIN ledger_entry w ON w.organisation_id = e.organisation_id AND w.id = e.reverses_id
LEFT JOIN payment y ON y.organisation_id = e.organisation_id AND y.id = e.payment_id
LEFT JOIN receipt r ON r.organisation_id = y.organisation_id AND r.id = y.receipt_id
LEFT JOIN till t ON t.organisation_id = r.organisation_id AND t.id = r.till_id
WHERE p.organisation_id = :o AND p.day >= :first AND p.day <= :last AND p.account IN ({_MONEY})
"""
_KEYS = {
    "method": (_METHOD, "''"),
    "till": ("coalesce(t.id, '')", "coalesce(t.name, '')"),
    "cashier": ("coalesce(y.taken_by, '')", "coalesce(y.taken_by_name, '')"),
    "day": ("p.day", "p.day"),
}
"""For each grouping what tells its lines apart, and their names."""
_DAILY = {
    by: f"""
SELECT key, max(name), currency, count(DISTINCT paid), sum(CASE WHEN what = 'received' THEN amount ELSE 0 END),
sum(CASE WHEN what = 'voided' THEN amount ELSE 0 END), sum(CASE WHEN what = 'refunded' THEN amount ELSE 0 END),
sum(amount) FROM (SELECT {key} AS key, {name} AS name, p.currency, p.amount, {_WHAT} AS what,
CASE WHEN e.kind = 'payment' THEN e.payment_id END AS paid {_TAKEN}) found
GROUP BY key, currency ORDER BY key, currency
"""  # noqa: S608 - our own words
    for by, (key, name) in _KEYS.items()
}
_OF_STUDENT = "JOIN person h ON h.organisation_id = e.organisation_id AND h.id = e.person_id"
_TRANSACTIONS = f"""
SELECT e.id, p.day, coalesce(y.receipt_number, ''), h.given_name, h.family_name, h.number, {_METHOD},
coalesce(t.name, ''), coalesce(y.taken_by_name, ''), {_WHAT}, p.currency, p.amount
{_TAKEN.replace("WHERE p.", f"{_OF_STUDENT} WHERE p.", 1)}
ORDER BY p.day, e.made_at, e.id, p.account LIMIT :most
"""
MOST_LINES = 20_000
"""More transactions are no list for people; they choose fewer days."""
_SIDES = f"""
SUM(CASE WHEN p.account = 'income' THEN -p.amount ELSE 0 END) AS charged,
SUM(CASE WHEN p.account = 'tax' THEN -p.amount ELSE 0 END) AS tax,
SUM(CASE WHEN p.account IN ('discounts', 'scholarships') THEN p.amount ELSE 0 END) AS given,
SUM(CASE WHEN p.account IN ({_MONEY}) THEN p.amount ELSE 0 END) AS received
"""
_BY_DAY = f"""
SELECT p.day, p.currency, {_SIDES} FROM posting p
WHERE p.organisation_id = :o AND p.day >= :first AND p.day <= :last GROUP BY p.day, p.currency
"""  # noqa: S608 - our own words
_BY_METHOD = f"""
SELECT {_METHOD} AS method, p.currency, sum(p.amount) {_TAKEN} GROUP BY {_METHOD}, p.currency ORDER BY 1, 2
"""
_PAYING = """
FROM allocation a JOIN ledger_entry c ON c.organisation_id = a.organisation_id AND c.id = a.charge_id
JOIN ledger_entry e ON e.organisation_id = a.organisation_id AND e.id = a.entry_id
WHERE a.organisation_id = :o AND a.made_at >= :since AND a.made_at < :until
AND e.kind = 'payment' AND c.kind = 'charge'
"""
_BY_COURSE = f"""
SELECT f.course_id, max(k.title), f.currency, sum(f.charged), sum(f.tax), sum(f.given), sum(f.received) FROM (
SELECT e.course_id, p.currency, {_SIDES.replace(f"p.account IN ({_MONEY})", "1 = 0")}
FROM posting p JOIN ledger_entry e ON e.organisation_id = p.organisation_id AND e.id = p.entry_id
WHERE p.organisation_id = :o AND p.day >= :first AND p.day <= :last GROUP BY e.course_id, p.currency
UNION ALL SELECT c.course_id, c.currency, 0, 0, 0, sum(a.amount) {_PAYING} GROUP BY c.course_id, c.currency
UNION ALL SELECT NULL, c.currency, 0, 0, 0, -sum(a.amount) {_PAYING} GROUP BY c.currency
UNION ALL SELECT NULL, p.currency, 0, 0, 0, sum(p.amount) FROM posting p
WHERE p.organisation_id = :o AND p.day >= :first AND p.day <= :last AND p.account IN ({_MONEY}) GROUP BY p.currency
) f LEFT JOIN course k ON k.organisation_id = :o AND k.id = f.course_id
GROUP BY f.course_id, f.currency ORDER BY max(k.title), f.course_id, f.currency
"""  # noqa: S608 - our own words
"""Money that pays no charge of a course yet, or goes back to nobody's course, stands in the line without one."""
_TERMS = "SELECT id, name, starts_on, ends_on FROM academic_term WHERE organisation_id = :o ORDER BY starts_on, id"
_BALANCE = """
SELECT account, currency, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END),
sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END), sum(amount) FROM posting
WHERE organisation_id = :o AND day >= :first AND day <= :last GROUP BY account, currency ORDER BY currency, account
"""


@dataclass(frozen=True)
class Span:
    """The days that a report is about, both included, and a course where it is about one."""

    organisation_id: str
    first: str
    last: str
    course_id: str = ""

    @property
    def places(self) -> dict[str, str]:
        """The values of the statements."""
        return {"o": self.organisation_id, "first": self.first, "last": self.last}


def instants_of(db: Db, span: Span) -> dict[str, str]:
    """Return when the first day begins and the last one has ended on the institute's clocks: `since` and `until`."""
    zone = zone_of(db, span.organisation_id)
    return {"since": start_of(span.first, zone), "until": start_of(_next(span.last), zone)}


def _next(day: str) -> str:
    return "9999-12-31" if day >= "9999-12-31" else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def start_of(day: str, zone: ZoneInfo) -> str:
    """Return the instant at which a day begins; days beside the calendar's ends begin with it."""
    at = min(max(date.fromisoformat(day), date(1, 1, 2)), date(9999, 12, 30))
    return instant_text(datetime.combine(at, time(), zone))


def daily(db: Db, span: Span, by: str) -> list[Row]:
    """Return what came in, was voided and went back, by method, till, cashier or day; or each transaction.

    At most `MOST_LINES` + 1 transactions are returned, so that the caller sees that there are more.
    """
    if by == "transaction":
        return [_transaction(row) for row in db.rows(_TRANSACTIONS, **span.places, most=MOST_LINES + 1)]
    names = ("id", "name", "currency", "payments", "received", "voided", "refunded", "net")
    rows = [dict(zip(names, _whole(row, 3), strict=True)) for row in db.rows(_DAILY[by], **span.places)]
    if by == "method":
        return [{**row, "name": money_words(row["id"])} for row in rows]
    return rows


def _whole(row: Iterable[Any], first: int) -> list[Any]:
    """PostgreSQL adds large integers up as decimals; none of them has a part."""
    return [value if at < first else int(value or 0) for at, value in enumerate(row)]


def _transaction(row: Any) -> Row:
    entry_id, day, receipt, given, family, number, method, till, cashier, what, currency, amount = row
    name = " ".join(part for part in (given, family) if part)
    return {
        "id": f"{entry_id}:{method}",
        "day": day,
        "number": receipt,
        "name": f"{name} ({number})" if number else name,
        "method": money_words(method),
        "till": till,
        "cashier": cashier,
        "what": what,
        "currency": currency,
        "amount": int(amount),
    }


def revenue(db: Db, span: Span, by: str) -> list[Row]:
    """Return what was charged without tax, tax, discounts, revenue and money received; by method the money alone."""
    if by == "method":
        rows = db.rows(_BY_METHOD, **span.places)
        return [
            {"id": row[0], "name": money_words(row[0]), "currency": row[1], "received": int(row[2])} for row in rows
        ]
    if by == "course":
        rows = db.rows(_BY_COURSE, **span.places, **instants_of(db, span))
        found = [_revenue_row(row[0] or "", row[1] or "", row[2], row[3:]) for row in rows]
        return [row for row in found if any(row[key] for key in _SUMMED)]
    days = [_revenue_row(row[0], row[0], row[1], row[2:]) for row in db.rows(_BY_DAY, **span.places)]
    terms: list[Term] = [(row[0], row[1], row[2], row[3]) for row in db.rows(_TERMS, o=span.organisation_id)]
    return rolled_up(days, by, _SUMMED, terms)


_SUMMED = ("charged", "tax", "given", "revenue", "received")


def _revenue_row(key: str, name: str, currency: str, sums: Iterable[Any]) -> Row:
    charged, tax, given, received = (int(one or 0) for one in sums)
    amounts: Mapping[str, int] = {"charged": charged, "tax": tax, "given": given, "revenue": charged - given}
    return {"id": key, "name": name, "currency": currency, **amounts, "received": received}


def balance(db: Db, span: Span) -> list[Row]:
    """Return what moved on each account of the books; the balances of a currency add up to zero."""
    return [
        {
            "id": row[0],
            "name": account_words(Account(row[0])),
            "currency": row[1],
            "debit": int(row[2]),
            "credit": int(row[3]),
            "balance": int(row[4]),
        }
        for row in db.rows(_BALANCE, **span.places)
    ]
