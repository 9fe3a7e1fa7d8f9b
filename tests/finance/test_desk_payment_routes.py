"""Money taken at a till over HTTP, on both databases: signed by the till, sent from its computer, once."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.finance import receipt_code as code
from shared.finance.till_rules import receipt_number
from shared.finance.vocabulary import Method
from tests.serving import Answer
from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39)))
AT = "2026-11-20T08:00:00.000Z"


class Desk:
    """A till at sam's computer, whose program speaks REST."""

    def __init__(self, served: PlannedServer, till: str = "Front desk", cashier: str = "Sam") -> None:
        self.served, self.server = served, served.server
        served.people["efua"] = self.server.add_person("efua", ("bursar",))
        served.people["sam"] = self.server.add_person("sam", ("cashier",), given_name=cashier)
        public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
        asked = {"name": till, "install_epoch": 1, "public_key": public}
        made = served.ask("POST", "tills", asked, by="sam").data
        self.till = served.ask("POST", f"tills/{made['id']}/approve", {}, by="efua").data

    def body(self, sequence: int = 1, amount: int = 500, key: Any = KEY, **more: Any) -> dict[str, Any]:
        said = code.Facts(self.till["code"], sequence, amount, "GHS", "Esi", AT, frozenset({Method.CASH}), False)
        words = code.receipt_words(said, self.till["certificate"])
        receipt = {
            "number": receipt_number(self.till["code"], sequence),
            "till_id": self.till["id"],
            "series": self.till["series"],
            "sequence": sequence,
            "issued_at": AT,
            "words": words,
            "signature": code.signed(words, key.sign),
            "printed": {"received_from": "Esi", "paid_by": "Cash"},
        }
        paid = {"amount": amount, "currency": "GHS", "shift_id": self.server.new_id(), "receipt": receipt}
        paid["paid_for"] = [{"person_id": self.served.people["esi"], "amount": amount}]
        return {**paid, "tenders": [{"method": "cash", "amount": amount}], **more}

    def take(self, body: dict[str, Any], by: str = "sam", **headers: str) -> Answer:
        return self.served.ask("POST", "payments", body, by=by, **headers)

    def count(self) -> int:
        return int(self.served.ask("GET", "payments", by="efua").json["pagination"]["totalCount"])


@pytest.fixture
def desk(planned: PlannedServer) -> Desk:
    return Desk(planned)


def test_a_tills_program_takes_money_once(desk: Desk) -> None:
    body = desk.body()
    told = [desk.take(body, idempotency_key="once") for _ in range(2)]
    assert [(one.status, one.data["id"], one.data["state"]) for one in told] == [
        (201, told[0].data["id"], "completed"),
        (201, told[0].data["id"], "completed"),
    ]
    assert (told[0].data["receipt_number"], desk.count()) == ("R-A1-000001", 1)
    found = desk.served.ask("GET", "receipts?number=R-A1-000001", by="efua").data
    assert [one["amount"] for one in found] == [500]
    assert desk.take(desk.body(2, 700)).data["receipt_number"] == "R-A1-000002"
    assert desk.count() == 2


def test_without_a_receipt_it_says_what_to_do(desk: Desk) -> None:
    told = desk.take({**desk.body(), "receipt": None})
    assert (told.status, told.code) == (422, "receipt_needed")
    assert told.json["error"] == (
        "This needs a receipt that a till signed. Take the money on a till, or through a gateway."
    )
    bare = desk.body()
    del bare["receipt"]
    assert desk.take(bare).code == "receipt_needed"
    assert desk.count() == 0


def test_only_the_tills_own_computer_and_key_count(desk: Desk) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert desk.take(desk.body(key=other)).code == "receipt_signature_wrong"
    assert desk.take(desk.body(), by="efua").code in {"not_allowed", "receipt_of_another_till"}
    assert desk.take(desk.body(), by="esi").code == "not_allowed"
    elsewhere = desk.server.sign_in("sam").data["access_token"]
    told = desk.server.ask("POST", "/api/v1/payments", desk.body(), elsewhere)
    assert told.code == "receipt_of_another_till"
    altered = desk.body()
    altered["amount"] = 400
    altered["tenders"][0]["amount"] = altered["paid_for"][0]["amount"] = 400
    assert desk.take(altered).code == "receipt_differs"
    assert desk.count() == 0


def test_a_number_given_twice_is_kept_for_the_office(desk: Desk) -> None:
    assert desk.take(desk.body()).status == 201
    told = desk.take(desk.body(1, 900))
    assert (told.status, told.code) == (409, "held")
    assert desk.count() == 1


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"amount": 0}, "invalid"),
        ({"tenders": [{"method": "cash", "amount": "500"}]}, "invalid"),
        ({"tenders": [{"method": "cash", "amount": 400}]}, "tenders_differ"),
        ({"tenders": [{"method": "card", "amount": 500}]}, "reference_missing"),
        ({"tenders": [{"method": "cowries", "amount": 500}]}, "invalid"),
        ({"paid_for": []}, "invalid"),
        ({"shift_id": "today"}, "invalid"),
        ({"colour": "red"}, "invalid"),
    ],
)
def test_wrong_payments_are_refused(small: PlannedServer, more: dict[str, Any], word: str) -> None:
    desk = Desk(small)
    told = desk.take(desk.body(**more))
    assert (told.status, told.code) == (422, word), told.json
    assert desk.count() == 0
