"""News that a store told just before it was closed reaches nobody: there is nothing left to read."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer

from desktop.core.local_store import Changed
from desktop.shell.page import follow
from desktop.shell.sync_link import SyncLink
from tests.learning.desks import course, open_desk


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    """A desk; closed at the end in any case."""
    made = open_desk(tmp_path / "desk")
    yield made
    made.close()


def _timer(owner: QObject) -> QTimer:
    found = owner.findChildren(QTimer)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("leaves", [False, True])
def test_late_news_of_a_closed_store_is_dropped(opened: Any, qtbot: Any, leaves: bool) -> None:
    owner, heard = QObject(), list[Changed]()
    follow(opened.desk.store, owner, heard.append)
    opened.feed.bring([course("NEW", "New course")])
    assert _timer(owner).isActive()
    if leaves:
        opened.close()
    qtbot.waitUntil(lambda: not _timer(owner).isActive())
    assert bool(heard) is not leaves


def test_the_line_to_the_server_keeps_what_it_told_last(opened: Any, qtbot: Any) -> None:
    link = SyncLink(opened.desk.store)
    told = link.state
    opened.feed.bring([course("NEW", "New course")])
    opened.close()
    qtbot.waitUntil(lambda: not _timer(link).isActive())
    link.refresh()
    assert link.state == told


def test_a_closed_store_lets_go_of_whoever_listened(opened: Any) -> None:
    stop = opened.desk.store.subscribe(lambda _changed: None)
    assert not opened.desk.store.closed
    opened.close()
    assert opened.desk.store.closed
    stop()
