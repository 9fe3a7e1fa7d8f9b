"""Earnings on both databases: written with the money, taken back with it, paid out by two, and never a student's."""

import random
import sqlite3
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from server.core.batch import Origin
from shared.core.outcome import Outcome
from shared.finance.earning_commands import referral_id
from shared.finance.earning_rules import net_payments, referred, shared_out
from shared.people.vocabulary import Role
from tests.finance.books import CURRENCY, Books, books
from tests.timetable.planning import Office

__all__ = ["books"]


def affiliate(books: Books, by: str = "bursar", **more: Any) -> Outcome:
    """Keep an affiliate who earns a tenth of the first payment."""
    wanted = {"name": "Radio Accra", "code": "RADIO", "rate": 1_000, "currency": CURRENCY, **more}
    changes = {name: {"new": value} for name, value in wanted.items()}
    return books.at(by).do("SaveAffiliate", books.new_id(), {"changes": changes})


def refer(books: Books, at: int = 0, code: str = "radio", by: str = "bursar") -> Outcome:
    person = books.person(at)
    return books.at(by).do("GiveReferral", referral_id(person), {"person_id": person, "code": code})


def share(books: Books, who: str = "ama", rate: int = 3_000, by: str = "bursar", **more: Any) -> Outcome:
    person = books.at(who).actor.person_id
    wanted = {"course_id": books.institute.course_id, "person_id": person, "rate": rate, "from_on": "2026-11-20"}
    return books.at(by).do("AgreeShare", books.new_id(), {**wanted, **more})


def owed(books: Books) -> dict[str, int]:
    """Return what is owed to each payee."""
    sql = "SELECT payee_id, sum(amount) FROM earning WHERE organisation_id = :o GROUP BY payee_id"
    return {row[0]: int(row[1]) for row in books.rows(sql)}


def ask(books: Books, kind: str, key: str, amount: int, by: str = "bursar") -> Outcome:
    wanted = {"payee_kind": kind, "payee_id": key, "amount": amount, "currency": CURRENCY}
    return books.at(by).do("AskPayout", books.new_id(), wanted)


def second(books: Books) -> str:
    """Return the computer of another bursar."""
    if "second" not in books.institute.devices:
        books.institute.device("second", Role.BURSAR, "Yaa Second")
    return "second"


def decide(books: Books, key: str, by: str = "second", **more: Any) -> Outcome:
    second(books)
    return books.at(by).do("DecidePayout", key, {"paid": True, "reference": "TRX-1", **more})


def refund(books: Books, payment_id: str, amount: int) -> None:
    asked = books.new_id()
    wanted = {"payment_id": payment_id, "person_id": books.person(), "amount": amount, "method": "cash",
              "reason": "Left the course"}  # fmt: skip
    assert books.at("cashier").do("AskRefund", asked, wanted).verdict == "applied"
    assert books.at("bursar").do("DecideRequest", asked, {"approved": True, "reason": "Fine"}).verdict == "applied"


def test_money_that_came_earns_and_money_that_goes_back_takes_it(books: Books) -> None:
    radio = affiliate(books).target_id
    assert refer(books).verdict == "applied"
    charge = books.charged(5_000)
    assert owed(books) == {}
    told = books.pay(2_000, goes_to=[(charge, 2_000)])
    books.institute.clock.set(books.institute.clock.now() + timedelta(minutes=1))
    books.paid(3_000, goes_to=[(charge, 3_000)])
    assert owed(books) == {radio: 200}
    assert books.account().balance == 0
    refund(books, told.target_id, 500)
    assert owed(books) == {radio: 150}
    refund(books, told.target_id, 1_500)
    assert owed(books) == {radio: 0}
    assert [one["amount"] for one in books.bodies("earning")] == [200, -50, -150]
    books.trial_balance()


