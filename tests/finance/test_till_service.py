"""Tills and receipts on both databases: a series for each install, and no number twice."""

import base64

import pytest

from server.core.database import EVERY, Db
from server.core.server_epoch import begin_epoch
from server.finance.receipt_keys import verify
from server.finance.shift_queries import gaps_of
from server.finance.till_recovery import SKIPPED
from shared.finance import receipt_code as code
from shared.people.vocabulary import Role
from tests.finance.books import Books, books
from tests.finance.tills import Till

__all__ = ["books"]


def _ask(books: Books, by: str = "cashier", **more):
    device = books.at(by)
    public = base64.b64encode(bytes(range(32))).decode()
    asked = {"name": "Desk", "device_id": device.origin.device_id, "install_epoch": 1, "public_key": public, **more}
    return device.do("AskTill", books.new_id(), asked)


def test_each_install_has_its_series_and_a_renewed_one_gets_another(books: Books) -> None:
    first = books.till.row()
    assert (first["series"], first["code"], first["state"]) == (1, "A1", "active")
    same = _ask(books, public_key=first["public_key"])
    assert (same.verdict, same.details["existing_id"]) == ("agreed", first["id"])
    renewed = _ask(books, public_key=first["public_key"], install_epoch=2)
    assert renewed.verdict == "applied"
    assert books.till.row()["state"] == "closed"
    second = books.row("till", renewed.target_id)
    assert (second["code"], second["state"], second["certificate"]) == ("A2", "waiting", "")
    wiped = _ask(books, install_epoch=2)
    assert books.row("till", wiped.target_id)["code"] == "A3"
    assert books.row("till", renewed.target_id)["state"] == "closed"


def test_who_may_ask_and_certify(books: Books) -> None:
    assert _ask(books, device_id=books.at("bursar").origin.device_id).code == "till_of_another_install"
    assert _ask(books, "kofi").code == "not_allowed"
    row = books.till.row()
    for by, certificate, told in (
        ("cashier", row["certificate"], "not_allowed"),
        ("bursar", "AAAA", "certificate_invalid"),
    ):
        answer = books.at(by).do("CertifyTill", row["id"], {"certificate": certificate}, row["revision"])
        assert answer.code == told
    other = Till(books.institute, books.at("bursar"), books.at("bursar"), seed=2)
    wrong = books.at("bursar").do("CertifyTill", row["id"], {"certificate": other.certificate}, row["revision"])
    assert wrong.code == "certificate_invalid"
    public = {"public_key": base64.b64encode(bytes(32)).decode()}
    assert books.at("bursar").do("PutReceiptKey", books.new_id(), public).code == "key_unknown"
    assert books.at("cashier").do("PutReceiptKey", books.new_id(), public).code == "not_allowed"
    assert books.at("cashier").do("CloseTill", row["id"], {}, row["revision"]).code == "not_allowed"
    closed = books.at("bursar").do("CloseTill", other.id, {}, other.row()["revision"])
    assert (closed.verdict, books.at("bursar").do("CloseTill", other.id, {}).verdict) == ("applied", "agreed")
    again = books.at("bursar").do("CertifyTill", other.id, {"certificate": other.certificate})
    assert again.code == "till_closed"


def test_a_receipt_is_kept_and_checks_offline(books: Books) -> None:
    told = books.pay(25_000)
    assert told.verdict == "applied", told
    (receipt,) = books.bodies("receipt")
    (words,) = books.bodies("receipt_text")
    assert (receipt["number"], receipt["payment_id"], words["payer"]) == ("R-A1-000001", told.target_id, "Hana Novak")
    keys = {
        code.key_id(base64.b64decode(one["public_key"])): code.InstituteKey(
            base64.b64decode(one["public_key"]), retired=one["retired_at"] is not None
        )
        for one in books.bodies("receipt_key")
    }
    whole = code.qr_text(words["words"], receipt["signature"])
    found = code.check(whole, books.institute.organisation_id, keys, verify)
    assert (found.standing, found.digest) == (code.Standing.GENUINE, receipt["digest"])
    books.till.renew_key(books.at("bursar"))
    retired = [one["retired_at"] is not None for one in books.bodies("receipt_key")]
    assert sorted(retired) == [False, True]


@pytest.mark.parametrize(
    ("more", "code_"),
    [
        ({"number": "R-A2-000001"}, "receipt_of_another_till"),
        ({"series": 2}, "receipt_of_another_till"),
        ({"sequence": 9}, "receipt_of_another_till"),
        ({"words": "words"}, "receipt_unreadable"),
        ({"signature": "AAAA"}, "receipt_signature_wrong"),
    ],
)
def test_a_receipt_that_no_till_printed_is_refused(books: Books, more, code_) -> None:
    asked = books.paying(500)
    told = books.pay(500, receipt={**asked["receipt"], **more})
    assert (told.verdict, told.code) == ("rejected", code_)
    assert books.bodies("receipt") == []


