"""The import of holidays over HTTP and by command, and the export of calendars by command, on both databases."""

import json
from datetime import timedelta

import icalendar
import pytest

from server.command_line import main
from server.core.system_clock import SystemClock
from tests.timetable.planned_server import DAY, PlannedServer, planned, small
from tests.timetable.test_holiday_reading import event, file

__all__ = ["planned", "small"]

MONDAY = "DTSTART;VALUE=DATE:20261123"
TWO = file(event(), event(MONDAY, "SUMMARY:Founders", "UID:2@x"))


def bring(planned: PlannedServer, content: bytes, *, dry_run: bool = False, by: str = "grace"):
    return planned.send_file(f"holidays/import{'?dry_run=true' if dry_run else ''}", content, by)


def holidays(planned: PlannedServer) -> list[tuple[str, str, str, str]]:
    rows = planned.ask("GET", "holidays?limit=100").data
    return [(one["name"], one["starts_on"], one["ends_on"], one["state"]) for one in rows]


def test_a_dry_run_says_what_would_be_and_changes_nothing(planned: PlannedServer) -> None:
    planned.session()
    told = bring(planned, TWO, dry_run=True).data
    assert (told["dry_run"], told["events"], told["added"], told["errors"]) == (True, 2, 2, [])
    assert told["sessions_on_holidays"] == 1
    assert [one["action"] for one in told["holidays"]] == ["add", "add"]
    assert holidays(planned) == []


def test_holidays_are_added_and_the_same_file_changes_nothing(planned: PlannedServer) -> None:
    assert bring(planned, TWO).data["added"] == 2
    assert holidays(planned) == [
        ("Founders", DAY, DAY, "active"), ("Independence Day", "2027-03-06", "2027-03-06", "active")
    ]  # fmt: skip
    again = bring(planned, TWO).data
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    series = {"rule": "FREQ=WEEKLY;COUNT=2", "starts_at_local": f"{DAY}T08:00", "minutes": 60, "time_zone": "UTC"}
    told = planned.ask("POST", "class-sessions/series/preview", {"cohort_id": planned.photo, **series}).data
    assert told["skipped"] == [{"day": DAY, "name": "Founders"}]


def test_a_moved_holiday_moves_and_one_called_off_goes(planned: PlannedServer) -> None:
    bring(planned, TWO)
    moved = event("DTSTART;VALUE=DATE:20270308", "SUMMARY:Independence Day (observed)")
    off = event(MONDAY, "SUMMARY:Founders", "UID:2@x", "STATUS:CANCELLED")
    told = bring(planned, file(moved, off)).data
    assert (told["changed"], told["removed"], told["errors"]) == (1, 1, [])
    assert holidays(planned) == [
        ("Founders", DAY, DAY, "removed"), ("Independence Day (observed)", "2027-03-08", "2027-03-08", "active")
    ]  # fmt: skip
    assert bring(planned, file(off)).data["unchanged"] == 1
    back = bring(planned, TWO).data
    assert (back["changed"], back["unchanged"]) == (2, 0)
    never = event(uid="UID:9@x", more="STATUS:CANCELLED")
    assert bring(planned, file(never)).data["holidays"] == []


def undo(planned: PlannedServer, told: dict, by: str = "grace"):
    return planned.ask("POST", "holidays/import/undo", {"holidays": told["made"]}, by=by)


def test_an_import_is_taken_back_but_for_what_was_changed_since(planned: PlannedServer) -> None:
    planned.do("AddHoliday", {"name": "Own day", "starts_on": DAY, "ends_on": DAY})
    assert bring(planned, TWO, dry_run=True).data["made"] == []
    told = bring(planned, TWO).data
    assert len(told["made"]) == 2
    founders = next(one for one in planned.ask("GET", "holidays?limit=100").data if one["name"] == "Founders")
    renamed = {"name": "Founders' Day"}
    planned.ask("PATCH", f"holidays/{founders['id']}", renamed, if_match=f'"{founders["revision"]}"')
    assert undo(planned, told).data == {"removed": 1, "left": 1}
    assert undo(planned, told).data == {"removed": 1, "left": 1}
    assert sorted(holidays(planned)) == [
        ("Founders' Day", DAY, DAY, "active"),
        ("Independence Day", "2027-03-06", "2027-03-06", "removed"),
        ("Own day", DAY, DAY, "active"),
    ]


