"""Mails over real connections: encrypted or not at all, and what each answer of a mail server comes to."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.messaging.mail_building import Mail, as_html, built
from server.messaging.mail_sending import MailSender, MailWay, is_public, leads_outside
from server.messaging.outcomes import Came
from tests.fixtures.noise import ExpectLog
from tests.providers.mail_server import PASSWORD, USERNAME, MailServer, mail_server

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TEXT = "Hello Ama,\n\nYour code: 741-962\n\nhttps://km-media.example/c?a=1&b=2."
PATIENCE = 60.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as made:
        yield made


def way(server: MailServer, **more: Any) -> MailWay:
    given = {
        "host": server.host,
        "port": server.port,
        "security": "starttls",
        "sender": USERNAME,
        "sender_name": "KM Media",
        "username": USERNAME,
        "password": PASSWORD,
        "anywhere": True,
        "ca_file": server.ca_file,
    }
    return MailWay(**(given | more))


def mail(to: str = "ama@example.com", **more: Any) -> Mail:
    given = {
        "id": "0b7c",
        "sender": USERNAME,
        "sender_name": "KM Media",
        "receiver": to,
        "subject": "Your code",
        "text": TEXT,
        "at": AT,
    }
    return Mail(**(given | more))


@contextlib.contextmanager
def sender(server: MailServer, **more: Any) -> Iterator[MailSender]:
    made = MailSender(way(server, **more), seconds=PATIENCE)
    yield made
    made.close()


def send(server: MailServer, *receivers: str, **more: Any) -> list[tuple[str, str]]:
    with sender(server, **more) as one:
        outcomes = [one.send(built(mail(to)), to) for to in receivers or ("ama@example.com",)]
    return [(str(told.came), told.code) for told in outcomes]


def test_a_mail_arrives_encrypted_as_text_and_html(server: MailServer) -> None:
    assert send(server) == [("sent", "")]
    one = server.received[0]
    assert (one.encrypted, one.signed_in, one.sender, one.receivers) == (True, True, USERNAME, ["ama@example.com"])
    message = one.message
    assert str(message["From"]) == f"KM Media <{USERNAME}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<0b7c@km-media.example>"
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Your code: 741-962" in text
    assert '<a href="https://km-media.example/c?a=1&amp;b=2">' in html


def test_several_mails_share_one_connection(server: MailServer) -> None:
    assert send(server, "a@example.com", "b@example.com", "c@example.com") == [("sent", "")] * 3
    assert server.passwords_tried == 1


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    with mail_server(tmp_path, security="tls") as server:
        assert send(server, security="tls") == [("sent", "")]
        assert server.received[0].encrypted


def test_a_receiver_that_is_refused_holds_up_no_other(server: MailServer) -> None:
    server.refused = {"gone@example.com": "550 5.1.1 no such user", "full@example.com": "451 4.2.2 try later"}
    with sender(server) as one:
        told = [one.send(built(mail(to)), to) for to in ("gone@example.com", "full@example.com", "ama@example.com")]
    assert [(str(x.came), x.code, x.block) for x in told] == [
        ("failed", "smtp_550", "no_such_address"),
        ("retry", "smtp_451", ""),
        ("sent", "", ""),
    ]
    assert told[0].reason == "The mail server answered: 5.1.1 no such user"
    assert [one.receivers for one in server.received] == [["ama@example.com"]]


@pytest.mark.parametrize(
    ("answer", "came", "code"),
    [
        ("554 5.7.1 spam", "failed", "smtp_554"),
        ("452 4.3.1 disk full", "retry", "smtp_452"),
        ("421 4.3.2 going down", "retry", "smtp_421"),
    ],
)
def test_what_a_whole_mail_is_answered_with(server: MailServer, answer: str, came: str, code: str) -> None:
    server.after_data = answer
    assert send(server) == [(came, code)]
    assert server.received == []


def test_after_a_refused_mail_the_next_one_goes(server: MailServer) -> None:
    server.after_data = "554 5.7.1 spam"
    with sender(server) as one:
        one.send(built(mail()), "ama@example.com")
        server.after_data = "250 OK"
        assert one.send(built(mail()), "ama@example.com").came is Came.SENT


def test_a_mail_that_was_taken_but_not_answered_is_unknown(server: MailServer) -> None:
    server.drop_after_data = True
    assert send(server) == [("unknown", "no_answer")]
    assert len(server.received) == 1


def test_a_refused_sender_is_told(server: MailServer) -> None:
    server.refused_senders = {USERNAME: "553 5.7.1 not yours"}
    assert send(server) == [("failed", "smtp_553")]


def test_a_wrong_password_stops_the_way_and_isnt_tried_again(server: MailServer) -> None:
    assert send(server, password="wrong") == [("stopped", "password_refused")]
    assert server.passwords_tried == 1


def test_a_server_that_has_no_time_for_passwords_is_asked_later(server: MailServer) -> None:
    server.password_answer = "454 4.7.0 try later"
    assert send(server, password="wrong") == [("retry", "smtp_454")]


def test_a_server_that_wants_a_password_gets_none_by_itself(server: MailServer) -> None:
    assert send(server, username="") == [("stopped", "password_needed")]


def test_without_encryption_nothing_is_said(tmp_path: Path) -> None:
    with mail_server(tmp_path, security="none") as server:
        assert send(server) == [("stopped", "not_encrypted")]
        assert (server.received, server.passwords_tried) == ([], 0)


def test_a_certificate_of_nobody_known_or_of_another_is_refused(server: MailServer, expect_log: ExpectLog) -> None:
    expect_log("mail.log: ERROR: .*session exception")
    assert send(server, ca_file=None) == [("retry", "certificate")]
    assert send(server, host="127.0.0.1") == [("retry", "certificate")]
    assert (server.received, server.passwords_tried) == ([], 0)


def test_the_simulator_itself_refuses_a_password_in_the_clear(server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE) as plain:
        plain.ehlo()
        code, _ = plain.docmd("AUTH", "PLAIN AGEAYg==")
        assert code in {530, 538}
        assert plain.docmd("MAIL", f"FROM:<{USERNAME}>")[0] == 530
    assert server.passwords_tried == 0


def test_a_server_that_isnt_there_is_tried_later() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = MailServer(port=held.getsockname()[1])
        told = MailSender(way(nobody, ca_file=None), seconds=PATIENCE).send(built(mail()), "ama@example.com")
    assert (told.came, told.code, told.away) == (Came.RETRY, "unreachable", True)


def test_a_host_of_the_offices_own_network_is_refused_unless_the_operator_allows_it(server: MailServer) -> None:
    assert send(server, anywhere=False) == [("stopped", "host_not_allowed")]
    assert server.connections == 0


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("10.0.0.5", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("2001:4860:4860::8888", True),
        ("::ffff:10.0.0.5", False),
        ("mail", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_name_that_leads_nowhere_leads_not_outside() -> None:
    assert not leads_outside("localhost", 587)
    assert not leads_outside("127.0.0.1", 587)


@pytest.mark.parametrize(
    "evil", ["Ama\r\nBcc: c@example.com", "Ama\nX-Evil: 1", "Ama\u2028Bcc: c@example.com", "Ama\x00"]
)
def test_nothing_can_be_put_into_the_headers(evil: str) -> None:
    message = built(mail(subject=f"Hello {evil}", sender_name=evil))
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    raw = message.as_bytes().partition(b"\r\n\r\n")[0]
    assert len([line for line in raw.split(b"\r\n") if line.lower().startswith((b"bcc", b"x-evil"))]) == 0
    with pytest.raises(ValueError, match=r"CR|addr_spec|invalid|parts"):
        built(mail("a@example.com\r\nBcc: c@example.com"))


def test_text_in_html_is_escaped_and_only_https_is_a_link() -> None:
    page = as_html('<script>alert("x")</script> & javascript:alert(1)\nhttps://a.example/"onclick=1', "<b>")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<a ") == 1
    assert '<a href="https://a.example/">https://a.example/</a>&quot;onclick=1' in page
    assert "<title>&lt;b&gt;</title>" in page


def test_the_context_knows_no_old_protocol(monkeypatch: pytest.MonkeyPatch, server: MailServer) -> None:
    made: list[ssl.SSLContext] = []
    real = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **more: made.append(real(**more)) or made[-1])
    send(server)
    assert [one.minimum_version for one in made] == [ssl.TLSVersion.TLSv1_2]
    assert all(one.verify_mode is ssl.CERT_REQUIRED and one.check_hostname for one in made)
