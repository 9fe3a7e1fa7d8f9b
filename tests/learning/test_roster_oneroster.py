"""OneRoster zips, whole and damaged: what is read, what is refused, and that good rows are never lost."""

import zipfile
from datetime import date

import pytest

from server.learning.roster.reading import inspect_roster, open_roster
from server.learning.roster.records import (
    FileMode,
    RecordStatus,
    RosterEnrolment,
    RosterFormat,
    RosterKind,
    RosterPerson,
    RosterRole,
)
from shared.core.errors import CampusError
from tests.learning.roster_samples import Roster, institute, students, write_zip


def read(path):
    """Return all records by type, and the roster itself."""
    with open_roster(path) as roster:
        found = {}
        for record in roster.records():
            found.setdefault(type(record).__name__, []).append(record)
    return found, roster


def codes(roster):
    return [error.code for error in roster.findings.errors]


def notes(roster):
    return {note.code for note in roster.findings.notes}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_clean_zip_is_read_whole(tmp_path, version):
    people = students(12)
    found, roster = read(institute(version).write(tmp_path / "roster.zip"))
    assert codes(roster) == []
    assert roster.format is (RosterFormat.ONEROSTER_1_1 if version == "1.1" else RosterFormat.ONEROSTER_1_2)
    assert len(found["RosterPerson"]) == 13
    assert len(found["RosterCourse"]) == 6
    assert len(found["RosterEnrolment"]) == 13
    first, same = found["RosterPerson"][0], people[0]
    assert (first.number, first.given_name, first.family_name) == (same.number, same.given, same.family)
    assert (first.email, first.phone, first.date_of_birth) == (same.email, same.phone, same.born)
    assert first.roles == (RosterRole.STUDENT,)
    assert first.enabled is True
    assert found["RosterPerson"][-1].roles == (RosterRole.INSTRUCTOR,)
    term = found["RosterTerm"][0]
    assert (term.begins, term.ends, term.kind) == (date(2026, 9, 1), date(2027, 1, 29), "semester")
    cohort = found["RosterCohort"][0]
    assert cohort.course_ref == f"c-{cohort.code[:3]}"
    assert cohort.term_refs == ("t1",)
    assert all(roster.lists_all(kind) for kind in RosterKind)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_people(tmp_path, encoding):
    plain, _ = read(institute().write(tmp_path / "a.zip"))
    found, roster = read(institute().write(tmp_path / "b.zip", encoding))
    assert found == plain
    assert codes(roster) == []
    assert ("encoding_found" in notes(roster)) == encoding.startswith("utf-16")


def test_names_that_differ_in_case_only_are_taken_and_noted(tmp_path):
    texts = institute().texts()
    texts["Users.CSV"] = texts.pop("users.csv").replace("sourcedId,status", "SourcedID,Status", 1)
    found, roster = read(write_zip(tmp_path / "r.zip", {name: text.encode() for name, text in texts.items()}))
    assert len(found["RosterPerson"]) == 13
    assert codes(roster) == []
    assert {"file_case_differs", "column_case_differs"} <= notes(roster)


def test_files_in_a_folder_with_clutter_are_found(tmp_path):
    files = {f"export/{name}": text.encode() for name, text in institute().texts().items()}
    files |= {"__MACOSX/export/._users.csv": b"\0\1", "export/.DS_Store": b"x"}
    found, roster = read(write_zip(tmp_path / "r.zip", files))
    assert len(found["RosterPerson"]) == 13
    assert "files_in_folder" in notes(roster)


