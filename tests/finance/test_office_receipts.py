"""Receipts of the office on both databases: one for each payment that came with no cashier, gapless, signed, mailed."""

import base64
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.core.batch import Origin
from server.finance.office_receipts import issue_receipts
from server.finance.receipt_keys import verify
from server.finance.receipt_letters import post_receipts
from server.people.organisations import system_actor
from shared.finance import receipt_code as code
from tests.finance.test_paper_letters import Letters
from tests.finance.test_receipt_paper import words_of
from tests.providers import mail_server as mails
from tests.timetable.planned_server import PlannedServer, planned

__all__ = ["planned"]


class Office(Letters):
    """The same institute, whose bursar places money of the bank's statement on esi and others."""

    def do(self, kind: str, target: str, payload: dict[str, Any]) -> Any:
        actor = system_actor(self.server.organisation_id, self.served.people["efua"], "Efua")
        command = self.server.command(kind, target, payload)
        outcome = self.server.context.door.accept(actor, Origin(""), [command]).outcomes[0]
        assert outcome.verdict == "applied", outcome
        return outcome

    def line(self, amount: int) -> str:
        """A line of the bank's statement of its own; returns its id."""
        sql = (
            "INSERT INTO statement_line (organisation_id, id, revision, origin, statement_id, line, day, words,"
            " reference, amount, currency, live, problem, fingerprint, state, reason)"
            " VALUES (:o, :id, :id, 'bank', NULL, 1, '2026-11-18', 'FROM ESI',"
            " 'FT26', :amount, 'GHS', true, '', :id, 'open', '')"
        )
        key = self.server.new_id()
        self.server.context.database.write(lambda db: db.run(sql, o=self.server.organisation_id, id=key, amount=amount))
        return key

    def place(self, amount: int, *people: str, goes_to: Any = ()) -> str:
        """Place a line on people, each the same; returns the payment's id."""
        part = amount // max(len(people), 1)
        shares = [{"person_id": one, "amount": part, "goes_to": list(goes_to)} for one in people or (self.esi,)]
        target = self.server.new_id()
        wanted = {"line_id": self.line(amount), "amount": amount, "paid_for": shares, "payer_name": "", "note": ""}
        self.do("PlaceMoney", target, wanted)
        return target

    def charged(self, amount: int) -> str:
        wanted = {"person_id": self.esi, "what": "Tuition", "amount": amount, "currency": "GHS"}
        return str(self.served.ask("POST", "ledger-entries", wanted, by="efua").data["id"])

    def work(self) -> list[Any]:
        issue_receipts(self.server.context)
        post_receipts(self.server.context)
        return self.deliver()

    def receipts(self) -> list[dict[str, Any]]:
        return sorted(self.served.ask("GET", "receipts", by="efua").data, key=lambda one: str(one["number"]))

    def check(self, scanned: str) -> code.Check:
        found = self.rows("SELECT public_key, retired_at FROM receipt_key WHERE organisation_id = :o")
        keys = {
            code.key_id(base64.b64decode(key)): code.InstituteKey(base64.b64decode(key), gone is not None)
            for key, gone in found
        }
        return code.check(scanned, self.server.organisation_id, keys, verify)


@pytest.fixture
def office(planned: PlannedServer, tmp_path: Path) -> Iterator[Office]:
    with mails.mail_server(tmp_path) as mail:
        made = Office(planned)
        made.through(mail)
        yield made


def _qr(office: Office, receipt: dict[str, Any]) -> str:
    (words,) = office.rows(f"SELECT words FROM receipt_text WHERE organisation_id = :o AND id = '{receipt['id']}'")
    return code.qr_text(str(words[0]), receipt["signature"])


