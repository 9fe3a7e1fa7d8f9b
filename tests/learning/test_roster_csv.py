"""CSV files from offices: encodings, separators, quotes, numbers and dates kept as written, one bad line costs one."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.learning.roster.reading import inspect_roster, open_roster
from server.learning.roster.records import FileMode, RecordStatus, RosterEnrolment, RosterKind, RosterRole
from server.learning.roster.values import lost_digits
from shared.core.errors import CampusError
from tests.learning.roster_reading import PLAIN, codes, read, write
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, office_rows, students


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_office_file_is_understood_without_being_told(tmp_path, separator, encoding):
    people = students(20)
    path = write(tmp_path / "list.csv", csv_text(OFFICE_HEADER, office_rows(people), separator), encoding)
    found, records, roster = read(path)
    assert codes(roster) == []
    assert [(p.number, p.given_name, p.family_name, p.phone, p.email, p.date_of_birth) for p in found] == [
        (p.number, p.given, p.family, p.phone, p.email, p.born) for p in people
    ]
    places = [record for record in records if isinstance(record, RosterEnrolment)]
    assert [(place.person_ref, place.cohort_ref) for place in places] == [(p.number, p.cohort) for p in people]
    assert inspect_roster(path).separator == separator


def test_windows_1252_is_found(tmp_path):
    header = ["Index number", "Surname", "First name"]
    text = csv_text(header, [["001", "Kouassi", "Adélaïde"], ["002", "N’Guessan", "Zoë"], ["003", "Amoah", "José"]])
    found, _, roster = read(write(tmp_path / "list.csv", text, "cp1252"))
    assert [(p.given_name, p.family_name) for p in found] == [
        ("Adélaïde", "Kouassi"), ("Zoë", "N’Guessan"), ("José", "Amoah"),
    ]  # fmt: skip
    assert codes(roster) == []
    assert inspect_roster(tmp_path / "list.csv").encoding == "Windows-1252"


def test_a_damaged_line_in_a_utf_8_file_costs_that_line(tmp_path):
    lines = csv_text(OFFICE_HEADER, office_rows(students(60))).encode().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"@", b"\xe9@", 1)
    lines[5] = lines[5].replace(b"@", b"\0@", 1)
    (tmp_path / "list.csv").write_bytes(b"".join(lines))
    found, _, roster = read(tmp_path / "list.csv")
    assert len(found) == 58
    assert [(error.code, error.line) for error in roster.findings.errors] == [
        ("unreadable_character", 5), ("unreadable_character", 6),
    ]  # fmt: skip


SAFE = st.text(st.characters(codec="utf-8", categories=["L", "N"], include_characters=" '-.\"/&,;|\t"), max_size=12)
NAMES = SAFE.map(lambda name: "N" + name + "n")
# 3E5 is what a spreadsheet makes of a long number, and is refused by a test of its own.
NUMBERS = st.from_regex(r"0{0,3}[0-9A-Z/-]{1,9}", fullmatch=True).filter(lambda number: not lost_digits(number))
PHONES = st.from_regex(r"(\+233|0)[0-9]{9}", fullmatch=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(NUMBERS, NAMES, NAMES, PHONES), min_size=1, max_size=8, unique_by=lambda row: row[0].lower()
    ),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_what_a_file_says_comes_back_exactly(tmp_path, rows, separator, encoding):
    path = write(tmp_path / "list.csv", csv_text(OFFICE_HEADER[:4], rows, separator), encoding)
    mapping = PLAIN.model_copy(update={"separator": separator})
    found, _, roster = read(path, mapping)
    assert codes(roster) == []
    composed = [tuple(_composed(cell) for cell in row) for row in rows]
    assert [(p.number, p.family_name, p.given_name, p.phone) for p in found] == composed


def _composed(cell):
    from server.learning.roster.rows import clean

    return clean(cell)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    born=st.dates(dt.date(1950, 1, 1), dt.date(2015, 12, 31)),
    style=st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%d.%m.%Y"]),
)
def test_dates_come_back_however_they_are_written(tmp_path, born, style):
    text = csv_text(
        ["Index no", "Name", "D.O.B."], [["1", "Ama Addo", born.strftime(style)], ["2", "Yaw Osei", born.isoformat()]]
    )
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert codes(roster) == []
    assert [p.date_of_birth for p in found] == [born, born]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=SUM(A1:A9)", '=HYPERLINK("http://x.example","Ama")', "=A1", "=-2", "=@A1", '="=1+1"', '="00"&"7"'],
)
def test_formulas_in_a_csv_are_errors(tmp_path, cell):
    text = csv_text(OFFICE_HEADER[:3], [["1", "Addo", cell], ["2", "Osei", "Yaw"]])
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert [p.ref for p in found] == ["2"]
    assert [(error.code, error.line, error.column) for error in roster.findings.errors] == [
        ("formula_in_cell", 2, "First name")
    ]


@pytest.mark.parametrize(
    ("cell", "read_as"), [('="007"', "007"), ('="  0 7 "', "0 7"), ('="a ""b"""', 'a "b"'), ('=""', None)]
)
def test_text_kept_as_a_spreadsheet_keeps_it_is_read_as_the_text(tmp_path, cell, read_as):
    """Quoted by the rules of CSV, and as it stands in files that programs wrote without them."""
    for written in ('"' + cell.replace('"', '""') + '"', cell):
        path = write(tmp_path / "list.csv", f"Index,Surname,First name,Other names\n007,Addo,Ama,{written}\n")
        found, _, roster = read(path)
        assert roster.findings.errors == []
        assert [p.other_names or None for p in found] == [read_as]


