"""Payments through gateways over HTTP, on both databases: begun, paid, told late, twice, out of order, or never."""

from collections.abc import Iterator

import pytest

from server.finance.receipt_keys import verify
from shared.finance import receipt_code as code
from tests.finance.online import PAYMENTS, Online, online
from tests.fixtures.noise import ExpectLog
from tests.serving import TestServer


@pytest.fixture(params=["paystack", "razorpay"])
def at(request: pytest.FixtureRequest, new_institute: TestServer) -> Iterator[Online]:
    with online(new_institute, request.param) as made:
        yield made


def test_a_student_pays_and_has_a_receipt(at: Online) -> None:
    payment = at.begun()
    assert (payment["state"], payment["live"]) == ("pending", False)
    assert payment["url"]
    at.here.pay(payment["reference"])
    told = at.ask(payment)
    assert (told["state"], told["url"], told["receipt_number"]) == ("completed", "", "R-A1-000001")
    assert (at.entries(), at.balance()) == (1, 0)
    (receipt,) = at.bodies("receipt")
    (words,) = at.bodies("receipt_text")
    keys = {
        code.key_id(key): code.InstituteKey(key)
        for key in (__import__("base64").b64decode(one["public_key"]) for one in at.bodies("receipt_key"))
    }
    found = code.check(code.qr_text(words["words"], receipt["signature"]), at.server.organisation_id, keys, verify)
    assert found.standing is code.Standing.GENUINE
    assert found.facts is not None
    assert (found.facts.number, found.facts.amount, found.facts.payer) == ("R-A1-000001", 25_050, "Ama")
