"""Setting up mail and SMS, and templates, over HTTP: secrets are never shown, and every fault is named."""

from typing import Any

import pytest

from server.core.letters import Channel
from server.core.settings import Settings
from server.messaging.ways import way_of
from tests.fixtures.noise import ExpectLog
from tests.messaging.letters import SENT, STOPPED, Post
from tests.messaging.test_letter_routes import Office
from tests.serving import TestServer

WAYS, TEMPLATES = "/api/v1/letter-ways", "/api/v1/letter-templates"
PASSWORD = "orange-Tuesday-41"
MAIL = {
    "host": "smtp.example.com",
    "port": 587,
    "username": "letters@km-media.example",
    "sender": "letters@km-media.example",
    "sender_name": "KM Media",
    "per_day": 100,
}
SMS = {"username": "kmmedia", "sender": "KMMEDIA", "interface": "bulk", "per_day": 50, "cost_per_day": 20}


@pytest.fixture
def office(server: TestServer) -> Office:
    return Office(server)


def put(office: Office, channel: str, settings: Any, secret: str | None = None, name: str = "grace") -> Any:
    given = {"settings": settings} | ({"secret": secret} if secret else {})
    return office.send(f"{WAYS}/{channel}", given, name, "PUT")


def test_an_account_of_ones_own_is_kept_sealed_and_its_secret_never_shown(office: Office) -> None:
    told = put(office, "mail", MAIL, PASSWORD)
    assert (told.status, told.data["uses"], told.data["has_secret"]) == (200, "own", True)
    shown = office.get(WAYS)
    assert PASSWORD not in str(shown.json)
    assert [one["uses"] for one in shown.data] == ["own", "log"]
    context = office.server.context
    with context.database.read() as db:
        assert PASSWORD not in str(db.rows("SELECT * FROM message_channel"))
        assert PASSWORD not in str(db.rows("SELECT note FROM audit_link WHERE note IS NOT NULL"))
        way = way_of(context, db, office.server.organisation_id, Channel.MAIL)
    assert way.mail is not None
    assert (way.mail.password, way.mail.security, way.per_day, way.mail.anywhere) == (PASSWORD, "starttls", 100, False)
    assert PASSWORD not in repr(way)


def test_a_password_belongs_to_its_host_alone(office: Office) -> None:
    put(office, "mail", MAIL, PASSWORD)
    assert put(office, "mail", {**MAIL, "sender_name": "KM"}).status == 200
    moved = put(office, "mail", {**MAIL, "host": "smtp.evil.example"})
    assert (moved.status, moved.json["code"]) == (422, "secret_needed")
    assert office.get(WAYS).data[0]["settings"]["host"] == "smtp.example.com"
    assert put(office, "mail", {**MAIL, "host": "relay.example.com", "username": ""}).data["has_secret"] is False


def test_sms_goes_to_the_servers_own_addresses_alone(office: Office) -> None:
    put(office, "sms", SMS, "atsk_1")
    context = office.server.context
    with context.database.read() as db:
        way = way_of(context, db, office.server.organisation_id, Channel.SMS)
    assert way.sms is not None
    assert (way.sms.base, way.sms.interface) == ("https://api.africastalking.com/version1", "bulk")
    assert way.cost_per_day == 200_000
    put(office, "sms", {**SMS, "username": "sandbox"}, "atsk_2")
    with context.database.read() as db:
        way = way_of(context, db, office.server.organisation_id, Channel.SMS)
    assert way.sms is not None
    assert (way.sms.base, way.sms.interface) == ("https://api.sandbox.africastalking.com/version1", "legacy")
    assert put(office, "sms", {**SMS, "base": "https://evil.example"}, "x").status == 422


WRONG: tuple[dict[str, Any], ...] = (
    {"host": "http://smtp.example.com"},
    {"host": "smtp.example.com/x"},
    {"host": "a b"},
    {"host": ""},
    {"port": 25},
    {"port": "587"},
    {"sender": "KM Media <letters@km-media.example>"},
    {"sender": "letters@km-media.example\r\nBcc: x@example.com"},
    {"sender_name": "KM\r\nBcc: x@example.com"},
    {"username": "a\nb"},
    {"per_day": -1},
    {"more": "x"},
)


def test_settings_that_cant_be_used_are_named(office: Office) -> None:
    for wrong in WRONG:
        told = put(office, "mail", {**MAIL, **wrong}, PASSWORD)
        assert (told.status, told.json["code"]) == (422, "way_faulty"), wrong
        assert next(iter(wrong)) in told.json["error"]
    # What the sender of an SMS is called holds no control characters either.
    for sender in ("KM\r\nMEDIA", "A" * 16, "KM<b>", "KM\x00"):
        assert put(office, "sms", {**SMS, "sender": sender}, "x").json["code"] == "way_faulty"
    assert [one["uses"] for one in office.get(WAYS).data] == ["log", "log"]


def test_only_administrators_set_up_and_only_after_a_fresh_sign_in(office: Office) -> None:
    assert put(office, "mail", MAIL, PASSWORD, "kofi").status == 403
    assert office.get(WAYS, "esi").status == 403
    office.server.clock.advance(11 * 60)  # type: ignore[attr-defined] # a clock for tests
    told = put(office, "mail", MAIL, PASSWORD)
    assert (told.status, told.json["code"]) == (403, "fresh_sign_in_needed")


