"""Papers that go with letters of money: a real mail server gets them, drawn in the moment in which the letter goes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from server.core.batch import Origin
from server.finance.reminder_letters import post_reminders
from server.messaging import courier
from server.people.organisations import system_actor
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PRIVATE_PROFILE
from tests.finance.test_receipt_paper import words_of
from tests.providers import mail_server as mails
from tests.timetable.planned_server import PlannedServer, planned

__all__ = ["planned"]
POLICY = {"channels": ["mail"], "statement": True}


class Letters:
    """An institute whose bursar efua reminds esi, who has a mail address and a student number."""

    def __init__(self, served: PlannedServer) -> None:
        self.served, self.server = served, served.server
        self.mail: Any = None
        self.esi = served.people["esi"]
        served.people["efua"] = self.server.add_person("efua", ("bursar",))
        self.change(email="esi@example.com", number="S-2026/41")

    def change(self, **fields: Any) -> None:
        person = self.served.ask("GET", f"users/{self.esi}").data
        told = self.served.ask("PATCH", f"users/{self.esi}", fields, **{"if-match": person["revision"]})
        assert told.status == 200, told.json

    def through(self, mail: mails.MailServer) -> None:
        settings = {
            "mail_host": mail.host,
            "mail_port": mail.port,
            "mail_username": mails.USERNAME,
            "mail_sender": mails.USERNAME,
            "mail_ca_file": mail.ca_file,
            "mail_password": SecretStr(mails.PASSWORD),
        }
        self.server.settings.__dict__.update(settings)
        self.mail = mail

    def charge(self, what: str = "Tuition", amount: int = 10_000) -> None:
        wanted = {"person_id": self.esi, "what": what, "amount": amount, "currency": "GHS", "due_on": "2020-01-05"}
        told = self.served.ask("POST", "ledger-entries", wanted, by="efua")
        assert told.status == 201, told.json

    def remind(self, **policy: Any) -> None:
        put = self.served.ask("PUT", "overdue/policy", {**POLICY, **policy}, by="efua")
        assert put.status == 200, put.json
        asked = self.served.ask("POST", "payment-reminders", {"person_ids": [self.esi]}, by="efua")
        assert asked.data["reminded"] == 1, asked.json
        post_reminders(self.server.context)

    def deliver(self) -> list[Any]:
        courier.deliver(self.server.context)
        return [one.message for one in self.mail.received] if self.mail else []

    def contacts(self, *people: dict[str, Any]) -> None:
        edit = {"person_id": self.esi, "changes": {"guardians": {"old": None, "new": list(people)}}}
        command = self.server.command("EditPrivateProfile", row_id(PRIVATE_PROFILE, self.esi), edit)
        outcome = self.server.do(command, self.server.organisation_id)
        assert outcome.verdict == "applied", outcome

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.server.context.database.read() as db:
            return [tuple(row) for row in db.rows(sql, o=self.server.organisation_id)]


@pytest.fixture
def letters(planned: PlannedServer, tmp_path: Path) -> Iterator[Letters]:
    with mails.mail_server(tmp_path) as mail:
        made = Letters(planned)
        made.through(mail)
        yield made


def _papers(message: Any) -> list[Any]:
    return list(message.iter_attachments())


def test_a_reminder_carries_the_statement_of_the_moment_in_which_it_goes(letters: Letters) -> None:
    letters.charge()
    letters.remind()
    letters.charge("Camera hire", 2_550)
    (mail,) = letters.deliver()
    (paper,) = _papers(mail)
    day = letters.server.clock.now().date().isoformat()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", f"statement-S-2026-41-{day}.pdf")
    assert paper.get_content_disposition() == "attachment"
    words, pages = words_of(paper.get_content())
    assert (pages, "Statement of account" in words, "S-2026/41" in words) == (1, True, True)
    assert "Camera hire" in words, "a charge that came after the reminder stands on it"
    assert "GHS 125.50" in words
    assert "GHS 100.00" in mail.get_body(("plain",)).get_content(), "the letter itself tells what it was written for"
    assert letters.deliver() == [mail]
    assert letters.rows("SELECT state, attached FROM delivery WHERE organisation_id = :o") == [
        ("sent", "statement:GHS")
    ]


def test_none_goes_where_the_policy_says_nothing_of_it(letters: Letters) -> None:
    letters.charge()
    letters.remind(statement=False)
    (mail,) = letters.deliver()
    assert _papers(mail) == []
    bad = letters.served.ask("PUT", "overdue/policy", {"statement": "yes, please"}, by="efua")
    assert (bad.status, bad.code) == (422, "invalid"), bad.json


def test_a_second_try_sends_one_statement(letters: Letters) -> None:
    letters.charge()
    letters.remind()
    letters.mail.after_data = "451 4.3.0 try again"
    assert letters.deliver() == []
    letters.mail.after_data = "250 2.0.0 taken"
    letters.server.clock.advance(3_600)  # type: ignore[attr-defined] # a clock for tests
    (mail,) = letters.deliver()
    assert len(_papers(mail)) == 1
    assert letters.rows("SELECT state, attempts FROM delivery WHERE organisation_id = :o") == [("sent", 2)]


def test_only_contacts_that_may_see_the_fees_get_it(letters: Letters) -> None:
    efo = {"name": "Efo", "email": "efo@example.org", "told": True}
    yaw = {"name": "Yaw", "email": "yaw@example.org", "told": True, "account": True}
    letters.contacts(efo, yaw)
    letters.charge()
    letters.remind(contacts=True)
    found = {str(one["To"]): len(_papers(one)) for one in letters.deliver()}
    assert found == {"esi@example.com": 1, "efo@example.org": 0, "yaw@example.org": 1}


def test_whoever_refuses_messages_gets_no_paper(letters: Letters) -> None:
    published = {"purpose": "messages", "title": "Messages", "body": "May we write to you?"}
    server = letters.server
    text_id = server.new_id()
    assert server.do(server.command("PublishConsentText", text_id, published)).verdict == "applied"
    letters.charge()
    letters.remind()
    said = server.command("AnswerConsent", server.new_id(), {"text_id": text_id, "answer": "refused"})
    esi = system_actor(server.organisation_id, letters.esi)
    assert server.context.door.accept(esi, Origin(""), [said]).outcomes[0].verdict == "applied"
    (mail,) = letters.deliver()
    assert _papers(mail) == []


def test_a_statement_that_only_was_noted_says_so(planned: PlannedServer) -> None:
    letters = Letters(planned)
    letters.charge()
    letters.remind()
    assert letters.deliver() == []
    planned.people["adjoa"] = planned.server.add_person("adjoa")
    (told,) = planned.ask("GET", "letters?template=payment_overdue", by="adjoa").data
    assert (told["state"], told["code"]) == ("suppressed", "log_only")
    assert told["reason"].endswith("The statement of account goes with it as a PDF.")
    assert told["attached"] == "The statement of account goes with it as a PDF."


def test_nothing_of_a_paper_is_kept(letters: Letters) -> None:
    letters.charge("Very own words")
    letters.remind()
    letters.charge("Camera hire of Esi")
    letters.deliver()
    kept = str(letters.rows("SELECT * FROM delivery WHERE organisation_id = :o"))
    assert ("%PDF" in kept, "Camera hire of Esi" in kept) == (False, False)
