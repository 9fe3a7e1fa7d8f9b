"""A cash desk for tests: a till with its key, students with fees, and a drawer that may be opened."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.finance.area import STORE
from desktop.finance.till_store import TILL_KEY
from desktop.people.lines import STORE as PEOPLE
from desktop.timetable.lines import STORE as TIMETABLE
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import person, person_id
from tests.desks import ORGANISATION, TestDesk, make_actor, make_desk, plain_areas
from tests.finance.receipt_keys import PUBLIC, certificate
from tests.finance.receipt_keys import TILL_KEY as KEY

HANA, OMAR = "Hana Novak", "Omar Farouk"
CASHIER = make_actor(derived_id("person", "samuel"), "Samuel Njoroge", Role.CASHIER)
BURSAR = make_actor(derived_id("person", "efua"), "Efua Sarpong", Role.BURSAR)
TILL = derived_id("till", "front")
DEVICE = derived_id("device", "desk")
INSTALMENT, LATE_FEE, NEXT = derived_id("charge", "3"), derived_id("charge", "late"), derived_id("charge", "4")


def charge(entry_id: str, what: str, amount: int, due_on: str | None, name: str = HANA, **more: Any) -> Any:
    """A charge on a student's ledger."""
    body = {
        "id": entry_id,
        "person_id": person_id(name),
        "kind": "charge",
        "charge_kind": "tuition",
        "amount": amount,
        "currency": "GHS",
        "what": what,
        "day": "2026-11-01",
        "due_on": due_on,
        "enrolment_id": None,
        "cohort_id": None,
        "course_id": None,
        "number": f"I-2026-{entry_id[:4]}",
        "payment_id": None,
        "reverses_id": None,
        "taxes": [],
        "made_at": "2026-11-01T08:00:00.000Z",
        "made_by": BURSAR.person_id,
        **more,
    }
    return "ledger_entry", body


def till_row(**more: Any) -> Any:
    """The till of this install."""
    body = {
        "id": TILL,
        "name": "Front desk 2",
        "series": 93,
        "code": "K3",
        "device_id": DEVICE,
        "install_epoch": 1,
        "public_key": base64.b64encode(KEY.public_key().public_bytes_raw()).decode(),
        "certificate": certificate(organisation=ORGANISATION),
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "state": "active",
        "asked_by": CASHIER.name,
        "approved_by": BURSAR.name,
        **more,
    }
    return "till", body


def rows() -> list[Any]:
    """The institute, its key, a till, and two students with fees."""
    organisation = {
        "id": ORGANISATION,
        "name": "Lakeside Institute of Technology",
        "address": "Lake Road 14, Kisumu",
        "currency": "GHS",
        "time_zone": "Africa/Accra",
    }
    key = {
        "id": derived_id("key", "1"),
        "public_key": base64.b64encode(PUBLIC).decode(),
        "made_at": "2026-01-01T00:00:00.000Z",
        "retired_at": None,
    }
    return [
        ("organisation", organisation),
        ("receipt_key", key),
        till_row(),
        person(HANA, "S-004102", phone="0712 555 014", email="hana@example.org"),
        person(OMAR, "S-004103"),
        charge(INSTALMENT, "Instalment 3 of 6, term 3", 24_500_00, "2026-11-20"),
        charge(LATE_FEE, "Library fine", 500_00, "2026-11-19"),
        charge(NEXT, "Instalment 4 of 6, term 3", 24_500_00, "2026-12-01"),
        charge(derived_id("charge", "omar"), "Tuition", 10_000_00, "2026-11-01", OMAR),
    ]


def open_cash_desk(folder: Any, actor: Any = CASHIER, more: Any = (), **options: Any) -> TestDesk:
    """A desk that is a till; the drawer is still closed."""
    areas = (*plain_areas()[1:2], PEOPLE, TIMETABLE, STORE)
    made = make_desk(folder, actor, [*rows(), *more], areas=areas, **options)
    secret = base64.b64encode(KEY.private_bytes_raw()).decode()
    kept = {"device_id": DEVICE, "install_epoch": 1, "key": secret, "till_id": TILL}
    made.store.remember(TILL_KEY, kept)
    return made


def private(seed: int) -> Ed25519PrivateKey:
    """Another key."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
