"""A time clock's file through the importer: what is recorded, what stays, and the command line's answers."""

import json
from datetime import UTC, timedelta

import pytest

from server.attendance import clock_import
from server.attendance.clock_import import Parts, import_clock
from server.command_line import main
from server.core.batch import Origin
from shared.attendance.clock_file import ClockOptions
from shared.attendance.clock_match import clocked
from shared.core.clock import parse_instant

OPTIONS = ClockOptions(UTC)


@pytest.fixture
def numbered(institute):
    """The institute's students have the numbers S-001 and so on, and a class runs now."""
    for at, person in enumerate(institute.students):
        base = _row(institute, "SELECT revision FROM person WHERE id = :id", id=person)[0]
        outcome = institute.system.edit("EditPerson", person, base, number=(None, f"S-00{at + 1}"))
        assert outcome.verdict == "applied", outcome
    return institute


def _row(institute, sql, **places):
    with institute.parts.database.read() as db:
        return db.one(sql, **places)


def _starts(institute):
    return _row(institute, "SELECT starts_at FROM class_session WHERE id = :id", id=institute.session_id)[0]


def _import(institute, *rows, dry_run=False):
    parts = Parts(institute.parts.database, institute.parts.door, institute.clock, institute.parts.new_id)
    content = "\n".join(["Number,Datetime", *rows])
    by = (institute.system.actor, Origin(""))
    return import_clock(parts, by, content.encode(), OPTIONS, dry_run=dry_run)


def _at(institute, minutes):
    return (parse_instant(_starts(institute)) + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")


def test_a_dry_run_tells_and_changes_nothing_then_the_file_is_recorded_once(numbered):
    institute = numbered
    institute.clock.advance(7_200)
    rows = [f"S-001,{_at(institute, 1)}", f"s-002,{_at(institute, 20)}", f"S-009,{_at(institute, 1)}"]
    told = _import(institute, *rows, dry_run=True)
    assert (told["rows"], told["recorded"], told["unchanged"], told["dry_run"]) == (3, 2, 0, True)
    assert [(one["line"], one["code"]) for one in told["errors"]] == [(4, "clock_number_unknown")]
    assert _row(institute, "SELECT count(*) FROM observation") == (0,)
    done = _import(institute, *rows)
    assert (done["recorded"], done["dry_run"]) == (2, False)
    assert [(one["state"], one["minutes"]) for one in done["marks"]] == [("present", None), ("late", 20)]
    kept = _row(institute, "SELECT method, state, minutes, note FROM observation WHERE minutes IS NOT NULL")
    assert kept[:3] == ("clock", "late", 20)
    assert kept[3].startswith("By the time clock at ")
    again = _import(institute, *rows)
    assert (again["recorded"], again["unchanged"]) == (0, 2)
    assert _row(institute, "SELECT count(*) FROM observation") == (2,)


def test_a_clock_never_overrules_a_hand(numbered):
    institute = numbered
    institute.ama.send(institute.mark(institute.ama, 0, "absent"))
    institute.clock.advance(7_200)
    told = _import(institute, f"S-001,{_at(institute, 1)}")
    assert (told["recorded"], told["beside"]) == (0, 1)
    assert _row(institute, "SELECT count(*) FROM conflict") == (0,)
    assert _row(institute, "SELECT count(*) FROM observation") == (2,)
    assert _import(institute, f"S-001,{_at(institute, 2)}")["unchanged"] == 1


def test_an_empty_table_says_nothing(numbered):
    told = _import(numbered)
    assert (told["rows"], told["recorded"], told["errors"]) == (0, 0, [])


def test_a_refused_observation_is_told_with_its_line(numbered, monkeypatch):
    institute = numbered
    institute.clock.advance(7_200)
    monkeypatch.setattr(clock_import, "clocked", lambda entry: {**clocked(entry), "state": "dancing"})
    told = _import(institute, f"S-001,{_at(institute, 1)}")
    assert [(one["line"], one["code"]) for one in told["errors"]] == [(2, "invalid_payload")]
    assert told["recorded"] == 0


@pytest.fixture
def ready(tmp_path, database_url, monkeypatch, capsys):
    """A server's data folder with an institute in it; returns where a clock's file may lie."""
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", database_url.application_url)
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", database_url.owner_url)
    monkeypatch.setenv("CAMPUSDESK_PASSWORD_COST", "4")
    monkeypatch.setenv("CAMPUSDESK_FIND_OWN_NAMES", "false")
    assert main(["init", "--organisation", "km", "--name", "KM Media", "--username", "efua", "--json"]) == 0
    capsys.readouterr()
    return tmp_path / "clock.csv"


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [("Number,Datetime\n", 0, "rows"), ("Colour\nred\n", 2, "code"), (None, 2, "code")],
)
def test_the_command_line_answers_with_json_and_an_exit_code(ready, capsys, content, code, word):
    if content is not None:
        ready.write_text(content)
    assert main(["import", "clock", str(ready), "--json", "--dry-run"]) == code
    assert word in json.loads(capsys.readouterr().out)


def test_the_command_line_speaks_to_people(ready, capsys):
    ready.write_text("Badge,When\n7,03/04/2026 08:31\n8,soon\n")
    words = ["import", "clock", str(ready)]
    assert main(words) == 2
    assert "no column for the time" in capsys.readouterr().err
    assert main([*words, "--column", "hour=When"]) == 2
    assert main([*words, "--column", "stamp=When"]) == 1
    told = capsys.readouterr()
    assert "Line 3: soon isn't a time" in told.err
    assert "Nobody has the number 7" in told.err
    assert "--order" in told.err
    assert "Recorded: 0 marks from 2 rows" in told.out