def test_a_void_takes_it_back_and_the_next_payment_is_the_first(books: Books) -> None:
    radio = affiliate(books).target_id
    refer(books)
    told = books.pay(1_000, tenders=[{"method": "card", "amount": 1_000, "reference": "TX-1"}])
    assert owed(books) == {}
    assert books.at("bursar").do("ConfirmPayment", told.target_id, {"came": True}).verdict == "applied"
    assert owed(books) == {radio: 100}
    asked = books.new_id()
    receipt = books.row("payment", told.target_id)["receipt_id"]
    wanted = {"receipt_id": receipt, "reason": "Wrong amount"}
    assert books.at("cashier").do("AskVoid", asked, wanted).verdict == "applied"
    assert books.at("bursar").do("DecideRequest", asked, {"approved": True}).verdict == "applied"
    assert owed(books) == {radio: 0}
    books.paid(400)
    assert owed(books) == {radio: 40}


def test_who_changes_an_affiliate_changes_those_that_come(books: Books) -> None:
    made = affiliate(books, every_payment=True)
    refer(books)
    books.paid(1_000)
    change = {"changes": {"rate": {"old": 1_000, "new": 5_000}}}
    base = books.row("affiliate", made.target_id)["revision"]
    assert books.at("bursar").do("SaveAffiliate", made.target_id, change, base).verdict == "applied"
    books.paid(1_000)
    assert owed(books) == {made.target_id: 200}
    refer(books, 1)
    books.paid(1_000, 1)
    assert owed(books) == {made.target_id: 700}


def test_codes_that_arent_taken(books: Books) -> None:
    affiliate(books, person_id=books.person(2))
    assert affiliate(books, name="Other").code == "code_taken"
    assert affiliate(books, code="X").code == "field_invalid"
    assert affiliate(books, by="cashier", code="MINE").code == "not_allowed"
    assert refer(books, 2).code == "self_referral"
    assert refer(books, code="nobody").code == "referral_unknown"
    assert refer(books, by="ama").code == "not_allowed"
    assert refer(books).verdict == "applied"
    assert refer(books).verdict == "agreed"
    affiliate(books, name="Other", code="OTHER")
    assert refer(books, code="OTHER").code == "referral_given"
    books.paid(100, 1)
    assert refer(books, 1).code == "referral_late"
    stranger = books.new_id()
    told = books.at("bursar").do("GiveReferral", referral_id(stranger), {"person_id": stranger, "code": "RADIO"})
    assert told.verdict == "held"


def test_instructors_share_in_what_was_paid_of_their_course(books: Books) -> None:
    assert share(books).verdict == "applied"
    assert share(books, "kofi", 7_001).code == "share_sum"
    assert share(books, "kofi", 2_000).verdict == "applied"
    taxes = [{"name": "VAT", "rate": 1_500, "amount": 150}]
    charge = books.charged(1_150, course_id=books.institute.course_id, taxes=taxes)
    other = books.charged(1_000)
    ama, kofi = (books.at(key).actor.person_id for key in ("ama", "kofi"))
    told = books.pay(1_575, goes_to=[(charge, 575), (other, 1_000)])
    assert owed(books) == {ama: 150, kofi: 100}
    books.paid(575, goes_to=[(charge, 575)])
    assert owed(books) == {ama: 300, kofi: 200}
    refund(books, told.target_id, 1_575)
    assert owed(books) == {ama: 150, kofi: 100}
    assert books.account().balance == 1_575
    assert share(books, rate=4_000, by="cashier").code == "not_allowed"
    assert share(books, from_on="2026-11-19").code == "share_past"
    assert share(books, course_id=books.new_id()).verdict == "held"


def test_an_instructor_gets_the_own_lines_alone(books: Books) -> None:
    share(books)
    share(books, "kofi", 2_000)
    affiliate(books)
    refer(books)
    books.paid(1_000, goes_to=[(books.charged(1_000, course_id=books.institute.course_id), 1_000)])
    ama = books.at("ama").actor.person_id
    scopes = {
        row[0]: (row[1], row[2])
        for row in books.rows(
            "SELECT entity_id, scope, also FROM feed_row WHERE organisation_id = :o AND kind = 'earning'"
        )
    }
    for one in books.bodies("earning"):
        own = f"person:{one['payee_id']}" if one["payee_kind"] == "instructor" else None
        assert scopes[one["id"]] == ("finance", own)
    seen = books.institute.refreshed(books.at("ama").actor)
    assert f"person:{ama}" in seen.scopes
    assert "finance" not in seen.scopes


