"""What must hold of money after every run: of the books, of what tills printed, of drawers, and of plans and fees."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from desktop.finance import till_store
from server.core.database import Db
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND
from server.finance.plan_kinds import PLAN_KIND
from server.finance.shift_queries import drawer_of
from shared.core.command import Command
from shared.finance.fee_commands import fee_charge_id
from shared.finance.ledger_rules import accounts_of
from shared.finance.plan_rules import ACTIVE, dues, plan_steps, standing
from shared.finance.shift_rules import Drawer
from shared.finance.vocabulary import SHIFT, EntryKind, Method, PaymentState
from tests.finance.histories import check_books
from tests.simulator.device import Device
from tests.simulator.invariants import require
from tests.simulator.money_desk import desk_of

Rows = Sequence[Mapping[str, Any]]
_LATER = "2027-06-01"
_ENTERED = ("applied", "agreed")
_GONE = (PaymentState.VOIDED, PaymentState.FAILED)
_PRINTED = """
SELECT p.id, p.receipt_number, p.amount, r.number, r.amount FROM payment p
LEFT JOIN receipt r ON r.organisation_id = p.organisation_id AND r.payment_id = p.id WHERE p.receipt_number <> ''
"""
_AMISS = """
SELECT e.id FROM ledger_entry e LEFT JOIN posting p ON p.organisation_id = e.organisation_id AND p.entry_id = e.id
GROUP BY e.id, e.amount HAVING coalesce(sum(p.amount), 1) <> 0
OR sum(CASE WHEN p.account = 'receivable' THEN p.amount ELSE 0 END) <> e.amount
"""
_TWICE = "SELECT number FROM receipt GROUP BY number HAVING count(*) > 1"
_PLACES_TWICE = "SELECT till_id, sequence FROM receipt GROUP BY till_id, sequence HAVING count(*) > 1"
_INVOICES = "SELECT DISTINCT number FROM ledger_entry WHERE kind = 'charge' ORDER BY number"
_MOVED = "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'cash'"
_NO_DRAWER = """
SELECT coalesce(sum(amount), 0) FROM finance_request
WHERE kind = 'refund' AND method = 'cash' AND state = 'approved' AND shift_id IS NULL
"""
_SHIFTS = """
SELECT id FROM shift UNION SELECT shift_id FROM cash_movement UNION SELECT shift_id FROM payment
WHERE shift_id IS NOT NULL UNION SELECT shift_id FROM finance_request WHERE shift_id IS NOT NULL
"""
_USES = """
SELECT d.name, d.most, count(*) FROM discount_use u JOIN discount d ON d.organisation_id = u.organisation_id
AND d.id = u.discount_id WHERE NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.organisation_id = u.organisation_id
AND r.reverses_id = u.entry_id) GROUP BY d.id, d.name, d.most HAVING d.most > 0 AND count(*) > d.most
"""


def money_is_true(db: Db, organisation_id: str, saved: Mapping[str, Command]) -> None:
    """The books agree with themselves, with every receipt that was printed, and with what is in the drawers."""
    entries = [ENTRY_KIND.body_of(row) for row in db.rows(f"SELECT {ENTRY_KIND.selected()} FROM ledger_entry t")]
    paid = [ALLOCATION_KIND.body_of(row) for row in db.rows(f"SELECT {ALLOCATION_KIND.selected()} FROM allocation t")]
    receipts_are_kept(db, saved)
    numbers_are_given_once(db)
    books_agree(db, entries, paid)
    payments_are_whole(db, entries)
    plans_are_whole(db, entries, paid)
    cash_is_counted(db, organisation_id)


def receipts_are_kept(db: Db, saved: Mapping[str, Command]) -> None:
    """Each receipt that a till printed is in the books once as it was printed, or in the office's list."""
    rows = db.rows(_PRINTED)
    books = {row[0]: row for row in rows}
    require(len(books) == len(rows), "A payment has two receipts:", rows)
    for payment_id, told, amount, number, printed in rows:
        require((told, amount) == (number, printed), "A payment and its receipt differ:", payment_id)
    verdicts = {row[0]: row[1] for row in db.rows("SELECT id, verdict FROM command_log WHERE type = 'TakePayment'")}
    listed = {
        side["command_id"]
        for (body,) in db.rows("SELECT body FROM conflict WHERE fields_group LIKE 'held:%'")
        for side in orjson.loads(body)["sides"]
    }
    for command in saved.values():
        if command.type != "TakePayment":
            continue
        verdict, row = verdicts[command.id], books.get(command.target_id)
        number = command.payload["receipt"]["number"]
        require(verdict in (*_ENTERED, "held"), "A printed receipt was refused:", number, verdict, command.id)
        if verdict in _ENTERED:
            require(row is not None and row[1] == number, "A printed receipt isn't in the books:", number, row)
        elif row is None:
            require(command.id in listed, "A printed receipt is in nobody's list:", number)
        else:
            require(row[1] == number, "A receipt was accepted under another number:", number, row)


def numbers_are_given_once(db: Db) -> None:
    """No receipt's number, Z report's or invoice's is there twice; invoices have no gap; a discount isn't overdrawn."""
    for sentence, sql in (
        ("A receipt's number is there twice:", _TWICE),
        ("A place of a till's series is there twice:", _PLACES_TWICE),
        ("A discount was given too often:", _USES),
    ):
        found = db.rows(sql)
        require(not found, sentence, found)
    of_years: dict[str, list[str]] = {}
    for (number,) in db.rows(_INVOICES):
        of_years.setdefault(number.rpartition("-")[0], []).append(number)
    for year, invoices in of_years.items():  # a clock that is a year ahead charges in next year's series
        wanted = [f"{year}-{at:04}" for at in range(1, len(invoices) + 1)]
        require(invoices == wanted, "The invoices' numbers have a gap:", set(wanted) ^ set(invoices))


