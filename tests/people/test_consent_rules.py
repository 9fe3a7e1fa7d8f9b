"""The pure rules of consents and breaches: whom to ask, what an answer may be, and the 72 hours."""

from datetime import UTC, datetime, timedelta

from shared.core.command import Command
from shared.people import breaches, consent
from shared.people.breaches import clock_words, step_words, tell_by
from shared.people.consent import PROJECTIONS, answer_words, answers_to, latest_answers, present_texts, still_to_ask

ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
AT = "2026-11-19T20:00:00.000Z"


def version(purpose: str, number: int) -> dict:
    return {"id": f"{purpose} {number}", "purpose": purpose, "version": number}


def entry(text_id: str, answer: str, at: str = AT, entry_id: str = "e") -> dict:
    return {"id": entry_id, "text_id": text_id, "answer": answer, "answered_at": at}


def test_one_is_asked_about_the_newest_version_of_each_purpose_once() -> None:
    texts = [version("photos", 2), version("privacy", 1), version("photos", 1)]
    assert [one["id"] for one in present_texts(texts)] == ["privacy 1", "photos 2"]
    assert [one["id"] for one in still_to_ask(texts, [entry("photos 1", "agreed")])] == ["privacy 1", "photos 2"]
    assert [one["id"] for one in still_to_ask(texts, [entry("photos 2", "refused")])] == ["privacy 1"]


def test_the_last_answer_counts() -> None:
    said = [entry("a", "withdrawn", "2026-11-20T08:00:00.000Z"), entry("a", "agreed")]
    assert latest_answers(said)["a"]["answer"] == "withdrawn"
    same = [entry("a", "agreed", entry_id="1"), entry("a", "withdrawn", entry_id="2")]
    assert latest_answers(reversed(same))["a"]["answer"] == "withdrawn"


def test_a_notice_is_read_and_the_rest_is_agreed_to() -> None:
    assert answers_to("privacy") == ("agreed",)
    assert set(answers_to("photos")) == {"agreed", "refused", "withdrawn"}
    assert (answer_words("privacy")["agreed"], answer_words("photos")["agreed"]) == ("Read", "Agreed")
    assert set(consent.purpose_words()) == set(consent.ConsentPurpose)


def command(kind: str, payload: dict) -> Command:
    return Command(
        id=ID, device_id=ID, install_epoch=1, device_seq=1, type=kind, type_version=1, target_id=ID,
        payload=payload, observed_at=AT,
    )  # fmt: skip


def test_a_device_shows_its_own_answer_and_text_at_once() -> None:
    payload = {"text_id": ID, "answer": "agreed", "purpose": "photos", "version": 2, "person_id": ID}
    (draft,) = PROJECTIONS["AnswerConsent"](command("AnswerConsent", payload), lambda _kind, _id: None)
    assert (draft.kind, draft.parent) == ("consent_entry", ID)
    assert draft.body == {**payload, "id": ID, "revision": ID, "answered_at": AT}
    words = {"purpose": "photos", "title": "T", "body": "B"}
    (draft,) = PROJECTIONS["PublishConsentText"](command("PublishConsentText", words), lambda _kind, _id: None)
    assert (draft.body["title"], draft.body["version"], draft.body["author_name"]) == ("T", 0, "")


def test_the_seventy_two_hours() -> None:
    noticed = datetime(2026, 11, 19, 20, tzinfo=UTC)
    assert tell_by(AT) == noticed + timedelta(hours=72)
    assert clock_words(AT, None, noticed + timedelta(hours=1, minutes=1)) == ("70 hours left", "warn")
    assert clock_words(AT, None, noticed + timedelta(hours=71)) == ("1 hour left", "warn")
    assert clock_words(AT, None, noticed + timedelta(hours=80)) == ("8 hours over the 72 hours", "bad")
    assert clock_words(AT, None, noticed + timedelta(hours=72 + 47)) == ("47 hours over the 72 hours", "bad")
    assert clock_words(AT, None, noticed + timedelta(hours=72 + 49)) == ("2 days over the 72 hours", "bad")
    assert clock_words(AT, "2026-11-22T20:00:00.000Z", noticed) == ("Told in time", "ok")
    assert clock_words(AT, "2026-11-22T20:00:01.000Z", noticed) == ("Told late", "bad")
    assert set(step_words()) == set(breaches.BreachStep)
