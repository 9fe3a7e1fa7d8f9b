"""Anybody's CSV or XLSX against the database, bad input among it: the good rows come in, each bad one is said."""

import json

import pytest

from shared.core.errors import CampusError
from tests.learning.importing import EVERY_ASK, office_file
from tests.learning.roster_reading import book, write
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, institute, office_rows, students, write_zip


def test_a_list_makes_people_courses_cohorts_and_places(office, tmp_path):
    found, entry = office.bring(office_file(tmp_path))

    assert (found["rows"], found["created"], found["updated"], found["unchanged"]) == (12, 12, 0, 0)
    assert found["kinds"]["enrolment"] == {"created": 12}
    assert found["kinds"]["cohort"] == {"created": 6}
    assert entry["counts"]["done"] == 12 + 6 + 6 + 12
    first = students(12)[0]
    person = office.person("000001")
    assert (person["phone"], person["date_of_birth"]) == (first.phone, first.born.isoformat())
    assert json.loads(person["roles"]) == ["student"]


def test_the_same_list_again_changes_nothing_and_one_new_phone_changes_one_row(office, tmp_path):
    office.bring(office_file(tmp_path))

    again = office.dry_run(office_file(tmp_path))
    assert (again["created"], again["updated"], again["unchanged"], again["steps"]) == (0, 0, 12, 0)

    def other_phone(rows):
        rows[3][3] = "0244 999 000"

    found, _ = office.bring(office_file(tmp_path, change=other_phone))
    assert (found["created"], found["updated"], found["unchanged"]) == (0, 1, 11)
    old = students(12)[3].phone
    assert found["differences"][0]["fields"] == {"phone": [old, "0244 999 000"]}
    assert office.person("000004")["phone"] == "0244 999 000"


def test_an_empty_cell_leaves_what_is_there(office, tmp_path):
    office.bring(office_file(tmp_path))

    def no_phone(rows):
        for row in rows:
            row[3] = ""

    found = office.dry_run(office_file(tmp_path, change=no_phone))
    assert (found["updated"], found["unchanged"]) == (0, 12)


def test_a_list_without_roles_takes_nobodys_role(office, tmp_path):
    registrar = office.institute.registrar.actor.person_id
    rows = csv_text(["Username", "First name", "Surname"], [["grace", "Grace", "Kimani"], ["esi", "Esi", "Quaye"]])
    office.bring(write(tmp_path / "staff.csv", rows))
    found = office.rows("SELECT roles FROM person WHERE organisation_id = :o AND id = :p", p=registrar)
    assert json.loads(found[0][0]) == ["registrar"]


def test_one_cohort_can_be_chosen_for_the_whole_list_and_absence_then_means_its_places(office, tmp_path):
    header = ["Index number", "Surname", "First name"]
    rows = [[f"S-{at:04}", "Mensah", f"Student{at}"] for at in range(3)]
    path = write(tmp_path / "photo.csv", csv_text(header, rows))
    chosen = office.institute.cohort_id

    found, _ = office.bring(path, cohort_code="PHOTO-1", mode="bulk", one_cohort=chosen, confirmed=EVERY_ASK)

    assert (found["created"], found["updated"], found["unchanged"], found["deactivated"]) == (0, 0, 3, 2)
    assert office.count("person", "state = 'inactive'") == 0
    assert office.count("enrolment", "state = 'dropped'") == 2


def test_a_class_that_nobody_knows_needs_a_course(office, tmp_path):
    people = [["X1", "Addo", "Esi", "NEW-1"], ["X2", "Osei", "Yaw", "NEW-1"]]
    rows = csv_text(["Index number", "Surname", "First name", "Class"], people)
    found, _ = office.bring(write(tmp_path / "list.csv", rows))
    assert [(error["code"], error["line"]) for error in found["errors"]] == [
        ("enrolment_needs_course", 2),
        ("enrolment_needs_course", 3),
    ]
    assert "the person is imported, but into no class" in found["errors"][0]["sentence"]
    assert "NEW-1" in found["errors"][0]["sentence"]
    assert (office.person("X1")["state"], office.person("X2")["state"]) == ("active", "active")
    assert office.count("cohort") == 1


