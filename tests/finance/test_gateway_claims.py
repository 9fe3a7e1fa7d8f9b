"""Payments that a restored backup lacks: taken up by signed words where there is no doubt, else left to a person."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.isolation import acting_for
from server.core.keys import Keys
from server.finance.gateway import LONGEST, PaymentTold, Stands, Start, claim_in
from server.finance.gateway_account import account_of, gateway_of
from server.finance.gateway_claims import Claimed, claim_of, read_claim
from shared.finance.match_rules import problem_words
from shared.finance.vocabulary import Method
from tests.finance.online import Online, online
from tests.serving import TestServer

KEYS = Keys.made()
A, B, C = ("019a9f3e-7c00-7000-8000-00000000000" + one for one in "123")
MOST = 75
"""So many charges at least are named, whatever their amounts."""
TOLD = PaymentTold("PAY-20261120-A1", "", Stands.PAID, 25_050, "GHS", live=True)
_SQL = ("DELETE FROM online_payment WHERE organisation_id = :o", "DELETE FROM payment WHERE organisation_id = :o",
        "DELETE FROM feed_row WHERE organisation_id = :o AND kind = 'payment'")  # fmt: skip


def claimed(charges: list[tuple[str, int]], told: PaymentTold = TOLD, gateway: str = "paystack") -> PaymentTold:
    return replace(told, claim=claim_of(KEYS, A, told, gateway, B, C, charges))


@given(st.lists(st.tuples(st.uuids().map(str), st.integers(1, 10**12)), max_size=MOST))
def test_signed_words_tell_what_was_signed(charges: list[tuple[str, int]]) -> None:
    told = claimed(charges)
    kept = Start("R", 1, "GHS", "a@example.org", "", "Institute", told.claim).kept()
    assert len(kept) <= 15
    assert max(map(len, kept.values())) <= LONGEST
    found = read_claim(KEYS, A, replace(told, claim=claim_in(kept)), "paystack")
    assert found == Claimed(B, C, charges)


@pytest.mark.parametrize(
    "changed",
    [{"amount": 25_051}, {"currency": "NGN"}, {"reference": "PAY-20261120-A2"}, {"live": False}, {"claim": ""},
     {"claim": "1.x.y.z"}, {"claim": "."}],
)  # fmt: skip
def test_words_of_another_payment_are_none(changed: dict[str, Any]) -> None:
    told = claimed([(A, 25_050)])
    assert read_claim(KEYS, A, told, "paystack")
    assert read_claim(KEYS, A, replace(told, **changed), "paystack") is None
    assert read_claim(KEYS, B, told, "paystack") is None
    assert read_claim(KEYS, A, told, "razorpay") is None
    assert read_claim(Keys.made(), A, told, "paystack") is None
    for at in range(len(told.claim)):
        forged = told.claim[:at] + ("A" if told.claim[at] != "A" else "B") + told.claim[at + 1 :]
        assert read_claim(KEYS, A, replace(told, claim=forged), "paystack") is None or forged[-1] != told.claim[-1]


def test_of_more_than_the_words_can_name_they_tell_the_person() -> None:
    found = read_claim(KEYS, A, claimed([(A, 10**11)] * 200), "paystack")
    assert found == Claimed(B, C, [])


@pytest.mark.parametrize("lost", ["claim", "claim_2", "claim_5"])
def test_words_of_which_a_part_was_lost_are_none(lost: str) -> None:
    told = claimed([(A, 25_050)] * 40)
    kept = Start("R", 1, "GHS", "a@example.org", "", "Institute", told.claim).kept()
    del kept[lost]
    assert read_claim(KEYS, A, replace(told, claim=claim_in(kept)), "paystack") is None
    mixed = {**kept, lost: "A" * LONGEST}
    assert read_claim(KEYS, A, replace(told, claim=claim_in(mixed)), "paystack") is None


@pytest.mark.parametrize("kept", [[], None, "", 0, {}, {"claim": 7}, {"claim_2": "x"}, {"claim": {"a": "b"}}])
def test_what_isnt_ours_is_none(kept: object) -> None:
    assert read_claim(KEYS, A, replace(TOLD, claim=claim_in(kept)), "paystack") is None


@pytest.fixture(params=["paystack", "razorpay"])
def at(request: pytest.FixtureRequest, server: TestServer) -> Iterator[Online]:
    """An institute with a gateway."""
    with online(server, request.param) as made:
        yield made


def lost(at: Online) -> None:
    """Let the server be as a backup leaves it that was made before the payment was begun."""

    def work(db: Any) -> None:
        for sql in _SQL:
            db.run(sql, o=at.server.organisation_id)

    with acting_for(at.server.organisation_id):
        at.server.context.database.write(work)


def listed(at: Online) -> None:
    at.later(1_801)
    at.work()


def strays(at: Online) -> list[str]:
    return [one["problem"] for one in at.bodies("statement_line")]


def test_money_for_what_a_restored_server_doesnt_know_is_booked_by_itself(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    lost(at)
    listed(at)
    assert (strays(at), at.entries(), at.balance()) == ([], 1, 0)
    (kept,) = at.bodies("payment")
    assert (kept["id"], kept["reference"], kept["state"]) == (payment["id"], payment["reference"], "completed")
    assert kept["receipt_number"]
    paid = at.bodies("allocation")
    assert [one["amount"] for one in paid] == [25_050]
    listed(at)
    assert (at.entries(), len(at.bodies("payment"))) == (1, 1)


def test_what_went_back_is_left_to_a_person(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    home = at.server.organisation_id
    with acting_for(home):
        with at.server.context.database.read() as db:
            account = account_of(db, home, Method(at.name))
        assert account is not None
        gateway = gateway_of(at.server.context, home, account)
        (paid,) = gateway.listed("2026-11-01T00:00:00.000Z")
        gateway.refund(paid, 50, at.currency, at.server.new_id(), "Asked for")
        gateway.close()
    lost(at)
    listed(at)
    assert (strays(at), at.entries()) == (["unknown_reference"], 0)


def test_many_charges_are_each_paid_again(at: Online) -> None:
    charges = [(at.charge(1_000 + n), 1_000 + n) for n in range(12)]
    total = sum(amount for _, amount in charges)
    payment = dict(at.begin(total, *charges).data)
    at.here.pay(payment["reference"])
    lost(at)
    listed(at)
    assert (strays(at), at.entries(), at.balance()) == ([], 1, 0)
    assert {one["charge_id"]: one["amount"] for one in at.bodies("allocation")} == dict(charges)


def test_what_was_for_a_charge_that_isnt_there_is_the_students_credit(at: Online) -> None:
    gone, other = at.charge(20_000), at.charge(5_000)
    payment = dict(at.begin(25_000, (gone, 20_000), (other, 5_000)).data)
    at.here.pay(payment["reference"])
    lost(at)
    command = at.server.command("ReverseEntry", gone, {"reason": "Charged twice"})
    assert at.server.do(command, at.server.organisation_id).verdict == "applied"
    at.charge(20_000)
    listed(at)
    assert (strays(at), at.entries(), at.balance()) == ([], 1, 0)
    assert [(one["charge_id"], one["amount"]) for one in at.bodies("allocation")] == [(other, 5_000)]


def test_a_payment_without_a_charge_is_the_students_credit(at: Online) -> None:
    told = at.begin(25_050)
    assert told.status == 201, told.json
    at.here.pay(told.data["reference"])
    lost(at)
    listed(at)
    assert (strays(at), at.entries(), at.balance(), at.bodies("allocation")) == ([], 1, -25_050, [])


def test_without_signed_words_a_person_is_told_what_to_do_once(at: Online) -> None:
    """So payments for more than five charges were begun once: nothing else says for certain whose they are."""
    payment = at.begun()
    begun = at.here.transactions if at.name == "paystack" else at.here.orders
    for one in begun.values():
        one["metadata" if at.name == "paystack" else "notes"] = {"title": "Institute", "claim": ""}
    at.here.pay(payment["reference"])
    lost(at)
    listed(at)
    (line,) = at.bodies("statement_line")
    assert (line["reference"], at.entries(), at.bodies("payment")) == (payment["reference"], 0, [])
    assert "Place on students" in problem_words(line["problem"], line["reference"])
    listed(at)
    assert (len(strays(at)), at.entries(), at.balance()) == (1, 0, 25_050)


def test_somebody_who_isnt_here_leaves_it_to_a_person(at: Online) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"])
    lost(at)
    gone = "UPDATE person SET state = 'inactive' WHERE organisation_id = :o AND id = :p"
    o, p = at.server.organisation_id, at.people["ama"]
    with acting_for(o):
        at.server.context.database.write(lambda db: db.run(gone, o=o, p=p))
    listed(at)
    assert (strays(at), at.entries(), at.bodies("payment")) == (["unknown_reference"], 0, [])
