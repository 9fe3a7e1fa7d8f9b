"""Someone is anonymised: of forty words none is left, figures stay, and the audit chain is whole."""

import contextlib
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from server.core.audit import check_chain
from server.core.batch import Origin
from server.core.tables import METADATA
from shared.core.outcome import Outcome
from tests.institute import Device, Institute
from tests.people.planted import COUNT, Planted, plant
from tests.timetable.planning import Office


@pytest.fixture
def planted(institute: Institute) -> Planted:
    """A student with forty words."""
    return plant(institute)


def _over_rest(device: Device) -> Device:
    return Office(device.institute, device.actor, Origin(""))


def _erase(planted: Planted, by: Device | None = None, **more: Any) -> Outcome:
    device = _over_rest(by or planted.officer)  # type: ignore[arg-type]  # it was made when planting
    return device.do("ErasePerson", planted.person_id, {"reason": "Asked for in writing", **more})


def _dump(institute: Institute) -> dict[str, str]:
    """Everything that is in every table, as text."""
    found = {}
    with institute.parts.database.read() as db:
        db.enter(institute.organisation_id)
        for table in METADATA.sorted_tables:
            columns = [column.name for column in table.columns]
            rows = db.rows(f"SELECT {', '.join(columns)} FROM {table.name}")
            found[str(table.name)] = "\n".join(str([_plain(one) for one in row]) for row in rows)
    return found


def _plain(value: Any) -> Any:
    with contextlib.suppress(ValueError, TypeError):
        return str(orjson.loads(value)) + str(value)
    return value


def _left(institute: Institute, words: Sequence[str]) -> dict[str, list[str]]:
    dump = _dump(institute)
    return {word: where for word in words if (where := [name for name, rows in dump.items() if word in rows])}


def test_of_forty_words_none_is_left_and_the_chain_is_whole(institute: Institute, planted: Planted) -> None:
    assert len(_left(institute, planted.words)) == COUNT
    told = _erase(planted)
    assert told.verdict == "applied", told
    assert _left(institute, planted.words) == {}
    with institute.parts.database.read() as db:
        assert check_chain(db, institute.organisation_id) is None


def test_figures_stay_and_the_name_is_a_number(institute: Institute, planted: Planted) -> None:
    before = planted.room.rows("SELECT score, status FROM mark WHERE organisation_id = :o", o=institute.organisation_id)
    _erase(planted)
    after = planted.room.rows("SELECT score, status FROM mark WHERE organisation_id = :o", o=institute.organisation_id)
    assert before == after == [("40", "marked")]
    person = planted.room.row("person", planted.person_id)
    assert (person["given_name"], person["family_name"], person["state"]) == ("Former student 0001", "", "inactive")
    seen = planted.room.rows(
        "SELECT state, note FROM observation WHERE organisation_id = :o AND person_id = :p",
        o=institute.organisation_id, p=planted.person_id,
    )  # fmt: skip
    assert seen == [("late", "")]


def test_what_goes_leaves_tombstones_and_what_stays_goes_out_anew(institute: Institute, planted: Planted) -> None:
    told = _erase(planted)
    rows = planted.room.rows(
        "SELECT kind, deleted FROM feed_row WHERE organisation_id = :o AND revision = :r",
        o=institute.organisation_id, r=told.command_id,
    )  # fmt: skip
    kinds = {(kind, bool(deleted)) for kind, deleted in rows}
    assert {("profile", True), ("private_profile", True), ("notice", True), ("conflict", True)} <= kinds
    assert {("person", False), ("observation", False), ("submission", False), ("erasure", False)} <= kinds
    erasure = next(row for row in rows if row[0] == "erasure")
    assert erasure


def test_others_keep_what_is_theirs(institute: Institute, planted: Planted) -> None:
    other = planted.room.row("person", institute.students[1])
    _erase(planted)
    assert planted.room.row("person", institute.students[1]) == other
    kept = planted.room.rows(
        "SELECT count(*) FROM command_log WHERE organisation_id = :o AND type = 'AddPerson' AND detail IS NOT NULL",
        o=institute.organisation_id,
    )  # fmt: skip
    assert kept[0][0] >= 8


def test_a_second_time_there_is_nothing_left_to_do(institute: Institute, planted: Planted) -> None:
    _erase(planted)
    again = _erase(planted)
    assert (again.verdict, again.details["label"]) == ("agreed", "Former student 0001")


def test_what_an_old_laptop_still_sends_goes_at_the_next_time(institute: Institute, planted: Planted) -> None:
    _erase(planted)
    late = institute.registrar.edit("EditPerson", planted.person_id, None, phone=("024 222 0007", "024 999 0001"))
    assert late.verdict == "conflict"
    assert _left(institute, ["024 999 0001"])
    again = _erase(planted)
    assert again.verdict == "applied"
    assert _left(institute, ["024 999 0001"]) == {}


def test_who_may_not_and_what_stands_against_it(institute: Institute, planted: Planted) -> None:
    assert _erase(planted, institute.registrar).code == "not_allowed"
    officer = planted.officer
    assert officer is not None
    own = _over_rest(officer).do("ErasePerson", officer.actor.person_id, {"reason": "x"})
    assert own.code == "not_allowed"
    assert officer.do("ErasePerson", planted.person_id, {"reason": "x"}).code == "network_needed"
    assert _erase(planted, reason="").code == "invalid_payload"

    def hold(db: Any) -> None:
        db.run(
            "INSERT INTO legal_hold (organisation_id, person_id, reason, set_by, set_at) VALUES (:o, :p, :r, :p, :at)",
            o=institute.organisation_id, p=planted.person_id, r="A dispute about fees", at="2026-11-20T08:00:00.000Z",
        )  # fmt: skip

    institute.parts.database.write(hold)
    told = _erase(planted)
    assert (told.code, told.message) == ("erasure_kept", "There is a legal hold: A dispute about fees")
    assert len(_left(institute, planted.words)) == COUNT
