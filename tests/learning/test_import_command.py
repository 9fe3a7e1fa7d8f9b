"""`campusdesk-server import roster`: what it says, and its exit codes."""

import json

import pytest

from server.command_line import main
from tests.learning.importing import office_file
from tests.learning.roster_reading import write
from tests.learning.roster_samples import csv_text, institute


@pytest.fixture
def command(server, monkeypatch, capsys):
    """Runs the command on the server's database; gives exit code and JSON."""
    settings = server.settings
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_LOG_LEVEL", "error")

    def run(path, *words):
        code = main(["import", "roster", str(path), "--json", *words])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_clean_file_ends_with_nought(command, tmp_path):
    path = institute().write(tmp_path / "roster.zip")
    code, told = command(path, "--dry-run")
    assert (code, told["rows"], told["created"], told["dry_run"]) == (0, 39, 39, True)
    code, told = command(path)
    assert (code, told["created"], told["errors"]) == (0, 39, [])
    assert told["journal_entry_id"]
    code, told = command(path)
    assert (code, told["created"], told["unchanged"]) == (0, 0, 39)


def test_errors_in_rows_end_with_one_and_the_good_rows_are_in(command, tmp_path, server):
    def spoil(rows):
        rows[2][4] = "nobody"

    code, told = command(office_file(tmp_path, change=spoil))
    assert (code, told["rows"], told["created"]) == (1, 12, 11)
    (error,) = told["errors"]
    assert (error["file"], error["line"], error["code"], error["column"]) == ("list.csv", 4, "bad_email", "E-mail")
    assert error["sentence"].startswith("Line 4 of list.csv")
    with server.context.database.read() as db:
        assert db.one("SELECT count(*) FROM person")[0] == 11


@pytest.mark.parametrize(
    ("name", "code"), [("roster.zip", "roster_zip_damaged"), ("gone.csv", "roster_file_not_found")]
)
def test_an_unreadable_file_ends_with_two(command, tmp_path, name, code):
    path = tmp_path / name
    if name == "roster.zip":
        path.write_bytes(b"no zip")
    ended, told = command(path)
    assert (ended, told["errors"][0]["code"], told["rows"]) == (2, code, 0)


def test_half_the_school_needs_a_yes(command, tmp_path, server):
    command(office_file(tmp_path, 30))
    short = office_file(tmp_path, 3)
    code, told = command(short, "--deactivate-missing")
    assert (code, told["code"]) == (2, "import_not_confirmed")
    assert [ask["code"] for ask in told["asks"]] == ["deactivates_people"]
    with server.context.database.read() as db:
        assert db.one("SELECT count(*) FROM person WHERE state = 'inactive'")[0] == 0
    code, told = command(short, "--deactivate-missing", "--yes")
    # 27 people, and the twelve places of theirs in the classes that the file still names.
    assert (code, told["deactivated"]) == (0, 27 + 12)


def test_a_mapping_names_the_columns(command, tmp_path):
    path = write(tmp_path / "odd.csv", csv_text(["A", "B", "C"], [["1", "Addo", "Esi"]]))
    columns = {"A": "number", "B": "family_name", "C": "given_name"}
    mapping = write(tmp_path / "mapping.json", json.dumps({"columns": columns, "role": "student"}))
    assert command(path)[0] == 2
    code, told = command(path, "--mapping", str(mapping))
    assert (code, told["created"]) == (0, 1)
    broken = write(tmp_path / "broken.json", "{")
    assert command(path, "--mapping", str(broken))[1]["code"] == "roster_mapping_invalid"


def test_the_institute_is_named_where_there_are_several(command, tmp_path, server):
    server.add_organisation("other", "Other")
    path = office_file(tmp_path)
    assert command(path)[1]["code"] == "organisation_unclear"
    assert command(path, "--organisation", "nowhere")[1]["code"] == "organisation_unknown"
    assert command(path, "--organisation", "other")[0] == 0
    with server.context.database.read() as db:
        assert db.one("SELECT count(*) FROM person WHERE organisation_id = :o", o=server.organisation_id)[0] == 0


def test_people_read_sentences(command, tmp_path, capsys):
    def spoil(rows):
        rows[2][4] = "nobody"

    assert main(["import", "roster", str(office_file(tmp_path, change=spoil)), "--dry-run"]) == 1
    said = capsys.readouterr()
    assert "Nothing was changed" in said.out
    assert "12 rows: 11 new" in said.out
    assert "nobody" in said.err


def test_a_server_that_is_not_set_up_ends_with_two(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(tmp_path / "nothing"))
    assert main(["import", "roster", str(tmp_path / "x.csv"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "not_set_up"


def test_a_large_import_has_the_tables_counted_on_its_way(command, tmp_path, server, monkeypatch):
    """Otherwise PostgreSQL goes on with the plans for empty tables until its own count, a minute later."""
    monkeypatch.setattr("server.learning.imports.apply.BATCH", 5)
    monkeypatch.setattr("server.learning.imports.apply._COUNTED_AFTER", (4,))
    assert command(office_file(tmp_path, 40))[0] == 0
    if server.settings.database.get_backend_name() == "sqlite":
        return  # it plans by its indexes alone
    with server.context.database.read() as db:
        assert db.one("SELECT reltuples FROM pg_class WHERE oid = 'person'::regclass")[0] > 0
