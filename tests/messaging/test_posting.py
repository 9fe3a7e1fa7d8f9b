"""Handing letters over: in the caller's transaction, once for a key and an address, with secrets sealed."""

from typing import Any

import pytest

from server.core.letters import Channel, Letter
from server.messaging.addresses import phone_number
from tests.serving import TestServer

CODE = "741-962"


@pytest.fixture
def ama(server: TestServer) -> str:
    return server.add_person("ama", ("student",), email="ama@example.com", phone="0241234567")


def letter(server: TestServer, person_id: str | None, **more: Any) -> Letter:
    given: dict[str, Any] = {
        "organisation_id": server.organisation_id,
        "channel": Channel.MAIL,
        "template": "sign_in_code",
        "key": "first",
        "person_id": person_id,
        "values": {"minutes": "5"},
        "secrets": {"code": CODE},
        "urgent": True,
    }
    return Letter(**given | more)


def post(server: TestServer, *letters: Letter) -> None:
    def work(db: Any) -> None:
        for one in letters:
            server.context.post(db, one)

    server.context.database.write(work)


def queued(server: TestServer, columns: str) -> list[tuple[Any, ...]]:
    with server.context.database.read() as db:
        return [tuple(row) for row in db.rows(f"SELECT {columns} FROM delivery ORDER BY channel, made_at, address")]


def test_a_letter_waits_with_its_address_and_its_secrets_sealed(server: TestServer, ama: str) -> None:
    post(server, letter(server, ama), letter(server, ama, channel=Channel.SMS))
    assert queued(server, "channel, address, state, attempts, template") == [
        ("mail", "ama@example.com", "queued", 0, "sign_in_code"),
        ("sms", "+233241234567", "queued", 0, "sign_in_code"),
    ]
    whole = str(queued(server, "*"))
    assert CODE not in whole
    assert '"given_name":"Ama"' in whole


def test_the_same_key_to_the_same_address_is_one_letter(server: TestServer, ama: str) -> None:
    post(server, letter(server, ama), letter(server, ama))
    post(server, letter(server, ama))
    assert len(queued(server, "id")) == 1
    post(server, letter(server, ama, key="second"), letter(server, ama, to="other@example.com"))
    assert len(queued(server, "id")) == 3


def test_what_is_undone_takes_its_letter_with_it(server: TestServer, ama: str) -> None:
    def work(db: Any) -> None:
        server.context.post(db, letter(server, ama))
        message = "changed my mind"
        raise ArithmeticError(message)

    with pytest.raises(ArithmeticError):
        server.context.database.write(work)
    assert queued(server, "id") == []


UNUSABLE = (
    "nobody",
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example, c@d.example",
    "Ama <a@b.example>",
    "a" * 250 + "@b.example",
    "a@b..example",
)


def test_without_a_usable_address_nothing_waits_and_no_secret_is_kept(server: TestServer) -> None:
    person = server.add_person("kofi", ("student",))
    post(server, letter(server, person, to=None))
    assert queued(server, "state, code, sealed, address") == [("suppressed", "address_missing", None, "")]
    # What only tells of a sign-in isn't even noted: everybody reads of it in the program.
    post(server, letter(server, person, template="new_sign_in", secrets={}, key="news"))
    assert len(queued(server, "id")) == 1
    post(server, *(letter(server, person, to=to, key=to[:40]) for to in UNUSABLE))
    found = queued(server, "state, code, sealed, address")
    assert found.count(("suppressed", "address_unusable", None, "")) == len(UNUSABLE)


NUMBERS = (
    ("024 123 4567", "+233241234567"),
    ("+44 7911 123456", "+447911123456"),
    ("00233241234568", "+233241234568"),
    ("12", None),
    ("+233" + "1" * 60, None),
    ("voicemail", None),
)


def test_phone_numbers_get_the_form_that_all_networks_know() -> None:
    assert [(to, phone_number(to, "233")) for to, _ in NUMBERS] == list(NUMBERS)
    assert phone_number("0241234567", "nowhere") is None


def test_faults_of_the_program_are_told_at_once(server: TestServer, ama: str) -> None:
    with pytest.raises(LookupError, match="sign_in_cod isn't one of the letters"):
        post(server, letter(server, ama, template="sign_in_cod"))
    with pytest.raises(ValueError, match="needs one of its secrets: code"):
        post(server, letter(server, ama, secrets={}))
    with pytest.raises(ValueError, match="belong among the secrets"):
        post(server, letter(server, ama, values={"code": CODE}))
    with pytest.raises(LookupError, match="no organisation"):
        post(server, letter(server, ama, organisation_id=server.new_id()))
    with pytest.raises(ValueError, match="keeps no secrets"):
        post(server, letter(server, ama, channel=Channel.NOTICE))
    with pytest.raises(ValueError, match="goes to a person"):
        post(server, letter(server, None, channel=Channel.NOTICE, template="locked_out", secrets={}))
    assert queued(server, "id") == []


def test_a_notice_stands_in_its_persons_list_once(server: TestServer, ama: str) -> None:
    given = letter(server, ama, channel=Channel.NOTICE, template="locked_out", secrets={}, values={"minutes": "15"})
    post(server, given)
    post(server, given)
    token = server.sign_in("ama").data["access_token"]
    told = server.get("/api/v1/notices", token).data
    assert [one["title"] for one in told] == ["Your account at KM Media Training Institute is locked for a while"]
    assert "Minutes to wait: 15" in told[0]["body"]
    assert "Device:" not in told[0]["body"]
    assert "Fri 20 Nov 2026, 08:00" in told[0]["body"]
    assert queued(server, "id") == []
