"""Receipts of the office on both databases: one for each payment that came with no cashier, gapless, signed, mailed."""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from server.assembly import assemble
from server.core.batch import Origin
from server.core.database import Db
from server.finance.office_receipts import issue_receipts
from server.finance.receipt_keys import verify
from server.finance.receipt_letters import post_receipts
from server.finance.till_recovery import SKIPPED
from server.people.organisations import system_actor
from shared.finance import receipt_code as code
from tests.core.restores import begin_anew
from tests.finance import placing
from tests.finance.test_paper_letters import Letters
from tests.finance.test_receipt_paper import words_of
from tests.providers import mail_server as mails
from tests.timetable.planned_server import PlannedServer, planned

__all__ = ["planned"]
_UPLOAD = """
INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence, announced,
made_at, expires_at) VALUES (:o, :id, :p, :sha256, 'slip.jpg', 'jpeg', 10, 'stored', '', '', true, :at, :at)
"""
_COUNTS = """
SELECT (SELECT count(*) FROM payment WHERE organisation_id = :o),
(SELECT count(*) FROM receipt WHERE organisation_id = :o), (SELECT count(*) FROM till WHERE organisation_id = :o)
"""


class Office(Letters):
    """The same institute, whose bursar places money of the bank's statement on esi and others."""

    def do(self, kind: str, target: str, payload: dict[str, Any], by: str = "efua") -> Any:
        actor = system_actor(self.server.organisation_id, self.served.people[by], by.capitalize())
        command = self.server.command(kind, target, payload)
        outcome = self.server.context.door.accept(actor, Origin(""), [command]).outcomes[0]
        assert outcome.verdict == "applied", outcome
        return outcome

    def without_keys(self, kind: str, target: str, payload: dict[str, Any]) -> None:
        """Do it as it was done before receipts came with the money: nothing at hand signs one."""
        context = self.server.context
        door = assemble(context.database, context.clock).door
        actor = system_actor(self.server.organisation_id, self.served.people["efua"], "Efua")
        (outcome,) = door.accept(actor, Origin(""), [self.server.command(kind, target, payload)]).outcomes
        assert outcome.verdict == "applied", outcome

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
        target = self.server.new_id()
        self.do("PlaceMoney", target, self.placing(amount, *people, goes_to=goes_to))
        return target

    def place_without_receipt(self, amount: int) -> str:
        target = self.server.new_id()
        self.without_keys("PlaceMoney", target, self.placing(amount))
        return target

    def placing(self, amount: int, *people: str, goes_to: Any = ()) -> dict[str, Any]:
        """What places a new line on people, each the same."""
        part = amount // max(len(people), 1)
        shares = [{"person_id": one, "amount": part, "goes_to": list(goes_to)} for one in people or (self.esi,)]
        return {"line_id": self.line(amount), "amount": amount, "paid_for": shares, "payer_name": "", "note": ""}

    def student(self, name: str) -> str:
        """Add a student with a mail address; returns the id."""
        made = self.server.add_person(name, ("student",))
        person = self.served.ask("GET", f"users/{made}").data
        fields = {"email": f"{name}@example.com"}
        told = self.served.ask("PATCH", f"users/{made}", fields, **{"if-match": person["revision"]})
        assert told.status == 200, told.json
        return str(made)

    def put_proof(self, target: str, amount: int) -> None:
        """Let esi send a picture of her transfer, which has arrived."""
        sha256, at = hashlib.sha256(target.encode()).hexdigest(), "2026-11-20T08:00:00.000Z"
        places = {"o": self.server.organisation_id, "id": self.server.new_id(), "p": self.esi, "sha256": sha256}
        self.server.context.database.write(lambda db: db.run(_UPLOAD, **places, at=at))
        told = {"amount": amount, "currency": "GHS", "paid_on": "2026-11-19", "reference": "FT1"}
        file = {"sha256": sha256, "file_name": "slip.jpg", "file_kind": "jpeg"}
        self.do("SendProof", target, {"person_id": self.esi, **told, **file}, by="esi")

    def charged(self, amount: int) -> str:
        wanted = {"person_id": self.esi, "what": "Tuition", "amount": amount, "currency": "GHS"}
        return str(self.served.ask("POST", "ledger-entries", wanted, by="efua").data["id"])

    def work(self) -> list[Any]:
        issue_receipts(self.server.context)
        post_receipts(self.server.context)
        return self.deliver()

    def receipts(self) -> list[dict[str, Any]]:
        return sorted(self.served.ask("GET", "receipts?limit=50", by="efua").data, key=lambda one: str(one["number"]))

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
    (receipt,) = office.receipts()
    (mail,) = office.work()
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
    sql = "SELECT entry FROM feed_row WHERE organisation_id = :o AND kind = 'receipt_text' AND deleted = false"
    return [orjson.loads(row[0])["body"] for row in office.rows(sql)]