def test_settings_put_right_let_what_waited_go_on(office: Office, expect_log: ExpectLog) -> None:
    expect_log("Sending by mail stopped")
    put(office, "mail", MAIL, PASSWORD)
    post = Post(office.server)
    post.answer = STOPPED
    post.post(post.letter("a"))
    post.deliver()
    post.deliver()
    assert office.get(WAYS).data[0]["problem"] == STOPPED.reason
    post.answer = SENT
    assert put(office, "mail", MAIL, "another-password").data["problem"] == ""
    post.deliver()
    assert post.one() == ("sent", "", 2)


def test_the_servers_own_account_is_used_again(office: Office) -> None:
    put(office, "mail", MAIL, PASSWORD)
    told = put(office, "mail", None)
    assert (told.data["uses"], told.data["has_secret"], told.data["settings"]) == ("log", False, {})


@pytest.mark.parametrize("address", ["http://evil.example", "https://a@b.example", "ftp://x", "https://x.example/?a"])
def test_the_servers_address_of_the_provider_is_encrypted(address: str) -> None:
    with pytest.raises(ValueError, match="begins with https"):
        Settings(sms_base_url=address)
    assert Settings(sms_base_url="http://127.0.0.1:8080/version1/").sms_base_url == "http://127.0.0.1:8080/version1"


def draft(office: Office, word: str, channel: str, body: str, act: str = "", **more: Any) -> Any:
    method = "POST" if act else "PUT"
    return office.send(f"{TEMPLATES}/{word}/{channel}{act}", {"body": body, **more}, method=method)


def test_an_institutes_own_text_goes_out_and_the_supplied_one_comes_back(office: Office) -> None:
    supplied = {(one["template"], one["channel"]): one for one in office.get(TEMPLATES).data}
    assert not any(one["own"] for one in supplied.values())
    assert supplied["sign_in_code", "mail"]["places"][:2] == ["institute", "person"]
    told = draft(office, "general", "mail", "Akwaaba {given_name}. {message}", subject="News of {institute}")
    assert (told.status, told.data["own"]) == (200, True)
    put(office, "mail", MAIL, PASSWORD)
    post = Post(office.server)
    post.post(post.letter("a", person_id=office.people["esi"]))
    post.deliver()
    assert (post.letters[0].subject, post.letters[0].text) == (
        "News of KM Media Training Institute",
        "Akwaaba Esi. The office is closed.",
    )
    back = office.send(f"{TEMPLATES}/general/mail", None, method="DELETE").data
    assert (back["own"], back["body"]) == (False, supplied["general", "mail"]["body"])


def test_two_who_write_the_same_text_dont_overwrite_each_other(office: Office) -> None:
    first = draft(office, "general", "sms", "One {message}").data
    lost = draft(office, "general", "sms", "Two {message}")
    assert (lost.status, lost.json["code"]) == (409, "template_changed")
    assert lost.json["details"]["present"]["body"] == "One {message}"
    assert draft(office, "general", "sms", "Two {message}", base=first["revision"]).status == 200


FAULTY = (
    ("general", "sms", "{mesage}", "", "Did you mean {message}?"),
    ("general", "sms", "{xyzzy} {message}", "", "{xyzzy} isn't a place of this letter."),
    ("sign_in_code", "mail", "{code}", "Code {code}", "Keep it out of the subject."),
    ("sign_in_code", "mail", "Hello", "Your code", "needs one of these places"),
    ("general", "mail", "{message}", "", "can't be empty"),
    ("general", "mail", "  ", "x", "can't be empty"),
)


def test_a_text_that_cant_be_used_is_refused_with_words(office: Office) -> None:
    for word, channel, body, subject, said in FAULTY:
        for act in ("", "/preview"):
            told = draft(office, word, channel, body, act, subject=subject)
            assert (told.status, told.json["code"]) == (422, "template_faulty")
            assert said in told.json["error"]


def test_a_preview_shows_samples_and_what_an_sms_costs(office: Office) -> None:
    told = draft(office, "sign_in_code", "mail", "<b>{code}</b>", "/preview", subject="For {person}").data
    assert (told["subject"], told["text"]) == ("For Ama Mensah", "<b>000-000</b>")
    assert "&lt;b&gt;000-000" in told["html"]
    told = draft(office, "general", "sms", "₵ {message}" + "x" * 60, "/preview").data
    assert (told["parts"], told["wide"]) == (2, ["₵"])
    exact = draft(office, "general", "sms", "x" * 150, "/preview").data
    assert (exact["parts"], exact["parts_first"]) == (1, 2)


def test_a_text_is_tried_on_oneself_with_samples(office: Office) -> None:
    put(office, "mail", MAIL, PASSWORD)
    told = office.send(f"{TEMPLATES}/temporary_password/mail/test")
    assert told.status == 200
    post = Post(office.server)
    post.deliver()
    assert post.sent[0][0] == "grace@example.com"
    assert "sample-password" in post.letters[0].text


def test_unknown_letters_and_other_people(office: Office) -> None:
    assert draft(office, "love", "mail", "x", subject="x").json["code"] == "template_unknown"
    assert office.send(f"{TEMPLATES}/general/notice", {"body": "{message}"}, method="PUT").status == 422
    assert office.get(TEMPLATES, "kofi").status == 403
    assert office.send(f"{TEMPLATES}/general/sms", {"body": "x" * 5_001}, method="PUT").status == 422