def test_placed_money_has_a_signed_receipt_and_a_mail_with_it(office: Office) -> None:
    charge = office.charged(3_000)
    payment = office.place(5_000, goes_to=[{"entry_id": charge, "amount": 3_000}])
    (mail,) = office.work()
    (receipt,) = office.receipts()
    row = office.served.ask("GET", f"payments/{payment}", by="efua").data
    assert (row["receipt_id"], row["receipt_number"]) == (receipt["id"], receipt["number"])
    assert (receipt["sequence"], receipt["amount"]) == (1, 5_000)
    found = office.check(_qr(office, receipt))
    assert (found.standing, found.facts.methods if found.facts else None) == (
        code.Standing.GENUINE,
        frozenset({"bank_transfer"}),
    )
    (paper,) = mail.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", f"receipt-{receipt['number']}.pdf")
    words, _ = words_of(paper.get_content())
    for said in (receipt["number"], "Bank transfer", "Tuition", "Credit", "50.00", "Total paid"):
        assert said in words, words
    assert ("Duplicate" in words, "Voided" in words) == (False, False)
    assert mail["Subject"].startswith(f"Receipt {receipt['number']}")
    sql = "SELECT title, body FROM notice WHERE organisation_id = :o AND category = 'payment'"
    assert office.rows(sql) == [
        ("Your payment of GHS 50.00 is booked", f"Receipt {receipt['number']} stands under My fees.")
    ]
    assert office.work() == [mail], "nothing goes twice"
    (printed,) = [one["printed"] for one in _texts(office)]
    assert (printed["copies"], printed["signature"]) == (1, receipt["signature"])


def _texts(office: Office) -> list[Any]:
    import orjson

    sql = "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = 'receipt_text' AND deleted = false"
    return [orjson.loads(row[0])["body"] for row in office.rows(sql)]


def test_numbers_have_no_gap_and_two_servers_give_one_each(office: Office) -> None:
    payments = [office.place(1_000 + at) for at in range(5)]
    workers = [threading.Thread(target=issue_receipts, args=(office.server.context,)) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    receipts = office.receipts()
    assert [one["sequence"] for one in receipts] == [1, 2, 3, 4, 5]
    assert sorted(one["payment_id"] for one in receipts) == sorted(payments)
    office.place(2_000)
    issue_receipts(office.server.context)
    assert [one["sequence"] for one in office.receipts()] == [1, 2, 3, 4, 5, 6]


def test_a_receipt_for_several_names_them_and_is_mailed_to_none(office: Office) -> None:
    office.place(4_000, office.esi, office.served.people["yaw"])
    assert office.work() == []
    (receipt,) = office.receipts()
    (text,) = _texts(office)
    assert [one["amount"] for one in text["printed"]["items"]] == [2_000, 2_000]
    assert (text["person_id"], receipt["amount"]) == (None, 4_000)


def test_old_money_gets_its_receipt_and_no_letter(office: Office) -> None:
    office.place(700)
    office.server.clock.advance(4 * 86_400)  # type: ignore[attr-defined] # a clock for tests
    assert office.work() == []
    assert len(office.receipts()) == 1


def test_what_was_taken_back_before_has_none_and_after_is_void(office: Office) -> None:
    payment = office.place(700)
    match = office.rows("SELECT id FROM money_match WHERE organisation_id = :o")[0][0]
    office.do("UndoMatch", match, {"reason": "Wrong student"})
    assert office.work() == []
    assert office.receipts() == []
    again = office.place(900)
    issue_receipts(office.server.context)
    post_receipts(office.server.context)
    match = office.rows(f"SELECT id FROM money_match WHERE organisation_id = :o AND goal_id = '{again}'")[0][0]
    office.do("UndoMatch", match, {"reason": "Wrong student"})
    (mail,) = office.deliver()
    words, _ = words_of(next(mail.iter_attachments()).get_content())
    assert "Voided" in words
    assert payment != again


def test_prints_are_counted_for_whoever_may_see_the_receipt(office: Office) -> None:
    office.place(700)
    issue_receipts(office.server.context)
    (receipt,) = office.receipts()

    def printed(by: str) -> Any:
        roles = frozenset({"student"}) if by != "efua" else frozenset({"bursar"})
        actor = system_actor(office.server.organisation_id, office.served.people[by]).model_copy(
            update={"roles": roles, "permissions": frozenset() if by != "efua" else frozenset({"finance.see"})}
        )
        command = office.server.command("PrintReceipt", receipt["id"], {})
        return office.server.context.door.accept(actor, Origin(""), [command]).outcomes[0]

    assert printed("yaw").code == "not_allowed"
    assert _texts(office)[0]["printed"]["copies"] == 0
    assert printed("esi").verdict == "applied"
    assert _texts(office)[0]["printed"]["copies"] == 1
    unknown = office.server.command("PrintReceipt", office.server.new_id(), {})
    assert office.server.do(unknown).verdict in ("rejected", "held")
