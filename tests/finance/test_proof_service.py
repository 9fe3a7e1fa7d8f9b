"""Proofs of transfers on both databases: sent, refused, approved once, declined with a reason, and the student told."""

import hashlib
from typing import Any

import pytest

from server.finance.proof_service import may_read
from shared.core.outcome import Outcome
from shared.finance.proof_commands import proof_payment_id
from shared.people.vocabulary import Role
from tests.finance.books import Books, books

__all__ = ["books"]
_PUT = """
INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence, announced,
made_at, expires_at) VALUES (:o, :id, :p, :sha256, 'slip.jpg', :kind, 10, :state, '', '', true, :at, :at)
"""


def sha(words: str = "slip") -> str:
    """The hash of a picture."""
    return hashlib.sha256(words.encode()).hexdigest()


def brought(books: Books, person_id: str, words: str = "slip", kind: str = "jpeg", state: str = "stored") -> None:
    """Let a file have been brought in."""
    places = {"o": books.institute.organisation_id, "id": books.new_id(), "p": person_id, "sha256": sha(words)}
    at = "2026-11-20T08:00:00.000Z"
    books.institute.parts.database.write(lambda db: db.run(_PUT, **places, kind=kind, state=state, at=at))


def send(books: Books, by: str = "cashier", target: str = "", **more: Any) -> Outcome:
    """Send a proof of a student's transfer."""
    wanted = {
        "person_id": books.person(),
        "amount": 1_500,
        "currency": "GHS",
        "paid_on": "2026-11-19",
        "reference": "FT1",
        "sha256": sha(),
        "file_name": "slip.jpg",
        "file_kind": "jpeg",
        **more,
    }
    return books.at(by).do("SendProof", target or books.new_id(), wanted)


def sent(books: Books, **more: Any) -> str:
    """Send a proof whose picture arrived; returns its id."""
    brought(books, books.at("cashier").actor.person_id)
    told = send(books, **more)
    assert told.verdict == "applied", told
    return told.target_id


def decide(books: Books, proof: str, by: str = "bursar", approved: bool = True, reason: str = "") -> Outcome:
    """Decide about a proof."""
    return books.at(by).do("DecideProof", proof, {"approved": approved, "reason": reason})


def test_an_approved_proof_books_the_money_once(books: Books) -> None:
    charge = books.charged(1_000)
    proof = sent(books)
    assert books.bodies("payment") == []
    told = decide(books, proof)
    assert (told.verdict, told.details["credit"]) == ("applied", 500)
    assert decide(books, proof).verdict == "agreed"
    assert decide(books, proof, approved=False, reason="Late").code == "request_settled"
    payment = books.row("payment", proof_payment_id(proof))
    assert (payment["confirmation"], payment["state"], payment["tenders"][0]["proof"]) == (
        "confirmed",
        "completed",
        sha(),
    )
    assert books.row("transfer_proof", proof)["payment_id"] == payment["id"]
    assert (books.account().balance, books.account().open.get(charge)) == (-500, None)
    assert books.trial_balance() == {"bank": 1_500, "income": -1_000, "receivable": -500}
    notice = books.bodies("notice")[0]
    assert (notice["person_id"], "GHS 15.00" in notice["title"]) == (books.person(), True)


def test_a_declined_proof_books_nothing_and_says_why(books: Books) -> None:
    proof = sent(books)
    assert decide(books, proof, approved=False).code == "reason_missing"
    assert decide(books, proof, approved=False, reason="The amount can't be read").verdict == "applied"
    assert books.bodies("payment") == []
    notice = books.bodies("notice")[0]
    assert notice["body"].startswith("The amount can't be read.")
    assert send(books).verdict == "applied"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"file_kind": "docx"}, "proof_kind"),
        ({"file_kind": "zip"}, "proof_kind"),
        ({"paid_on": "2026-11-21"}, "proof_future"),
    ],
)
def test_what_is_no_proof(books: Books, more: dict[str, Any], code: str) -> None:
    told = send(books, **more)
    assert (told.verdict, told.code) == ("rejected", code)
    assert books.bodies("transfer_proof") == []


def test_the_file_itself_counts_not_what_is_said_of_it(books: Books) -> None:
    brought(books, books.at("cashier").actor.person_id, kind="zip")
    assert send(books).code == "proof_kind"


def test_a_picture_that_never_arrived_books_nothing(books: Books) -> None:
    told = send(books)
    assert told.verdict == "applied"
    assert decide(books, told.target_id).code == "proof_missing"
    brought(books, books.person())
    assert decide(books, told.target_id).code == "proof_missing"
    assert decide(books, told.target_id, approved=False, reason="Nothing came").verdict == "applied"


def test_one_picture_is_one_transfer(books: Books) -> None:
    proof = sent(books)
    assert send(books, target=proof).verdict == "agreed"
    assert send(books, person_id=books.person(1)).code == "proof_known"
    assert books.at("cashier").do("WithdrawProof", proof, {}).verdict == "applied"
    assert send(books, person_id=books.person(1)).verdict == "applied"
    assert decide(books, proof).code == "request_settled"


def test_who_may(books: Books) -> None:
    books.institute.device("ama", Role.STUDENT, "Yaw Quartey")
    ama = books.at("ama").actor.person_id
    own = send(books, by="ama", person_id=ama)
    assert own.verdict == "applied"
    assert send(books, by="ama", sha256=sha("other")).code == "not_allowed"
    assert decide(books, own.target_id, by="cashier").code == "not_allowed"
    assert decide(books, own.target_id, by="ama").code == "not_allowed"
    assert books.at("cashier").do("WithdrawProof", own.target_id, {}).code == "not_allowed"
    assert send(books, person_id=books.new_id(), sha256=sha("third")).verdict == "held"
    brought(books, ama)
    institute = books.institute
    with institute.parts.database.read() as db:
        actors = {key: books.at(key).actor for key in ("ama", "bursar", "cashier")}
        assert {key for key, actor in actors.items() if may_read(db, actor, sha())} == {"ama", "bursar", "cashier"}
        assert not may_read(db, actors["bursar"], sha("other"))


def test_nobody_approves_ones_own_transfer(books: Books) -> None:
    bursar = books.at("bursar").actor.person_id
    brought(books, bursar)
    told = send(books, by="bursar", person_id=bursar)
    assert decide(books, told.target_id).code == "second_person"