def test_a_second_person_pays_out_and_takes_back(books: Books) -> None:
    radio = affiliate(books).target_id
    refer(books)
    books.paid(10_000)
    assert ask(books, "affiliate", radio, 1_001).code == "payout_exceeds"
    assert ask(books, "affiliate", radio, 500, by="cashier").code == "not_allowed"
    assert ask(books, "instructor", radio, 1).verdict == "held"
    key = ask(books, "affiliate", radio, 600).target_id
    assert ask(books, "affiliate", radio, 401).code == "payout_exceeds"
    assert decide(books, key, by="bursar").code == "payout_own"
    assert decide(books, key, by="cashier").code == "not_allowed"
    assert decide(books, key, reference=" ").code == "reference_missing"
    assert decide(books, key).verdict == "applied"
    assert decide(books, key).verdict == "agreed"
    assert decide(books, key, paid=False, reason="No, thanks").code == "payout_decided"
    assert owed(books) == {radio: 400}
    back = {"reason": "The account was closed"}
    assert books.at("cashier").do("ReversePayout", key, back).code == "not_allowed"
    assert books.at("bursar").do("ReversePayout", key, back).verdict == "applied"
    assert books.at("bursar").do("ReversePayout", key, back).verdict == "agreed"
    assert owed(books) == {radio: 1_000}
    refused = ask(books, "affiliate", radio, 1_000).target_id
    assert decide(books, refused, paid=False).code == "reason_missing"
    assert decide(books, refused, paid=False, reason="Not this month").verdict == "applied"
    assert books.at("bursar").do("ReversePayout", refused, back).code == "payout_not_paid"
    assert (books.account().balance, books.trial_balance()) == (-10_000, {"cash": 10_000, "receivable": -10_000})


def test_what_went_back_meanwhile_isnt_paid_and_nobody_pays_oneself(books: Books) -> None:
    affiliate(books, person_id=books.at(second(books)).actor.person_id)
    refer(books)
    told = books.pay(10_000)
    (radio,) = owed(books)
    key = ask(books, "affiliate", radio, 1_000).target_id
    assert decide(books, key).code == "payout_own"
    books.institute.device("third", Role.BURSAR, "Abla Third")
    refund(books, told.target_id, 1_000)
    assert decide(books, key, by="third").code == "payout_exceeds"
    key = ask(books, "affiliate", radio, 900).code
    assert key == "payout_exceeds"


@pytest.mark.parametrize("sql", ["UPDATE earning SET amount = 0", "DELETE FROM earning"])
def test_the_database_refuses_to_change_what_was_earned(books: Books, sql: str) -> None:
    affiliate(books)
    refer(books)
    books.paid(1_000)
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.InsufficientPrivilege)):
        books.institute.parts.database.write(
            lambda db: db.run(f"{sql} WHERE organisation_id = :o", o=books.institute.organisation_id)
        )
    assert list(owed(books).values()) == [100]


