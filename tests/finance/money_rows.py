"""Ledger entries, allocations, payments and fees as a device has them, for tests of pages and actions."""

from collections.abc import Mapping
from typing import Any

from desktop.core.area import StoreArea
from desktop.finance import lines
from shared.core.ids import derived_id
from shared.finance.commands import PAYLOADS
from shared.finance.fee_commands import PAYLOADS as FEE_PAYLOADS
from shared.finance.fee_commands import fee_structure_id
from shared.finance.projections import PROJECTIONS
from tests.attendance.classes import COHORT, COURSE, person_id

Row = tuple[str, Mapping[str, Any]]
HANA = "Hana Novak"
AREA = StoreArea(lines.KINDS, PROJECTIONS, dict.fromkeys((*PAYLOADS, *FEE_PAYLOADS), 1), lines.LINES)


def entry(what: str, amount: int, day: str, kind: str = "charge", who: str = HANA, **more: Any) -> Row:
    """A line of someone's ledger."""
    key = derived_id("ledger_entry", who, what, day, kind)
    body = {
        "id": key,
        "revision": key,
        "person_id": person_id(who),
        "kind": kind,
        "charge_kind": "tuition",
        "amount": amount,
        "currency": "GHS",
        "what": what,
        "day": day,
        "due_on": None,
        "enrolment_id": None,
        "cohort_id": None,
        "course_id": None,
        "number": "",
        "payment_id": None,
        "reverses_id": None,
        "taxes": [],
        "made_at": f"{day}T09:00:00.000Z",
        "made_by": "",
        **more,
    }
    return "ledger_entry", body


def allocation(payment: Row, charge: Row, amount: int) -> Row:
    """A payment's entry pays a charge."""
    key = derived_id("allocation", payment[1]["id"], charge[1]["id"])
    body = {
        "id": key,
        "revision": key,
        "person_id": payment[1]["person_id"],
        "entry_id": payment[1]["id"],
        "charge_id": charge[1]["id"],
        "amount": amount,
        "made_at": "2026-11-01T09:00:00.000Z",
    }
    return "allocation", body


def payment(key: str, confirmation: str = "confirmed", who: str = HANA) -> Row:
    """A payment; only what ledgers look at is true to life."""
    body = {"id": derived_id("payment", key), "revision": derived_id("payment", key), "person_id": person_id(who)}
    return "payment", {
        **body,
        "state": "processing",
        "confirmation": confirmation,
        "taken_at": "2026-11-02T09:00:00.000Z",
    }


def fees(name: str = "Accounting 2026", **more: Any) -> Row:
    """What a course costs."""
    key = fee_structure_id(COURSE)
    body = {
        "id": key,
        "revision": key,
        "name": name,
        "course_id": COURSE,
        "cohort_id": None,
        "currency": "GHS",
        "lines": [
            {"name": "Tuition", "kind": "tuition", "amount": 14_700_000, "taxes": [{"name": "VAT", "rate": 1_500}],
             "due_days": 14},
            {"name": "Library", "kind": "other", "amount": 50_000, "taxes": [], "due_days": 0},
        ],
        "state": "active",
        **more,
    }  # fmt: skip
    return "fee_structure", body


TUITION = entry("Tuition, term 3", 8_820_000, "2026-10-01", number="I-2026-0967", due_on="2026-10-31")
DISCOUNT = entry("Sibling 10 %", -1_470_000, "2026-10-05", "discount")
MOBILE = entry(
    "mobile_money", -2_500_000, "2026-10-14", "payment", number="R-A1-003874", payment_id=derived_id("payment", "m")
)
FINE = entry("Library fine", 50_000, "2026-11-01", number="I-2026-1102", charge_kind="other")
CARD = entry(
    "cash,card", -2_450_000, "2026-11-02", "payment", number="R-A1-004090", payment_id=derived_id("payment", "c")
)
WRONG = entry("Exam fee", 300_000, "2026-11-03", number="I-2026-1103")
BACK = entry("Exam fee", -300_000, "2026-11-03", "reversal", number="I-2026-1103", reverses_id=WRONG[1]["id"])
NOTE = (
    "account_note",
    {
        "id": derived_id("note", "back"),
        "person_id": person_id(HANA),
        "entry_id": BACK[1]["id"],
        "words": "Charged to the wrong class",
        "author_id": "",
        "author_name": "Grace Kimani",
    },
)


def money_rows() -> list[Row]:
    """Hana's ledger: 24,500.00 are still open, 500.00 of a fine, and one charge was reversed."""
    return [
        TUITION, DISCOUNT, MOBILE, FINE, CARD, WRONG, BACK, NOTE, payment("m"), payment("c", "unconfirmed"),
        allocation(DISCOUNT, TUITION, 1_470_000), allocation(MOBILE, TUITION, 2_500_000),
        allocation(CARD, TUITION, 2_400_000), fees(), fees_of_cohort(),
    ]  # fmt: skip


def fees_of_cohort() -> Row:
    """What one class costs, out of use."""
    kind, body = fees("Evening class with an unusually long name, 1B, first and second term, weekend sessions")
    key = fee_structure_id(COHORT)
    return kind, {**body, "id": key, "revision": key, "course_id": None, "cohort_id": COHORT, "state": "retired"}