def test_an_import_that_takes_removed_days_back_can_be_undone_too(planned: PlannedServer) -> None:
    first = bring(planned, TWO).data
    assert undo(planned, first).data == {"removed": 2, "left": 0}
    again = bring(planned, TWO).data
    assert (again["changed"], len(again["made"])) == (2, 2)
    assert undo(planned, again).data == {"removed": 2, "left": 0}
    assert {one[3] for one in holidays(planned)} == {"removed"}


def test_an_import_is_undone_by_those_who_plan(small: PlannedServer) -> None:
    told = bring(small, TWO).data
    assert undo(small, told, by="ama").status == 403
    assert small.ask("POST", "holidays/import/undo", {"holidays": []}).status == 422
    strange = {"made": [{"id": small.server.new_id(), "revision": small.server.new_id()}]}
    assert undo(small, strange).data == {"removed": 0, "left": 0}
    assert {one[3] for one in holidays(small)} == {"active"}


def test_good_events_come_in_beside_bad_ones(planned: PlannedServer) -> None:
    told = bring(planned, file(event(), event(name="", uid="UID:2@x"))).data
    assert (told["added"], told["events"]) == (1, 2)
    assert told["errors"] == [{"event": 2, "code": "name_missing", "sentence": "Event 2: it has no name."}]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "calendar_unreadable"),
        (b"hello", 422, "calendar_unreadable"),
        (file(event(name="SUMMARY:" + "x" * 3_000_000)), 413, "too_large"),
        (file(event(name="SUMMARY:" + "x" * 10_000_000)), 413, "too_large"),
    ],
    ids=["nothing", "no calendar", "3 MB", "10 MB"],
)
def test_files_that_are_refused(small: PlannedServer, content: bytes, status: int, code: str) -> None:
    told = bring(small, content)
    assert (told.status, told.code) == (status, code)
    assert holidays(small) == []


def test_the_import_is_for_those_who_plan(small: PlannedServer) -> None:
    assert bring(small, TWO, by="ama").status == 403
    assert bring(small, TWO, dry_run=True, by="esi").status == 403


ENDLESS = "RRULE:FREQ=YEARLY"
BROKEN = file(event(name="SUMMARY:Independ\nence Day"))


def test_an_endless_event_is_brought_in_as_far_as_three_years(planned: PlannedServer) -> None:
    told = bring(planned, file(event(more=ENDLESS))).data
    assert (told["added"], told["errors"]) == (3, [])
    assert [one[1] for one in holidays(planned)] == ["2027-03-06", "2028-03-06", "2029-03-06"]


def test_an_event_without_zone_is_a_day_of_the_institute(planned: PlannedServer) -> None:
    times = "DTSTART:20270306T233000\nDTEND;TZID=Nowhere/Else:20270306T235900"
    assert bring(planned, file(event(times))).data["errors"] == []
    assert holidays(planned) == [("Independence Day", "2027-03-06", "2027-03-06", "active")]


def test_broken_folding_is_told_and_the_day_comes_in(planned: PlannedServer) -> None:
    told = bring(planned, BROKEN).data
    assert (told["added"], [one["code"] for one in told["errors"]]) == (1, ["line_broken"])
    assert told["errors"][0]["sentence"] == "Event 1: a line of it is broken, so its name may be cut."
    assert [one[0] for one in holidays(planned)] == ["Independ"]


