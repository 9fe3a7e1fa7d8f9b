"""A program that paints the week of many rooms again and again, and tells how long that took."""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.areas import areas
from desktop.core.desk import Desk
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.settings import Settings
from desktop.timetable.timetable_page import TimetablePage
from shared.core.actor import Actor
from shared.core.clock import ManualClock, instant_text
from shared.core.ids import IdMaker, derived_id
from shared.core.sync import Change, Cursor, SyncResponse
from shared.people.vocabulary import Permission, Role

ROOMS, EACH_DAY, TIMES = 50, 3, 9
NOW = datetime(2026, 11, 20, 8, 36, tzinfo=UTC)
_ORGANISATION = derived_id("organisation", "week")
_PERSON = derived_id("person", "planner")


def main() -> None:
    """Measure and print the medians as JSON: ours, and a window of the same size with one word."""
    app = QApplication([])
    with tempfile.TemporaryDirectory(prefix="campusdesk-week-") as folder:
        desk = _desk(Path(folder))
        _painted(TimetablePage(desk))  # fonts and modules are there from the second on
        ours = [_timed(lambda: TimetablePage(desk)) for _ in range(TIMES)]
        bare = [_timed(lambda: QLabel("Timetable")) for _ in range(TIMES)]
        desk.store.close()
    app.processEvents()
    print(json.dumps({"ours": statistics.median(ours), "bare": statistics.median(bare)}))


def _timed(make: Any) -> float:
    began = time.perf_counter()
    widget = _painted(make())
    took = (time.perf_counter() - began) * 1000
    widget.deleteLater()
    return took


def _painted(widget: QWidget) -> QWidget:
    widget.resize(1232, 844)
    widget.grab()
    return widget


def _desk(folder: Path) -> Desk:
    clock = ManualClock()
    clock.set(NOW)
    ids = IdMaker(clock)
    owner = Owner(organisation_id=_ORGANISATION, person_id=_PERSON, device_id=derived_id("device", "week"))
    stores = tuple(area.store for area in areas())
    store = LocalStore(folder / "week.store", b"k" * 32, Identity(owner), stores, clock, ids)
    changes = tuple(_change(at, kind, body) for at, (kind, body) in enumerate(_rows(), 1))
    cursor = Cursor(server_epoch="week", seq=len(changes))
    store.settle(store.next_request(), SyncResponse(outcomes=(), changes=changes, cursor=cursor))
    words = frozenset({str(Permission.SESSIONS_PLAN), str(Permission.SEE_ALL)})
    actor = Actor(
        person_id=_PERSON,
        organisation_id=_ORGANISATION,
        name="Efua Sarpong",
        roles=(Role.REGISTRAR,),
        permissions=words,
        teaches=frozenset(),
    )
    return Desk(store=store, actor=actor, open=_stay, clock=clock, ids=ids, settings=Settings())


def _change(seq: int, kind: str, body: Mapping[str, Any]) -> Change:
    parent = body.get("cohort_id")
    return Change(seq=seq, kind=kind, id=body["id"], revision=body["id"], parent=parent, scope="all", body=dict(body))


def _stay(_page: str, _entity_id: str | None = None, /, **_details: Any) -> None:
    return


def _rows() -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "organisation", _row("organisation", "week", slug="week", name="Institute", time_zone="Africa/Accra")
    yield "course", _row("course", "1", code="PHO", title="Photography", archived=False)
    for at in range(25):
        given = {"course_id": derived_id("course", "1"), "code": f"{at}", "instructors": [], "archived": False}
        yield "cohort", _row("cohort", f"{at}", name=f"Photography {at}", **given)
        person = {"given_name": "Person", "family_name": f"{at}", "state": "active", "roles": ["instructor"]}
        yield "person", _row("person", f"{at}", **person)
    monday = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
    for room in range(ROOMS):
        yield "room", _row("room", f"{room}", name=f"Room {room}", branch="", capacity=20 + room, state="active")
        for place in range(5 * EACH_DAY):
            starts = monday + timedelta(days=place // EACH_DAY, hours=3 * (place % EACH_DAY))
            yield "class_session", _session(f"{room}.{place}", room, starts)


def _session(name: str, room: int, starts: datetime) -> Mapping[str, Any]:
    return _row(
        "class_session",
        name,
        cohort_id=derived_id("cohort", f"{room % 25}"),
        starts_at=instant_text(starts),
        ends_at=instant_text(starts + timedelta(minutes=90)),
        room=f"Room {room}",
        instructor_id=derived_id("person", f"{room % 25}"),
        title="",
        state="scheduled",
        unplanned=False,
    )


def _row(kind: str, key: str, /, **values: Any) -> Mapping[str, Any]:
    entity_id = derived_id(kind, key) if kind != "organisation" else _ORGANISATION
    return {"id": entity_id, "revision": entity_id, **values}


if __name__ == "__main__":
    main()
