"""The one door: repeats, conflicts, what is held, the feed and the audit chain, on both databases."""

from server.core.audit import check_chain
from tests.institute import Institute


def test_a_repeat_gets_its_first_outcome_and_changes_nothing(institute: Institute) -> None:
    mark = institute.mark(institute.ama, 0, "present")
    first = institute.ama.send(mark)
    again = institute.ama.send(mark)
    assert again == first
    with institute.parts.database.read() as db:
        assert db.one("SELECT count(*) FROM observation") == (1,)


def test_two_instructors_who_disagree_are_a_conflict_and_the_first_stands(institute: Institute) -> None:
    assert institute.ama.send(institute.mark(institute.ama, 0, "present"))[0].verdict == "applied"
    told = institute.kofi.send(institute.mark(institute.kofi, 0, "absent"))[0]
    assert told.verdict == "conflict"
    settled = institute.kofi.do("SettleConflict", told.conflict_id or "", {"choices": {"mark": told.command_id}})
    assert settled.verdict == "applied", settled
    late = institute.ama.do("SettleConflict", told.conflict_id or "", {"choices": {"mark": "0" * 8}})
    assert (late.verdict, late.code) == ("rejected", "already_settled")


def test_edits_of_different_fields_merge_and_of_the_same_field_conflict(institute: Institute) -> None:
    person = institute.students[0]
    with institute.parts.database.read() as db:
        base = db.one("SELECT revision FROM person WHERE id = :id", id=person)[0]
    registrar, system = institute.registrar, institute.system
    assert registrar.edit("EditPerson", person, base, phone=(None, "024 555 0101")).verdict == "applied"
    assert system.edit("EditPerson", person, base, email=(None, "s0@example.org")).verdict == "applied"
    told = system.edit("EditPerson", person, base, phone=(None, "020 000 0000"))
    assert told.verdict == "conflict"
    with institute.parts.database.read() as db:
        assert db.one("SELECT phone, email FROM person WHERE id = :id", id=person) == ("024 555 0101", "s0@example.org")


def test_the_audit_chain_holds_after_all_of_it(institute: Institute) -> None:
    institute.ama.send(*(institute.mark(institute.ama, at, "present") for at in range(5)))
    with institute.parts.database.read() as db:
        assert check_chain(db, institute.organisation_id) is None