def test_numbers_have_no_gap_and_two_servers_give_one_each(office: Office) -> None:
    payments = [office.place_without_receipt(1_000 + at) for at in range(5)]
    assert office.receipts() == []
    _at_once(*(partial(issue_receipts, office.server.context) for _ in range(3)))
    receipts = office.receipts()
    assert [one["sequence"] for one in receipts] == [1, 2, 3, 4, 5]
    assert sorted(one["payment_id"] for one in receipts) == sorted(payments)
    office.place(2_000)
    assert [one["sequence"] for one in office.receipts()] == [1, 2, 3, 4, 5, 6]


def _at_once(*works: Callable[[], Any]) -> None:
    workers = [threading.Thread(target=work) for work in works]
    for one in workers:
        one.start()
    for one in workers:
        one.join()


def test_two_processes_place_at_once_and_no_number_is_twice_there_or_left_out(office: Office) -> None:
    """From the first receipt on, which makes the series and its key as well."""
    office.place_without_receipt(500)
    commands = [office.server.command("PlaceMoney", office.server.new_id(), office.placing(n)) for n in range(100, 112)]
    processes = [placing.started(office.server, office.served.people["efua"], commands[at::2]) for at in range(2)]
    works = [partial(one.communicate, "go\n", timeout=120) for one in processes]
    _at_once(*works, partial(issue_receipts, office.server.context))
    assert [one.returncode for one in processes] == [0, 0]
    issue_receipts(office.server.context)
    receipts = office.receipts()
    assert sorted(one["sequence"] for one in receipts) == list(range(1, 14))
    assert {one["payment_id"] for one in receipts} >= {one.target_id for one in commands}
    assert {office.check(_qr(office, one)).standing for one in receipts} == {code.Standing.GENUINE}


def test_payment_and_receipt_are_there_together_or_not_at_all(office: Office) -> None:
    wanted = [office.server.command("PlaceMoney", office.server.new_id(), office.placing(700))]
    actor = system_actor(office.server.organisation_id, office.served.people["efua"], "Efua")
    database, counts = office.server.context.database, office.rows(_COUNTS)

    def until(statements: int) -> bool:
        left = [statements]

        def work(db: Db) -> None:
            def told(sql: str, places: dict[str, Any]) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise _KilledError
                return db._execute(sql, places)

            office.server.context.door.accept_in(
                Db(db.dialect, told, organisation=db.organisation), actor, Origin(""), wanted
            )

        try:
            database.write(work)
        except _KilledError:
            return False
        return True

    at = 0
    while not until(at):
        at += 1
        assert office.rows(_COUNTS) == counts, at
    assert at > 20
    assert office.rows(_COUNTS) == [(1, 1, 1)]
    assert [one["sequence"] for one in office.receipts()] == [1]


class _KilledError(Exception):
    """The process ended here."""


def test_an_approved_transfer_has_its_receipt_at_once(office: Office) -> None:
    proof = office.server.new_id()
    office.put_proof(proof, 1_200)
    office.do("DecideProof", proof, {"approved": True, "reason": ""})
    (receipt,) = office.receipts()
    assert (receipt["amount"], receipt["sequence"]) == (1_200, 1)
    assert [one["printed"]["told"] for one in _texts(office)] == [True]


