"""What the REST face of ledgers lists: entries, allocations, payments and fees, with an example of each."""

from typing import Any

from server.core.resources import Resource
from server.core.responses import pagination
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND, FEE_KIND, PAYMENT_KIND
from shared.core.actor import Actor
from shared.finance.permissions import may_see_ledgers

PERSON = "01a1f7f8-3000-7672-874a-d4aa4c9175c7"
_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
_ENTRY = "01a1f7f8-3000-7672-874a-d4a8ff8edb60"
_PAYMENT = "01a1f7f8-3000-7672-874a-d4a8ff8edb61"
COURSE = "01a1f7f8-3000-7672-874a-d4a8ff8edb62"
_STRUCTURE = "9e7e3c1f-6f0a-5b7e-9c39-2f2f0a6f3d11"
ENTRIES = Resource(
    family="ledger-entries",
    kind=ENTRY_KIND,
    add="",  # the area's own: money moves by charges and payments
    edit="",
    filters={
        "person_id": "person_id",
        "kind": "kind",
        "day": "day",
        "payment_id": "payment_id",
        "enrolment_id": "enrolment_id",
        "currency": "currency",
        "number": "number",
    },
    sorts=("day", "made_at", "amount", "due_on"),
    default_sort="made_at",
    name="entry",
    example={
        "id": _ENTRY,
        "revision": _REVISION,
        "person_id": PERSON,
        "kind": "charge",
        "charge_kind": "tuition",
        "amount": 8_820_000,
        "currency": "GHS",
        "what": "Tuition, term 3",
        "day": "2026-11-20",
        "due_on": "2026-12-01",
        "number": "I-2026-1102",
        "payment_id": None,
        "reverses_id": None,
        "taxes": [],
        "made_at": "2026-11-20T08:30:00.000Z",
    },
)
ALLOCATIONS = Resource(
    family="allocations",
    kind=ALLOCATION_KIND,
    add="",
    edit="",
    filters={"person_id": "person_id", "entry_id": "entry_id", "charge_id": "charge_id"},
    sorts=("made_at",),
    default_sort="made_at",
    name="allocation",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb63",
        "revision": _REVISION,
        "person_id": PERSON,
        "entry_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb64",
        "charge_id": _ENTRY,
        "amount": 2_450_000,
        "made_at": "2026-11-20T08:30:00.000Z",
    },
)
PAYMENTS = Resource(
    family="payments",
    kind=PAYMENT_KIND,
    add="",
    edit="",
    filters={
        "person_id": "person_id",
        "state": "state",
        "confirmation": "confirmation",
        "shift_id": "shift_id",
        "reference": "reference",
        "receipt_number": "receipt_number",
    },
    sorts=("taken_at", "amount"),
    default_sort="taken_at",
    name="payment",
    example={
        "id": _PAYMENT,
        "revision": _REVISION,
        "reference": "PAY-20261120083000-9C41F2A07B3E",
        "state": "completed",
        "confirmation": "confirmed",
        "amount": 2_450_000,
        "currency": "GHS",
        "tenders": [{"method": "cash", "amount": 2_450_000, "given": 2_500_000}],
        "person_id": PERSON,
        "payer_name": "Hana Novak",
        "receipt_number": "R-K3-000123",
        "taken_at": "2026-11-20T08:30:00.000Z",
        "taken_by_name": "Samuel Njoroge",
    },
)
FEES = Resource(
    family="fee-structures",
    kind=FEE_KIND,
    add="",
    edit="",
    filters={"course_id": "course_id", "cohort_id": "cohort_id", "state": "state"},
    sorts=("name",),
    default_sort="name",
    name="fee structure",
    example={
        "id": _STRUCTURE,
        "revision": _REVISION,
        "name": "Accounting 2026",
        "course_id": COURSE,
        "cohort_id": None,
        "currency": "GHS",
        "lines": [
            {
                "name": "Tuition",
                "kind": "tuition",
                "amount": 14_700_000,
                "taxes": [{"name": "VAT", "rate": 1_500}],
                "due_days": 14,
            }
        ],
        "by_period": {},
        "state": "active",
    },
)


def seen_by(actor: Actor) -> Actor:
    """Return someone as the lists of money know him or her: whoever doesn't work with money sees the own rows."""
    return actor if may_see_ledgers(actor) else actor.model_copy(update={"scopes": (f"person:{actor.person_id}",)})


def shown(resource: Resource, status: int = 200, *, several: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the example of an answer with one row, or with a page of them."""
    example: dict[str, Any] = {"data": resource.example}
    if several:
        example = {"data": [resource.example], "pagination": pagination(1, 10, 1).model_dump()}
    return {status: {"content": {"application/json": {"example": example}}}}
