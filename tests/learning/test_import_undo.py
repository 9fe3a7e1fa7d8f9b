"""Undo: an import is one journal entry, and taking it back leaves what anybody touched since."""

import pytest

from shared.core.errors import CampusError
from tests.learning.importing import EVERY_ASK, office_file
from tests.learning.roster_samples import institute


def test_undo_of_a_first_import_leaves_nothing_of_it(office, tmp_path):
    before = office.everything()
    roster = institute()
    roster.modes = dict.fromkeys(roster.tables, "delta")
    _, entry = office.bring(roster.write(tmp_path / "roster.zip"))

    undone = office.undo(entry)

    assert office.everything() == before
    assert (undone["action"], undone["undoes"], undone["counts"]["left"]) == ("undo", entry["id"], 0)
    assert office.count("external_id") == 0
    told = office.feed("person")
    made = office.rows("SELECT entity_id FROM import_row WHERE organisation_id = :o AND kind = 'person'")
    assert all(told[row[0]][0] for row in made if row[0] in told)
    states = {one["id"]: one["state"] for one in office.importer.entries(office.actor)}
    assert states == {entry["id"]: "undone", undone["id"]: "done"}


def test_the_file_can_be_imported_again_after_its_undo(office, tmp_path):
    path = office_file(tmp_path)
    _, entry = office.bring(path)
    office.undo(entry)
    found, _ = office.bring(path)
    assert (found["created"], office.person("000001")["state"]) == (12, "active")


def test_changed_rows_get_back_what_they_had(office, tmp_path):
    office.bring(office_file(tmp_path))
    before = office.everything()

    def spoil(rows):
        rows[3][3] = "0244 999 000"
        rows[4][1] = "Sarpong"

    _, entry = office.bring(office_file(tmp_path, change=spoil))
    assert office.everything() != before

    undone = office.undo(entry)

    assert office.everything() == before
    assert undone["counts"]["kinds"] == {"person": {"updated": 2}}


def test_those_who_were_deactivated_come_back(office, tmp_path):
    office.bring(office_file(tmp_path, 30))
    before = office.everything()
    _, entry = office.bring(office_file(tmp_path, 4), mode="bulk", confirmed=EVERY_ASK)
    assert office.person("000030")["state"] == "inactive"
    office.undo(entry)
    assert office.everything() == before


def test_what_was_changed_since_is_listed_and_left(office, tmp_path):
    _, entry = office.bring(office_file(tmp_path))
    known = office.person("000004")
    change = (known["phone"], "0200000000")
    edit = office.institute.system.edit("EditPerson", known["id"], known["revision"], phone=change)
    assert edit.verdict == "applied"

    undone = office.undo(entry)

    assert undone["counts"]["left"] == 1
    assert undone["counts"]["left_rows"][0]["code"] == "changed_since"
    assert "000004" in undone["counts"]["left_rows"][0]["label"]
    assert office.person("000004")["phone"] == "0200000000"
    assert office.person("000003") is None
    states = {one["id"]: one["state"] for one in office.importer.entries(office.actor)}
    assert states[entry["id"]] == "part_undone"


def test_a_person_whom_others_enrolled_since_is_deactivated_not_removed(office, tmp_path):
    _, entry = office.bring(office_file(tmp_path))
    known, made = office.person("000004"), office.institute.parts.new_id()
    payload = {"cohort_id": office.institute.cohort_id, "person_id": known["id"]}
    assert office.institute.system.do("EnrolPerson", made, payload).verdict == "applied"

    undone = office.undo(entry)

    assert office.person("000004")["state"] == "inactive"
    assert office.rows("SELECT state FROM enrolment WHERE organisation_id = :o AND id = :i", i=made) == [("active",)]
    assert undone["counts"]["kinds"]["person"] == {"removed": 11, "deactivated": 1}


def test_marks_that_were_taken_keep_the_enrolment_and_its_person(office, tmp_path):
    rows = "Index number,Surname,First name,Class\r\nX1,Addo,Esi,PHOTO-1\r\n"
    path = tmp_path / "one.csv"
    path.write_text(rows, encoding="utf-8")
    _, entry = office.bring(path)
    esi = office.person("X1")["id"]
    (enrolment_id,) = office.rows("SELECT id FROM enrolment WHERE organisation_id = :o AND person_id = :p", p=esi)[0]
    made = office.institute
    made.enrolments.append(enrolment_id)
    assert made.system.send(made.mark(made.system, len(made.enrolments) - 1, "present"))[0].verdict == "applied"

    office.undo(entry)

    states = office.rows("SELECT state FROM enrolment WHERE organisation_id = :o AND id = :i", i=enrolment_id)
    assert states == [("dropped",)]
    assert office.person("X1")["state"] == "inactive"
    assert office.count("observation") == 1


def test_an_undo_happens_once_and_is_not_undone_itself(office, tmp_path):
    _, entry = office.bring(office_file(tmp_path))
    undone = office.undo(entry)
    for again, code in ((entry, "undone_already"), (undone, "undo_of_undo"), ({"id": "nothing"}, "not_found")):
        with pytest.raises(CampusError) as refusal:
            office.undo(again)
        assert refusal.value.code == code


def test_only_rows_that_an_import_made_can_be_removed_by_its_command(office):
    student = office.institute.students[0]
    (revision,) = office.rows("SELECT revision FROM person WHERE organisation_id = :o AND id = :p", p=student)[0]
    outcome = office.institute.registrar.do("RemoveImported", student, {"kind": "person"}, revision)
    assert (outcome.verdict, outcome.code) == ("rejected", "changed_since")
    outcome = office.institute.ama.do("RemoveImported", student, {"kind": "person"}, revision)
    assert (outcome.verdict, outcome.code) == ("rejected", "not_allowed")
    outcome = office.institute.registrar.do("RemoveImported", student, {"kind": "role"}, revision)
    assert outcome.verdict == "rejected"
    assert office.count("person", f"id = '{student}'") == 1


def test_an_import_of_two_thousand_people_is_undone_page_by_page(office, tmp_path):
    before = office.everything()
    _, entry = office.bring(office_file(tmp_path, 2_000), other_doubles="make")
    assert office.count("person", "state = 'active'") > 2_000
    undone = office.undo(entry)
    assert undone["counts"]["left"] == 0
    assert office.everything() == before


def staff(folder, *roles, name="staff.csv"):
    """A list with one person of the staff, T-1."""
    rows = f"Index number,Surname,First name,Role\r\nT-1,Addo,Yaw,{' '.join(roles)}\r\n"
    path = folder / name
    path.write_text(rows, encoding="utf-8")
    return path


def test_an_undo_leaves_the_last_administrator_and_whoever_has_more_rights(office, tmp_path):
    _, entry = office.bring(staff(tmp_path, "administrator"))
    yaw = office.person("T-1")
    by_registrar = {"kind": "person"}
    told = office.institute.registrar.do("RemoveImported", yaw["id"], by_registrar, yaw["revision"])
    assert (told.verdict, told.code) == ("rejected", "not_allowed"), "Grace may undo, and has fewer rights"

    undone = office.undo(entry)

    assert [one["code"] for one in undone["counts"]["left_rows"]] == ["last_administrator"]
    assert (office.person("T-1")["state"], office.count("person_role", f"person_id = '{yaw['id']}'")) == ("active", 1)


def test_an_undo_takes_an_administrator_where_another_stays(office, tmp_path):
    _, entry = office.bring(staff(tmp_path, "administrator"))
    office.institute.device("boss", "administrator", "Efua Boss")
    undone = office.undo(entry)
    assert (undone["counts"]["left"], office.person("T-1")) == (0, None)
