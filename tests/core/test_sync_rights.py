"""What the sync engine does where the server knows other rights of its person than it does."""

import pytest

from desktop.core.sync_engine import SyncEngine
from shared.core.actor import Actor
from tests.core.desktop_kit import Bench, FakeServer


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


class Rights:
    """The fake server as it knows a person: it tells of him or her where a device knows otherwise."""

    def __init__(self, server, actor):
        self.server, self.actor, self.asked = server, actor, []

    def sync(self, request):
        self.asked.append(request.actor_revision)
        answer = self.server.sync(request)
        news = self.actor if request.actor_revision != self.actor.revision else None
        return answer.model_copy(update={"actor": news})

    def check(self, request):
        self.asked.append("check")
        return self.server.check(request)


_AMA = Actor(person_id="ama", organisation_id="kumasi", name="Ama", roles=("cashier",), permissions=frozenset({"a"}))


def test_whoever_may_do_something_else_now_is_told_once_and_stays_so_offline(bench):
    """What the window goes by comes with the answer, is kept for the next start, and is asked for no second time."""
    server = Rights(FakeServer(), _AMA)
    engine = SyncEngine(bench.store, server, bench.clock, _AMA)
    told = []
    engine.follow_actor(told.append)
    engine.run_once()
    assert not told
    server.actor = _AMA.model_copy(update={"roles": ("registrar",), "permissions": frozenset({"b"})})
    engine.run_once()
    engine.run_once()
    assert told == [server.actor]
    assert Actor.model_validate(bench.store.recall("actor")) == server.actor
    assert server.asked[-1] == server.actor.revision
    assert Actor.model_validate(server.actor.model_dump(mode="json")).revision == server.actor.revision


def test_a_token_renewed_between_two_exchanges_hides_no_change(bench):
    server = Rights(FakeServer(), _AMA.model_copy(update={"permissions": frozenset()}))
    engine = SyncEngine(bench.store, server, bench.clock, _AMA)
    told = []
    engine.follow_actor(told.append)
    bench.store.remember("actor", server.actor.model_dump(mode="json"))
    engine.run_once()
    assert told == [server.actor]


def test_an_answer_about_somebody_else_changes_nobodys_rights(bench):
    stranger = _AMA.model_copy(update={"person_id": "kofi", "permissions": frozenset({"a", "b"})})
    engine = SyncEngine(bench.store, Rights(FakeServer(), stranger), bench.clock, _AMA)
    told = []
    engine.follow_actor(told.append)
    engine.run_once()
    assert (told, bench.store.recall("actor")) == ([], None)


def test_whoever_sees_everything_compares_after_a_change_of_rights(bench):
    """Kinds of rows that only some rights show lie behind the cursor: comparing brings them, or takes them away."""
    server = Rights(FakeServer(), _AMA.model_copy(update={"scopes": ("all",)}))
    engine = SyncEngine(bench.store, server, bench.clock, server.actor)
    engine.run_once()
    server.asked.clear()
    engine.run_once()
    assert "check" not in server.asked
    server.actor = server.actor.model_copy(update={"permissions": frozenset({"a", "b"})})
    engine.run_once()
    assert "check" in server.asked