def test_a_kept_number_is_the_number_of_the_person(tmp_path):
    path = write(tmp_path / "list.csv", 'Index,Surname,First name\n="007",Addo,Ama\n7,Osei,Yaw\n')
    found, _, _ = read(path)
    assert [p.number for p in found] == ["007", "7"]


BAD_LINES = [
    (["", "Addo", "Ama", "0244123456", "", "", "", ""], "value_missing"),
    (["9", "", "Ama", "0244123456", "", "", "", ""], "value_missing"),
    (["9", "Addo", "Ama", "0244", "", "", "", ""], "bad_phone"),
    (["9", "Addo", "Ama", "", "ama at x", "", "", ""], "bad_email"),
    (["9", "Addo", "Ama", "", "", "31/02/2004", "", ""], "bad_date"),
    (["9", "Addo", "Ama", "", "", "01/02/04", "", ""], "date_year_short"),
    (["9", "Addo", "Ama", "", "", "01/02/1204", "", ""], "date_far_off"),
    (["1.2E+5", "Addo", "Ama", "", "", "", "", ""], "number_changed_by_spreadsheet"),
    (["9", "Addo", "Ama", "", "", "", ""], "too_few_cells"),
    (["9", "Addo", "Ama", "", "", "", "", "", "more"], "too_many_cells"),
    (["000001", "Addo", "Somebody else", "", "", "", "FTV-2026", "FTV"], "person_rows_disagree"),
]


@pytest.mark.parametrize(("line", "code"), BAD_LINES)
def test_one_bad_line_costs_one_line(tmp_path, line, code):
    people = students(3)
    rows = office_rows(people)
    rows.insert(2, line)
    found, records, roster = read(write(tmp_path / "list.csv", csv_text(OFFICE_HEADER, rows)))
    assert [p.ref for p in found] == [p.number for p in people]
    assert len([record for record in records if isinstance(record, RosterEnrolment)]) == 3
    (error,) = roster.findings.errors
    assert (error.line, error.code) == (4, code)
    assert "list.csv" in error.sentence


def test_a_person_may_stand_in_several_cohorts(tmp_path):
    header = ["Index number", "Surname", "First name", "Class", "Role"]
    rows = [
        ["1", "Addo", "Ama", "FTV", "student"],
        ["1", "Addo", "Ama", "SND", "tutor"],
        ["1", "Addo", "Ama", "FTV", "student"],
    ]
    found, records, roster = read(write(tmp_path / "list.csv", csv_text(header, rows)))
    assert len(found) == 1
    places = [(r.cohort_ref, r.role) for r in records if isinstance(r, RosterEnrolment)]
    assert places == [("FTV", RosterRole.STUDENT), ("SND", RosterRole.INSTRUCTOR)]
    assert codes(roster) == ["duplicate_id"]
    changes = [record for record in records if hasattr(record, "added_roles")]
    assert [change.added_roles for change in changes] == [(RosterRole.INSTRUCTOR,)]


