"""Mobile money through Paystack over HTTP, on both databases: prompts, codes, silence, lost answers, wrong phones."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.finance.online import PAYMENTS, Online, online
from tests.providers.paystack_phones import APPROVES, ASKS, CODE_PHONE, OTP, PIN_PHONE, POOR
from tests.serving import Answer, TestServer


@pytest.fixture
def at(new_institute: TestServer) -> Iterator[Online]:
    with online(new_institute, "paystack") as made:
        yield made


def prompt(at: Online, number: str, network: str = "mtn", by: str = "ama", key: str = "") -> Answer:
    """Charge ama, and ask for all of it on a phone."""
    charge = at.charge()
    body = {**at.wanted(25_050, (charge, 25_050)), "phone": {"number": number, "network": network}}
    return at.send(PAYMENTS, body, by, **({"idempotency_key": key} if key else {}))


def code(at: Online, payment: dict[str, Any], given: str, by: str = "ama") -> Answer:
    return at.send(f"{PAYMENTS}/{payment['id']}/code", {"code": given}, by)


def test_networks_are_the_gateways_own_and_asked_for_once(at: Online) -> None:
    told = [at.get(f"{PAYMENTS}/networks?currency=GHS").data for _ in range(2)]
    assert told[0] == told[1]
    assert [(one["gateway"], one["code"], one["name"]) for one in told[0]] == [
        ("paystack", "mtn", "MTN"),
        ("paystack", "atl", "AirtelTigo"),
        ("paystack", "vod", "Telecel"),
    ]
    assert at.here.times("GET", "/bank") == 1
    assert at.get(f"{PAYMENTS}/networks?currency=USD").data == []


def test_an_approved_prompt_gives_a_receipt_at_once(at: Online) -> None:
    told = prompt(at, "+233 55 123 4987")
    assert told.status == 201, told.json
    assert (told.data["state"], told.data["receipt_number"]) == ("completed", "R-A1-000001")
    assert (at.entries(), at.balance()) == (1, 0)
    (body,) = at.bodies("payment")
    assert body["metadata"]["channel"] == "mobile_money"
    # The number went to the gateway and stays nowhere here.
    kept = at.rows("SELECT phone_end, said, step FROM online_payment WHERE organisation_id = :o")
    assert kept == [("", "", "")]
    commands = at.rows("SELECT detail FROM command_log WHERE organisation_id = :o")
    assert not any("551234987" in str(row[0]) for row in commands)


def test_a_prompt_waits_on_the_phone_and_is_asked_about_every_ten_seconds_at_most(at: Online) -> None:
    payment = prompt(at, ASKS).data
    assert (payment["state"], payment["step"], payment["phone_end"], payment["url"]) == ("pending", "phone", "111", "")
    assert "on your mobile phone" in payment["said"]
    path = f"/charge/{payment['reference']}"
    at.ask(payment)
    assert at.here.times("GET", path) == 0
    at.later(11)
    at.ask(payment)
    at.ask(payment)
    assert at.here.times("GET", path) == 1
    at.here.pay(payment["reference"])
    at.later(11)
    assert at.ask(payment)["state"] == "completed"
    assert at.entries() == 1
    headers, body = at.event(payment)
    at.tell(headers, body)
    at.work()
    assert at.entries() == 1


def test_silence_is_unknown_after_three_minutes_and_never_asked_for_twice(at: Online) -> None:
    payment = prompt(at, ASKS).data
    at.later(181)
    assert at.ask(payment)["state"] == "unknown"
    at.later(60)
    at.work()
    assert (at.state(payment), at.here.times("POST", "/charge")) == ("unknown", 1)
    at.here.pay(payment["reference"])
    at.later(60)
    at.work()
    assert (at.state(payment), at.entries(), at.balance()) == ("completed", 1, 0)


def test_a_code_is_handed_on_and_a_wrong_one_asked_for_again(at: Online) -> None:
    payment = prompt(at, CODE_PHONE, "vod").data
    assert (payment["step"], "voucher" in payment["said"]) == ("code", True)
    assert code(at, payment, OTP, "esi").code == "payment_unknown"
    again = code(at, payment, "000000").data
    assert (again["step"], again["said"]) == ("code", "Wrong voucher. Try again")
    refused = code(at, payment, "abc")
    assert (refused.status, refused.code) == (422, "code_refused")
    assert "Invalid OTP" in refused.json["error"]
    taken = code(at, payment, OTP).data
    assert (taken["step"], at.here.mobile.codes) == ("phone", ["000000", "abc", OTP])
    assert code(at, payment, OTP).code == "code_not_asked"
    at.here.pay(payment["reference"])
    at.later(20)
    at.work()
    assert at.state(payment) == "completed"
    commands = at.rows("SELECT detail FROM command_log WHERE organisation_id = :o")
    assert not any(OTP in str(row[0]) for row in commands)


@pytest.mark.parametrize("given", ["", "12", "1234567890123", "12 34", 123456, None])
def test_what_is_no_code_is_refused_before_it_goes_anywhere(at: Online, given: Any) -> None:
    payment = prompt(at, CODE_PHONE, "vod").data
    assert at.send(f"{PAYMENTS}/{payment['id']}/code", {"code": given}).status == 422
    assert at.here.mobile.codes == []


def test_a_code_whose_answer_got_lost_is_found_by_asking(at: Online) -> None:
    payment = prompt(at, CODE_PHONE, "vod").data
    at.here.faults.where, at.here.faults.drop = "/charge/submit_otp", True
    told = code(at, payment, OTP).data
    assert told["state"] == "unknown"
    at.here.faults.clear()
    at.later(20)
    assert at.ask(payment)["step"] == "phone"
    assert at.here.mobile.codes == [OTP]
    at.here.pay(payment["reference"])
    at.later(20)
    assert at.ask(payment)["state"] == "completed"


def test_a_prompt_whose_answer_got_lost_is_never_sent_again(at: Online) -> None:
    at.charge()
    at.get(f"{PAYMENTS}/networks?currency=GHS")
    at.here.faults.where, at.here.faults.drop = "/charge", True
    first = prompt(at, ASKS, key="01a1f7f8-3000-7672-874a-d4a8ff8edb70")
    assert (first.status, first.data["state"]) == (201, "unknown")
    at.here.faults.clear()
    body = {**at.wanted(25_050, *_charges(at, first)), "phone": {"number": ASKS, "network": "mtn"}}
    again = at.send(PAYMENTS, body, idempotency_key="01a1f7f8-3000-7672-874a-d4a8ff8edb70")
    assert again.data["id"] == first.data["id"]
    assert at.here.times("POST", "/charge") == 1
    at.later(20)
    assert at.ask(first.data)["step"] == "phone"
    at.here.pay(first.data["reference"])
    at.later(20)
    at.work()
    assert (at.state(first.data), at.entries()) == ("completed", 1)


def _charges(at: Online, told: Answer) -> list[tuple[str, int]]:
    (body,) = [one for one in at.bodies("payment") if one["id"] == told.data["id"]]
    return [(one["entry_id"], one["amount"]) for one in body["metadata"]["charges"]]


def test_what_a_network_refuses_is_failed_with_its_reason(at: Online) -> None:
    told = prompt(at, POOR, "atl")
    assert (told.status, told.code) == (409, "gateway_refused")
    assert "LOW_BALANCE" in told.json["error"]
    assert [one["state"] for one in at.bodies("payment")] == ["failed"]
    later = prompt(at, ASKS).data
    at.here.pay(later["reference"], "failed", gateway_response="Declined by customer")
    at.later(20)
    told = at.ask(later)
    assert (told["state"], told["said"], told["phone_end"]) == ("failed", "Declined by customer", "")
    assert at.entries() == 0


def test_what_a_network_wants_elsewhere_is_said(at: Online) -> None:
    assert prompt(at, PIN_PHONE).data["step"] == "elsewhere"


@pytest.mark.parametrize(
    ("number", "network", "word"),
    [
        ("12345678", "mtn", "phone_faulty"),
        ("+233 55 123 49", "mtn", "phone_faulty"),
        ("call me!", "mtn", "phone_faulty"),
        ("055\r\n1234987", "mtn", "phone_faulty"),
        (APPROVES, "old", "network_unknown"),
        (APPROVES, "../bank", "network_unknown"),
        ("5", "mtn", "invalid"),
        (APPROVES, "", "invalid"),
    ],
)
def test_wrong_phones_never_reach_the_gateway(at: Online, number: str, network: str, word: str) -> None:
    told = prompt(at, number, network)
    assert (told.status, told.code) == (422, word), told.json
    assert (at.here.times("POST", "/charge"), at.bodies("payment")) == (0, [])


def test_nobody_rings_phones_without_end_and_nobody_elses_money_is_asked_for(at: Online) -> None:
    charge = at.charge()
    body = {**at.wanted(25_050, (charge, 25_050)), "phone": {"number": ASKS, "network": "mtn"}}
    assert at.send(PAYMENTS, body, "esi").code == "not_allowed"
    told = [at.send(PAYMENTS, body) for _ in range(6)]
    assert [one.status for one in told] == [201] * 5 + [429]
    assert told[-1].code == "too_many_prompts"
    assert at.send(PAYMENTS, body, "kwesi").status == 201
    at.later(601)
    assert at.send(PAYMENTS, body).status == 201


def test_a_gateway_without_mobile_money_offers_none(new_institute: TestServer) -> None:
    with online(new_institute, "razorpay") as at:
        assert at.get(f"{PAYMENTS}/networks?currency=GHS").data == []
        charge = at.charge()
        body = {**at.wanted(25_050, (charge, 25_050)), "phone": {"number": "+919876543210", "network": "mtn"}}
        assert at.send(PAYMENTS, body).status == 422
        assert at.here.orders == {}