def test_a_list_of_everybody_asks_before_half_the_school_goes(office, tmp_path):
    office.bring(office_file(tmp_path, 30))
    path = office_file(tmp_path, 4)
    found = office.dry_run(path, mode="bulk")
    assert {ask["code"] for ask in found["asks"]} == {"deactivates_people"}
    before = office.everything()

    with pytest.raises(CampusError) as refusal:
        office.apply(path, found)
    assert refusal.value.code == "import_not_confirmed"
    with pytest.raises(CampusError):
        office.apply(path, found, confirmed=["deactivates_enrolments"])
    assert office.everything() == before

    entry = office.apply(path, found, confirmed=EVERY_ASK)
    assert entry["counts"]["left"] == 0
    assert office.person("000030")["state"] == "inactive"
    assert office.person("000004")["state"] == "active"


@pytest.mark.parametrize("asks", [True, False])
def test_exactly_half_asks_and_one_person_less_does_not(office, tmp_path, asks):
    office.bring(office_file(tmp_path, 30), other_doubles="make")
    total = office.count("person", "state = 'active'")
    assert total % 2 == 0
    gone = total // 2 - (0 if asks else 1)
    listed = 30 + 5 - gone  # five students were here before the list
    found = office.dry_run(office_file(tmp_path, listed), mode="bulk", other_doubles="make")
    assert found["kinds"]["person"]["deactivated"] == gone
    assert [ask["code"] for ask in found["asks"]] == (["deactivates_people"] if asks else [])
    if asks:
        assert (found["asks"][0]["count"], found["asks"][0]["total"]) == (gone, total)
        assert f"{gone} of {total} active people" in found["asks"][0]["sentence"]


def test_a_small_loss_asks_nothing(office, tmp_path):
    office.bring(office_file(tmp_path, 30))
    found = office.dry_run(office_file(tmp_path, 29), mode="bulk")
    # The thirtieth, and the five students who were here before the list; nobody who teaches.
    assert (found["asks"], found["kinds"]["person"]["deactivated"]) == ([], 6)


def test_utf_16_comes_in_with_its_letters(office, tmp_path):
    path = write(tmp_path / "list.csv", csv_text(OFFICE_HEADER, office_rows(students(12)), "\t"), "utf-16")
    found, _ = office.bring(path)
    assert (found["created"], found["error_count"]) == (12, 0)
    assert office.person("000001")["given_name"] == students(12)[0].given


def test_broken_quotes_cost_their_own_line(office, tmp_path):
    lines = csv_text(OFFICE_HEADER, office_rows(students(12))).split("\r\n")
    lines[4] = lines[4].replace(",", ',"', 1)
    found, _ = office.bring(write(tmp_path / "list.csv", "\r\n".join(lines)))
    assert [(error["code"], error["line"]) for error in found["errors"]] == [("broken_quotes", 5)]
    assert found["created"] == 11
    assert office.person("000004") is None


def test_a_formula_in_a_cell_is_an_error_of_its_row(office, tmp_path):
    rows = [list(row) for row in office_rows(students(5))]
    rows[2][3] = "=CONCAT(A1;B1)"
    found, _ = office.bring(book(tmp_path / "list.xlsx", [OFFICE_HEADER, *rows]))
    assert [(error["code"], error["line"]) for error in found["errors"]] == [("formula_in_cell", 4)]
    assert found["created"] == 4
    assert office.person("000003") is None


def test_doubles_and_a_person_whose_two_rows_disagree(office, tmp_path):
    def spoil(rows):
        rows.append(list(rows[0]))
        rows.append([*rows[1][:2], "Somebody", *rows[1][3:6], "PHO-2026", "PHO"])

    found, _ = office.bring(office_file(tmp_path, change=spoil))
    assert [error["code"] for error in found["errors"]] == ["duplicate_id", "person_rows_disagree"]
    assert "line 3" in found["errors"][1]["sentence"]
    assert found["created"] == 12
    assert office.person("000002")["given_name"] == students(12)[1].given


def test_duplicate_ids_and_disagreement_in_a_zip(office, tmp_path):
    roster = institute()
    roster.modes = dict.fromkeys(roster.tables, "delta")
    twin = dict(roster.tables["users"][0])
    roster.add("users", **twin)
    roster.add("users", **{**twin, "familyName": "Somebody"})
    found, _ = office.bring(roster.write(tmp_path / "roster.zip"))
    assert [error["code"] for error in found["errors"]] == ["duplicate_id", "person_rows_disagree"]
    assert found["kinds"]["person"] == {"created": 13}


