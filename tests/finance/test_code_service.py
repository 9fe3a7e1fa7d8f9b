"""Codes that people type on coming, on both databases: taken or kept with the reason, and never in anybody's way."""

from datetime import timedelta
from typing import Any

import pytest

from shared.core.outcome import Outcome
from shared.people.typed_codes import payload_of, typed_code_id
from shared.people.vocabulary import Role
from tests.finance.books import CURRENCY, Books, books

__all__ = ["books"]


@pytest.fixture
def radio(books: Books) -> str:
    """An affiliate who earns a tenth of the first payment; returns the id."""
    wanted = {"name": "Radio Accra", "mail": "ads@radio.example", "code": "RADIO", "rate": 1_000, "currency": CURRENCY}
    changes = {name: {"new": value} for name, value in wanted.items()}
    return books.at("bursar").do("SaveAffiliate", books.new_id(), {"changes": changes}).target_id


def type_code(books: Books, code: str = " ra dio", at: int = 0, by: str = "bursar", place_id: str = "") -> Outcome:
    person, key = books.person(at), place_id or books.institute.cohort_id
    payload = payload_of(person, code, "enrolment", key)
    return books.at(by).do("TypeCode", typed_code_id("enrolment", key, person), payload)


def states(books: Books) -> list[tuple[Any, ...]]:
    sql = "SELECT code, state, reason FROM typed_code WHERE organisation_id = :o ORDER BY typed_on, id"
    return books.rows(sql)


def test_a_code_that_is_taken_brings_what_a_referral_brings(books: Books, radio: str) -> None:
    told = type_code(books)
    assert (told.verdict, told.details) == ("applied", {"state": "taken", "sentence": ""})
    assert states(books) == [("RADIO", "taken", "")]
    books.paid(1_000)
    assert books.rows("SELECT payee_id, amount FROM earning WHERE organisation_id = :o") == [(radio, 100)]
    again = type_code(books)
    assert (again.verdict, again.details["state"]) == ("agreed", "taken")
    assert len(books.bodies("typed_code")) == len(books.bodies("referral")) == 1
    elsewhere = type_code(books, place_id=books.new_id())
    assert elsewhere.details["state"] == "taken", "the same code at another place is the same referral"


@pytest.mark.parametrize("code", ["nobody", "x" * 60, "Ɔ'; DROP TABLE referral", "٣٤٥"])
def test_a_wrong_code_is_kept_and_stops_nothing(books: Books, radio: str, code: str) -> None:
    told = type_code(books, code)
    assert told.verdict == "applied"
    assert told.details == {"state": "refused", "sentence": "There is no such code. Check its letters."}
    assert [row[1:] for row in states(books)] == [("refused", "referral_unknown")]
    assert books.bodies("referral") == []


def test_why_a_code_isnt_taken_is_kept(books: Books, radio: str) -> None:
    wanted = {"name": "Own", "code": "OWN", "rate": 500, "currency": CURRENCY, "person_id": books.person(1)}
    changes = {name: {"new": value} for name, value in wanted.items()}
    books.at("bursar").do("SaveAffiliate", books.new_id(), {"changes": changes})
    type_code(books)
    books.paid(100, 2)
    reasons = [
        type_code(books, "own", at, place_id=books.new_id()).details["sentence"].split(".")[0] for at in (0, 1, 2)
    ]
    assert reasons == ["This person gave a code before", "Nobody brings oneself", "This person has paid before"]
    affiliate = books.row("affiliate", radio)
    retired = {"changes": {"state": {"old": "active", "new": "retired"}}}
    assert books.at("bursar").do("SaveAffiliate", radio, retired, affiliate["revision"]).verdict == "applied"
    assert type_code(books, "radio", 1, place_id=books.new_id()).details["state"] == "refused"


def test_who_types_codes_for_others(books: Books, radio: str) -> None:
    assert type_code(books, by="ama").code == "not_allowed"
    books.institute.device("office", Role.REGISTRAR, "Akua Registrar")
    assert type_code(books, by="office").verdict == "applied", "the registrar enrols without working with money"
    stranger = books.new_id()
    payload = payload_of(stranger, "RADIO", "enrolment", stranger)
    told = books.at("bursar").do("TypeCode", typed_code_id("enrolment", stranger, stranger), payload)
    assert told.verdict == "held", "somebody who isn't here yet"
    forged = books.at("bursar").do("TypeCode", books.new_id(), payload_of(books.person(), "RADIO", "enrolment", ""))
    assert forged.verdict in ("held", "rejected")
    assert [row[1] for row in states(books)] == ["taken"]


def test_two_codes_at_once_count_once(books: Books, radio: str) -> None:
    keys = [books.new_id() for _ in range(3)]
    told = [type_code(books, place_id=key) for key in keys]
    books.institute.clock.set(books.institute.clock.now() + timedelta(minutes=1))
    assert {one.details["state"] for one in told} == {"taken"}
    assert len(books.bodies("referral")) == 1