def test_states_belong_to_the_place_where_there_are_cohorts_and_else_to_the_person(tmp_path):
    rows = [
        ["1", "Addo", "Ama", "withdrawn", "FTV"],
        ["2", "Osei", "Yaw", "Active", "FTV"],
        ["3", "Darko", "Esi", "moved", ""],
    ]
    header = ["Index number", "Surname", "First name", "Status", "Class"]
    found, records, roster = read(write(tmp_path / "a.csv", csv_text(header, rows)))
    assert {p.status for p in found} == {RecordStatus.ACTIVE}
    assert [r.status for r in records if isinstance(r, RosterEnrolment)] == [RecordStatus.REMOVED, RecordStatus.ACTIVE]
    assert codes(roster) == ["status_unknown"]
    found, _, _ = read(write(tmp_path / "b.csv", csv_text(header[:4], [row[:4] for row in rows])))
    assert [p.status for p in found] == [RecordStatus.REMOVED, RecordStatus.ACTIVE]


def test_quotes_and_line_breaks_inside_cells(tmp_path):
    text = (
        'Index no,Surname,First name\r\n1,"Addo\r\nBoateng","Ama ""Mimi"""\r\n2,Osei,Yaw "YO" K\r\n3,"Da,rko",Esi\r\n'
    )
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert codes(roster) == []
    assert [(p.line, p.family_name, p.given_name) for p in found] == [
        (2, "Addo Boateng", 'Ama "Mimi"'), (4, "Osei", 'Yaw "YO" K'), (5, "Da,rko", "Esi"),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ['2,"Osei,Yaw', '2,"Osei" x,Yaw', '2,Osei,"Yaw', '"2,Osei,Yaw'])
def test_broken_quotes_cost_one_line(tmp_path, broken):
    lines = [
        "Index no,Surname,First name",
        '1,"Addo",Ama',
        broken,
        '3,"Darko",Esi',
        "4,Ofori,Kwame",
        '5,"Addai","Akua"',
    ]
    found, _, roster = read(write(tmp_path / "list.csv", "\n".join(lines)))
    assert [p.ref for p in found] == ["1", "3", "4", "5"]
    assert [(error.code, error.line) for error in roster.findings.errors] == [("broken_quotes", 3)]


def test_old_line_ends_and_a_separator_hint(tmp_path):
    text = "sep=;\rIndex no;Surname;First name\r1;Addo, Jnr;Ama\r"
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert codes(roster) == []
    assert (found[0].line, found[0].family_name) == (3, "Addo, Jnr")


def test_an_endless_line_costs_itself(tmp_path):
    text = csv_text(OFFICE_HEADER[:3], [["1", "Addo", "Ama"], ["2", "x" * 2_000_000, "Yaw"], ["3", "Osei", "Yaw"]])
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert [p.ref for p in found] == ["1", "3"]
    assert codes(roster) == ["line_too_long"]


def test_standing_values_fill_what_no_column_gives(tmp_path):
    text = csv_text(OFFICE_HEADER[:3], [["1", "Addo", "Ama"]])
    update = {"columns": dict(list(PLAIN.columns.items())[:3]), "cohort_code": "FTV-2026", "course_code": "FTV"}
    mapping = PLAIN.model_copy(update=update | {"mode": FileMode.BULK, "role": RosterRole.INSTRUCTOR})
    _, records, roster = read(write(tmp_path / "list.csv", text), mapping)
    assert [(r.cohort_ref, r.role) for r in records if isinstance(r, RosterEnrolment)] == [
        ("FTV-2026", RosterRole.INSTRUCTOR)
    ]
    assert roster.lists_all(RosterKind.PEOPLE)


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "roster_file_empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n\r\n", "roster_file_empty"),
        ("a.csv", b"Index no,Surname,First name\r\n", "roster_without_rows"),
        ("a.csv", b"%PDF-1.7 ...", "roster_not_recognised"),
        ("a.csv", bytes(range(256)) * 8, "roster_not_recognised"),
        ("a.xls", OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "roster_workbook_old"),
        ("a.xlsx", OLE + b"\0" * 9_000 + "EncryptedPackage".encode("utf-16-le"), "roster_workbook_protected"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "roster_workbook_damaged"),
        ("a.xlsx", b"not a zip", "roster_workbook_damaged"),
    ],
)
def test_files_that_cannot_be_read_at_all(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CampusError) as refused:
        read(tmp_path / name)
    assert refused.value.code == code
    assert name in refused.value.message


def test_a_missing_file(tmp_path):
    with pytest.raises(CampusError) as refused:
        open_roster(tmp_path / "none.csv")
    assert refused.value.code == "roster_file_not_found"