def expected(books: Books) -> dict[tuple[str, str], int]:
    """Return what each payee has earned by what the books say now, counted anew."""
    entries, allocations = books.bodies("ledger_entry"), books.bodies("allocation")
    waiting = frozenset(one["id"] for one in books.bodies("payment") if one["confirmation"] != "confirmed")
    found: dict[tuple[str, str], int] = {}
    for at in range(3):
        own = [one for one in entries if one["person_id"] == books.person(at)]
        mine = [one for one in allocations if one["person_id"] == books.person(at)]
        keys = shared_out(books.bodies("revenue_share"), own, mine, waiting)
        for one in books.bodies("referral"):
            if one["person_id"] == books.person(at):
                keys |= referred(one, net_payments(own, waiting))
        for (kind, payee, *_), amount in keys.items():
            found[kind, payee] = found.get((kind, payee), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


Made = list[tuple[str, int]]
"""Ids with the number of their student."""


def random_step(books: Books, chance: random.Random, paid: Made, charges: Made) -> None:
    """Charge, take money, give it back, void it, confirm it or find that it never came."""
    at, amount = chance.randrange(3), chance.randrange(1, 5_000)
    what = chance.choice(["charge", "charge", "pay", "pay", "card", "refund", "void", "confirm", "reverse"])
    if what == "charge":
        taxes = [{"name": "VAT", "rate": 1_500, "amount": amount * 15 // 100}]
        charges.append((books.charged(amount, at, course_id=books.institute.course_id, taxes=taxes), at))
    elif what in ("pay", "card"):
        open_ = list(books.account(at).open.items())[:2]
        more = {"tenders": [{"method": "card", "amount": amount, "reference": "TX"}]} if what == "card" else {}
        goes_to = [(key, min(left, amount // 2)) for key, left in open_ if amount > 1]
        paid.append((books.pay(amount, at, goes_to=goes_to, **more).target_id, at))
    elif paid and what == "refund":
        key, who = chance.choice(paid)
        wanted = {
            "payment_id": key,
            "person_id": books.person(who),
            "amount": amount,
            "method": "cash",
            "reason": "Left",
        }
        asked = books.at("cashier").do("AskRefund", books.new_id(), wanted).target_id
        books.at("bursar").do("DecideRequest", asked, {"approved": True})
    elif paid and what == "void":
        wanted = {"receipt_id": books.row("payment", chance.choice(paid)[0])["receipt_id"], "reason": "Wrong amount"}
        asked = books.at("cashier").do("AskVoid", books.new_id(), wanted).target_id
        books.at("bursar").do("DecideRequest", asked, {"approved": True})
    elif paid and what == "confirm":
        said = {"came": chance.random() < 0.7, "reason": "Declined"}
        books.at("bursar").do("ConfirmPayment", chance.choice(paid)[0], said)
    elif charges and what == "reverse":
        books.at("bursar").do("ReverseEntry", chance.choice(charges)[0], {"reason": "Mistake"})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_what_is_earned_is_what_the_books_say(books: Books, seed: int) -> None:
    chance = random.Random(seed)
    share(books)
    share(books, "kofi", 3_333)
    affiliate(books, every_payment=True)
    refer(books)
    affiliate(books, code="FIRST", name="Other", rate=0, amount=700)
    refer(books, 1, "FIRST")
    paid: Made = []
    charges: Made = []
    for _ in range(40):
        books.institute.clock.set(books.institute.clock.now() + timedelta(minutes=1))
        random_step(books, chance, paid, charges)
    sql = (
        "SELECT payee_kind, payee_id, sum(amount) FROM earning WHERE organisation_id = :o GROUP BY payee_kind, payee_id"
    )
    written = {(row[0], row[1]): int(row[2]) for row in books.rows(sql) if row[2]}
    assert written == expected(books)
    assert written
    books.trial_balance()


def test_a_merged_instructor_takes_along_what_is_owed(books: Books) -> None:
    share(books)
    ama, kofi = (books.at(key).actor.person_id for key in ("ama", "kofi"))
    books.paid(1_000, goes_to=[(books.charged(1_000, course_id=books.institute.course_id), 1_000)])
    key = ask(books, "instructor", ama, 100).target_id
    assert decide(books, key).verdict == "applied"
    merging = {"from_id": ama, "from_name": "Ama", "to_name": "Kofi"}
    server = Office(books.institute, books.at("system").actor, Origin(""))
    merged = server.do("MergePeople", kofi, merging)
    assert merged.verdict == "applied", merged
    assert owed(books) == {ama: 0, kofi: 200}
    books.paid(1_000, goes_to=[(books.charged(1_000, course_id=books.institute.course_id), 1_000)])
    assert owed(books) == {ama: 0, kofi: 500}