def test_a_receipt_says_what_was_paid_at_its_own_till(books: Books) -> None:
    cheaper = books.paying(400)["receipt"]
    assert books.pay(500, receipt=cheaper).code == "receipt_differs"
    books.institute.device("other", Role.CASHIER, "Yaa Boateng")
    assert books.pay(500, by="other").code == "receipt_of_another_till"
    unknown = {**books.paying(500)["receipt"], "till_id": books.new_id()}
    told = books.pay(500, receipt=unknown)
    assert (told.verdict, told.code) == ("held", "till_unknown")
    settled = books.at("bursar").do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert (settled.verdict, settled.code) == ("rejected", "till_unknown")


def _forget_the_till(books: Books) -> None:
    """Leave the server as a backup does that is older than the till."""
    books.institute.parts.database.write(
        lambda db: db.run("DELETE FROM till WHERE organisation_id = :o", o=books.institute.organisation_id)
    )


def test_a_till_that_a_backup_does_not_know_comes_back_with_its_receipts(books: Books) -> None:
    row, asked = books.till.row(), books.paying(500)
    _forget_the_till(books)
    forged = {**asked["receipt"], "signature": books.paying(600)["receipt"]["signature"]}
    assert books.pay(500, receipt=forged).verdict == "held"
    assert books.rows("SELECT id FROM till WHERE organisation_id = :o") == []
    assert books.at("cashier").do("TakePayment", books.new_id(), asked).verdict == "applied"
    back = books.till.row()
    same = ("id", "series", "code", "device_id", "install_epoch", "public_key", "certificate", "valid_to", "state")
    assert {name: back[name] for name in same} == {name: row[name] for name in same}
    assert books.row("receipt", books.bodies("receipt")[0]["id"])["number"] == asked["receipt"]["number"]


def test_a_till_whose_series_is_another_by_now_does_not_come_back(books: Books) -> None:
    asked = books.paying(500)
    _forget_the_till(books)
    assert _ask(books).verdict == "applied"
    told = books.at("cashier").do("TakePayment", books.new_id(), asked)
    assert (told.verdict, told.code) == ("held", "till_unknown")


def test_a_till_that_comes_back_is_closed_where_its_computer_is_another_one_by_now(books: Books) -> None:
    lost = Till(books.institute, books.at("bursar"), books.at("bursar"), seed=2)
    asked = books.paying(500)
    asked["receipt"] = lost.receipt(asked)

    def restore(db: Db) -> None:
        db.run(
            "DELETE FROM till WHERE organisation_id = :o AND id = :id", o=books.institute.organisation_id, id=lost.id
        )
        db.organisation = EVERY  # the command does this as the tables' owner
        begin_epoch(db, books.new_id())

    books.institute.parts.database.write(restore)
    second = _ask(books, "bursar")
    assert books.row("till", second.target_id)["series"] >= 2 + SKIPPED
    assert books.at("bursar").do("TakePayment", books.new_id(), asked).verdict == "applied"
    assert (lost.row()["code"], lost.row()["state"]) == ("A2", "closed")
    assert books.row("till", second.target_id)["state"] == "waiting"


def test_no_number_is_there_twice_and_gaps_are_explained(books: Books) -> None:
    first = books.paying(500)
    assert books.at("cashier").do("TakePayment", books.new_id(), first).verdict == "applied"
    told = books.at("cashier").do("TakePayment", books.new_id(), first)
    assert (told.verdict, told.code) == ("held", "receipt_number_taken")
    settled = books.at("bursar").do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert (settled.verdict, settled.code) == ("rejected", "receipt_number_taken")
    assert len(books.bodies("receipt")) == 1
    books.till.last = 3
    books.pay(700)
    refused = books.paying(500)
    books.pay(500, receipt={**refused["receipt"], "signature": "AAAA"})
    till = books.till.row()
    with books.institute.parts.database.read() as db:
        found = gaps_of(db, books.institute.organisation_id, till)
    assert [(one["first"], one["last"], one["reason"]) for one in found] == [
        ("R-A1-000002", "R-A1-000003", "not_arrived"),
        ("R-A1-000005", "R-A1-000005", "rejected"),
    ]
    assert all(one["words"] for one in found)


def test_a_receipt_only_grows(books: Books) -> None:
    books.pay(500)
    for statement in ("UPDATE receipt SET amount = 1", "DELETE FROM receipt"):
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            _run(books, f"{statement} WHERE organisation_id = :o")


def _run(books: Books, statement: str) -> None:
    books.institute.parts.database.write(lambda db: db.run(statement, o=books.institute.organisation_id))
