"""Subscriptions on both databases: begun, renewed once over two servers, lapsed and back, cancelled, and refused."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from server.core.letters import Letter
from server.finance.subscription_job import renew_for
from shared.core.outcome import Outcome
from shared.finance.subscription_commands import period_charge_id
from shared.people.vocabulary import Role
from tests.finance.books import CURRENCY, Books, books

__all__ = ["books"]
NOON = timedelta(hours=12)


def set_price(books: Books, target: str = "", by: str = "bursar", base: str | None = None, **more: Any) -> Outcome:
    """Say what the course costs a month."""
    wanted = {"name": "Photography", "course_id": books.institute.course_id, "currency": CURRENCY, "amount": 1_000}
    changes = {name: {"new": value} for name, value in ({**wanted, **more} if base is None else more).items()}
    return books.at(by).do("SaveSubscriptionPrice", target or books.new_id(), {"changes": changes}, base)


def priced(books: Books, **more: Any) -> str:
    told = set_price(books, **more)
    assert told.verdict == "applied", told
    return told.target_id


def subscribe(books: Books, price: str, at: int = 0, by: str = "bursar", **more: Any) -> Outcome:
    asked = {"person_id": books.person(at), "price_id": price, "cohort_id": books.institute.cohort_id, **more}
    return books.at(by).do("Subscribe", books.new_id(), asked)


def student(books: Books, at: int = 0) -> str:
    """Return the computer of a student."""
    made = books.institute.device(f"student{at}", Role.STUDENT, f"Own{at} Mensah")
    actor = made.actor.model_copy(update={"person_id": books.person(at)})
    made.actor = actor
    return f"student{at}"


def act(books: Books, key: str, what: str, by: str = "bursar") -> Outcome:
    return books.at(by).do("ChangeSubscription", key, {"act": what})


def go_to(books: Books, day: str) -> None:
    """Let it be noon of a day."""
    books.institute.clock.set(datetime.fromisoformat(day).replace(tzinfo=UTC) + NOON)


def ground(books: Books, letters: list[Letter] | None = None) -> Any:
    """Return what the job stands on; `letters` takes what it would send."""
    parts, box = books.institute.parts, letters if letters is not None else []
    places = {"database": parts.database, "clock": parts.clock, "door": parts.door, "new_id": parts.new_id}
    return SimpleNamespace(**places, post=lambda _db, letter: box.append(letter))


def run(books: Books, day: str, letters: list[Letter] | None = None) -> int:
    """Run the job on a day."""
    go_to(books, day)
    return renew_for(ground(books, letters), books.institute.organisation_id)


def stands(books: Books, key: str) -> str:
    return str(books.row("subscription", key)["state"])


def enrolled(books: Books, at: int = 0) -> str:
    return str(books.row("enrolment", books.institute.enrolments[at])["state"])


def test_the_office_subscribes_and_the_job_renews(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books, taxes=[{"name": "VAT", "rate": 1_500}])).target_id
    body = books.row("subscription", key)
    assert (body["state"], body["period_to"], enrolled(books)) == ("active", "2026-12-30", "active")
    charge = books.row("ledger_entry", period_charge_id(key, 0))
    assert (charge["amount"], charge["charge_kind"], charge["due_on"]) == (1_150, "subscription", "2026-11-30")
    assert charge["number"].startswith("I-2026-")
    books.paid(1_150, goes_to=[(charge["id"], 1_150)])
    run(books, "2026-12-24")
    assert run(books, "2026-12-24") == 0
    letters: list[Letter] = []
    assert run(books, "2026-12-25", letters) == 1
    assert (run(books, "2026-12-25", letters), stands(books, key)) == (0, "active")
    assert [(one.template, one.values["day"], one.values["amount"]) for one in letters] == [
        ("subscription_renews", "2026-12-30", "GHS 11.50"),
    ]  # fmt: skip
    assert run(books, "2026-12-30") == 1
    assert books.row("subscription", key)["period_to"] == "2027-01-30"
    assert list(books.account().open) == [period_charge_id(key, 1)]
    assert books.trial_balance()["income"] == -2_000


def test_unpaid_it_lapses_and_the_class_opens_again_with_the_money(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books, grace_days=7)).target_id
    run(books, "2026-12-01")
    assert (stands(books, key), enrolled(books)) == ("overdue", "active")
    run(books, "2026-12-08")
    assert (stands(books, key), enrolled(books)) == ("lapsed", "dropped")
    assert run(books, "2027-05-01") == 0
    go_to(books, "2026-12-10")
    books.paid(600, goes_to=[(period_charge_id(key, 0), 600)])
    assert stands(books, key) == "lapsed"
    books.paid(400, goes_to=[(period_charge_id(key, 0), 400)])
    assert (stands(books, key), enrolled(books)) == ("active", "active")


def test_a_void_lets_it_be_overdue_again(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books)).target_id
    told = books.pay(1_000, goes_to=[(period_charge_id(key, 0), 1_000)], tenders=[
        {"method": "card", "amount": 1_000, "reference": "TX"},
    ])  # fmt: skip
    run(books, "2026-12-09")
    assert stands(books, key) == "active"
    refused = {"came": False, "reason": "Declined"}
    assert books.at("bursar").do("ConfirmPayment", told.target_id, refused).verdict == "applied"
    run(books, "2026-12-10")
    assert (stands(books, key), enrolled(books)) == ("lapsed", "dropped")


def test_what_the_office_closed_stays_closed(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books)).target_id
    state = {"state": "suspended", "old_state": "active"}
    assert books.at("registrar").do("SetEnrolmentState", books.institute.enrolments[0], state).verdict == "applied"
    run(books, "2026-12-20")
    assert (stands(books, key), enrolled(books)) == ("lapsed", "suspended")
    books.paid(1_000, goes_to=[(period_charge_id(key, 0), 1_000)])
    assert (stands(books, key), enrolled(books)) == ("active", "suspended")


def test_credit_pays_the_next_period(books: Books) -> None:
    go_to(books, "2026-11-30")
    books.paid(2_500)
    key = subscribe(books, priced(books)).target_id
    run(books, "2026-12-30")
    run(books, "2027-01-30")
    assert (dict(books.account().open), stands(books, key)) == ({period_charge_id(key, 2): 500}, "active")


def test_two_servers_renew_once(books: Books) -> None:
    go_to(books, "2026-11-30")
    price = priced(books)
    keys = [subscribe(books, price, at).target_id for at in range(3)]
    for at, key in enumerate(keys):
        books.paid(1_000, at, goes_to=[(period_charge_id(key, 0), 1_000)])
    go_to(books, "2027-02-28")
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(renew_for(ground(books), books.institute.organisation_id)))
        for _ in range(3)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(done) == 3
    assert sum(done) == 3
    charges = [one for one in books.bodies("ledger_entry") if one["kind"] == "charge"]
    assert len(charges) == 3 * 4
    assert len({one["number"] for one in charges}) == 3 * 4
    assert books.trial_balance()["income"] == -12_000


def test_a_student_subscribes_where_the_price_says_so_and_pays_first(books: Books) -> None:
    go_to(books, "2026-11-30")
    own, price = student(books), priced(books)
    assert subscribe(books, price, by=own).code == "not_allowed"
    price = priced(books, self_service=True, grace_days=2)
    assert subscribe(books, price, at=1, by=own).code == "not_allowed"
    key = subscribe(books, price, by=own, on="2026-01-01").target_id
    assert (stands(books, key), books.row("subscription", key)["began_on"]) == ("pending", "2026-11-30")
    go_to(books, "2026-12-01")
    books.paid(1_000, goes_to=[(period_charge_id(key, 0), 1_000)])
    body = books.row("subscription", key)
    assert (body["state"], body["period_from"], body["period_to"]) == ("active", "2026-12-01", "2027-01-01")
    assert act(books, key, "pause", by=own).code == "not_allowed"
    assert act(books, key, "cancel_at_end", by=own).verdict == "applied"
    assert act(books, key, "cancel_at_end", by=own).verdict == "agreed"
    run(books, "2027-01-01")
    assert (stands(books, key), enrolled(books)) == ("cancelled", "cancelled")
    assert dict(books.account().open) == {}


def test_what_a_student_began_and_never_paid_is_taken_back(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books, self_service=True, grace_days=2), by=student(books)).target_id
    assert books.account().balance == 1_000
    run(books, "2026-12-03")
    assert (stands(books, key), books.account().balance) == ("cancelled", 0)
    assert books.trial_balance() == {"income": 0, "receivable": 0}


def test_a_trial_is_given_once_and_someone_new_is_enrolled(books: Books) -> None:
    go_to(books, "2026-11-30")
    price, bursar = priced(books, trial_days=14), books.at("bursar")
    new = books.new_id()
    payload = {"given_name": "New", "family_name": "One", "number": "S-9"}
    assert books.at("registrar").do("AddPerson", new, payload).verdict == "applied"
    asked = {"person_id": new, "price_id": price, "cohort_id": books.institute.cohort_id}
    key = bursar.do("Subscribe", books.new_id(), asked).target_id
    body = books.row("subscription", key)
    assert (body["state"], books.bodies("ledger_entry")) == ("trial", [])
    assert books.row("enrolment", body["enrolment_id"])["state"] == "active"
    assert act(books, key, "cancel_now").verdict == "applied"
    assert books.row("enrolment", body["enrolment_id"])["state"] == "cancelled"
    again = bursar.do("Subscribe", books.new_id(), asked).target_id
    assert (stands(books, again), len(books.bodies("ledger_entry"))) == ("active", 1)
    assert books.row("enrolment", body["enrolment_id"])["state"] == "active"


def test_pausing_closes_and_resuming_opens(books: Books) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books)).target_id
    assert act(books, key, "pause").code == "subscription_owes"
    books.paid(1_000, goes_to=[(period_charge_id(key, 0), 1_000)])
    assert act(books, key, "pause").verdict == "applied"
    assert enrolled(books) == "dropped"
    assert run(books, "2027-06-01") == 0
    assert act(books, key, "resume").verdict == "applied"
    assert (enrolled(books), books.row("subscription", key)["period_to"]) == ("active", "2027-07-01")
    assert act(books, key, "resume").code == "subscription_state"
    assert act(books, books.new_id(), "pause").verdict == "held"


def test_what_isnt_subscribed(books: Books) -> None:
    go_to(books, "2026-11-30")
    price = priced(books)
    assert subscribe(books, price, by="cashier").code == "not_allowed"
    assert subscribe(books, books.new_id()).verdict == "held"
    assert subscribe(books, price, person_id=books.new_id()).verdict == "held"
    assert subscribe(books, price, cohort_id=books.new_id()).verdict == "held"
    assert subscribe(books, price, on="2026-13-01").code == "field_invalid"
    assert subscribe(books, price, on="2020-01-01").code == "field_invalid"
    assert subscribe(books, price).verdict == "applied"
    assert subscribe(books, price).code == "subscribed_already"
    base = books.row("subscription_price", price)["revision"]
    assert set_price(books, price, base=base, state="retired").verdict == "applied"
    assert subscribe(books, price, at=1).code == "price_retired"


def test_what_a_price_keeps(books: Books) -> None:
    price = priced(books)
    base = books.row("subscription_price", price)["revision"]
    assert set_price(books, by="cashier").code == "not_allowed"
    assert set_price(books, amount=0).code == "field_invalid"
    assert set_price(books, course_id=books.new_id()).verdict == "held"
    assert set_price(books, price, base=base, period="year").code == "price_fixed"
    assert set_price(books, price, base=base, amount=2_000).verdict == "applied"
    other = books.new_id()
    assert set_price(books, other, course_id=None, cohort_id=books.institute.cohort_id).verdict == "applied"
    assert subscribe(books, other).verdict == "applied"
    assert books.account().balance == 1_000


@pytest.mark.parametrize("missed", [True, False])
def test_three_periods_without_the_job(books: Books, missed: bool) -> None:
    go_to(books, "2026-11-30")
    key = subscribe(books, priced(books, charge_missed=missed)).target_id
    books.paid(1_000, goes_to=[(period_charge_id(key, 0), 1_000)])
    run(books, "2027-03-01")
    charges = [one for one in books.bodies("ledger_entry") if one["kind"] == "charge"]
    assert len(charges) == (4 if missed else 2)
    assert books.row("subscription", key)["period_to"] == "2027-03-30"
    run(books, "2026-11-01")
    assert len([one for one in books.bodies("ledger_entry") if one["kind"] == "charge"]) == len(charges)
