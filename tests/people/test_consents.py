"""Texts that people are asked about, their answers, and the register of breaches, on both databases."""

from typing import Any

import pytest

from shared.people.vocabulary import PERSON
from tests.institute import Institute
from tests.serving import TestServer

PHOTOS = {"purpose": "photos", "title": "Use of photos", "body": "May we show photos of classes?"}
AT = "2026-11-19T20:00:00.000Z"
BREACH = {"title": "Lost laptop", "what": "Left in a taxi.", "whom": "Two classes", "people": 41, "noticed_at": AT}


class Office:
    """Akua is the data officer; Esi a student."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.people = {
            name: server.add_person(name, (role,)) for name, role in (("akua", "administrator"), ("esi", "student"))
        }
        self.tokens = {name: server.sign_in(name).data["access_token"] for name in self.people}

    def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.server.ask(method, f"/api/v1/{path}", body, self.tokens[who], **headers)

    def publish(self, **more: str) -> Any:
        return self.ask("akua", "POST", "consent-texts", {**PHOTOS, **more}).data

    def say(self, text_id: str, answer: str, who: str = "esi", **headers: str) -> Any:
        return self.ask(who, "POST", "consents/mine", {"text_id": text_id, "answer": answer}, **headers)

    def answers(self) -> list[tuple[str, int, str]]:
        log = self.ask("akua", "GET", "consents").data["entries"]
        return [(one["name"], one["version"], one["answer"]) for one in log]


@pytest.fixture
def office(new_institute: TestServer) -> Office:
    return Office(new_institute)


def test_texts_are_versioned_and_answers_are_logged(office: Office) -> None:
    first = office.publish()
    assert first["version"] == 1
    assert office.say(first["id"], "agreed").status == 200
    assert office.say(first["id"], "agreed").status == 200, "said twice, noted once"
    second = office.publish(body="May we show photos of classes and of work?")
    assert second["version"] == 2
    office.server.clock.advance(60)
    office.say(second["id"], "agreed")
    office.server.clock.advance(60)
    office.say(second["id"], "withdrawn")
    assert office.answers() == [("Esi", 2, "withdrawn"), ("Esi", 2, "agreed"), ("Esi", 1, "agreed")]
    texts = office.ask("esi", "GET", "consent-texts").data["texts"]
    assert [(one["version"], one["title"]) for one in texts] == [(1, "Use of photos"), (2, "Use of photos")]
    own = office.ask("esi", "GET", "consents/mine").data["entries"]
    assert [one["answer"] for one in own] == ["agreed", "agreed", "withdrawn"]


def test_the_same_key_publishes_once(office: Office) -> None:
    told = [office.ask("akua", "POST", "consent-texts", PHOTOS, idempotency_key="one").data["id"] for _ in range(2)]
    assert told[0] == told[1]
    assert len(office.ask("akua", "GET", "consent-texts").data["texts"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": " "}, 422),
        ({"title": ""}, 422),
        ({"body": "x" * 20_001}, 422),
        ({"purpose": "trackers"}, 422),
        ({"version": 9}, 422),
    ],
)
def test_what_is_no_text(office: Office, body: dict[str, Any], status: int) -> None:
    assert office.ask("akua", "POST", "consent-texts", {**PHOTOS, **body}).status == status


def test_answers_that_do_not_fit(office: Office) -> None:
    notice = office.publish(purpose="privacy")["id"]
    photos = office.publish()["id"]
    assert office.say(notice, "refused").code == "field_invalid"
    assert office.say(photos, "withdrawn").code == "field_invalid", "nothing was agreed to"
    assert office.say(office.server.new_id(), "agreed").status == 404
    assert office.say(photos, "maybe").status == 422
    assert office.answers() == []


def test_nobody_answers_for_another_and_only_the_officer_reads_the_log(office: Office) -> None:
    photos = office.publish()["id"]
    body = {"text_id": photos, "answer": "agreed", "person_id": office.people["akua"]}
    assert office.ask("esi", "POST", "consents/mine", body).status == 422
    for method, path, given in (
        ("POST", "consent-texts", PHOTOS),
        ("GET", "consents", None),
        ("GET", "breaches", None),
        ("POST", "breaches", BREACH),
    ):
        assert office.ask("esi", method, path, given).status == 403, path


def test_an_answer_from_a_device_is_the_authors_and_is_fed_back_to_nobody_else(institute: Institute) -> None:
    text_id = institute.parts.new_id()
    assert institute.system.do("PublishConsentText", text_id, PHOTOS).verdict == "applied"
    ama, entry = institute.ama, institute.parts.new_id()
    other = {"text_id": text_id, "answer": "agreed", "person_id": institute.students[0]}
    assert ama.do("AnswerConsent", entry, other).code == "not_allowed"
    told = ama.do("AnswerConsent", entry, {"text_id": text_id, "answer": "agreed", "person_id": ama.actor.person_id})
    assert told.verdict == "applied"
    early = ama.do("AnswerConsent", institute.parts.new_id(), {"text_id": institute.parts.new_id(), "answer": "agreed"})
    assert early.verdict == "held"
    with institute.parts.database.read() as db:
        rows = db.rows("SELECT scope, also FROM feed_row WHERE kind = 'consent_entry'")
    assert [tuple(row) for row in rows] == [(f"{PERSON}:{ama.actor.person_id}", None)]


def test_the_log_and_the_register_only_grow(office: Office) -> None:
    office.say(office.publish()["id"], "agreed")
    breach = office.ask("akua", "POST", "breaches", BREACH).data["id"]
    office.ask("akua", "POST", f"breaches/{breach}/lines", {"step": "measure", "words": "Wiped", "happened_at": AT})
    database = office.server.context.database
    for statement in (
        "UPDATE consent_entry SET answer = 'refused' WHERE organisation_id = :o",
        "DELETE FROM consent_entry WHERE organisation_id = :o",
        "DELETE FROM breach WHERE organisation_id = :o",
        "DELETE FROM breach_line WHERE organisation_id = :o",
    ):
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            database.write(lambda db, sql=statement: db.run(sql, o=office.server.organisation_id))


def test_a_breach_is_entered_added_to_and_its_clock_shown(office: Office) -> None:
    breach = office.ask("akua", "POST", "breaches", BREACH, idempotency_key="b").data["id"]
    assert office.ask("akua", "POST", "breaches", BREACH, idempotency_key="b").data["id"] == breach
    lines = (("measure", "2026-11-19T21:00:00.000Z"), ("told_authority", "2026-11-20T07:00:00.000Z"))
    for step, at in lines:
        line = {"step": step, "words": "Done", "happened_at": at}
        assert office.ask("akua", "POST", f"breaches/{breach}/lines", line).status == 200
    (shown,) = office.ask("akua", "GET", "breaches").data["breaches"]
    assert (shown["title"], shown["people"], shown["closed"]) == ("Lost laptop", 41, False)
    assert shown["tell_by"].startswith("2026-11-22T20:00:00")
    assert shown["told_at"] == "2026-11-20T07:00:00.000Z"
    assert [(one["step"], one["author_name"]) for one in shown["lines"]] == [
        ("measure", "Akua"),
        ("told_authority", "Akua"),
    ]


def test_what_is_no_breach(office: Office) -> None:
    later = {**BREACH, "noticed_at": "2999-01-01T00:00:00.000Z"}
    assert office.ask("akua", "POST", "breaches", later).code == "field_invalid"
    for wrong in ({"what": ""}, {"people": -1}, {"people": "41"}, {"noticed_at": "yesterday"}, {"more": 1}):
        assert office.ask("akua", "POST", "breaches", {**BREACH, **wrong}).status == 422, wrong
    breach = office.ask("akua", "POST", "breaches", BREACH).data["id"]
    noted = {"step": "noted", "words": "Again", "happened_at": AT}
    assert office.ask("akua", "POST", f"breaches/{breach}/lines", noted).code == "field_invalid"
    missing = office.server.new_id()
    line = {"step": "measure", "words": "Done", "happened_at": AT}
    assert office.ask("akua", "POST", f"breaches/{missing}/lines", line).status == 404


def test_what_someone_answered_is_in_the_export_of_their_data(office: Office) -> None:
    from server.core.personal_data import rows_of

    office.say(office.publish()["id"], "agreed")
    context = office.server.context
    found = context.database.write(
        lambda db: rows_of(db, office.server.organisation_id, context.personal, office.people["esi"])
    )
    assert [row["answer"] for row in found.rows["consent_entry"]] == ["agreed"]
