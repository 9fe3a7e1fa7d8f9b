"""Files of time clocks as shops sell them: columns, dates, times and everything that is wrong in them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance import clock_file
from shared.attendance.clock_file import ClockColumn, ClockOptions, DateOrder, read_clock
from shared.core.errors import CampusError

PLAIN = ClockOptions(UTC)


def _read(content, **options):
    data = content if isinstance(content, bytes) else content.encode()
    return read_clock(data, ClockOptions(UTC, **options))


def _one(content, **options):
    read = _read(content, **options)
    assert not read.faults, read.faults
    return read.punches[0]


@pytest.mark.parametrize(
    "heads_and_row",
    [
        "Number,Date,Time\nS-007,2026-11-20,08:31",
        "No.;Date;Time\nS-007;20/11/2026;08:31:00",
        "ID\tDateTime\nS-007\t2026-11-20T08:31",
        "Card No|Punch Time\nS-007|20.11.2026 8.31",
        "User ID,Name,Timestamp\nS-007,Ama,20/11/26 08:31",
        "AC-No,Date/Time\nS-007,20-11-2026 8:31 AM",
        'student number,check time\n"S-007","2026/11/20, 8:31 a.m."',
        '"Badge","Time","Date"\n="S-007","8h31","20 11 2026"',
    ],
)
def test_what_clocks_write_is_understood(heads_and_row):
    punch = _one(heads_and_row)
    assert (punch.line, punch.number, punch.at) == (2, "S-007", datetime(2026, 11, 20, 8, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "hour"),
    [("12:05 AM", 0), ("12:05 pm", 12), ("1:05 PM", 13), ("11:05p", 23), ("00:05", 0), ("23:05:59.123", 23)],
)
def test_twelve_hour_times(written, hour):
    assert _one(f"no,date,time\n7,2026-11-20,{written}").at.hour == hour


@pytest.mark.parametrize("written", ["24:00", "8:60", "13:00 PM", "0:30 AM", "soon", "0831", ""])
def test_what_is_no_time_is_said(written):
    fault = _read(f"no,date,time\n7,2026-11-20,{written}").faults[0]
    assert (fault.line, fault.code) == (2, "clock_time_invalid")
    assert "Line 2" in fault.sentence


@pytest.mark.parametrize("written", ["31/02/2026", "2026-13-01", "yesterday", "0/1/2026"])
def test_what_is_no_date_is_said(written):
    assert _read(f"no,date,time\n7,{written},08:31").faults[0].code == "clock_date_invalid"


def test_times_without_dates_ask_for_the_day():
    assert _read("no,time\n7,08:31").faults[0].code == "clock_date_missing"
    assert _read("no,timestamp\n7,08:31").faults[0].code == "clock_date_missing"
    assert _one("no,time\n7,08:31", day=date(2026, 11, 20)).at == datetime(2026, 11, 20, 8, 31, tzinfo=UTC)


def test_one_day_above_twelve_tells_the_order_of_all():
    read = _read("no,datetime\n7,03/04/2026 08:31\n8,04/13/2026 08:31")
    assert (read.order, read.unsure) == (DateOrder.MONTH_FIRST, False)
    assert read.punches[0].at.date() == date(2026, 3, 4)
    read = _read("no,datetime\n7,03/04/2026 08:31\n8,13/04/2026 08:31")
    assert (read.order, read.unsure) == (DateOrder.DAY_FIRST, False)


def test_dates_that_could_be_two_days_say_so_until_someone_chooses():
    assert _read("no,datetime\n7,03/04/2026 08:31").unsure
    read = _read("no,datetime\n7,03/04/2026 08:31", order=DateOrder.MONTH_FIRST)
    assert (read.unsure, read.punches[0].at.date()) == (False, date(2026, 3, 4))
    assert not _read("no,datetime\n7,2026-04-03 08:31").unsure


def test_the_same_minute_again_is_counted_once():
    read = _read("no,datetime\nS-7,2026-11-20 08:31:02\ns-7,2026-11-20 08:31:40\nS-7,2026-11-20 08:32\n")
    assert (len(read.punches), read.repeated, read.rows) == (2, 1, 3)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "clock_number_missing"),
        ("=1+1", "clock_formula"),
        ("@SUM(A1)", "clock_formula"),
        ("2.02E+11", "clock_digits_lost"),
    ],
)
def test_numbers_that_cannot_be_meant(cell, code):
    read = _read(f"no,datetime\n{cell},2026-11-20 08:31\n0012,2026-11-20 08:31")
    assert [fault.code for fault in read.faults] == [code]
    assert read.punches[0].number == "0012"


def test_a_row_with_too_few_cells_and_empty_rows():
    read = _read("no,datetime\n\n7\n,,\n8,2026-11-20 08:31\n")
    assert [(fault.line, fault.code) for fault in read.faults] == [(3, "clock_time_invalid")]
    assert read.punches[0].line == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "clock_file_empty"),
        (b"\n\n", "clock_file_empty"),
        (b"PK\x03\x04\x00\x00", "clock_file_unreadable"),
        (b'no,datetime\n"7' + b"x" * 140_000, "clock_file_unreadable"),
        (b"name,colour\nAma,red", "clock_columns_unknown"),
        (b"no,colour\n7,red", "clock_columns_unknown"),
    ],
)
def test_files_that_are_none(data, code):
    with pytest.raises(CampusError) as told:
        read_clock(data, PLAIN)
    assert told.value.code == code


def test_the_columns_of_an_unknown_file_can_be_said():
    content = b"who,when\n7,2026-11-20 08:31"
    with pytest.raises(CampusError, match="It has: who, when"):
        read_clock(content, PLAIN)
    said = ClockOptions(UTC, columns={ClockColumn.NUMBER: "who", ClockColumn.STAMP: "when", ClockColumn.DATE: "gone"})
    assert read_clock(content, said).punches[0].number == "7"


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(clock_file, "MOST_ROWS", 2)
    with pytest.raises(CampusError, match="more than 2 rows"):
        _read("no,datetime\n" + "7,2026-11-20 08:31\n" * 3)
    monkeypatch.setattr(clock_file, "MOST_BYTES", 10)
    with pytest.raises(CampusError) as told:
        _read("no,datetime\n7,2026-11-20 08:31\n")
    assert told.value.code == "clock_file_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    assert _one("Número,No,Datetime\né,É-7,2026-11-20 08:31".encode(encoding)).number == "É-7"


def test_big_endian_text_with_its_mark():
    assert _one(b"\xfe\xff" + "no,datetime\n7,2026-11-20 08:31".encode("utf-16-be")).number == "7"


@given(
    st.integers(0, 100 * 365 * 24 * 60),
    st.sampled_from(["%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%y %I:%M %p", "%Y/%m/%dT%H:%M:%S"]),
)
def test_every_minute_comes_back(minutes, form):
    accra = timezone(timedelta(0))
    moment = datetime(2000, 1, 1, tzinfo=accra) + timedelta(minutes=minutes)
    read = read_clock(
        f"no,datetime\n7,{moment.strftime(form)}".encode(), ClockOptions(accra, order=DateOrder.DAY_FIRST)
    )
    assert read.punches[0].at == moment
