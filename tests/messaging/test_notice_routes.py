"""Notices over HTTP, on both databases: one's own list and count, and marking one, several or all read."""

from typing import Any

import pytest

from server.core import feeds
from server.core.batch import Batch, Origin
from server.messaging.service import NewNotice, notify
from server.people.organisations import system_actor
from shared.core.clock import instant_text
from shared.messaging.vocabulary import NoticeCategory
from tests.serving import TestServer

NOTICES = "/api/v1/notices"


class Inbox:
    """A server with two students who have notices, and someone in the office."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.people = {name: server.add_person(name, ("student",)) for name in ("esi", "yaw")}
        server.add_person("grace", ("registrar",))
        self.tokens = {name: server.sign_in(name).data["access_token"] for name in ("esi", "yaw", "grace")}
        self.tell("esi", "First", NoticeCategory.COURSE)
        self.tell("esi", "Second", NoticeCategory.SYSTEM)
        self.tell("yaw", "Another", NoticeCategory.COURSE)

    def tell(self, name: str, title: str, category: NoticeCategory) -> None:
        self.server.clock.advance(60)  # type: ignore[attr-defined] # a clock for tests
        person = self.people[name]
        actor = system_actor(self.server.organisation_id, person)

        def work(db: Any) -> None:
            batch = Batch(db, actor, Origin(""), instant_text(self.server.clock.now()), self.server.new_id)
            notify(batch, [NewNotice(person, (title,), title, category=category)])
            feeds.write(batch, [], "test")

        self.server.context.database.write(work)

    def titles(self, name: str, query: str = "") -> list[str]:
        told = self.server.get(f"{NOTICES}{query}", self.tokens[name])
        assert told.status == 200, told.json
        return [one["title"] for one in told.data]

    def ids(self, name: str) -> list[str]:
        return [one["id"] for one in self.server.get(NOTICES, self.tokens[name]).data]

    def count(self, name: str) -> dict[str, int]:
        return dict(self.server.get(f"{NOTICES}/count", self.tokens[name]).data)

    def read(self, name: str, *ids: str, **headers: str) -> Any:
        return self.server.post(f"{NOTICES}/read", {"ids": list(ids)} if ids else {}, self.tokens[name], **headers)


@pytest.fixture
def inbox(server: TestServer) -> Inbox:
    return Inbox(server)


def test_everybody_lists_his_or_her_own_the_newest_first(inbox: Inbox) -> None:
    assert inbox.titles("esi") == ["Second", "First"]
    assert inbox.titles("yaw") == ["Another"]
    assert inbox.titles("grace") == []
    assert inbox.count("esi") == {"total": 2, "unread": 2}


def test_the_list_comes_in_pages_by_category_and_by_what_is_unread(inbox: Inbox) -> None:
    assert inbox.titles("esi", "?category=system") == ["Second"]
    assert inbox.titles("esi", "?limit=1&page=2") == ["First"]
    told = inbox.server.get(f"{NOTICES}?limit=1", inbox.tokens["esi"]).json["pagination"]
    assert (told["totalCount"], told["hasNext"]) == (2, True)
    inbox.read("esi", inbox.ids("esi")[0])
    assert inbox.titles("esi", "?unread=true") == ["First"]


@pytest.mark.parametrize("query", ["?category=gossip", "?page=0", "?limit=501", "?unread=perhaps"])
def test_a_question_that_makes_no_sense_is_refused(inbox: Inbox, query: str) -> None:
    assert inbox.server.get(f"{NOTICES}{query}", inbox.tokens["esi"]).status == 422


def test_one_is_read_then_all(inbox: Inbox) -> None:
    first = inbox.ids("esi")[1]
    assert inbox.read("esi", first, first).data == {"read": 1}
    assert inbox.count("esi") == {"total": 2, "unread": 1}
    assert inbox.read("esi").data == {"read": 1}
    assert inbox.count("esi") == {"total": 2, "unread": 0}
    assert inbox.read("esi").data == {"read": 0}
    assert inbox.count("yaw") == {"total": 1, "unread": 1}


def test_asked_again_with_its_key_reading_is_done_once(inbox: Inbox) -> None:
    first = inbox.ids("esi")[1]
    answers = [inbox.read("esi", first, idempotency_key="a word").data for _ in range(2)]
    assert answers == [{"read": 1}, {"read": 1}]
    # All that are unread are others each time.
    assert [inbox.read("esi", idempotency_key="another").data for _ in range(2)] == [{"read": 1}, {"read": 0}]


def test_nobody_reads_those_of_another(inbox: Inbox) -> None:
    for name in ("yaw", "grace"):
        assert inbox.read(name, *inbox.ids("esi")).data == {"read": 0}
    assert inbox.count("esi") == {"total": 2, "unread": 2}


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["no id"]}, {"ids": None, "all": True}])
def test_what_is_no_list_of_ids_is_refused(inbox: Inbox, body: dict[str, Any]) -> None:
    assert inbox.server.post(f"{NOTICES}/read", body, inbox.tokens["esi"]).status == 422


def test_without_a_sign_in_there_is_nothing(inbox: Inbox) -> None:
    answers = [inbox.server.get(NOTICES), inbox.server.get(f"{NOTICES}/count")]
    answers.append(inbox.server.post(f"{NOTICES}/read", {}))
    assert [one.status for one in answers] == [401, 401, 401]
