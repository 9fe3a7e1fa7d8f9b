"""What is owed: aged debt as at a day, and what is expected in which month; plans decide what is due when.

Who owes what is added up by one statement over all entries; charges that an active plan covers come by a second one,
because their parts have days of their own. A day in the past sees the entries and allocations up to it, and the plans
of today.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from server.core.database import Db
from server.finance.report_queries import Span, instants_of
from shared.finance.report_rules import AGES, Planned, Row, age_limits, age_of, plan_pieces, planned_dues

_PLANNED = {
    "sqlite": "SELECT i.id, i.parts, c.key AS place, c.value AS charge_id FROM instalment_plan i,"
    " json_each(i.charge_ids) c WHERE i.organisation_id = :o AND i.state = 'active'",
    "postgresql": "SELECT i.id, i.parts, c.place, c.charge_id FROM instalment_plan i,"
    " json_array_elements_text(CAST(i.charge_ids AS json)) WITH ORDINALITY c(charge_id, place)"
    " WHERE i.organisation_id = :o AND i.state = 'active'",
}
"""The charges of active plans, in the order of each plan."""
_LIVING = (
    "e.organisation_id = :o AND e.day <= :last AND e.amount > 0 AND e.kind <> 'reversal' AND NOT EXISTS"
    " (SELECT 1 FROM ledger_entry r WHERE r.organisation_id = :o AND r.reverses_id = e.id AND r.day <= :last)"
)
_USED = (
    "(SELECT a.charge_id, sum(a.amount) AS used FROM allocation a WHERE a.organisation_id = :o"
    " AND a.made_at < :until GROUP BY a.charge_id)"
)
_AGE = (
    "CASE WHEN e.due_on IS NULL OR e.due_on >= :late0 THEN 'not_due' WHEN e.due_on >= :late30 THEN 'days_30'"
    " WHEN e.due_on >= :late60 THEN 'days_60' WHEN e.due_on >= :late90 THEN 'days_90' ELSE 'older' END"
)
_STUDENTS = """
SELECT f.person_id, h.given_name, h.family_name, h.number, f.currency, f.age, f.amount FROM ({found}) f
LEFT JOIN person h ON h.organisation_id = :o AND h.id = f.person_id
"""
_COURSES = """
SELECT f.course_id, k.title, '', '', f.currency, f.age, f.amount FROM ({found}) f
LEFT JOIN course k ON k.organisation_id = :o AND k.id = f.course_id
"""
_MONTHS = f"""
SELECT substr(coalesce(e.due_on, ''), 1, 7), e.currency, sum(e.amount - coalesce(u.reduced, 0)),
sum(e.amount - coalesce(u.used, 0)) FROM ledger_entry e LEFT JOIN (
SELECT a.charge_id, sum(a.amount) AS used,
sum(CASE WHEN s.kind IN ('discount', 'scholarship') THEN a.amount ELSE 0 END) AS reduced
FROM allocation a JOIN ledger_entry s ON s.organisation_id = a.organisation_id AND s.id = a.entry_id
WHERE a.organisation_id = :o AND a.made_at < :until GROUP BY a.charge_id) u ON u.charge_id = e.id
WHERE {_LIVING} AND e.kind = 'charge' AND e.id NOT IN (SELECT charge_id FROM ({{planned}}) d)
GROUP BY substr(coalesce(e.due_on, ''), 1, 7), e.currency ORDER BY 1, 2
"""  # noqa: S608 - our own words
_OF_PLANS = f"""
SELECT d.id, d.parts, e.id, e.person_id, e.course_id, e.currency, e.amount, h.given_name, h.family_name, h.number,
k.title, coalesce(sum(CASE WHEN s.kind IN ('discount', 'scholarship') THEN a.amount ELSE 0 END), 0),
coalesce(sum(a.amount), 0)
FROM ({{planned}}) d JOIN ledger_entry e ON e.organisation_id = :o AND e.id = d.charge_id
LEFT JOIN allocation a ON a.organisation_id = :o AND a.charge_id = e.id AND a.made_at < :until
LEFT JOIN ledger_entry s ON s.organisation_id = :o AND s.id = a.entry_id
LEFT JOIN person h ON h.organisation_id = :o AND h.id = e.person_id
LEFT JOIN course k ON k.organisation_id = :o AND k.id = e.course_id
WHERE {_LIVING} GROUP BY d.id, d.parts, d.place, e.id, e.person_id, e.course_id, e.currency, e.amount, h.given_name,
h.family_name, h.number, k.title ORDER BY d.id, d.place
"""  # noqa: S608 - our own words


def debt(db: Db, span: Span, by: str) -> list[Row]:
    """Return what is owed at the end of `span.last`, by age, of each student or course; of students also credit.

    Balance is what is owed less credit that pays nothing yet. Whoever neither owes nor has credit is left out.
    """
    places = {"o": span.organisation_id, "last": span.last, "until": instants_of(db, span)["until"]}
    found: dict[tuple[str, str], Row] = {}
    wanted = span.course_id
    course = {"course_id": wanted} if wanted else {}
    sql = debt_sql(db.dialect, by, of_course=bool(wanted))
    for key, given, family, number, currency, age, amount in db.rows(sql, **places, **age_limits(span.last), **course):
        row = _place(found, (key or "", currency), by, _named(given, family), number)
        row[age] += int(amount)
    for planned, names, currency, due_on, amount in _planned_pieces(db, places, wanted):
        key = planned.person_id if by == "student" else planned.course_id or ""
        given, family, number, title = names
        name = _named(given, family) if by == "student" else str(title or "")
        _place(found, (key, currency), by, name, number)[age_of(due_on, span.last)] += amount
    return _finished(found, by, whole=not wanted)


def debt_sql(dialect: str, by: str, *, of_course: bool = False) -> str:
    """Return the statement behind aged debt without plans; of a whole institute with balances (`age` is `balance`)."""
    column = "person_id" if by == "student" else "course_id"
    course = " AND e.course_id = :course_id" if of_course else ""
    open_ = (
        f"SELECT e.{column}, e.currency, {_AGE} AS age, sum(e.amount - coalesce(u.used, 0)) AS amount"  # noqa: S608 - our own words
        f" FROM ledger_entry e LEFT JOIN {_USED} u ON u.charge_id = e.id WHERE {_LIVING}{course}"
        f" AND e.id NOT IN (SELECT charge_id FROM ({_PLANNED[dialect]}) d) GROUP BY e.{column}, e.currency, {_AGE}"
    )
    if by == "student" and not of_course:
        open_ += (
            " UNION ALL SELECT e.person_id, e.currency, 'balance', sum(e.amount) FROM ledger_entry e"
            " WHERE e.organisation_id = :o AND e.day <= :last GROUP BY e.person_id, e.currency"
        )
    return (_STUDENTS if by == "student" else _COURSES).format(found=open_) + "WHERE f.amount <> 0"


def _named(given: str | None, family: str | None) -> str:
    return " ".join(part for part in (given, family) if part)


def _place(found: dict[tuple[str, str], Row], key: tuple[str, str], by: str, name: str, number: str | None) -> Row:
    if key not in found:
        found[key] = {"id": key[0], "name": name, "currency": key[1], **dict.fromkeys((*AGES, "balance"), 0)}
        if by == "student":
            found[key]["number"] = number or ""
    return found[key]


def _finished(found: dict[tuple[str, str], Row], by: str, *, whole: bool) -> list[Row]:
    rows = []
    for row in found.values():
        owed = sum(row[age] for age in AGES)
        balance = row.pop("balance")
        made = {**row, "owed": owed}
        if by == "student":
            made |= {"credit": owed - balance, "balance": balance} if whole else {"credit": 0, "balance": owed}
        if owed or made.get("credit"):
            rows.append(made)
    return sorted(rows, key=lambda row: (row["name"].casefold(), row["id"], row["currency"]))


Names = tuple[str | None, str | None, str | None, str | None]
"""Given name, family name and number of a student, and a course's title."""


