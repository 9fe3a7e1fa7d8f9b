"""Money at a gateway that isn't as asked: in the list of reconciliation once, and never credited by itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.finance.online import Online, online
from tests.serving import TestServer


@pytest.fixture
def at(new_institute: TestServer) -> Iterator[Online]:
    with online(new_institute, "paystack") as made:
        yield made


def lines(at: Online) -> list[dict[str, Any]]:
    """The lines of the list."""
    return at.bodies("statement_line")


def go_live(at: Online) -> None:
    """Let the institute's account take real money."""
    at.here.secret, at.here.domain = "sk_live_1", "live"
    at.send("/api/v1/gateway-accounts/paystack", {"secret": "sk_live_1"}, "grace", "PUT")


@pytest.mark.parametrize(
    ("changed", "problem", "amount"),
    [
        ({"amount": 20_000, "requested_amount": 20_000}, "other_amount", 20_000),
        ({"currency": "USD"}, "other_currency", 25_050),
        ({"domain": "live"}, "live_money", 25_050),
    ],
)
def test_money_that_isnt_as_asked_is_a_line_once(
    at: Online, changed: dict[str, Any], problem: str, amount: int
) -> None:
    payment = at.begun()
    at.here.pay(payment["reference"], **changed)
    for _ in range(2):
        at.ask(payment)
    (line,) = lines(at)
    assert (line["problem"], line["amount"], line["origin"]) == (problem, amount, "paystack")
    assert (line["reference"], line["state"]) == (payment["reference"], "open")
    assert at.entries() == 0


def test_a_payment_that_isnt_ours_is_found_by_the_gateways_list(at: Online) -> None:
    at.begun()
    at.here.made({"reference": "SHOP-1", "amount": 5_000, "currency": "GHS"})
    at.here.pay("SHOP-1")
    at.later(1_801)
    at.work()
    at.later(1_801)
    at.work()
    (line,) = lines(at)
    assert (line["problem"], line["reference"], line["amount"]) == ("unknown_reference", "SHOP-1", 5_000)
    assert line["words"] == "Paid through Paystack, mobile_money"
    assert at.entries() == 0


def test_a_payment_of_the_other_mode_says_so(at: Online) -> None:
    at.here.made({"reference": "SHOP-2", "amount": 5_000, "currency": "GHS"}, domain="live")
    at.here.pay("SHOP-2")
    at.later(1_801)
    at.work()
    assert [one["problem"] for one in lines(at)] == ["live_money"]


def test_what_came_in_another_amount_is_placed_by_a_person(at: Online) -> None:
    go_live(at)
    payment = at.begun()
    at.here.pay(payment["reference"], amount=20_000, requested_amount=20_000)
    at.ask(payment)
    (line,) = lines(at)
    share = {"person_id": at.people["ama"], "amount": 20_000}
    wanted = {"amount": 20_000, "paid_for": [share]}
    path = f"/api/v1/statement-lines/{line['id']}/placements"
    assert at.send(path, wanted, "kwesi").status == 404
    told = at.send(path, wanted, "efua")
    assert (told.status, told.data["tenders"][0]["method"], told.data["gateway"]) == (201, "paystack", "")
    assert (at.entries(), at.balance()) == (1, 5_050)


def test_money_of_another_currency_goes_back_and_is_never_placed(at: Online) -> None:
    go_live(at)
    payment = at.begun()
    at.here.pay(payment["reference"], currency="USD")
    at.ask(payment)
    (line,) = lines(at)
    share = {"person_id": at.people["ama"], "amount": 100}
    path = f"/api/v1/statement-lines/{line['id']}"
    told = at.send(f"{path}/placements", {"amount": 100, "paid_for": [share]}, "efua")
    assert (told.status, told.code) == (409, "match_currency")
    assert at.send(f"{path}/returns", {"amount": 100, "reason": "Other currency"}, "efua").status == 201


def test_test_money_on_a_live_account_is_told_and_cant_be_placed(at: Online) -> None:
    go_live(at)
    payment = at.begun()
    at.here.pay(payment["reference"], domain="test")
    at.ask(payment)
    (line,) = lines(at)
    assert (line["problem"], line["live"], at.entries()) == ("test_money", False, 0)
    path = f"/api/v1/statement-lines/{line['id']}"
    share = {"person_id": at.people["ama"], "amount": 100}
    assert at.send(f"{path}/placements", {"amount": 100, "paid_for": [share]}, "efua").code == "line_test_money"
    assert at.send(f"{path}/aside", {"reason": "A test"}, "efua", "PUT").data["state"] == "aside"
