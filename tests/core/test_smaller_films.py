"""Smaller films on a desktop: learnt from a real server, fetched as files of their own, and played for their films."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from desktop.core.api_errors import ApiError
from desktop.core.erasures import FILM
from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import Wanted
from desktop.core.film_copies import (
    SmallerFilms,
    choice,
    choose,
    given_up,
    is_made,
    kept_as,
    learn,
    original,
    picked,
    played_name,
    read_here,
    unknown,
)
from desktop.core.sync_state import Phase, SyncState
from desktop.shell.film_learning import FilmLearning
from desktop.widgets.background import wait_for_background
from server.core.film_making import make_film_copies
from server.core.film_recipes import Reason
from tests.core.file_desk import signed_in_desk
from tests.core.uploads import sha
from tests.films import film
from tests.serving import running_server

TALK = film("webm")
WANTED = Wanted(sha(TALK), len(TALK), "talk.webm")
ESSAY = Wanted("e" * 64, 9, "essay.pdf")


@pytest.fixture
def desk(trial, sqlite_server, tmp_path):
    """A student's laptop on a line to a server that has a film of a colleague's."""
    server = sqlite_server
    people = {server.add_person(name, roles=("student",)) for name in ("ama", "esi")}
    with running_server(server.settings, server.app) as url:
        sender = signed_in_desk(tmp_path / "esi", server, url, "esi")
        sender.send("talk.webm", TALK)
        sender.run()
        trial.readers[WANTED.sha256] = people
        made = signed_in_desk(tmp_path / "ama", server, url, "ama")
        made.server, made.store = server, made.bench.store
        yield made
        for one in (sender, made):
            one.bench.store.close()


def learnt(desk):
    make_film_copies(desk.server.context)
    desk.clock.advance(60)  # an answer is believed for half a minute
    assert learn(desk.store, desk.client, [WANTED]) == 1
    return picked(desk.store, WANTED, pack=True)


def test_a_smaller_film_comes_as_a_file_of_its_own_and_is_played_for_its_film(desk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.core.film_routes.missing_programs", lambda _settings: ["ffmpeg"])
        assert learn(desk.store, desk.client, [WANTED]) == 0, "the server has made none yet"
    assert not is_made(desk.store)
    assert unknown(desk.store, [WANTED, ESSAY]) == [WANTED], "it is asked again, and about films alone"
    small = learnt(desk)
    assert is_made(desk.store)
    assert small.bytes < WANTED.bytes / 2
    assert unknown(desk.store, [WANTED]) == []
    desk.line.left = small.bytes // 2
    desk.transfer.fetch([small])
    with pytest.raises(ApiError):
        desk.run()
    desk.line.left = None
    desk.opened().fetch([small])
    desk.run()
    assert kept_as(desk.store, WANTED.sha256) == small.sha256
    content = read_here(desk.store, WANTED.sha256)
    assert sha(content) == small.sha256
    assert played_name("talk.webm", content) == "talk.mp4"
    assert played_name("talk.webm", TALK) == "talk.webm"
    assert played_name("essay.pdf", content) == "essay.pdf"
    assert original(desk.store, small.sha256) == WANTED.sha256
    assert original(desk.store, ESSAY.sha256) == ESSAY.sha256


def test_the_person_says_when_smaller_films_are_fetched(desk):
    small = learnt(desk)
    assert choice(desk.store) is SmallerFilms.PACKS
    assert picked(desk.store, WANTED, pack=False) == WANTED
    choose(desk.store, SmallerFilms.ALWAYS)
    assert picked(desk.store, WANTED, pack=False) == small
    choose(desk.store, SmallerFilms.NEVER)
    assert picked(desk.store, WANTED, pack=True) == WANTED
    desk.store.remember("smaller films", "of a newer program")
    assert choice(desk.store) is SmallerFilms.PACKS


def test_a_pack_that_was_taken_before_there_was_a_copy_still_works(desk):
    desk.transfer.fetch([WANTED])
    make_film_copies(desk.server.context)
    learn(desk.store, desk.client, [WANTED])
    assert picked(desk.store, WANTED, pack=True) == WANTED, "what is on its way is ended as it was begun"
    desk.run()
    assert kept_as(desk.store, WANTED.sha256) == WANTED.sha256
    assert read_here(desk.store, WANTED.sha256) == TALK
    assert picked(desk.store, WANTED, pack=True).sha256 != WANTED.sha256


def test_for_a_copy_that_the_server_lost_comes_the_film(desk):
    small = learnt(desk)
    desk.server.context.database.write(
        lambda db: db.run("DELETE FROM film_copy WHERE organisation_id = :o", o=desk.server.organisation_id)
    )
    desk.transfer.fetch([small])
    desk.run()
    (refused,) = desk.transfer.waiting()
    assert refused.state == REFUSED
    desk.transfer.dismiss("down", refused.sha256)
    assert given_up(desk.store, small) == WANTED
    assert picked(desk.store, WANTED, pack=True) == WANTED
    assert given_up(desk.store, WANTED) == WANTED
    desk.transfer.fetch([WANTED])
    desk.run()
    assert read_here(desk.store, WANTED.sha256) == TALK


def test_a_film_that_is_small_enough_is_asked_about_once(desk, monkeypatch):
    monkeypatch.setattr("server.core.film_making.why_none", lambda *_asked: Reason.NEEDLESS)
    make_film_copies(desk.server.context)
    assert learn(desk.store, desk.client, [WANTED]) == 0
    assert desk.store.recall(FILM + WANTED.sha256) == []
    assert unknown(desk.store, [WANTED]) == []
    assert picked(desk.store, WANTED, pack=True) == WANTED
    assert read_here(desk.store, WANTED.sha256) is None


def test_a_page_learns_of_each_film_once_and_hears_of_news(desk, qtbot):
    make_film_copies(desk.server.context)
    heard, owner = [], QObject()
    place = SimpleNamespace(store=desk.store, client=desk.client, sync_state=lambda: SyncState(Phase.IDLE))
    learning = FilmLearning(place, lambda: heard.append(1), owner)
    learning.learn([WANTED])
    learning.learn([WANTED])
    qtbot.waitUntil(lambda: heard == [1])
    assert picked(desk.store, WANTED, pack=True) != WANTED
    desk.line.asked.clear()
    choose(desk.store, SmallerFilms.NEVER)
    learning.learn([ESSAY])
    wait_for_background()
    assert desk.line.asked == []
