"""Refunds through gateways: approved by a second person, sent once, and taken back in the books where refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.finance.online import Online, online
from tests.fixtures.noise import ExpectLog
from tests.serving import TestServer


@pytest.fixture(params=["paystack", "razorpay"])
def at(request: pytest.FixtureRequest, new_institute: TestServer) -> Iterator[Online]:
    with online(new_institute, request.param) as made:
        yield made


def paid(at: Online, amount: int = 25_000) -> dict[str, Any]:
    payment = at.begun(amount)
    at.here.pay(payment["reference"])
    return at.ask(payment)


def asked(at: Online, payment: dict[str, Any], amount: int, method: str = "") -> Any:
    payload = {
        "payment_id": payment["id"],
        "person_id": at.people["ama"],
        "amount": amount,
        "method": method or at.name,
        "reason": "The class was cancelled",
    }
    server = at.server
    return server.do(server.command("AskRefund", server.new_id(), payload), server.organisation_id)


def refunded(at: Online, payment: dict[str, Any], amount: int) -> str:
    """Ask, and let someone else approve; returns the request's id."""
    told = asked(at, payment, amount)
    assert told.verdict == "applied", told
    server = at.server
    command = server.command("DecideRequest", told.target_id, {"approved": True})
    assert server.do(command, server.organisation_id).verdict == "applied"
    return str(told.target_id)


def refund(at: Online, request_id: str) -> tuple[Any, ...]:
    sql = "SELECT state, tries FROM gateway_refund WHERE organisation_id = :o AND request_id = :id"
    return at.rows(sql, id=request_id)[0]


def state(at: Online) -> str:
    return str(at.bodies("payment")[0]["state"])


def settle(at: Online) -> None:
    for one in at.here.sent_back:
        one["status"] = "processed"


def test_parts_and_the_rest_go_back_once_each(at: Online) -> None:
    payment = paid(at)
    first, second = refunded(at, payment, 10_000), refunded(at, payment, 10_000)
    assert state(at) == "partly_refunded"
    for _ in range(3):
        at.later(200)
        at.work()
    assert [one["amount"] for one in at.here.sent_back] == [10_000, 10_000]
    settle(at)
    at.later(7_200)
    at.work()
    assert {refund(at, one)[0] for one in (first, second)} == {"done"}
    assert asked(at, payment, 5_001).code == "refund_too_large"
    refunded(at, payment, 5_000)
    at.work()
    assert (state(at), sum(one["amount"] for one in at.here.sent_back)) == ("refunded", 25_000)
    assert at.balance() == 25_000


def test_an_answer_that_got_lost_sends_nothing_twice(at: Online) -> None:
    payment = paid(at)
    at.here.faults.where, at.here.faults.drop = "/refund" if at.name == "paystack" else "/payments/", True
    request_id = refunded(at, payment, 10_000)
    if at.name == "paystack":
        # Looking into the list works; it is the sending whose answer is lost.
        at.here.faults.where = "/refund"
    at.work()
    at.here.faults.clear()
    at.later(200)
    at.work()
    at.later(1_200)
    at.work()
    assert len(at.here.sent_back) == 1
    assert refund(at, request_id)[0] in {"sent", "done"}


def test_sent_and_lost_is_found_in_the_list(at: Online, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid(at)
    request_id = refunded(at, payment, 10_000)
    answer = at.here.answer

    def losing(question: Any) -> Any:
        at.here.faults.drop = question.method == "POST" and "refund" in question.path
        return answer(question)

    monkeypatch.setattr(at.here, "answer", losing)
    at.work()
    assert refund(at, request_id)[0] == "unknown"
    at.later(200)
    at.work()
    assert (len(at.here.sent_back), refund(at, request_id)[0] in {"sent", "done"}) == (1, True)


def test_what_the_gateway_refuses_is_taken_back_in_the_books(at: Online) -> None:
    payment = paid(at)
    request_id = refunded(at, payment, 10_000)
    if at.name == "paystack":
        at.here.transactions[payment["reference"]]["status"] = "failed"
    else:
        next(iter(at.here.payments.values()))["captured"] = False
    at.work()
    assert refund(at, request_id)[0] == "failed"
    (body,) = at.bodies("payment")
    assert (body["state"], body["metadata"]["problem"], at.balance()) == ("completed", "refund_failed", 0)
    assert at.bodies("finance_request")[0]["state"] == "refused"
    assert at.entries() == 1


def test_a_refund_that_fails_later_is_taken_back_too(at: Online) -> None:
    payment = paid(at)
    request_id = refunded(at, payment, 25_000)
    at.work()
    if refund(at, request_id)[0] == "done":
        return
    at.here.sent_back[0]["status"] = "failed"
    at.later(7_200)
    at.work()
    assert (refund(at, request_id)[0], state(at), at.balance()) == ("failed", "completed", 0)


def test_money_goes_back_only_the_way_it_came(at: Online) -> None:
    payment = paid(at)
    other = "razorpay" if at.name == "paystack" else "paystack"
    assert asked(at, payment, 100, other).code == "refund_method"


def test_more_went_back_there_than_we_know_of(at: Online, expect_log: ExpectLog) -> None:
    payment = paid(at)
    row = at.rows("SELECT paid_id FROM online_payment WHERE organisation_id = :o")[0][0]
    key = "transaction" if at.name == "paystack" else "payment_id"
    theirs = {"id": 1, "amount": 20_000, "status": "processed", key: int(row) if at.name == "paystack" else row}
    at.here.sent_back.append(theirs | {"created_at": "2026-11-20T00:00:00"})
    request_id = refunded(at, payment, 10_000)
    at.work()
    assert (refund(at, request_id)[0], len(at.here.sent_back)) == ("failed", 1)