def test_delta_brings_removals_and_role_changes(tmp_path):
    roster = Roster("1.2", modes={"users": "delta", "roles": "delta", "enrollments": "delta", "demographics": "delta"})
    stamp = {"dateLastModified": "2026-11-20T08:00:00.000Z"}
    roster.add("users", sourcedId="u1", status="tobedeleted", **stamp)
    roster.add("users", sourcedId="u2", status="active", givenName="Ama", familyName="Darko", **stamp)
    roster.add(
        "roles", sourcedId="r1", status="active", userSourcedId="u2", roleType="primary", role="student", **stamp
    )
    roster.add(
        "roles", sourcedId="r2", status="tobedeleted", userSourcedId="u3", roleType="primary", role="aide", **stamp
    )
    roster.add(
        "roles", sourcedId="r3", status="active", userSourcedId="u3", roleType="primary", role="teacher", **stamp
    )
    roster.add("demographics", sourcedId="u9", status="active", birthDate="2004-02-29", **stamp)
    roster.add(
        "enrollments", sourcedId="e1", status="active", classSourcedId="k7", userSourcedId="u3", role="teacher", **stamp
    )
    found, read_back = read(roster.write(tmp_path / "delta.zip"))
    assert codes(read_back) == []
    gone, there = found["RosterPerson"]
    assert (gone.ref, gone.status) == ("u1", RecordStatus.REMOVED)
    assert there.roles == (RosterRole.STUDENT,)
    assert there.changed_at == stamp["dateLastModified"]
    roles, born = found["RosterPersonChange"]
    assert (roles.ref, roles.added_roles, roles.removed_roles) == ("u3", (RosterRole.INSTRUCTOR,), (RosterRole.STAFF,))
    assert (born.ref, born.date_of_birth) == ("u9", date(2004, 2, 29))
    assert found["RosterEnrolment"][0].cohort_ref == "k7"  # unknown here; the database may know it
    assert not any(read_back.lists_all(kind) for kind in RosterKind)


def test_without_a_manifest_nothing_counts_as_complete(tmp_path):
    texts = institute().texts()
    del texts["manifest.csv"]
    found, roster = read(write_zip(tmp_path / "r.zip", {name: text.encode() for name, text in texts.items()}))
    assert len(found["RosterPerson"]) == 13
    assert "manifest_missing" in notes(roster)
    assert not roster.lists_all(RosterKind.PEOPLE)


def test_the_manifest_and_the_zip_disagree(tmp_path):
    roster = institute("1.2")
    roster.modes = {"courses": "absent", "userProfiles": "bulk", "classes": "whole"}
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert sorted(codes(read_back)) == ["file_declared_absent", "file_declared_missing", "manifest_value_unknown"]
    assert "RosterCourse" not in found
    assert len(found["RosterPerson"]) == 13
    assert read_back.mode(RosterKind.COHORTS) is FileMode.DELTA


BAD_USERS = [
    ({"email": "ama@"}, "bad_email", "email"),
    ({"phone": "call me"}, "bad_phone", "phone"),
    ({"phone": "2.33244E+11"}, "number_changed_by_spreadsheet", "phone"),
    ({"identifier": "2.02E+10"}, "number_changed_by_spreadsheet", "identifier"),
    ({"role": "wizard"}, "role_unknown", "role"),
    ({"role": ""}, "value_missing", "role"),
    ({"status": "asleep"}, "status_unknown", "status"),
    ({"enabledUser": "perhaps"}, "bad_boolean", "enabledUser"),
    ({"givenName": ""}, "value_missing", "givenName"),
    ({"givenName": '=HYPERLINK("x")'}, "formula_in_cell", "givenName"),
    ({"middleName": "A" * 300}, "value_too_long", "middleName"),
    ({"sourcedId": ""}, "value_missing", "sourcedId"),
    ({"email": "esi@accramedia.example"}, "email_in_two_rows", "email"),
    ({"username": "esi"}, "username_in_two_rows", "username"),
    ({"identifier": "S001"}, "number_in_two_rows", "identifier"),
    ({"sourcedId": "t"}, "person_rows_disagree", "sourcedId"),
]


@pytest.mark.parametrize(("cells", "code", "column"), BAD_USERS)
def test_one_bad_user_costs_one_row(tmp_path, cells, code, column):
    roster = Roster()
    good = {"enabledUser": "true", "role": "teacher"}
    roster.add(
        *("users",),
        sourcedId="t", givenName="Esi", familyName="Quaye", identifier="S001", username="esi",
        email="esi@accramedia.example", **good,
    )  # fmt: skip
    roster.add("users", **({"sourcedId": "bad", "givenName": "Ama", "familyName": "Darko", **good} | cells))
    roster.add("users", sourcedId="last", givenName="Yaw", familyName="Addo", **good)
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert [person.ref for person in found["RosterPerson"]] == ["t", "last"]
    (error,) = read_back.findings.errors
    assert (error.file, error.line, error.code, error.column) == ("users.csv", 3, code, column)
    assert "users.csv" in error.sentence
    assert "3" in error.sentence
    assert read_back.refused(RosterKind.PEOPLE) == (set() if cells.get("sourcedId") in {"", "t"} else {"bad"})
    assert read_back.lists_all(RosterKind.PEOPLE) == (cells.get("sourcedId") != "")


