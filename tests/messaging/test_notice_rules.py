"""Rules of notices: whose they are, when one was read, and that reading twice changes nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.messaging.commands import PAYLOADS, TYPE_VERSIONS
from shared.messaging.rules import PROJECTIONS, as_read, is_own, read_at

MINE, OTHER, GONE = (derived_id("notice", one) for one in ("mine", "other", "gone"))
PERSON = derived_id("person", "esi")
RECEIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def row(key: str = MINE, at: str | None = None) -> dict[str, object]:
    return {"id": key, "revision": key, "person_id": PERSON, "read_at": at}


def command(number: int = 1, *more: str, observed: str = "2026-11-20T08:00:00Z", offset: int = 0) -> Command:
    return Command.model_validate(
        {
            "id": derived_id("command", str(number)),
            "device_id": derived_id("device"),
            "install_epoch": 1,
            "device_seq": number,
            "type": "MarkNoticesRead",
            "type_version": TYPE_VERSIONS["MarkNoticesRead"],
            "target_id": MINE,
            "more_targets": [{"id": one} for one in more],
            "payload": {},
            "observed_at": observed,
            "clock_offset": offset,
        }
    )


@pytest.mark.parametrize(("person", "own"), [(PERSON, True), (derived_id("person", "yaw"), False)])
def test_a_notice_belongs_to_its_person_whatever_others_may(person: str, own: bool) -> None:
    permissions = frozenset({"core.see_all", "sync.settle"})
    actor = Actor(person_id=person, organisation_id=person, name="", permissions=permissions)
    assert is_own(actor, row()) is own


@pytest.mark.parametrize(
    ("observed", "offset", "at"),
    [
        ("2026-11-20T08:00:00Z", 0, "2026-11-20T08:00:00.000Z"),
        ("2026-11-20T08:00:00Z", 60_000, "2026-11-20T08:01:00.000Z"),
        ("2026-11-20T10:00:00+02:00", -60_000, "2026-11-20T07:59:00.000Z"),
        ("2026-11-21T08:00:00Z", 0, "2026-11-20T09:00:00.000Z"),
    ],
)
def test_reading_counts_at_the_devices_time_set_right_never_after_it_came(observed: str, offset: int, at: str) -> None:
    assert read_at(command(observed=observed, offset=offset), RECEIVED) == at


def test_on_a_device_the_time_of_reading_is_its_own() -> None:
    assert read_at(command(observed="2026-11-21T08:00:00Z")) == "2026-11-21T08:00:00.000Z"


def test_the_first_reading_stays() -> None:
    once = as_read(row(), command(1))
    assert (once["read_at"], once["revision"]) == ("2026-11-20T08:00:00.000Z", command(1).id)
    assert as_read(once, command(2, observed="2026-11-20T08:30:00Z")) == once


@given(st.sets(st.sampled_from([MINE, OTHER])), st.sets(st.sampled_from([OTHER, GONE])))
def test_projecting_twice_is_projecting_once_and_leaves_out_what_is_not_there(read: set[str], more: set[str]) -> None:
    rows = {key: row(key, "2026-11-19T08:00:00.000Z" if key in read else None) for key in (MINE, OTHER)}
    asked = command(1, *sorted(more))
    project = PROJECTIONS["MarkNoticesRead"]
    drafts = project(asked, lambda _kind, key: rows.get(key))
    assert {one.id for one in drafts} == ({MINE} | more) - {GONE}
    rows |= {one.id: dict(one.body or {}) for one in drafts}
    assert all(one["read_at"] for key, one in rows.items() if key == MINE or key in more)
    assert [one.body for one in project(asked, lambda _kind, key: rows.get(key))] == [one.body for one in drafts]


def test_the_command_keeps_fields_that_it_does_not_know() -> None:
    assert PAYLOADS["MarkNoticesRead"].model_validate({"from_a_newer_program": 1}).model_extra == {
        "from_a_newer_program": 1
    }
