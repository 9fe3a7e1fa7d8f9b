"""Payments through gateways over HTTP, on both databases: begun, paid, told late, twice, out of order, or never."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.finance.receipt_keys import verify
from shared.finance import receipt_code as code
from tests.finance.online import PAYMENTS, SECONDS, Online, online
from tests.fixtures.noise import ExpectLog
from tests.serving import TestServer, server_settings


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
        for key in (base64.b64decode(one["public_key"]) for one in at.bodies("receipt_key"))
    }
    found = code.check(code.qr_text(words["words"], receipt["signature"]), at.server.organisation_id, keys, verify)
    assert found.standing is code.Standing.GENUINE
    assert found.facts is not None
    assert (found.facts.number, found.facts.amount, found.facts.payer) == ("R-A1-000001", 25_050, "Ama")


def test_the_charges_are_paid_and_what_exceeds_them_is_credit(at: Online) -> None:
    charge = at.charge(20_000)
    payment = at.begin(30_000, (charge, 20_000)).data
    at.here.pay(payment["reference"])
    at.ask(payment)
    (allocation,) = at.bodies("allocation")
    assert (allocation["charge_id"], allocation["amount"], at.balance()) == (charge, 20_000, -10_000)
    (body,) = at.bodies("payment")
    assert (body["confirmation"], body["gateway"], body["shift_id"]) == ("confirmed", at.name, None)
    assert body["tenders"][0]["reference"]
    assert "url" not in str(body["metadata"])


def test_money_lets_a_waiting_enrolment_begin_and_part_of_it_doesnt(at: Online) -> None:
    server, system = at.server, at.server.organisation_id
    course, cohort, enrolment = server.new_id(), server.new_id(), server.new_id()
    for kind, target, payload in (
        ("AddCourse", course, {"code": "P", "title": "Photography"}),
        ("AddCohort", cohort, {"course_id": course, "code": "P-1", "name": "P 1", "instructors": []}),
        ("EnrolPerson", enrolment, {"cohort_id": cohort, "person_id": at.people["ama"], "state": "pending"}),
    ):
        assert server.do(server.command(kind, target, payload), system).verdict == "applied"
    due = at.charge(10_000, enrolment_id=enrolment, due_on="2026-11-20")
    at.charge(10_000, enrolment_id=enrolment, due_on="2027-02-20")
    states = []
    for part in (4_000, 6_000):
        payment = at.begin(part, (due, part)).data
        at.here.pay(payment["reference"])
        at.ask(payment)
        states.append(at.bodies("enrolment")[0]["state"])
    assert states == ["pending", "active"]


def test_an_event_settles_it_once_however_often_it_comes(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    headers, body = at.event(payment)
    assert [at.tell(headers, body).data["taken"] for _ in range(3)] == [True, False, False]
    asked = len(at.here.asked)
    at.work()
    assert (at.state(payment), at.entries()) == ("completed", 1)
    at.work()
    assert len(at.here.asked) - asked <= 4
    (account,) = [one for one in at.get("/api/v1/gateway-accounts", "grace").data if one["gateway"] == at.name]
    assert account["event_at"]
    assert account["asked_at"]


def test_events_may_come_before_the_money_and_after_it_in_any_order(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"], "failed")
    early = at.event(payment, id="pay_00000000000000") if at.name == "razorpay" else at.event(payment)
    at.tell(*early)
    at.work()
    assert at.state(payment) in {"pending", "processing", "failed"}
    at.here.pay(payment["reference"])
    at.later(60)
    late = at.event(payment, fees=1) if at.name == "paystack" else at.event(payment, fee=1)
    headers = {**late[0]} | ({"x-razorpay-event-id": "evt_late"} if at.name == "razorpay" else {})
    assert at.tell(headers, late[1]).data["taken"]
    at.work()
    assert (at.state(payment), at.entries()) == ("completed", 1)
    at.work()
    assert at.entries() == 1


def test_without_any_event_the_poller_finds_everything(at: Online) -> None:
    paid, left = at.begun(), at.begun()
    at.here.pay(paid["reference"])
    at.later(20)
    at.work()
    assert (at.state(paid), at.entries()) == ("completed", 1)
    at.later(4 * 86_400)
    at.work()
    assert at.state(left) == "failed"


def test_starting_again_fails_the_older_one_and_its_money_is_found_all_the_same(at: Online) -> None:
    charge = at.charge()
    older = at.begin(25_050, (charge, 25_050)).data
    newer = at.begin(25_050, (charge, 25_050)).data
    assert (at.state(older), at.state(newer)) == ("failed", "pending")
    at.here.pay(newer["reference"])
    at.ask(newer)
    at.here.pay(older["reference"])
    at.later(3_600)
    at.work()
    assert (at.state(older), at.entries(), at.balance()) == ("completed", 2, -25_050)
    assert len(at.bodies("allocation")) == 1


def test_an_answer_that_got_lost_is_found_by_asking(at: Online) -> None:
    charge = at.charge()
    at.here.faults.where, at.here.faults.drop = "/transaction/init" if at.name == "paystack" else "/orders", True
    told = at.send(PAYMENTS, at.wanted(25_050, (charge, 25_050)), idempotency_key="once")
    assert (told.status, told.data["state"]) == (201, "unknown")
    at.here.faults.clear()
    payment = told.data
    if at.name == "razorpay":
        # The same request finds the order that the first one made.
        again = at.send(PAYMENTS, at.wanted(25_050, (charge, 25_050)), idempotency_key="once")
        assert again.data["url"]
        assert len(at.here.orders) <= 1
    at.here.pay(payment["reference"]) if _known(at) else None
    at.later(20)
    at.work()
    assert at.state(payment) == ("completed" if _known(at) else "unknown")


def _known(at: Online) -> bool:
    return bool(at.here.transactions if at.name == "paystack" else at.here.orders)


def test_credit_alone_asked_for_again_by_one_key_is_one_payment(at: Online) -> None:
    told = [at.send(PAYMENTS, at.wanted(5_000), idempotency_key="once").data for _ in range(2)]
    assert told[0] == told[1]
    assert [one["state"] for one in at.bodies("payment")] == ["pending"]
    assert _known(at)


def test_what_never_arrived_there_is_none_after_a_while(at: Online) -> None:
    payment = at.begun()
    (at.here.transactions if at.name == "paystack" else at.here.orders).clear()
    at.work()
    assert at.state(payment) == "pending"
    at.later(1_000)
    at.work()
    assert at.state(payment) == "failed"


WRONG_MONEY = {
    "amount": ({"amount": 100, "requested_amount": 100}, {"amount": 100}, "Another amount"),
    "more": ({"amount": 99_999, "requested_amount": 99_999}, {"amount": 99_999}, "Another amount"),
    "currency": ({"currency": "NGN"}, {"currency": "USD"}, "another currency"),
    "mode": ({"domain": "live"}, None, "Real money"),
}


@pytest.mark.parametrize("wrong", WRONG_MONEY)
def test_money_that_isnt_what_was_asked_for_waits_for_a_person(at: Online, wrong: str) -> None:
    at_paystack, at_razorpay, words = WRONG_MONEY[wrong]
    changed = at_paystack if at.name == "paystack" else at_razorpay
    if changed is None:  # Razorpay's keys know one mode alone, so its answers can't be of the other
        return
    payment = at.begun()
    at.here.pay(payment["reference"], **changed)
    told = at.ask(payment)
    assert told["state"] == "pending"
    assert words.lower() in told["problem"].lower() or words in told["problem"]
    assert (at.entries(), at.bodies("receipt")) == (0, [])
    at.ask(payment)
    (waits,) = at.get(PAYMENTS, "efua").data
    assert waits["id"] == payment["id"]
    assert at.get(PAYMENTS).status == 403


def test_fees_that_the_payer_carried_are_no_credit(new_institute: TestServer) -> None:
    with online(new_institute, "paystack") as at:
        payment = at.begun(30_050)
        at.here.pay(payment["reference"], amount=40_333, fees=10_283)
        assert at.ask(payment)["state"] == "completed"
        assert at.balance() == 0


def test_a_test_event_on_a_live_account_is_refused(new_institute: TestServer, expect_log: ExpectLog) -> None:
    expect_log("is of another mode")
    with online(new_institute, "paystack") as at:
        payment = at.begun()
        at.here.pay(payment["reference"])
        at.here.secret = "sk_live_1"
        at.send("/api/v1/gateway-accounts/paystack", {"secret": "sk_live_1"}, "grace", "PUT")
        told = at.tell(*at.event(payment))
        assert (told.status, told.code) == (400, "webhook_refused")
        assert at.get("/api/v1/gateway-accounts", "grace").data[0]["refused"] == 1
        # Begun in the test mode: what the live account says of it is never taken for its money.
        at.here.transactions[payment["reference"]]["domain"] = "live"
        assert "Real money" in at.ask(payment)["problem"]


@pytest.mark.parametrize("fault", ["html", "slow", "status"])
def test_a_gateway_that_cant_be_understood_changes_nothing(at: Online, fault: str) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    at.server.settings.__dict__["gateway_seconds"] = 0.2 if fault == "slow" else SECONDS
    at.here.faults.html, at.here.faults.slow = fault == "html", 60.0 if fault == "slow" else 0.0
    at.here.faults.status = 502 if fault == "status" else 0
    told = at.send(f"{PAYMENTS}/{payment['id']}/ask")
    assert (told.status, told.code) == (503, "gateway_away")
    at.work()
    assert (at.state(payment), at.entries()) == ("pending", 0)
    at.here.faults.clear()
    at.server.settings.__dict__["gateway_seconds"] = SECONDS
    at.later(6 * 3_600)
    at.work()
    assert (at.state(payment), at.entries()) == ("completed", 1)


def test_nobody_pays_for_others_but_the_office(at: Online) -> None:
    charge = at.charge()
    assert at.begin(25_050, (charge, 25_050), by="esi").code == "not_allowed"
    told = at.begin(25_050, (charge, 25_050), by="kwesi")
    assert told.status == 201
    assert at.get(f"{PAYMENTS}/{told.data['id']}", "esi").code == "payment_unknown"
    assert at.state(told.data) == "pending"


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"amount": 0}, "invalid"),
        ({"amount": -5}, "invalid"),
        ({"amount": "5.005"}, "invalid"),
        ({"amount": 10.5}, "invalid"),
        ({"currency": "EUR"}, "gateway_currency"),
        ({"amount": 25_049}, "shares_differ"),
        ({"gateway": "stripe"}, "invalid"),
    ],
)
def test_wrong_wishes_are_refused(at: Online, more: dict[str, object], word: str) -> None:
    charge = at.charge()
    told = at.send(PAYMENTS, {**at.wanted(25_050, (charge, 25_050)), **more})
    assert told.code == word, told.json
    assert at.bodies("payment") == []


def test_more_than_is_owed_of_a_charge_is_refused(at: Online) -> None:
    charge = at.charge()
    assert at.begin(25_051, (charge, 25_051)).code == "charge_settled"
    assert at.begin(50_100, (charge, 25_050), (charge, 25_050)).code == "charge_twice"


@pytest.mark.parametrize("name", ["paystack", "razorpay"])
def test_a_test_card_settles_no_fee_where_nothing_is_tried_out(name: str, tmp_path: Path) -> None:
    server = TestServer(server_settings(tmp_path, test_payments=False))
    try:
        with online(server, name) as at:
            charge = at.charge(20_000)
            told = at.begin(20_000, (charge, 20_000))
            assert (told.status, told.json["code"]) == (409, "gateway_in_test")
            assert "test mode" in told.json["error"]
            assert (at.bodies("payment"), at.balance()) == ([], 20_000)
    finally:
        server.close()