def test_an_equal_second_row_is_a_duplicate_and_a_differing_one_names_what_differs(tmp_path):
    roster = Roster()
    row = {"sourcedId": "u1", "givenName": "Ama", "familyName": "Darko", "role": "student", "email": "a@x.example"}
    roster.add("users", **row).add("users", **row).add(
        "users", **(row | {"email": "b@x.example", "familyName": "Addo"})
    )
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert len(found["RosterPerson"]) == 1
    assert codes(read_back) == ["duplicate_id", "person_rows_disagree"]
    assert "family name, email" in read_back.findings.errors[1].sentence
    assert "line 2" in read_back.findings.errors[1].sentence.lower()


def test_enrolments_that_hang_in_the_air(tmp_path):
    roster = institute(count=2)
    roster.tables["users"][0]["email"] = "broken"
    roster.tables["classes"][0]["courseSourcedId"] = "c-nowhere"
    roster.add("enrollments", sourcedId="e8", classSourcedId="k-none", userSourcedId="teacher1", role="teacher")
    roster.add("enrollments", sourcedId="e9", classSourcedId="k-FTV-2026", userSourcedId="u-none", role="student")
    roster.add("enrollments", sourcedId="e-t1", classSourcedId="k-FTV-2026", userSourcedId="teacher1", role="teacher")
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert sorted(codes(read_back)) == sorted(
        [
            *("bad_email", "enrolment_of_refused_person", "unknown_course", "enrolment_of_refused_cohort"),
            *("unknown_cohort", "unknown_person", "duplicate_id"),
        ]
    )
    assert [enrolment.ref for enrolment in found["RosterEnrolment"]] == ["e-t1"]


def test_terms_and_dates_are_checked(tmp_path):
    roster = Roster()
    base = {"type": "term", "startDate": "2026-09-01", "endDate": "2026-12-18"}
    roster.add("academicSessions", sourcedId="ok", title="Term 1", **base)
    roster.add("academicSessions", sourcedId="back", title="Back", **(base | {"endDate": "2026-08-01"}))
    roster.add("academicSessions", sourcedId="never", title="Never", **(base | {"endDate": "2026-02-30"}))
    roster.add("academicSessions", sourcedId="odd", title="Odd", **(base | {"type": "moon"}))
    roster.add("academicSessions", sourcedId="open", title="Open", **(base | {"startDate": ""}))
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert [term.ref for term in found["RosterTerm"]] == ["ok"]
    assert codes(read_back) == ["bad_date_order", "bad_date", "value_unknown", "value_missing"]


def test_a_missing_column_costs_its_file_and_deactivates_nobody(tmp_path):
    roster = institute(count=2)
    roster.headers["users"] = [name for name in roster.header("users") if name != "familyName"]
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert "RosterPerson" not in found
    assert codes(read_back)[0] == "column_missing"
    assert read_back.findings.errors[0].column == "familyName"
    assert not read_back.lists_all(RosterKind.PEOPLE)
    assert len(found["RosterCourse"]) == 6
    assert len(found["RosterEnrolment"]) == 3  # the people may be known to the database


def test_header_only_in_bulk_is_an_error_and_deactivates_nobody(tmp_path):
    texts = institute(count=2).texts()
    texts["users.csv"] = texts["users.csv"].splitlines()[0] + "\r\n"
    _, read_back = read(write_zip(tmp_path / "r.zip", {name: text.encode() for name, text in texts.items()}))
    assert "file_without_rows" in codes(read_back)
    assert not read_back.lists_all(RosterKind.PEOPLE)


def test_broken_quotes_cost_one_line(tmp_path):
    texts = institute(count=6).texts()
    lines = texts["users.csv"].splitlines()
    lines[3] = lines[3].replace(",true,", ',"true,', 1)
    texts["users.csv"] = "\n".join(lines)
    found, read_back = read(write_zip(tmp_path / "r.zip", {name: text.encode() for name, text in texts.items()}))
    assert len(found["RosterPerson"]) == 6
    assert [(error.code, error.line) for error in read_back.findings.errors] == [("broken_quotes", 4)]
    assert not read_back.lists_all(RosterKind.PEOPLE)
    assert len(found["RosterEnrolment"]) == 7  # whose person is that line may be known to the database


