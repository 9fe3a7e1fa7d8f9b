"""A student's desk with notices in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.messaging.lines import STORE
from shared.core.actor import Actor
from shared.core.clock import ManualClock, instant_text
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import TestDesk, make_actor, make_desk, plain_areas

NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
STUDENT = make_actor(derived_id("person", "esi"), "Esi Asante", Role.STUDENT)
WORK = derived_id("assignment", "portraits")
AREAS = (STORE, *plain_areas())


def notice(name: str, *, hours_ago: float = 1, read: bool = False, **more: Any) -> tuple[str, dict[str, Any]]:
    """A notice's row; its title is its name."""
    at = NOW - timedelta(hours=hours_ago)
    body = {
        "id": derived_id("notice", name),
        "person_id": STUDENT.person_id,
        "category": "course",
        "priority": "medium",
        "title": name,
        "body": "",
        "action": "Open the work",
        "link_kind": "work",
        "link_id": WORK,
        "at": instant_text(at),
        "read_at": instant_text(NOW) if read else None,
    }
    return "notice", {**body, **more}


INBOX = (
    notice("Marks of Studio lighting are out", hours_ago=1.7, body="Open it to see your mark and what was said of it."),
    notice("Portraits is due Sat 21 Nov, 17:00", hours_ago=3, priority="high", body="Nothing is handed in yet."),
    notice("Sound check was given back", hours_ago=28, priority="high", body="Add the second microphone."),
    notice(
        "The server is updated on Sunday",
        hours_ago=30,
        category="system",
        action="",
        link_kind="",
        link_id=None,
        read=True,
    ),
    notice("New work: Portraits", hours_ago=100, body="It is due Sat 21 Nov, 17:00.", read=True),
)


def open_inbox(folder: Path, rows: Any = INBOX, actor: Actor = STUDENT, areas: Any = AREAS) -> TestDesk:
    """A desk with these notices; close it at the end."""
    return make_desk(folder, actor, rows, areas=areas, clock=ManualClock(NOW))
