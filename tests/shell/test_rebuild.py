"""Rebuilding the local copy from the settings page: everything is fetched again, and what isn't sent is kept."""

from types import SimpleNamespace

import pytest

from desktop.core.api_errors import ApiError, Sort
from desktop.core.outbox import Ask
from desktop.core.settings import Settings
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_runner import SyncRunner
from desktop.shell.assembly import make_window
from desktop.shell.main_window import PersonShown
from desktop.shell.page_book import SETTINGS
from desktop.shell.preferences import Preferences
from desktop.shell.sync_link import SyncLink
from desktop.widgets.background import wait_for_background
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import Role
from tests.core.desktop_kit import NOTE, NOTES, FakeServer
from tests.desks import make_actor, make_desk, plain_areas
from tests.shell.conftest import GRACE

REBUILD = "Rebuild the local copy"


class Line:
    """The way to the server, which can be cut."""

    def __init__(self, server):
        self.server, self.is_up = server, True

    def sync(self, request):
        return self._ask(self.server.sync, request)

    def check(self, request):
        return self._ask(self.server.check, request)

    def _ask(self, way, request):
        if not self.is_up:
            raise ApiError(Sort.NETWORK, "no_network", "The server can't be reached.")
        return way(request)


class Jobs(list):
    """Runs what is due when the test says so."""

    def after(self, _seconds, job):
        self.append(job)
        return lambda: self.remove(job) if job in self else None

    def run(self):
        due, self[:] = list(self), []
        for job in due:
            job()


@pytest.fixture
def server():
    made = FakeServer()
    for number in range(30):
        made.put(f"00000000-0000-7000-9000-{number:012x}", title=f"Note {number}")
    return made


@pytest.fixture
def here(tmp_path, qtbot, clock, server):
    """A window in sync with the server, on its settings."""
    actor = make_actor(GRACE, "Grace Kimani", Role.REGISTRAR)
    made = make_desk(tmp_path / "desk", actor, areas=(*plain_areas(), NOTES), clock=clock)
    line, jobs = Line(server), Jobs()
    engine = SyncEngine(made.store, line, clock, actor)
    link = SyncLink(made.store, engine, SyncRunner(engine, jobs))
    preferences = Preferences(Settings(theme="light"), tmp_path / "settings")
    window = make_window(made.desk, (), {}, preferences, PersonShown("Grace Kimani", "E-001", "Registrar"), link)
    qtbot.addWidget(window)
    window.show()
    engine.run_once()
    window.open_page(SETTINGS)
    yield SimpleNamespace(store=made.store, window=window, line=line, jobs=jobs, engine=engine)
    wait_for_background()
    made.close()


def press(parent, words):
    found = [one for one in parent.findChildren(Button) if one.text() == words and one.isVisibleTo(parent)]
    found[-1].click()


def rebuild(here):
    press(here.window.page, REBUILD)
    dialog = Dialog.opened_in(here.window)
    press(dialog, REBUILD)
    assert Dialog.opened_in(here.window) is None


def spoil(store, server):
    """Let rows go wrong here without the feed knowing: one changed, one lost, one that never was."""
    changed, lost = list(server.rows)[:2]
    db = store._files.db()
    db.execute("UPDATE base SET body = json_set(body, '$.title', 'Wrong') WHERE id = ?", (changed,))
    db.execute("DELETE FROM base WHERE id = ?", (lost,))
    db.execute(
        "INSERT INTO base (kind, id, seq, revision, scope, deleted, stale, shown, sort_text, body)"
        " VALUES ('note', 'ghost', 1, 'r', 'organisation:1', 0, 0, 1, 'ghost', '{\"id\": \"ghost\", \"title\": \"x\"}')"
    )


def shown(store):
    return {row["id"]: row["title"] for row in store.page(NOTE, limit=-1)}


def add(store, title):
    note_id = store._ids()
    store.commit([Ask("AddNote", note_id, {"title": title})])
    return note_id


def test_everything_is_fetched_again_and_unsent_work_goes_first(here, server):
    spoil(here.store, server)
    assert shown(here.store) != server.titles()
    unsent = add(here.store, "Not sent yet")
    edited = list(server.rows)[5]
    revision = here.store.get(NOTE, edited)["revision"]
    here.store.commit([Ask("EditNote", edited, {"title": "Edited here"}, base=revision)])
    rebuild(here)
    assert here.window.toasts.toasts[-1].words == "Fetching everything again"
    here.jobs.run()
    assert shown(here.store) == server.titles()
    assert (server.titles()[unsent], server.titles()[edited]) == ("Not sent yet", "Edited here")
    assert len(server.claims) == len(set(server.claims)) == 2
    counts = here.store.receipt_counts()
    assert (counts.applied, counts.waiting) == (2, 0)
    assert here.engine.state().label == "Up to date"


def test_without_a_network_nothing_is_lost_and_it_goes_on_later(here, server):
    before = shown(here.store)
    here.line.is_up = False
    unsent = add(here.store, "Not sent yet")
    rebuild(here)
    here.jobs.run()
    assert shown(here.store) == {**before, unsent: "Not sent yet"}, "what is here stays until it is replaced"
    assert here.engine.state().label == "Offline · 1 waiting"
    here.line.is_up = True
    here.window.sync.sync_now()
    here.jobs.run()
    assert shown(here.store) == server.titles() == {**before, unsent: "Not sent yet"}


def test_pressed_twice_it_is_one_more_fetch_and_no_second_sending(here, server):
    unsent = add(here.store, "Once")
    rebuild(here)
    rebuild(here)
    here.jobs.run()
    assert shown(here.store) == server.titles()
    assert [title for title in server.titles().values() if title == "Once"] == ["Once"]
    assert unsent in server.titles()


def test_cancel_changes_nothing(here, server):
    spoil(here.store, server)
    before = shown(here.store)
    press(here.window.page, REBUILD)
    Dialog.opened_in(here.window).reject()
    here.jobs.run()
    assert shown(here.store) == before