def test_passwords_are_not_read(tmp_path):
    roster = Roster()
    roster.add("users", sourcedId="u1", givenName="Ama", familyName="Darko", role="student", password="secret word")
    found, read_back = read(roster.write(tmp_path / "r.zip"))
    assert "secret" not in repr(found)
    assert "passwords_left_out" in notes(read_back)


def test_1_2_people_without_roles(tmp_path):
    roster = institute("1.2", count=2)
    roster.tables["roles"].pop(0)
    roster.add("roles", sourcedId="x", userSourcedId="nobody", roleType="primary", role="student")
    _, read_back = read(roster.write(tmp_path / "r.zip"))
    assert sorted(codes(read_back)) == ["enrolment_of_refused_person", "roles_missing", "unknown_person"]


def test_kinds_are_read_in_order(tmp_path):
    with open_roster(institute().write(tmp_path / "r.zip")) as roster:
        with pytest.raises(RuntimeError):
            list(roster.enrolments())
        assert all(isinstance(person, RosterPerson) for person in roster.people())
        with pytest.raises(RuntimeError):
            list(roster.people())
        for kind in (roster.terms, roster.courses, roster.cohorts, roster.person_changes):
            list(kind())
        assert all(isinstance(enrolment, RosterEnrolment) for enrolment in roster.enrolments())


def test_the_preview_names_files_and_modes(tmp_path):
    preview = inspect_roster(institute().write(tmp_path / "r.zip"))
    assert preview.files["users.csv"] is FileMode.BULK
    assert preview.mapping is None


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"people.txt": b"x"}, "roster_zip_no_tables"),
        ({"manifest.csv": b"propertyName,value\r\n"}, "roster_zip_no_tables"),
        ({}, "roster_zip_no_tables"),
        ({"../users.csv": b"x"}, "roster_zip_names_unsafe"),
        ({"/users.csv": b"x"}, "roster_zip_names_unsafe"),
        ({"a\\users.csv": b"x"}, "roster_zip_names_unsafe"),
        ({"C:/users.csv": b"x"}, "roster_zip_names_unsafe"),
        ({"users.csv": b"sourcedId", "USERS.csv": b"sourcedId"}, "roster_zip_names_clash"),
        ({"users.csv": b"0" * 40_000_000}, "roster_zip_too_large"),
        ({f"f{n}.csv": b"" for n in range(1_001)}, "roster_zip_too_many_files"),
        ({"users.csv": b"a", "manifest.csv": b"propertyName,value\noneroster.version,2.0\n"}, "roster_version_unknown"),
    ],
)
def test_zips_that_are_refused(tmp_path, files, code):
    path = write_zip(tmp_path / "r.zip", files)
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == code
    assert "r.zip" in refused.value.message


def test_a_zip_that_is_none_and_a_cut_one(tmp_path):
    (tmp_path / "none.zip").write_bytes(b"just some text")
    whole = institute(count=200).write(tmp_path / "whole.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    for name in ("none.zip", "cut.zip"):
        with pytest.raises(CampusError) as refused:
            open_roster(tmp_path / name)
        assert refused.value.code == "roster_zip_damaged"


def test_a_flipped_byte_is_noticed_before_any_row_is_read(tmp_path):
    path = institute(count=200).write(tmp_path / "r.zip")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("users.csv")
        at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == "roster_zip_damaged"


def test_an_encrypted_zip_is_refused(tmp_path):
    path = institute(count=2).write(tmp_path / "r.zip")
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + place] |= 1
    path.write_bytes(content)
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == "roster_zip_encrypted"


def test_a_symbolic_link_is_refused(tmp_path):
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("users.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == "roster_zip_names_unsafe"


def test_a_near_name_is_pointed_out(tmp_path):
    files = {name: text.encode() for name, text in institute(count=2).texts().items()}
    files["demographic.csv"] = files.pop("demographics.csv")
    files["lineItems.csv"] = b"sourcedId\r\n"
    _, roster = read(write_zip(tmp_path / "r.zip", files))
    assert {"file_name_near", "file_left_out"} <= notes(roster)
