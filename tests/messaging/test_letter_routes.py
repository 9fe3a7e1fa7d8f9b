"""Letters over HTTP, on both databases: the list, sending again, taking back, and everybody's own wishes."""

from typing import Any

import pytest

from server.core.isolation import acting_for
from tests.fixtures.databases import DatabaseUrls
from tests.messaging.letters import CODE, NEVER, UNKNOWN, Post
from tests.messaging.test_courier import configured
from tests.serving import Answer, TestServer, server_settings

LETTERS = "/api/v1/letters"


class Office:
    """A server with an administrator, a registrar and a student, and letters of each kind."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.post = Post(server)
        self.people = {
            "grace": server.add_person("grace", ("administrator",), email="grace@example.com", phone="0241234567"),
            "kofi": server.add_person("kofi", ("instructor",)),
            "esi": server.add_person("esi", ("student",)),
        }
        self.tokens = {name: server.sign_in(name).data["access_token"] for name in self.people}

    def get(self, path: str, name: str = "grace") -> Answer:
        return self.server.get(path, self.tokens[name])

    def send(self, path: str, body: Any = None, name: str = "grace", method: str = "POST") -> Answer:
        return self.server.ask(method, path, {} if body is None else body, self.tokens[name])

    def listed(self, query: str = "") -> list[dict[str, Any]]:
        told = self.get(f"{LETTERS}{query}")
        assert told.status == 200, told.json
        return list(told.data)


@pytest.fixture
def office(tmp_path: Any, migrated_url: DatabaseUrls) -> Any:
    made = TestServer(configured(server_settings(tmp_path / "server", migrated_url)))
    yield Office(made)
    made.close()


def test_the_list_shows_what_became_of_letters_and_no_secret(office: Office) -> None:
    post = office.post
    post.answers["gone@example.com"] = NEVER
    post.post(post.code("a"), post.letter("b", "gone@example.com"), post.code("c", person_id=office.people["esi"]))
    post.deliver()
    found = office.listed()
    assert sorted((one["address"], one["state"], one["title"]) for one in found) == [
        ("ama@example.com", "sent", "Sign-in code"),
        ("ama@example.com", "sent", "Sign-in code"),
        ("gone@example.com", "failed", "General letter"),
    ]
    assert {one["person_name"] for one in found} == {"", "Esi"}
    assert CODE not in str(found)
    assert [one["address"] for one in office.listed("?state=failed")] == ["gone@example.com"]
    assert office.listed("?channel=sms") == []
    assert len(office.listed(f"?person_id={office.people['esi']}&template=sign_in_code")) == 1
    assert office.listed("?since=2027-01-01T00:00:00.000Z") == []
    assert len(office.listed("?limit=1&page=2")) == 1
    counted = office.get(f"{LETTERS}/counts").data
    assert (counted["sent"], counted["failed"], counted["queued"]) == (2, 1, 0)
    tries = office.get(f"{LETTERS}/{office.listed('?state=failed')[0]['id']}").data["tries"]
    assert [(one["number"], one["outcome"], one["code"]) for one in tries] == [(1, "failed", "smtp_550")]


def test_a_failed_letter_goes_again_and_keeps_its_tries(office: Office) -> None:
    post = office.post
    post.answers["ama@example.com"] = NEVER.__class__(NEVER.came, "smtp_554", "spam")
    post.post(post.letter("a"))
    post.deliver()
    post.answers.clear()
    (one,) = office.listed()
    told = office.send(f"{LETTERS}/{one['id']}/again")
    assert (told.status, told.data["state"]) == (200, "queued")
    post.deliver()
    again = office.get(f"{LETTERS}/{one['id']}").data
    assert (again["state"], again["attempts"], [x["outcome"] for x in again["tries"]]) == (
        "sent",
        2,
        ["failed", "sent"],
    )
    refused = office.send(f"{LETTERS}/{one['id']}/again")
    assert (refused.status, refused.json["code"]) == (409, "delivery_under_way")


def test_what_may_have_gone_out_goes_again_only_if_someone_says_so(office: Office) -> None:
    post = office.post
    post.answer = UNKNOWN
    post.post(post.letter("a"), post.code("b", "b@example.com"))
    post.deliver()
    ids = {one["template"]: one["id"] for one in office.listed()}
    path = f"{LETTERS}/{ids['general']}/again"
    assert office.send(path).json["code"] == "maybe_sent"
    assert office.send(path, {"although_unknown": True}).data["state"] == "queued"
    # The code is erased: nobody could use such a letter.
    gone = office.send(f"{LETTERS}/{ids['sign_in_code']}/again", {"although_unknown": True})
    assert (gone.status, gone.json["code"]) == (409, "secret_gone")


def test_a_letter_without_an_address_goes_once_the_person_has_one(office: Office) -> None:
    post, esi = office.post, office.people["esi"]
    post.post(post.letter("a", None, person_id=esi))  # type: ignore[arg-type] # the person's own address
    (one,) = office.listed()
    assert (one["state"], one["code"]) == ("suppressed", "address_missing")
    refused = office.send(f"{LETTERS}/{one['id']}/again")
    assert (refused.status, refused.json["code"]) == (422, "address_missing")
    post.run("UPDATE person SET email = 'esi@example.com' WHERE organisation_id = :o AND id = :p", p=esi)
    assert office.send(f"{LETTERS}/{one['id']}/again").data["address"] == "esi@example.com"
    post.deliver()
    assert post.sent[0][0] == "esi@example.com"


def test_a_waiting_letter_is_taken_back_and_its_secret_erased(office: Office) -> None:
    post = office.post
    post.post(post.code("a"))
    (one,) = office.listed()
    assert one["has_secret"]
    assert office.send(f"{LETTERS}/{one['id']}/cancel").data["state"] == "cancelled"
    assert not office.listed()[0]["has_secret"]
    assert (post.deliver(), post.sent) == (0, [])
    assert office.send(f"{LETTERS}/{one['id']}/cancel").json["code"] == "delivery_under_way"
    assert office.send(f"{LETTERS}/{one['id']}/again").json["code"] == "secret_gone"


def test_only_those_who_see_to_letters_see_them(office: Office) -> None:
    post = office.post
    post.post(post.letter("a"))
    (one,) = office.listed()
    for name in ("kofi", "esi"):
        assert office.get(LETTERS, name).status == 403
        assert office.get(f"{LETTERS}/{one['id']}", name).status == 403
        assert office.send(f"{LETTERS}/{one['id']}/cancel", name=name).status == 403
    assert office.server.get(LETTERS).status == 401
    assert office.get(f"{LETTERS}/{office.server.new_id()}").status == 404
    assert office.send(f"{LETTERS}/nothing/cancel").status == 404


def test_letters_of_another_institute_are_not_there(office: Office) -> None:
    other = office.server.add_organisation("other", "Another Institute")
    with acting_for(other):
        office.post.post(office.post.letter("a", organisation_id=other))
        with office.server.context.database.read() as db:
            (row,) = db.rows("SELECT id FROM delivery WHERE organisation_id = :o", o=other)
    assert office.listed() == []
    assert office.get(f"{LETTERS}/{row[0]}").status == 404
    assert office.send(f"{LETTERS}/{row[0]}/cancel").status == 404


def test_a_question_that_makes_no_sense_is_refused(office: Office) -> None:
    for query in ("?state=lost", "?channel=pigeon", "?page=0", "?person_id=x", "?limit=501"):
        assert office.get(f"{LETTERS}{query}").status == 422


def test_what_the_office_does_to_letters_is_in_the_log_of_changes(office: Office) -> None:
    post = office.post
    post.post(post.letter("a"))
    (one,) = office.listed()
    office.send(f"{LETTERS}/{one['id']}/cancel")
    with office.server.context.database.read() as db:
        rows = db.rows(
            "SELECT actor_id, note FROM audit_link WHERE organisation_id = :o AND note LIKE '%letter_taken_back%'",
            o=office.server.organisation_id,
        )
    assert [(row[0], one["id"] in row[1]) for row in rows] == [(office.people["grace"], True)]


def test_everybody_says_which_letters_he_or_she_wants(office: Office) -> None:
    path = "/api/v1/letter-wishes"
    assert office.get(path, "esi").data["letters"] is True
    wanted = {
        "letters": True,
        "mail": False,
        "sms": True,
        "unwanted": ["payments"],
        "quiet_from": "21:00",
        "quiet_until": "06:30",
    }
    assert office.send(path, wanted, "esi", "PUT").data == wanted
    assert office.get(path, "esi").data == wanted
    assert office.get(path, "kofi").data["mail"] is True
    for bad in ({"quiet_from": "25:00"}, {"mail": "no"}, {"more": 1}, {"unwanted": ["a"] * 20}):
        assert office.send(path, bad, "esi", "PUT").status == 422


def test_a_test_goes_to_oneself_once_in_a_while(office: Office) -> None:
    sent = [office.send("/api/v1/letter-ways/mail/test").data["delivery_id"] for _ in range(3)]
    assert len(set(sent)) == 1
    office.post.deliver()
    assert office.post.sent == [("grace@example.com", "A test letter from KM Media Training Institute")]
    assert office.get(f"/api/v1/letter-ways/tests/{sent[0]}").data["state"] == "sent"
    office.server.clock.advance(30)  # type: ignore[attr-defined] # a clock for tests
    assert office.send("/api/v1/letter-ways/sms/test").status == 200
    office.post.deliver()
    assert office.post.sent[-1][0] == "+233241234567"
    assert office.send("/api/v1/letter-ways/mail/test", name="kofi").status == 403
    assert office.listed("?channel=sms")[0]["template"] == "test"
