"""A OneRoster zip against the database: first time, again, changes, and what complete lists take away."""

import json

from tests.learning.importing import EVERY_ASK
from tests.learning.roster_samples import institute, students


def without(roster, table, ref, column="sourcedId"):
    roster.tables[table] = [row for row in roster.tables[table] if row[column] != ref]


def row_of(roster, table, ref):
    return next(row for row in roster.tables[table] if row["sourcedId"] == ref)


def keeps_all(roster):
    """Nobody of the small institute is in the file, so say that it lists changes alone."""
    roster.modes = dict.fromkeys(roster.tables, "delta")
    return roster


def test_a_first_import_makes_everything_and_shows_it_before(office, tmp_path):
    path = keeps_all(institute()).write(tmp_path / "roster.zip")
    before = office.everything()

    found = office.dry_run(path)

    assert office.everything() == before
    assert (found["rows"], found["created"], found["updated"], found["unchanged"], found["deactivated"]) == (
        *(1 + 6 + 6 + 13 + 13, 39),
        *(0, 0, 0),
    )
    assert found["kinds"] == {
        "person": {"created": 13},
        "academic_term": {"created": 1},
        "course": {"created": 6},
        "cohort": {"created": 6},
        "enrolment": {"created": 12},
    }
    assert found["errors"] == []
    shown = found["differences"][0]
    assert (shown["kind"], shown["change"]) == ("person", "created")
    assert shown["fields"]["number"] == [None, "000001"]

    entry = office.apply(path, found)

    assert entry["state"] == "done"
    assert entry["counts"]["left"] == 0
    first = students(12)[0]
    kept = office.person(first.number)
    assert (kept["given_name"], kept["family_name"]) == (first.given, first.family)
    assert (kept["phone"], kept["email"], kept["date_of_birth"]) == (first.phone, first.email, first.born.isoformat())
    assert office.count("enrolment", "state = 'active'") == 5 + 12
    assert office.feed("person").keys() >= {kept["id"]}


