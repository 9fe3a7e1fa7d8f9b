"""A request that comes twice with one `Idempotency-Key` is done once, on routes that send no commands, too."""

import pytest

from server.core.kept_answers import KEPT, KeptAnswers
from shared.core.errors import CampusError
from tests.serving import TestServer


class Asked:
    """Someone who asks by keys; `done` counts how often the work was done."""

    def __init__(self, server: TestServer, name: str) -> None:
        person_id = server.add_person(name)
        self.known = _known(server, person_id)
        self.kept = KeptAnswers(server.context.database, server.clock)
        self.done = 0

    def once(self, key: str | None = "k", route: str = "r", given: object = 1, **more: bool) -> object:
        return self.kept.once(self.known, key, (route, given), self._work, **more)

    def _work(self) -> dict[str, int]:
        self.done += 1
        return {"done": self.done}


def _known(server: TestServer, person_id: str):
    class _Actor:
        organisation_id = server.organisation_id

    class _SignIn:
        actor = _Actor()

    _SignIn.actor.person_id = person_id
    return _SignIn()


@pytest.fixture
def asked(new_institute: TestServer) -> Asked:
    return Asked(new_institute, "akua")


def test_a_repeat_gets_the_first_answer(asked: Asked) -> None:
    assert [asked.once(), asked.once()] == [{"done": 1}] * 2
    assert [asked.once("other"), asked.once(route="another"), asked.once(None), asked.once(None)] == [
        {"done": 2}, {"done": 3}, {"done": 4}, {"done": 5},
    ]  # fmt: skip


def test_a_key_stands_for_one_request(asked: Asked) -> None:
    asked.once()
    with pytest.raises(CampusError) as told:
        asked.once(given=2)
    assert (told.value.code, asked.done) == ("command_id_reused", 1)


def test_keys_are_each_persons_own(new_institute: TestServer, asked: Asked) -> None:
    other = Asked(new_institute, "esi")
    assert [asked.once(), other.once()] == [{"done": 1}, {"done": 1}]


def test_a_secret_answer_is_not_kept_and_not_made_twice(asked: Asked) -> None:
    assert asked.once(secret=True) == {"done": 1}
    with pytest.raises(CampusError) as told:
        asked.once(secret=True)
    assert (told.value.code, asked.done) == ("repeated", 1)


def test_one_under_way_is_not_begun_again(asked: Asked) -> None:
    codes = []

    def work() -> str:
        with pytest.raises(CampusError) as told:
            asked.once()
        codes.append(told.value.code)
        return "first"

    assert asked.kept.once(asked.known, "k", ("r", 1), work) == "first"
    assert (codes, asked.done, asked.once()) == (["repeated"], 0, "first")


def test_what_failed_may_be_tried_again(asked: Asked) -> None:
    def fail() -> None:
        raise CampusError("x", "It can't be done.")

    with pytest.raises(CampusError):
        asked.kept.once(asked.known, "k", ("r", 1), fail)
    assert asked.once() == {"done": 1}


def test_old_answers_go(new_institute: TestServer, asked: Asked) -> None:
    asked.once()
    new_institute.clock.advance(KEPT.total_seconds() + 1)
    assert asked.once() == {"done": 2}


def test_a_backup_is_asked_for_once_by_a_key(sqlite_server: TestServer) -> None:
    sqlite_server.add_person("akua")
    token = sqlite_server.sign_in("akua").data["access_token"]
    ids = [sqlite_server.post("/api/v1/backups", None, token, idempotency_key="b").data["id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(sqlite_server.get("/api/v1/backups", token).data["backups"]) == 1