@pytest.fixture
def command(planned, monkeypatch, capsys):
    """`command("import", "holidays", file)` runs a command on the server's database; gives code, output, complaints."""
    settings = planned.server.settings
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_LOG_LEVEL", "error")

    def run(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def calendar_file(tmp_path):
    """`calendar_file(*events)` writes a file that the machine's own clock finds of today."""

    def write(*names):
        day = SystemClock().now().date() + timedelta(days=30)
        events = [event(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"SUMMARY:{one}", f"UID:{one}") for one in names]
        path = tmp_path / "holidays.ics"
        path.write_bytes(file(*events))
        return path

    return write


def test_holidays_by_command(command, calendar_file, planned) -> None:
    path = calendar_file("Founders", "Odwira")
    code, said, _ = command("import", "holidays", path, "--dry-run")
    assert (code, said.splitlines()) == (
        0,
        [
            "Nothing was changed; this is what the import would do.",
            "2 events: 2 new, 0 changed, 0 removed, 0 as they were.",
        ],
    )
    assert holidays(planned) == []
    code, said, _ = command("import", "holidays", path, "--json")
    told = json.loads(said)
    assert (code, told["added"], told["dry_run"]) == (0, 2, False)
    assert sorted(one[0] for one in holidays(planned)) == ["Founders", "Odwira"]


def test_faults_by_command_are_said_and_end_with_one(command, calendar_file, tmp_path) -> None:
    code, said, complaints = command("import", "holidays", calendar_file("Founders", ""))
    assert (code, complaints) == (1, "Event 2: it has no name.\n")
    assert "1 new" in said
    code, _, complaints = command("import", "holidays", tmp_path / "absent.ics")
    assert (code, complaints) == (1, "absent.ics can't be read.\n")
    (tmp_path / "note.ics").write_text("hello")
    code, said, _ = command("import", "holidays", tmp_path / "note.ics", "--json")
    assert (code, json.loads(said)["code"]) == (1, "calendar_unreadable")


def test_a_calendar_by_command(command, planned, tmp_path) -> None:
    planned.session(room="Studio 2", instructor_id=planned.people["ama"])
    code, said, _ = command("export", "calendar", "--cohort", "PHOTO-1")
    assert code == 0
    assert len(icalendar.Calendar.from_ical(said).walk("VEVENT")) == 1
    path = tmp_path / "ama.ics"
    code, said, _ = command("export", "calendar", "--person", "N-ama", "--output", path)
    assert (code, said) == (0, "Ama: one class.\n")
    assert len(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")) == 1
    other = tmp_path / "room.ics"
    code, said, _ = command("export", "calendar", "--room", "studio 2", "--output", other, "--dry-run", "--json")
    assert (code, json.loads(said)["events"], other.exists()) == (0, 1, False)


def test_calendars_that_cant_be_exported(command, tmp_path) -> None:
    code, _, complaints = command("export", "calendar", "--cohort", "NONE")
    assert (code, complaints) == (1, "NONE isn't in this institute. Check how it is written.\n")
    code, _, complaints = command("export", "calendar", "--room", "x", "--output", tmp_path / "no" / "x.ics")
    assert (code, complaints) == (1, "x.ics can't be written. Choose another folder.\n")


def test_files_that_are_bad_are_named_by_command(command, tmp_path, planned) -> None:
    large, broken = tmp_path / "large.ics", tmp_path / "broken.ics"
    large.write_bytes(file(event(name="SUMMARY:" + "x" * 10_000_000)))
    code, said, _ = command("import", "holidays", large, "--json")
    told = json.loads(said)
    assert (code, told["code"]) == (1, "too_large")
    assert told["error"] == "The calendar file is larger than 2 MB. Export the holidays alone."
    broken.write_bytes(BROKEN)
    code, _, complaints = command("import", "holidays", broken, "--dry-run")
    assert (code, complaints) == (1, "Event 1: a line of it is broken, so its name may be cut.\n")
    broken.write_bytes(file(event(more="RRULE:FREQ=SECONDLY")))
    code, _, complaints = command("import", "holidays", broken)
    assert (code, complaints) == (1, "Event 1: its repeat rule is none of days, weeks, months or years.\n")
    broken.write_bytes(file(event("DTSTART:20270306T080000\nDTEND:20270306T170000", more=ENDLESS)))
    code, said, complaints = command("import", "holidays", broken, "--dry-run", "--json")
    assert (code, complaints, json.loads(said)["errors"]) == (0, "", [])
    assert holidays(planned) == []
