"""What the door does with commands that can't simply be applied: nothing is lost, nothing blocks the others."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine

from server.core.audit import check_chain
from server.core.batch import Batch, CommandType, Decision, Item
from shared.core.conflict import Conflict
from shared.core.errors import CampusError
from shared.core.outcome import Verdict
from shared.people.commands import PAYLOADS
from tests.institute import Institute, targets


def _conflicts(institute: Institute) -> list[Conflict]:
    with institute.parts.database.read() as db:
        return [Conflict.model_validate_json(row[0]) for row in db.rows("SELECT body FROM conflict ORDER BY id")]


def _row(institute: Institute, sql: str, **places: Any) -> Any:
    with institute.parts.database.read() as db:
        return db.one(sql, **places)


def test_an_invalid_command_is_kept_and_the_others_go_through(institute: Institute) -> None:
    ama = institute.ama
    bad = institute.mark(ama, 1, "dancing")
    told = ama.send(institute.mark(ama, 0, "present"), bad, institute.mark(ama, 2, "late", minutes=5))
    assert [one.verdict for one in told] == ["applied", "rejected", "applied"]
    assert told[1].code == "invalid_payload"
    assert "state" in (told[1].message or "")
    kept = _row(institute, "SELECT detail FROM command_log WHERE id = :id", id=bad.id)
    assert "dancing" in kept[0]


def test_the_same_id_with_another_content_is_quarantined_and_reported(institute: Institute) -> None:
    first = institute.mark(institute.ama, 0, "present")
    institute.ama.send(first)
    other = first.model_copy(update={"payload": {**first.payload, "state": "absent"}})
    told = institute.ama.send(other)[0]
    assert (told.verdict, told.code) == ("rejected", "command_id_reused")
    kept = _row(institute, "SELECT reason, content FROM quarantine")
    assert kept[0] == "id_reused"
    assert '"absent"' in kept[1]
    assert _row(institute, "SELECT state FROM observation") == ("present",)


def test_a_fault_of_ours_holds_its_command_and_no_other(
    institute: Institute, monkeypatch: pytest.MonkeyPatch, expect_log: Any
) -> None:
    door = institute.parts.door
    service = door.types["AddPerson"].service

    def broken(batch: Batch, items: Sequence[Item]) -> Sequence[Decision]:
        if any(item.payload.given_name == "Trouble" for item in items):
            raise ZeroDivisionError
        return service(batch, items)

    types = {**door.types, "AddPerson": CommandType("AddPerson", PAYLOADS["AddPerson"], broken)}
    monkeypatch.setattr(door, "types", types)
    expect_log("server.core.command_log: ERROR: A batch of .* is taken apart")
    system, new = institute.system, institute.parts.new_id
    names = ("Yaw", "Trouble", "Esi")
    told = system.send(*(system.command("AddPerson", new(), {"given_name": name}) for name in names))
    assert [one.verdict for one in told] == ["applied", "held", "applied"]
    assert told[1].code == "server_fault"
    assert [one.group.split(":")[0] for one in _conflicts(institute)] == ["held"]


def test_a_command_waits_behind_a_creation_that_isnt_there_yet_and_goes_with_it(institute: Institute) -> None:
    base = _row(institute, "SELECT revision FROM cohort WHERE id = :id", id=institute.cohort_id)[0]
    assert institute.system.edit("EditCohort", institute.cohort_id, base, instructors=(None, [])).verdict == "applied"
    ama, session = institute.ama, institute.parts.new_id()
    times = {"starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T09:00:00Z", "unplanned": True}
    made = ama.do("PlanClassSession", session, {"cohort_id": institute.cohort_id, **times})
    assert (made.verdict, made.code) == ("held", "not_teaching")
    institute.session_id = session
    mark = ama.send(institute.mark(ama, 0, "present"))[0]
    assert (mark.verdict, mark.code) == ("held", "waits_for_creation")
    refused = ama.do("SettleConflict", made.conflict_id or "", {"choices": {"held": "accept"}})
    assert (refused.verdict, refused.code) == ("rejected", "not_allowed")
    done = institute.registrar.do("SettleConflict", made.conflict_id or "", {"choices": {"held": "accept"}})
    assert done.verdict == "applied"
    assert _row(institute, "SELECT unplanned FROM class_session WHERE id = :id", id=session)[0]
    assert {one.state for one in _conflicts(institute)} == {"settled"}
    assert _row(institute, "SELECT author_name FROM observation") == ("Ama Owusu",)


def test_what_waits_for_two_creations_goes_once_with_them(institute: Institute) -> None:
    base = _row(institute, "SELECT revision FROM cohort WHERE id = :id", id=institute.cohort_id)[0]
    assert institute.system.edit("EditCohort", institute.cohort_id, base, instructors=(None, [])).verdict == "applied"
    ama, new = institute.ama, institute.parts.new_id
    session, enrolment = new(), new()
    times = {"starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T09:00:00Z", "unplanned": True}
    held = ama.do("PlanClassSession", session, {"cohort_id": institute.cohort_id, **times})
    institute.session_id, institute.enrolments[0] = session, enrolment
    walk_in = {"session_id": session, "cohort_id": institute.cohort_id, "person_id": new(), "given_name": "Yaw"}
    told = ama.send(ama.command("AddWalkIn", enrolment, walk_in), institute.mark(ama, 0, "present"))
    assert [one.code for one in told] == ["waits_for_creation", "waits_for_creation"]
    done = institute.registrar.do("SettleConflict", held.conflict_id or "", {"choices": {"held": "accept"}})
    assert done.verdict == "applied"
    assert {one.state for one in _conflicts(institute)} == {"settled"}
    assert _row(institute, "SELECT count(*), max(state) FROM observation") == (1, "present")


def test_an_edit_on_top_of_an_own_edit_that_is_in_conflict_joins_that_side(institute: Institute) -> None:
    person, registrar = institute.students[0], institute.registrar
    base = _row(institute, "SELECT revision FROM person WHERE id = :id", id=person)[0]
    institute.system.edit("EditPerson", person, base, phone=(None, "020 111 1111"))
    first = registrar.edit("EditPerson", person, base, phone=(None, "024 222 2222"))
    assert first.verdict == "conflict"
    again = registrar.edit("EditPerson", person, first.command_id, phone=("024 222 2222", "024 333 3333"))
    assert (again.verdict, again.conflict_id) == ("conflict", first.conflict_id)
    assert len(_conflicts(institute)) == 1


def test_agreeing_counts_as_the_revision_agreed_with(institute: Institute) -> None:
    person, registrar = institute.students[0], institute.registrar
    base = _row(institute, "SELECT revision FROM person WHERE id = :id", id=person)[0]
    institute.system.edit("EditPerson", person, base, phone=(None, "020 111 1111"))
    same = registrar.edit("EditPerson", person, base, phone=(None, "020 111 1111"))
    assert same.verdict == "agreed"
    on_top = registrar.edit("EditPerson", person, same.command_id, phone=("020 111 1111", "020 999 9999"))
    assert on_top.verdict == "applied"


def test_a_refused_edit_counts_as_its_own_base(institute: Institute) -> None:
    person, registrar = institute.students[0], institute.registrar
    base = _row(institute, "SELECT revision FROM person WHERE id = :id", id=person)[0]
    refused = registrar.edit("EditPerson", person, base, email=(None, "not an address"))
    assert (refused.verdict, refused.code) == ("rejected", "field_invalid")
    mended = registrar.edit("EditPerson", person, refused.command_id, email=("not an address", "s@example.org"))
    assert mended.verdict == "applied"


def test_one_device_never_conflicts_with_its_own_successive_edits(institute: Institute) -> None:
    person, registrar = institute.students[0], institute.registrar
    base = _row(institute, "SELECT revision FROM person WHERE id = :id", id=person)[0]
    commands, value = [], None
    for at in range(6):
        wanted = {"changes": {"phone": {"old": value, "new": f"024 000 000{at}"}}}
        command = registrar.command("EditPerson", person, wanted, base)
        commands.append(command)
        base, value = command.id, f"024 000 000{at}"
    assert {one.verdict for one in registrar.send(*commands)} == {"applied"}


def test_a_taken_number_is_a_conflict_of_two_people_and_never_silent(institute: Institute) -> None:
    new = institute.parts.new_id()
    told = institute.registrar.do("AddPerson", new, {"given_name": "Efua", "number": "s-0001"})
    assert (told.verdict, told.code) == ("conflict", "value_taken")
    assert told.details["holder"] == institute.students[1]
    conflict = _conflicts(institute)[0]
    assert {side.values["given_name"] for side in conflict.sides} == {"Student1", "Efua"}


def test_several_targets_get_an_outcome_each(institute: Institute) -> None:
    people = institute.students
    payload = {"state": "suspended", "old_state": "active"}
    command = institute.registrar.command(
        "SetPersonState", people[0], payload, more_targets=targets(people[1], institute.parts.new_id())
    )
    told = institute.registrar.send(command)
    assert [one.verdict for one in told] == ["applied", "applied", "held"]
    assert [one.target_id for one in told[:2]] == people[:2]


def test_an_older_payload_is_upcast_and_one_too_old_or_too_new_stops_the_batch(institute: Institute) -> None:
    door = institute.parts.door
    known = door.types["AddPerson"]
    steps = {
        2: lambda old: {**old, "given_name": old.pop("first", "")},
        3: lambda old: {**old, "family_name": old.pop("surname", "")},
    }
    door.types = {**door.types, "AddPerson": CommandType("AddPerson", known.payload, known.service, 4, steps)}
    system, new = institute.system, institute.parts.new_id
    old = system.command("AddPerson", new(), {"first": "Adwoa", "surname": "Darko"}, type_version=2)
    assert system.send(old)[0].verdict == "applied"
    assert _row(institute, "SELECT family_name FROM person WHERE id = :id", id=old.target_id) == ("Darko",)
    for version, code in ((1, "client_too_old"), (5, "server_too_old")):
        with pytest.raises(CampusError) as refused:
            system.send(system.command("AddPerson", new(), {"given_name": "X"}, type_version=version))
        assert refused.value.code == code


def test_losing_the_right_to_settle_is_told_and_the_first_settlement_wins(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    told = institute.kofi.send(institute.mark(institute.kofi, 0, "absent"))[0]
    stranger = institute.device("yaa", "instructor", "Yaa Sarpong")
    conflict, choice = told.conflict_id or "", {"choices": {"mark": told.command_id}}
    assert stranger.do("SettleConflict", conflict, choice).code == "not_allowed"
    assert institute.ama.do("SettleConflict", conflict, choice).verdict == "applied"
    assert institute.kofi.do("SettleConflict", conflict, choice).verdict is Verdict.AGREED
    assert _conflicts(institute)[0].settled_by_name == "Ama Owusu"


def _as_owner(institute: Institute, sql: str) -> None:
    """Change what the server's own role can't."""
    engine = create_engine(institute.parts.database.owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (
            "UPDATE command_log SET detail = replace(detail, 'present', 'absent') WHERE type = 'RecordObservation'",
            "detail",
        ),
        ("UPDATE command_log SET verdict = 'rejected' WHERE type = 'RecordObservation'", "digest"),
        ("DELETE FROM audit_link WHERE audit_seq = 2", "gap"),
        ("DELETE FROM audit_link WHERE audit_seq = (SELECT max(audit_seq) FROM audit_link)", "head"),
        ("UPDATE audit_link SET made_at = '2020-01-01T00:00:00.000Z' WHERE audit_seq = 2", "digest"),
    ],
)
def test_whoever_alters_the_log_breaks_its_chain(institute: Institute, sql: str, reason: str) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    with institute.parts.database.read() as db:
        assert check_chain(db, institute.organisation_id) is None
    _as_owner(institute, sql)
    with institute.parts.database.read() as db:
        fault = check_chain(db, institute.organisation_id)
    assert fault is not None
    assert fault.reason == reason


def test_erased_details_leave_the_chain_whole(institute: Institute) -> None:
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    institute.parts.database.write(lambda db: db.run("UPDATE command_log SET detail = NULL, salt = NULL"))
    with institute.parts.database.read() as db:
        assert check_chain(db, institute.organisation_id) is None