def test_each_of_several_is_told_of_the_own_part_once(office: Office) -> None:
    """Nobody gets the paper: it names all."""
    kojo = office.student("kojo")
    office.place(4_000, office.esi, kojo)
    (receipt,) = office.receipts()
    _at_once(*(partial(post_receipts, office.server.context) for _ in range(2)))
    office.work()
    mails_sent = office.work()
    assert sorted(str(one["To"]) for one in mails_sent) == ["esi@example.com", "kojo@example.com"]
    for mail in mails_sent:
        assert list(mail.iter_attachments()) == []
        words = mail.get_body(("plain",)).get_content()
        assert ("GHS 20.00" in words, "40.00" in words, receipt["number"] in words) == (True, False, True)
    told = sorted(office.rows("SELECT person_id, title, body FROM notice WHERE organisation_id = :o"))
    about = f"It is your part of receipt {receipt['number']}, and stands under My fees."
    title = "Your payment of GHS 20.00 is booked"
    assert told == [(one, title, about) for one in sorted((office.esi, kojo))]
    (text,) = _texts(office)
    assert [one["amount"] for one in text["printed"]["items"]] == [2_000, 2_000]
    assert (text["person_id"], receipt["amount"], text["printed"]["copies"]) == (None, 4_000, 0)
    office.do("PrintReceipt", receipt["id"], {})
    assert (len(office.work()), len(office.rows("SELECT id FROM notice WHERE organisation_id = :o"))) == (2, 2)


def test_whoever_has_no_address_is_told_of_the_part_under_notices(office: Office) -> None:
    office.place(4_000, office.esi, office.served.people["yaw"])
    (mail,) = office.work()
    assert str(mail["To"]) == "esi@example.com"
    assert len(office.rows("SELECT id FROM notice WHERE organisation_id = :o")) == 2


def test_of_a_part_that_was_taken_back_nobody_is_told(office: Office) -> None:
    office.place(4_000, office.esi, office.served.people["yaw"])
    match = office.rows("SELECT id FROM money_match WHERE organisation_id = :o")[0][0]
    office.do("UndoMatch", match, {"reason": "Wrong students"})
    assert office.work() == []
    assert office.rows("SELECT id FROM notice WHERE organisation_id = :o") == []


def test_old_money_gets_its_receipt_and_no_letter(office: Office) -> None:
    office.place_without_receipt(700)
    office.server.clock.advance(4 * 86_400)  # type: ignore[attr-defined] # a clock for tests
    assert office.work() == []
    assert len(office.receipts()) == 1


def test_what_was_taken_back_before_has_none_and_after_is_void(office: Office) -> None:
    payment = office.place_without_receipt(700)
    match = office.rows("SELECT id FROM money_match WHERE organisation_id = :o")[0][0]
    office.do("UndoMatch", match, {"reason": "Wrong student"})
    assert office.work() == []
    assert office.receipts() == []
    again = office.place(900)
    post_receipts(office.server.context)
    match = office.rows(f"SELECT id FROM money_match WHERE organisation_id = :o AND goal_id = '{again}'")[0][0]
    office.do("UndoMatch", match, {"reason": "Wrong student"})
    (mail,) = office.deliver()
    words, _ = words_of(next(mail.iter_attachments()).get_content())
    assert "Voided" in words
    assert payment != again


def test_prints_are_counted_for_whoever_may_see_the_receipt(office: Office) -> None:
    office.place(700)
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


def test_a_series_that_was_closed_is_followed_by_another(office: Office) -> None:
    office.place(700)
    (till,) = office.rows("SELECT id FROM till WHERE organisation_id = :o")[0]
    office.do("CloseTill", str(till), {})
    office.place(800)
    office.place(900)
    found = office.rows("SELECT series, sequence FROM receipt WHERE organisation_id = :o ORDER BY series, sequence")
    assert [tuple(one) for one in found] == [(1, 1), (2, 1), (2, 2)]


def test_after_a_restore_that_knows_no_series_the_first_one_is_another(office: Office) -> None:
    """The backup was made before the first receipt, which some student may hold on paper."""
    context = office.server.context
    begin_anew(context, office.server.organisation_id, context.clock, context.new_id, context.keys.lease_key)
    office.place(700)
    ((series, sequence),) = office.rows("SELECT series, sequence FROM receipt WHERE organisation_id = :o")
    assert (series > SKIPPED, sequence) == (True, 1)
    office.place(800)
    assert office.rows("SELECT DISTINCT series FROM receipt WHERE organisation_id = :o") == [(series,)]
