"""The cash desk over HTTP: a till is asked for, approved and closed, its keys change, and receipts are mailed once."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.finance import till_routes
from server.finance.receipt_letters import post_receipts
from shared.finance import receipt_code as code
from shared.finance.vocabulary import Method
from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(5, 37)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
ASKED = {"name": "Front desk 2", "install_epoch": 1, "public_key": PUBLIC}


def _with_money(served: PlannedServer) -> PlannedServer:
    served.people["efua"] = served.server.add_person("efua", ("bursar",))
    served.people["sam"] = served.server.add_person("sam", ("cashier",))
    return served


@pytest.fixture
def desk(planned: PlannedServer) -> PlannedServer:
    """On SQLite and on PostgreSQL, with a bursar and a cashier."""
    return _with_money(planned)


@pytest.fixture
def purse(small: PlannedServer) -> PlannedServer:
    """The same on SQLite alone."""
    return _with_money(small)


def test_a_till_is_asked_for_approved_renewed_and_closed(desk: PlannedServer) -> None:
    made = desk.ask("POST", "tills", ASKED, by="sam")
    assert (made.status, made.data["state"], made.data["code"]) == (201, "waiting", "A1")
    path = f"tills/{made.data['id']}"
    assert desk.ask("POST", f"{path}/approve", {}, by="sam").code == "not_allowed"
    approved = desk.ask("POST", f"{path}/approve", {}, by="efua")
    assert (approved.status, approved.data["state"], approved.data["approved_by"]) == (200, "active", "Efua")
    again = desk.ask("POST", "tills", ASKED, by="sam")
    assert (again.data["id"], again.data["certificate"]) == (made.data["id"], approved.data["certificate"])
    first = code.read_certificate(approved.data["certificate"])
    key = desk.ask("POST", "tills/keys", {}, by="efua").data["public_key"]
    renewed = desk.ask("POST", f"{path}/approve", {}, by="efua").data["certificate"]
    assert code.read_certificate(renewed).key_id == code.key_id(base64.b64decode(key)) != first.key_id
    assert desk.ask("POST", "tills/keys", {}, by="sam").code == "not_allowed"
    assert desk.ask("GET", f"{path}/gaps", by="sam").data == []
    assert desk.ask("GET", f"{path}/gaps", by="esi").code == "not_allowed"
    assert desk.ask("POST", f"{path}/close", {}, by="sam").code == "not_allowed"
    assert desk.ask("POST", f"{path}/close", {}, by="efua").data["state"] == "closed"
    assert desk.ask("POST", "tills", ASKED, by="sam").data["code"] == "A2"
    assert desk.ask("GET", "tills?state=closed", by="esi").json["pagination"]["totalCount"] == 1


def test_whoever_manages_money_approves_by_asking(purse: PlannedServer) -> None:
    made = purse.ask("POST", "tills", ASKED, by="efua")
    assert made.data["state"] == "active"
    assert purse.ask("POST", "tills", ASKED, by="esi").code == "not_allowed"
    late = purse.ask("POST", "tills", {**ASKED, "install_epoch": 2}, by="sam")
    assert (late.status, late.code) == (422, "install_renewed")
    for wrong in ({**ASKED, "name": ""}, {**ASKED, "public_key": "x"}, {**ASKED, "colour": "red"}):
        assert purse.ask("POST", "tills", wrong, by="sam").status == 422


def _paid(served: PlannedServer, *, mail: bool) -> dict[str, Any]:
    """Take money at a till as a device brings it; returns the till."""
    server = served.server
    device = server.new_id()
    asked = {**ASKED, "device_id": device}
    till_id = server.new_id()
    assert server.do(server.command("AskTill", till_id, asked)).verdict == "applied"
    till: dict[str, Any] = served.ask("POST", f"tills/{till_id}/approve", {}, by="efua").data
    at = "2026-11-20T08:00:00.000Z"
    said = code.Facts(till["code"], 1, 500, "GHS", "Esi", at, frozenset({Method.CASH}), False)
    words = code.receipt_words(said, till["certificate"])
    receipt = {
        "number": said.number,
        "till_id": till_id,
        "series": till["series"],
        "sequence": 1,
        "issued_at": at,
        "words": words,
        "signature": code.signed(words, KEY.sign),
        "printed": {"received_from": "Esi", "paid_by": "Cash", "mail": mail},
    }
    payload = {
        "amount": 500,
        "currency": "GHS",
        "paid_for": [{"person_id": served.people["esi"], "amount": 500}],
        "tenders": [{"method": "cash", "amount": 500}],
        "shift_id": server.new_id(),
        "receipt": receipt,
    }
    command = server.command("TakePayment", server.new_id(), payload).model_copy(update={"device_id": device})
    told = server.do(command)
    assert told.verdict == "applied", told
    return till


def test_a_receipt_is_read_and_mailed_once(desk: PlannedServer) -> None:
    till = _paid(desk, mail=True)
    listed = desk.ask("GET", "receipts?number=R-A1-000001", by="sam")
    assert [one["till_id"] for one in listed.data] == [till["id"]]
    assert desk.ask("GET", f"receipts/{listed.data[0]['id']}", by="esi").status == 404
    assert desk.ask("GET", f"receipts/{listed.data[0]['id']}", by="efua").data["amount"] == 500
    assert desk.ask("GET", "shifts?state=open", by="sam").data == []
    assert desk.ask("GET", "finance-requests", by="sam").data == []
    context = desk.server.context
    assert [post_receipts(context) for _ in range(2)] == [1, 0]
    with context.database.read() as db:
        found = db.rows("SELECT template FROM delivery WHERE organisation_id = :o", o=desk.server.organisation_id)
    assert [row[0] for row in found].count("receipt") == 1


def test_no_mail_goes_out_unasked(purse: PlannedServer) -> None:
    _paid(purse, mail=False)
    assert post_receipts(purse.server.context) == 0


def test_the_examples_are_what_the_payloads_take() -> None:
    till_routes.NewTill.model_validate(till_routes.NewTill.model_json_schema()["example"])