def test_teachers_become_instructors_of_their_cohort(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    teacher = office.person("S001")
    assert json.loads(teacher["roles"]) == ["instructor"]
    code = students(12)[0].cohort
    found = office.rows("SELECT instructors FROM cohort WHERE organisation_id = :o AND code = :c", c=code)
    assert json.loads(found[0][0]) == [teacher["id"]]
    assert office.count("cohort_instructor", f"person_id = '{teacher['id']}'") == 1


def test_the_same_file_again_changes_nothing(office, tmp_path):
    path = keeps_all(institute()).write(tmp_path / "roster.zip")
    office.bring(path)
    before = office.everything()

    found, entry = office.bring(path)

    assert (found["created"], found["updated"], found["unchanged"], found["deactivated"]) == (0, 0, 39, 0)
    assert found["steps"] == 0
    assert entry["counts"]["done"] == 0
    assert office.everything() == before


def test_someone_is_found_again_by_the_other_systems_id_when_all_else_changed(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    known = office.person("000001")
    roster = keeps_all(institute())
    row_of(roster, "users", "u000001").update(
        identifier="A-77", email="new@example.org", username="somebody", familyName="Sarpong"
    )

    found, _ = office.bring(roster.write(tmp_path / "again.zip"))

    assert (found["created"], found["updated"]) == (0, 1)
    changed = office.person("A-77")
    assert (changed["id"], changed["family_name"], changed["email"]) == (known["id"], "Sarpong", "new@example.org")
    fields = found["differences"][0]["fields"]
    assert fields["number"] == ["000001", "A-77"]


def test_people_who_are_here_already_are_found_by_their_number(office, tmp_path):
    roster = keeps_all(institute())
    row_of(roster, "users", "u000002").update(identifier="s-0000", givenName="Student0", familyName="Mensah")

    found, _ = office.bring(roster.write(tmp_path / "roster.zip"))

    assert found["kinds"]["person"] == {"created": 12, "updated": 1}
    assert office.person("s-0000")["id"] == office.institute.students[0]


def test_two_rows_never_become_one_person(office, tmp_path):
    path = keeps_all(institute()).write(tmp_path / "roster.zip")
    office.bring(path)
    roster = keeps_all(institute())
    stranger = {**row_of(roster, "users", "u000001"), "sourcedId": "u9", "username": "u9", "email": "u9@example.org"}
    row_of(roster, "users", "u000001")["identifier"] = "000001-old"
    roster.add("users", **stranger)

    found = office.dry_run(roster.write(tmp_path / "again.zip"))

    assert [error["code"] for error in found["errors"]] == ["person_matched_twice"]
    assert found["kinds"]["person"]["updated"] == 1


def test_a_value_of_somebody_else_here_is_an_error_of_the_row(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    roster = keeps_all(institute(count=1))
    row_of(roster, "users", "u000001")["email"] = students(12)[4].email

    found, _ = office.bring(roster.write(tmp_path / "again.zip"))

    error = found["errors"][0]
    assert (error["code"], error["column"], error["file"]) == ("value_taken_here", "email", "users.csv")
    assert "000005" in error["sentence"]
    assert office.person("000001")["email"] == students(12)[0].email


def test_a_delta_names_people_and_classes_of_earlier_imports(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    roster = keeps_all(institute())
    roster.tables = {"enrollments": []}
    roster.add("enrollments", sourcedId="n1", classSourcedId="k-PHO-2026", userSourcedId="u000001", role="student")
    roster.add("enrollments", sourcedId="n2", classSourcedId="k-PHO-2026", userSourcedId="nobody", role="student")
    roster.add("enrollments", sourcedId="n3", classSourcedId="nowhere", userSourcedId="u000001", role="student")
    roster.add("enrollments", sourcedId="e-u000002", status="tobedeleted")
    roster.modes = {"enrollments": "delta"}

    found, entry = office.bring(roster.write(tmp_path / "delta.zip"))

    assert [error["code"] for error in found["errors"]] == ["unknown_person", "unknown_cohort"]
    assert (found["created"], found["deactivated"]) == (1, 1)
    assert entry["counts"]["left"] == 0
    second = office.person("000002")["id"]
    states = office.rows("SELECT state FROM enrolment WHERE organisation_id = :o AND person_id = :p", p=second)
    assert states == [("dropped",)]


def test_a_delta_brings_no_day_of_birth_that_is_still_to_come(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    before = office.person("000001")["date_of_birth"]
    roster = keeps_all(institute())
    roster.tables = {"demographics": []}
    roster.add("demographics", sourcedId="u000001", birthDate="2030-01-01")
    roster.modes = {"demographics": "delta"}

    found, _ = office.bring(roster.write(tmp_path / "delta.zip"))

    assert [(error["code"], error["column"]) for error in found["errors"]] == [("field_refused", "birthDate")]
    assert office.person("000001")["date_of_birth"] == before


def test_somebody_to_be_deleted_is_deactivated_and_comes_back(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    roster = keeps_all(institute())
    row_of(roster, "users", "u000003")["status"] = "tobedeleted"
    found, _ = office.bring(roster.write(tmp_path / "gone.zip"))
    assert found["deactivated"] == 1
    assert office.person("000003")["state"] == "inactive"

    found, _ = office.bring(keeps_all(institute()).write(tmp_path / "back.zip"))
    assert found["updated"] == 1
    assert office.person("000003")["state"] == "active"


def test_a_complete_list_deactivates_who_is_not_in_it(office, tmp_path):
    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)
    roster = institute(count=30)
    for table, ref in (("users", "u000030"), ("demographics", "u000030"), ("enrollments", "e-u000030")):
        without(roster, table, ref)

    found, _ = office.bring(roster.write(tmp_path / "again.zip"))

    assert found["deactivated"] == 2
    assert office.person("000030")["state"] == "inactive"
    assert office.person("000029")["state"] == "active"


def test_the_office_and_walk_ins_stay_whatever_a_list_leaves_out(office, tmp_path):
    person = office.institute.parts.new_id()
    payload = {"given_name": "Walk", "family_name": "In", "provisional": True}
    assert office.institute.system.do("AddPerson", person, payload).verdict == "applied"

    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)

    states = dict(office.rows("SELECT given_name, state FROM person WHERE organisation_id = :o"))
    assert (states["Grace"], states["Walk"]) == ("active", "active")
    assert states["Student0"] == "inactive"


def test_classes_that_the_roster_does_not_know_keep_their_students(office, tmp_path):
    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)
    assert office.count("enrolment", f"cohort_id = '{office.institute.cohort_id}' AND state = 'active'") == 5


def test_a_refused_row_is_no_reason_to_deactivate(office, tmp_path):
    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)
    roster = institute(count=30)
    row_of(roster, "users", "u000007")["email"] = "no address"

    found, _ = office.bring(roster.write(tmp_path / "again.zip"))

    assert {error["code"] for error in found["errors"]} == {"bad_email", "enrolment_of_refused_person"}
    assert found["deactivated"] == 0
    assert office.person("000007")["state"] == "active"


def test_a_row_refused_by_the_database_is_no_reason_to_deactivate(office, tmp_path):
    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)
    roster = institute(count=30)
    row_of(roster, "users", "u000007")["username"] = "not a username"

    found, _ = office.bring(roster.write(tmp_path / "again.zip"))

    assert found["errors"][0]["code"] == "field_refused"
    assert found["deactivated"] == 0
    assert office.count("enrolment", "state = 'dropped'") == 0


def test_half_the_school_is_asked_about_first(office, tmp_path):
    office.bring(institute(count=30).write(tmp_path / "roster.zip"), confirmed=EVERY_ASK)
    path = institute(count=9).write(tmp_path / "short.zip")

    found = office.dry_run(path)

    assert [ask["code"] for ask in found["asks"]] == ["deactivates_people", "deactivates_enrolments"]
    assert "21 of" in found["asks"][0]["sentence"]


def test_roles_in_bulk_are_the_whole_set_but_the_offices_own_stay(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    known = office.person("S001")
    outcome = office.institute.system.do(
        "SetPersonRoles",
        known["id"],
        {"roles": ["instructor", "student", "cashier"], "old_roles": ["instructor"]},
        known["revision"],
    )
    assert outcome.verdict == "applied"
    roster = keeps_all(institute())
    roster.modes["users"] = "bulk"

    office.bring(roster.write(tmp_path / "again.zip"), confirmed=EVERY_ASK)

    assert json.loads(office.person("S001")["roles"]) == ["instructor", "cashier"]


def test_roles_in_bulk_leave_the_last_administrator(office, tmp_path):
    office.bring(keeps_all(institute()).write(tmp_path / "roster.zip"))
    known = office.person("S001")
    wanted = {"roles": ["instructor", "administrator"], "old_roles": ["instructor"]}
    assert office.institute.system.do("SetPersonRoles", known["id"], wanted, known["revision"]).verdict == "applied"
    roster = keeps_all(institute())
    roster.modes["users"] = "bulk"

    _, entry = office.bring(roster.write(tmp_path / "again.zip"), confirmed=EVERY_ASK)

    assert [one["code"] for one in entry["counts"]["left_rows"]] == ["last_administrator"]
    assert json.loads(office.person("S001")["roles"]) == ["instructor", "administrator"]


def test_only_who_may_assign_roles_brings_in_teachers(office, tmp_path):
    registrar = office.institute.registrar.actor
    path = keeps_all(institute()).write(tmp_path / "roster.zip")

    found, _ = office.bring(path, actor=registrar)

    assert [error["code"] for error in found["errors"]] == ["role_not_allowed", "enrolment_of_refused_person"]
    assert office.person("S001") is None
    assert office.person("000001") is not None


def test_a_1_2_zip_with_its_own_roles_file(office, tmp_path):
    found, entry = office.bring(keeps_all(institute("1.2")).write(tmp_path / "roster.zip"))
    assert (found["error_count"], entry["counts"]["left"]) == (0, 0)
    assert json.loads(office.person("S001")["roles"]) == ["instructor"]


def test_classes_with_the_same_code_get_codes_of_their_own(office, tmp_path):
    roster = keeps_all(institute())
    for row in roster.tables["classes"]:
        row["classCode"] = "1"
    path = roster.write(tmp_path / "roster.zip")

    found, _ = office.bring(path)
    again = office.dry_run(path)

    assert found["kinds"]["cohort"] == {"created": 6}
    assert (again["created"], again["updated"]) == (0, 0)
