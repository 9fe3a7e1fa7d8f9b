"""Subscriptions, affiliates, shares and payouts over HTTP: set, asked, decided, refused, and who sees what."""

import pytest

from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["planned", "small"]


@pytest.fixture
def purse(small: PlannedServer) -> PlannedServer:
    """The planned server on SQLite, with Efua and Yaa, its bursars."""
    for name in ("efua", "yaa"):
        small.people[name] = small.server.add_person(name, ("bursar",))
    return small


def _place(served: PlannedServer) -> tuple[str, str]:
    cohort = served.ask("GET", "cohorts", by="efua").json["data"][0]
    return str(cohort["course_id"]), str(cohort["id"])


def test_a_class_is_subscribed_to_and_cancelled(purse: PlannedServer) -> None:
    course, cohort = _place(purse)
    wanted = {"name": "Monthly", "course_id": course, "currency": "GHS", "amount": 25_000, "self_service": True}
    price = purse.ask("POST", "subscription-prices", wanted, by="efua")
    assert (price.status, price.data["grace_days"]) == (201, 7)
    changed = purse.ask("PUT", f"subscription-prices/{price.data['id']}", {**wanted, "amount": 30_000}, by="efua")
    assert (changed.status, changed.data["amount"]) == (200, 30_000)
    told = purse.ask("PUT", f"subscription-prices/{price.data['id']}", {**wanted, "period": "year"}, by="efua")
    assert (told.status, told.code) == (422, "price_fixed")
    asked = {"person_id": purse.people["esi"], "price_id": price.data["id"], "cohort_id": cohort}
    made = purse.ask("POST", "subscriptions", asked, by="esi")
    assert (made.status, made.data["state"]) == (201, "pending")
    assert purse.ask("POST", "subscriptions", asked, by="efua").code == "subscribed_already"
    account = purse.ask("GET", f"accounts/{asked['person_id']}", by="esi").data["accounts"][0]
    assert account["due"] == 30_000
    path = f"subscriptions/{made.data['id']}/changes"
    assert purse.ask("POST", path, {"act": "pause"}, by="esi").status == 403
    ended = purse.ask("POST", path, {"act": "cancel_at_end"}, by="esi")
    assert (ended.status, ended.data["state"]) == (200, "cancelled")
    account = purse.ask("GET", f"accounts/{asked['person_id']}", by="esi").data["accounts"][0]
    assert account["due"] == 0
    assert purse.ask("GET", "subscriptions?state=cancelled", by="efua").json["pagination"]["totalCount"] == 1
    assert purse.ask("GET", "subscription-prices", by="esi").json["pagination"]["totalCount"] == 1


def test_affiliates_and_payouts(purse: PlannedServer) -> None:
    wanted = {"name": "Radio", "code": "RADIO", "rate": 1_000, "currency": "GHS"}
    made = purse.ask("POST", "affiliates", wanted, by="efua")
    assert made.status == 201
    put = purse.ask("PUT", f"affiliates/{made.data['id']}", {**wanted, "every_payment": True}, by="efua")
    assert (put.status, put.data["every_payment"]) == (200, True)
    given = {"person_id": purse.people["esi"], "code": "radio"}
    assert purse.ask("POST", "referrals", given, by="esi").status == 201
    assert purse.ask("POST", "referrals", {**given, "code": "other"}, by="efua").code == "referral_unknown"
    assert purse.ask("GET", "referrals", by="esi").json["pagination"]["totalCount"] == 0
    assert purse.ask("GET", "referrals", by="efua").json["pagination"]["totalCount"] == 1
    asking = {"payee_kind": "affiliate", "payee_id": made.data["id"], "amount": 1, "currency": "GHS"}
    assert purse.ask("POST", "payouts", asking, by="efua").code == "payout_exceeds"
    assert purse.ask("GET", "earnings", by="efua").json["pagination"]["totalCount"] == 0
    unknown = "payouts/01a1f7f8-3000-7672-874a-d4a8ff8edb71"
    assert purse.ask("POST", f"{unknown}/decision", {"paid": True, "reference": "X"}, by="yaa").status == 404
    assert purse.ask("POST", f"{unknown}/reversal", {"reason": "Wrong"}, by="yaa").status == 404


def test_a_share_is_agreed_on(purse: PlannedServer) -> None:
    course, _ = _place(purse)
    wanted = {"course_id": course, "person_id": purse.people["efua"], "rate": 6_000, "from_on": "2030-01-01"}
    assert purse.ask("POST", "revenue-shares", wanted, by="efua").status == 201
    told = purse.ask("POST", "revenue-shares", {**wanted, "person_id": purse.people["yaa"]}, by="efua")
    assert (told.status, told.code) == (422, "share_sum")
    assert purse.ask("GET", "revenue-shares", by="esi").json["pagination"]["totalCount"] == 0


def test_codes_that_are_typed_on_coming(purse: PlannedServer) -> None:
    cohort = _place(purse)[1]
    wanted = {"name": "Radio", "code": "RADIO", "rate": 1_000, "currency": "GHS"}
    assert purse.ask("POST", "affiliates", wanted, by="efua").status == 201
    esi = purse.people["esi"]
    asked = {"person_id": esi, "code": "radio", "place": "enrolment", "place_id": cohort}
    good = purse.ask("POST", "typed-codes/check", {"code": "radio", "person_id": esi}, by="esi")
    assert good.data == {"good": True, "sentence": ""}
    assert purse.ask("GET", "typed-codes", by="efua").data == [], "nothing is kept by checking"
    assert purse.ask("POST", "typed-codes/check", {"code": "radio"}, by="efua").data["good"]
    assert not purse.ask("POST", "typed-codes/check", {"code": "nobody"}, by="efua").data["good"]
    wrong = purse.ask("POST", "typed-codes", {**asked, "code": "nobody", "place": "enquiry"}, by="esi")
    assert (wrong.status, wrong.data["state"], wrong.data["reason"]) == (201, "refused", "referral_unknown")
    made = purse.ask("POST", "typed-codes", asked, by="esi")
    assert (made.status, made.data["state"], made.data["code"]) == (201, "taken", "RADIO")
    assert purse.ask("POST", "typed-codes", asked, by="esi").data["id"] == made.data["id"]
    assert purse.ask("GET", "typed-codes?state=refused", by="efua").json["pagination"]["totalCount"] == 1
    other = purse.people["efua"]
    assert purse.ask("POST", "typed-codes", {**asked, "person_id": other}, by="esi").code == "not_allowed"
    assert purse.ask("POST", "typed-codes/check", {"code": "radio", "person_id": other}, by="esi").status == 403
    assert purse.ask("POST", "typed-codes", {**asked, "place": "street"}, by="esi").code == "invalid"
    assert purse.ask("POST", "typed-codes", {**asked, "code": ""}, by="esi").code == "invalid"
