"""Imports over HTTP: upload, columns, dry run, apply, journal, undo, and who may not."""

from datetime import timedelta

import orjson
import pytest

from shared.people.role_rules import role_id
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, institute, office_rows, students

PATH = "/api/v1/imports"
BOUNDARY = "----a-line-between-parts"
MAPPING = {
    "Index number": "number",
    "Surname": "family_name",
    "First name": "given_name",
    "Mobile": "phone",
    "E-mail": "email",
    "DOB": "date_of_birth",
    "Class": None,
    "Programme": None,
}


@pytest.fixture
def office(server):
    server.add_person("grace", ("registrar",))
    server.token = server.sign_in("grace").data["access_token"]
    return server


def upload(server, name, content, token=None):
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    headers["authorization"] = f"Bearer {token or server.token}"
    return server.wire.ask("POST", PATH, body + content + f"\r\n--{BOUNDARY}--\r\n".encode(), headers)


def listed(count=12):
    return csv_text(OFFICE_HEADER, office_rows(students(count))).encode()


def dry_run(server, import_id, **ask):
    return server.post(f"{PATH}/{import_id}/dry-run", {"mapping": MAPPING, **ask}, server.token)


def people_here(server):
    with server.context.database.read() as db:
        return db.one("SELECT count(*) FROM person")[0]


def folders(server):
    return [path for path in (server.settings.data_dir / "imports").glob("*") if path.is_dir()]


def test_a_table_from_upload_to_undo(office):
    sent = upload(office, "list.csv", listed())
    assert sent.status == 201
    shown = sent.data
    assert (shown["kind"], shown["encoding"], shown["separator"], shown["files"]) == ("table", "UTF-8", ",", {})
    first = shown["columns"][0]
    assert (first["name"], first["field"], first["confidence"] > 0.9) == ("Index number", "number", True)
    assert first["samples"][0] == "000001"
    assert {"name": "number", "label": "Index number", "required": True} in shown["fields"]

    found = dry_run(office, shown["id"]).data
    assert (found["rows"], found["created"], found["deactivated"], found["asks"]) == (12, 12, 0, [])
    assert found["kinds"] == {"person": {"created": 12}}
    assert found["differences"][0]["fields"]["number"] == [None, "000001"]

    applied = office.post(f"{PATH}/{shown['id']}/apply", {"token": found["token"], "confirmed": []}, office.token).data
    assert applied["counts"]["done"] == 12
    assert people_here(office) == 13

    (entry,) = office.get(f"{PATH}/journal", office.token).data
    assert (entry["id"], entry["state"], entry["file_name"]) == (applied["journal_entry_id"], "done", "list.csv")
    assert entry["author_name"].startswith("Grace")

    undone = office.post(f"{PATH}/journal/{entry['id']}/undo", {}, office.token).data
    assert undone["counts"]["kinds"] == {"person": {"removed": 12}}
    assert people_here(office) == 1
    again = office.post(f"{PATH}/journal/{entry['id']}/undo", {}, office.token)
    assert again.code == "undone_already"


def test_a_oneroster_zip_shows_its_files(office, tmp_path):
    content = institute().write(tmp_path / "roster.zip").read_bytes()
    shown = upload(office, "roster.zip", content).data
    assert (shown["kind"], shown["columns"], shown["fields"]) == ("oneroster", [], [])
    assert shown["files"]["users.csv"] == "bulk"


def test_a_dry_run_answers_errors_by_line(office):
    content = listed().replace(students(12)[2].email.encode(), b"nobody")
    shown = upload(office, "list.csv", content).data
    (error,) = dry_run(office, shown["id"]).data["errors"]
    assert (error["file"], error["line"], error["code"], error["column"]) == ("list.csv", 4, "bad_email", "E-mail")
    assert error["value"] == "nobody"