def _plans(db: Db, places: dict[str, str]) -> Iterator[tuple[list[tuple[str, int]], str, list[tuple[Planned, Names]]]]:
    """Give each plan's parts and currency, with its living charges in order."""
    sql = _OF_PLANS.format(planned=_PLANNED[db.dialect])
    here: dict[str, tuple[str, str, list[tuple[Planned, Names]]]] = {}
    for row in db.rows(sql, **places):
        plan_id, parts, entry_id, person_id, course_id, currency, amount, given, family, number, title, *sums = row
        reduced, used = (int(one) for one in sums)
        planned = Planned(entry_id, person_id, course_id, int(amount) - reduced, int(amount) - used)
        here.setdefault(plan_id, (parts, currency, []))[2].append((planned, (given, family, number, title)))
    for parts, currency, charges in here.values():
        days = [(str(part["due_on"]), int(part["amount"])) for part in orjson.loads(parts)]
        yield days, currency, charges


def _planned_pieces(db: Db, places: dict[str, str], course_id: str) -> Iterator[tuple[Planned, Names, str, str, int]]:
    for parts, currency, charges in _plans(db, places):
        names = {planned.charge_id: own for planned, own in charges}
        for planned, due_on, amount in plan_pieces(parts, [planned for planned, _ in charges]):
            if not course_id or planned.course_id == course_id:
                yield planned, names[planned.charge_id], currency, due_on, amount


def expected(db: Db, span: Span, today: str) -> list[Row]:
    """Return what is due in each month between two days, what of it came in up to today, and what is open.

    Due is what charges come to after discounts. What has no day stands in a line without a name.
    """
    whole = Span(span.organisation_id, span.first, max(today, "0001-01-02"))
    places = {"o": span.organisation_id, "last": whole.last, "until": instants_of(db, whole)["until"]}
    found: dict[tuple[str, str], list[int]] = {}
    for month, currency, due, open_ in db.rows(_MONTHS.format(planned=_PLANNED[db.dialect]), **places):
        _count(found, month, currency, int(due), int(open_))
    for parts, currency, charges in _plans(db, places):
        own = [planned for planned, _ in charges]
        for due_on, amount in planned_dues(parts, own):
            _count(found, due_on[:7], currency, amount, 0)
        for _planned, due_on, amount in plan_pieces(parts, own):
            _count(found, due_on[:7], currency, 0, amount)
    return [
        {"id": month, "name": month, "currency": currency, "due": due, "received": due - open_, "open": open_}
        for (month, currency), (due, open_) in sorted(found.items())
        if (due or open_) and (not month or span.first[:7] <= month <= span.last[:7])
    ]


def _count(found: dict[tuple[str, str], list[int]], month: str, currency: str, due: int, open_: int) -> None:
    sums = found.setdefault((month, currency), [0, 0])
    sums[0] += due
    sums[1] += open_


def places_of(organisation_id: str, day: str, until: str) -> dict[str, Any]:
    """Return the places of `debt_sql` for a whole institute."""
    return {"o": organisation_id, "last": day, "until": until, **age_limits(day)}