def books_agree(db: Db, entries: Rows, paid: Rows) -> None:
    """Each entry posts what it says, all of it comes to zero; no allocation exceeds a payment or a charge."""
    amiss = db.rows(_AMISS)
    require(not amiss, "An entry doesn't post what it says:", amiss)
    for account, amount in db.rows("SELECT currency, sum(amount) FROM posting GROUP BY currency"):
        require(amount == 0, "The trial balance isn't zero:", account, amount)
    for person in sorted({one["person_id"] for one in entries}):
        own = [one for one in entries if one["person_id"] == person]
        mine = [one for one in paid if one["person_id"] == person]
        try:
            check_books(own, mine, _LATER)
        except AssertionError as problem:
            require(False, "A ledger contradicts itself:", person, problem)
    uses = {row[0]: row[1] for row in db.rows("SELECT entry_id, person_id FROM discount_use")}
    given = {one["id"] for one in entries if one["kind"] in (EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP)}
    require(given == uses.keys(), "A discount on a ledger isn't one that was given:", given ^ uses.keys())


def payments_are_whole(db: Db, entries: Rows) -> None:
    """What a payment brought is on ledgers as a whole, wherever it was moved; of one that is gone nothing is."""
    gone = {one["reverses_id"] for one in entries}
    living: dict[str, int] = {}
    for one in entries:
        if one["kind"] == EntryKind.PAYMENT and one["id"] not in gone:
            living[one["payment_id"]] = living.get(one["payment_id"], 0) - one["amount"]
    for payment_id, amount, state, gateway in db.rows("SELECT id, amount, state, gateway FROM payment"):
        waits = bool(gateway) and state in (PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.PROCESSING)
        wanted = 0 if state in _GONE or waits else amount
        there = living.pop(payment_id, 0)
        require(there == wanted, "A payment's money isn't on the ledgers:", payment_id, state, wanted, there)
    require(not living, "Money of no payment is on a ledger:", living)


def plans_are_whole(db: Db, entries: Rows, paid: Rows) -> None:
    """The instalments of a plan come to its charges, and what is due of them to what is open."""
    plans = [PLAN_KIND.body_of(row) for row in db.rows(f"SELECT {PLAN_KIND.selected()} FROM instalment_plan t")]
    planned: set[str] = set()
    for plan in (one for one in plans if one["state"] == ACTIVE):
        twice = planned & set(plan["charge_ids"])
        require(not twice, "A charge is in two plans:", twice)
        planned |= set(plan["charge_ids"])
        own = [one for one in entries if one["person_id"] == plan["person_id"]]
        mine = [one for one in paid if one["person_id"] == plan["person_id"]]
        total = standing(plan["charge_ids"], plan["currency"], own, mine).total
        steps = plan_steps(plan, own, mine, _LATER)
        require(sum(one.amount for one in steps) == total, "A plan isn't what its charges come to:", plan, total)
        account = accounts_of(own, mine).get(plan["currency"])
        for charge, parts in dues([plan], own, mine).items():
            left = account.open.get(charge, 0) if account else 0
            require(sum(amount for _, amount in parts) == left, "What is due isn't what is owed:", charge, parts, left)


def cash_is_counted(db: Db, organisation_id: str) -> None:
    """What lies in the drawers beside floats and what was moved is what the books say of cash."""
    in_drawers = 0
    for (shift_id,) in db.rows(_SHIFTS):
        drawer = drawer_of(db, organisation_id, {"id": shift_id, "opening_float": 0})
        in_drawers += drawer.expected - moved_of(drawer)
    booked, elsewhere = int(db.rows(_MOVED)[0][0]), int(db.rows(_NO_DRAWER)[0][0])
    require(in_drawers == booked + elsewhere, "Drawers and books disagree on cash:", in_drawers, booked, elsewhere)


def moved_of(drawer: Drawer) -> int:
    """Return what movements beside payments did to a drawer."""
    return drawer.expected - drawer.opening_float - drawer.taken.get(Method.CASH, 0) + drawer.refunded


def drawers_are_equal(db: Db, organisation_id: str, device: Device) -> None:
    """A device shows of each drawer what the server makes of it."""
    desk = desk_of(device)
    for shift in device.store.page(SHIFT, limit=-1):
        here, there = till_store.drawer_of(desk, shift), drawer_of(db, organisation_id, shift)
        require(here == there, "A drawer isn't what the server makes of it:", device.label, here, there)


def fees_are_charged(db: Db, already: frozenset[str], cohort_id: str) -> None:
    """Each enrolment of a course with fees that began since they were set was charged for it, once."""
    rows = db.rows("SELECT id, state FROM enrolment WHERE cohort_id = :c AND state = 'active'", c=cohort_id)
    there = {row[0] for row in db.rows("SELECT id FROM ledger_entry WHERE enrolment_id IS NOT NULL")}
    for enrolment_id, _ in rows:
        if enrolment_id not in already:
            require(fee_charge_id(enrolment_id, 0) in there, "An enrolment's fees weren't charged:", enrolment_id)