def test_everybody_absent_is_asked_about(office):
    first = upload(office, "list.csv", listed(30)).data
    token = dry_run(office, first["id"]).data["token"]
    office.post(f"{PATH}/{first['id']}/apply", {"token": token}, office.token)
    shown = upload(office, "list.csv", listed(3)).data

    found = dry_run(office, shown["id"], options={"deactivate_missing": True}).data

    assert [ask["code"] for ask in found["asks"]] == ["deactivates_people"]
    refused = office.post(f"{PATH}/{shown['id']}/apply", {"token": found["token"]}, office.token)
    assert refused.code == "import_not_confirmed"
    body = {"token": found["token"], "confirmed": ["deactivates_people"]}
    assert office.post(f"{PATH}/{shown['id']}/apply", body, office.token).data["counts"]["deactivated"] == 27


def test_only_the_latest_dry_run_can_be_applied(office):
    shown = upload(office, "list.csv", listed()).data
    old = dry_run(office, shown["id"]).data["token"]
    dry_run(office, shown["id"])
    assert office.post(f"{PATH}/{shown['id']}/apply", {"token": old}, office.token).code == "stale"


def test_a_person_may_choose_separator_and_encoding(office):
    content = listed().decode().replace(",", "|").encode("utf-16-le")
    shown = upload(office, "list.csv", content).data
    assert (shown["encoding"], shown["separator"]) == ("UTF-16", "|")
    other = office.get(f"{PATH}/{shown['id']}?separator=%3B", office.token).data
    assert len(other["columns"]) == 1
    assert dry_run(office, shown["id"], separator="|", encoding="utf-16-le").data["created"] == 12


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"mapping": {"Nowhere": "number"}}, "roster_mapping_invalid"),
        ({"mapping": {"Surname": "family_name"}}, "roster_mapping_identity_missing"),
        ({"mapping": {"Surname": "no field"}}, "invalid"),
        ({"encoding": "no encoding"}, "roster_mapping_invalid"),
        ({"options": {"cohort_id": "nothing"}}, "not_found"),
    ],
)
def test_a_mapping_that_cannot_be_used(office, ask, code):
    shown = upload(office, "list.csv", listed()).data
    assert dry_run(office, shown["id"], **ask).code == code


def test_an_unreadable_file_is_said_and_not_kept(office):
    assert upload(office, "roster.zip", b"no zip").code == "roster_zip_damaged"
    assert upload(office, "empty.csv", b"").code == "roster_file_empty"
    assert folders(office) == []


def test_uploads_lie_in_the_data_folder_under_names_of_their_own_for_a_day(office):
    shown = upload(office, "../../evil.csv", listed()).data
    assert shown["file_name"] == "evil.csv"
    (folder,) = folders(office)
    assert folder.name == shown["id"]
    assert sorted(path.name for path in folder.iterdir()) == ["about.json", "upload.csv"]

    office.clock.advance(timedelta(days=1, minutes=1).total_seconds())
    office.token = office.sign_in("grace").data["access_token"]
    assert dry_run(office, shown["id"]).code == "not_found"
    upload(office, "list.csv", listed())
    assert shown["id"] not in [one.name for one in folders(office)]