def test_names_in_another_case_are_taken(office, tmp_path):
    roster = institute()
    roster.modes = dict.fromkeys(roster.tables, "delta")
    files = {name.upper(): text.encode() for name, text in roster.texts().items()}
    found, _ = office.bring(write_zip(tmp_path / "roster.zip", files))
    assert (found["kinds"]["person"], found["error_count"]) == ({"created": 13}, 0)
    assert "file_case_differs" in {note["code"] for note in found["notes"]}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("roster.zip", b"this is no zip at all", "roster_zip_damaged"),
        ("list.csv", b"", "roster_file_empty"),
        ("list.pdf", b"%PDF-1.7\n", "roster_not_recognised"),
    ],
)
def test_what_cannot_be_read_changes_nothing(office, tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CampusError) as refusal:
        office.dry_run(path)
    assert refusal.value.code == code


def test_a_zip_of_other_names_says_what_it_holds(office, tmp_path):
    path = write_zip(tmp_path / "roster.zip", {"people.csv": b"a,b\r\n1,2\r\n"})
    with pytest.raises(CampusError) as refusal:
        office.dry_run(path)
    assert refusal.value.code == "roster_zip_no_tables"
    assert "people.csv" in refusal.value.message


def test_what_is_longer_than_the_database_keeps_is_an_error_of_its_row(office, tmp_path):
    def spoil(rows):
        rows[0][1] = "M" * 101

    found, entry = office.bring(office_file(tmp_path, change=spoil))
    assert found["errors"][0]["code"] == "value_too_long"
    assert entry["counts"]["left"] == 0
    assert office.person("000001") is None


def test_phone_numbers_stay_as_they_were_written(office, tmp_path):
    written = ["+233 (0)24 123 4567", "(024) 123-4567", "024.123.4567", "0241234567 ext 12"]

    def spoil(rows):
        for row, phone in zip(rows, written, strict=False):
            row[3] = phone

    found, entry = office.bring(office_file(tmp_path, change=spoil))
    assert (found["errors"], entry["counts"]["left"]) == ([], 0)
    assert [office.person(f"{at:06}")["phone"] for at in range(1, 5)] == written


def test_who_may_not_import_is_told_so(office, tmp_path):
    with pytest.raises(CampusError) as refusal:
        office.dry_run(office_file(tmp_path), actor=office.institute.ama.actor)
    assert refusal.value.code == "not_allowed"


def test_what_somebody_changed_meanwhile_is_left_and_both_versions_are_kept(office, tmp_path):
    office.bring(office_file(tmp_path))

    def other_phone(rows):
        rows[3][3] = "0244 999 000"

    path = office_file(tmp_path, change=other_phone)
    found = office.dry_run(path)
    known = office.person("000004")
    changed = office.institute.system.edit(
        "EditPerson", known["id"], known["revision"], phone=(known["phone"], "0200000000")
    )
    assert changed.verdict == "applied"

    entry = office.apply(path, found)

    assert entry["counts"]["left"] == 1
    assert "000004" in entry["counts"]["left_rows"][0]["label"]
    assert office.person("000004")["phone"] == "0200000000"
    assert office.count("conflict", "state = 'open'") == 1


def test_applying_twice_does_it_once(office, tmp_path):
    path = office_file(tmp_path)
    found, first = office.bring(path)
    commands = office.count("command_log")
    assert office.apply(path, found) == first
    assert office.count("command_log") == commands
    assert office.count("import_entry") == 1


def test_an_import_that_was_cut_short_goes_on_where_it_stopped(office, tmp_path):
    path = office_file(tmp_path)
    found, first = office.bring(path)
    commands, everything = office.count("command_log"), office.everything()
    office.database.write(lambda db: db.run("UPDATE import_entry SET state = 'running', done = 3"))

    again = office.apply(path, found)

    assert (again["id"], again["state"], again["done"]) == (first["id"], "done", first["total"])
    assert office.count("command_log") == commands
    assert office.everything() == everything


def test_every_change_is_in_the_audit_under_the_import(office, tmp_path):
    _, entry = office.bring(office_file(tmp_path))
    latest = "SELECT note, actor_id FROM audit_link WHERE organisation_id = :o ORDER BY audit_seq DESC LIMIT 1"
    notes = office.rows(latest)
    assert notes == [(f"import {entry['id']}", office.actor.person_id)]
    assert office.count("command_log", "verdict IS NULL") == 0