def test_a_file_that_is_too_large_is_refused_while_it_comes_in(office):
    largest = office.settings.max_body_bytes_for[PATH]
    answer = upload(office, "list.csv", b"a,b\r\n" * (largest // 5 + 1))
    assert (answer.status, answer.code) == (413, "too_large")
    assert folders(office) == []


def test_who_may_not_import(office):
    office.add_person("ama", ("instructor",))
    token = office.sign_in("ama").data["access_token"]
    assert upload(office, "list.csv", listed(), token).code == "not_allowed"
    assert office.get(f"{PATH}/journal", token).code == "not_allowed"
    shown = upload(office, "list.csv", listed()).data
    assert office.post(f"{PATH}/{shown['id']}/dry-run", {}, token).code == "not_allowed"
    assert office.get(f"{PATH}/journal").code == "not_signed_in"


def test_another_institute_sees_neither_file_nor_journal(office):
    shown = upload(office, "list.csv", listed()).data
    token = dry_run(office, shown["id"]).data["token"]
    done = office.post(f"{PATH}/{shown['id']}/apply", {"token": token}, office.token).data
    other = office.add_organisation("other", "Other")
    office.add_person("yaw", ("registrar",), other)
    office.slug = "other"
    stranger = office.sign_in("yaw").data["access_token"]

    assert office.get(f"{PATH}/{shown['id']}", stranger).code == "not_found"
    assert office.get(f"{PATH}/journal", stranger).data == []
    assert office.post(f"{PATH}/journal/{done['journal_entry_id']}/undo", {}, stranger).code == "not_found"


def test_the_description_shows_the_shapes(office):
    shown = orjson.loads(office.get("/api/v1/openapi.json", office.token).body)
    assert {f"{PATH}/{{upload_id}}/dry-run", f"{PATH}/journal/{{entry_id}}/undo"} <= shown["paths"].keys()


def test_lines_are_told_in_parts_and_only_of_what_was_checked(office):
    shown = upload(office, "list.csv", listed()).data
    path = f"{PATH}/{shown['id']}/lines"
    assert office.get(path, office.token).data["total"] == 0
    dry_run(office, shown["id"])
    told = office.get(f"{path}?state=new&after=10&limit=5", office.token).data
    assert ([one["line"] for one in told["items"]], told["total"], told["counts"]["new"]) == ([12, 13], 12, 12)
    assert told["items"][0]["fields"]["number"] == [None, "000011"]
    assert office.get(f"{path}?state=wrong", office.token).status == 422
    assert office.get(f"{PATH}/{'0' * 32}/lines", office.token).code == "not_found"


def test_the_next_file_with_these_columns_begins_with_what_was_chosen(office):
    shown = upload(office, "list.csv", listed()).data
    other = {**MAPPING, "Mobile": None, "E-mail": "guardian_email"}
    found = dry_run(office, shown["id"], mapping=other).data
    before = upload(office, "list.csv", listed()).data
    assert {one["name"]: one["field"] for one in before["columns"]}["Mobile"] == "phone"
    office.post(f"{PATH}/{shown['id']}/apply", {"token": found["token"], "confirmed": []}, office.token)

    again = upload(office, "next.csv", listed(3)).data
    fields = {one["name"]: (one["field"], one["confidence"]) for one in again["columns"]}
    assert (fields["Mobile"], fields["E-mail"]) == ((None, 0.0), ("guardian_email", 1.0))
    assert [one["code"] for one in again["notes"]] == ["mapping_remembered"]


def test_an_answer_about_a_double_is_carried_out(office):
    header, row = ["Index number", "Surname", "First name", "Mobile"], ["1", "Tetteh", "Akosua", "0244700001"]
    columns = {name: MAPPING[name] for name in header}
    for number, options, left in (("1", {}, 0), ("2", {}, 1), ("2", {"doubles": {"2": "make"}}, 0)):
        sent = upload(office, "list.csv", csv_text(header, [[number, *row[1:]]]).encode()).data
        found = dry_run(office, sent["id"], mapping=columns, options=options).data
        assert found["left_out"] == left
        office.post(f"{PATH}/{sent['id']}/apply", {"token": found["token"], "confirmed": []}, office.token)
    assert people_here(office) == 1 + 2


def test_addresses_leave_in_a_list_for_those_alone_who_read_them(office):
    columns = {"columns": ["number", "address", "guardian_name"]}
    office.add_person("ada", ("administrator",))
    boss = office.sign_in("ada").data["access_token"]
    assert office.post("/api/v1/users/export", columns, boss).status == 200
    narrow = {
        "key": "lister",
        "changes": {"name": {"new": "Lister"}, "own": {"new": ["core.see_all", "people.export"]}},
    }
    office.do(office.command("SaveRole", role_id(office.organisation_id, "lister"), narrow))
    office.add_person("lena", ("lister",))
    lister = office.sign_in("lena").data["access_token"]
    assert office.post("/api/v1/users/export", {"columns": ["number"]}, lister).status == 200
    assert office.post("/api/v1/users/export", columns, lister).code == "not_allowed"
