"""What a file nobody described seems to say: its header, its columns, its order of dates and names."""

import datetime as dt

import pytest

from server.learning.roster.mapping import NameOrder, RosterField, RosterMapping
from server.learning.roster.reading import inspect_roster, open_roster
from server.learning.roster.values import DateOrder
from shared.core.errors import CampusError
from tests.learning.roster_reading import PLAIN, codes, notes, read, write
from tests.learning.roster_samples import OFFICE_HEADER, csv_text


def test_american_dates_are_told_by_the_ones_that_leave_no_doubt(tmp_path):
    text = csv_text(["Student ID", "Name", "DOB"], [["1", "Ama Addo", "03/04/2005"], ["2", "Yaw Osei", "12/25/2004"]])
    path = write(tmp_path / "list.csv", text)
    assert inspect_roster(path).mapping.date_order is DateOrder.MONTH_FIRST
    found, _, _ = read(path)
    assert found[0].date_of_birth == dt.date(2005, 3, 4)


def test_dates_that_could_be_either_are_noted(tmp_path):
    text = csv_text(["Student ID", "Name", "DOB"], [["1", "Ama Addo", "03/04/2005"], ["2", "Yaw Osei", "05/06/2004"]])
    found, _, roster = read(write(tmp_path / "list.csv", text))
    assert found[0].date_of_birth == dt.date(2005, 4, 3)
    assert "date_order_unclear" in notes(roster)


@pytest.mark.parametrize(
    ("full", "order", "parts"),
    [
        ("Ama Serwaa Boateng", NameOrder.GIVEN_FIRST, ("Ama", "Boateng", "Serwaa")),
        ("Boateng Ama Serwaa", NameOrder.FAMILY_FIRST, ("Ama", "Boateng", "Serwaa")),
        ("Boateng, Ama Serwaa", NameOrder.GIVEN_FIRST, ("Ama", "Boateng", "Serwaa")),
        ("Kofi Owusu-Ansah", NameOrder.GIVEN_FIRST, ("Kofi", "Owusu-Ansah", "")),
        ("Jan van der Berg", NameOrder.GIVEN_FIRST, ("Jan", "van der Berg", "")),
    ],
)
def test_full_names_are_split(tmp_path, full, order, parts):
    mapping = RosterMapping(columns={0: RosterField.NUMBER, 1: RosterField.FULL_NAME}, name_order=order)
    found, _, _ = read(write(tmp_path / "list.csv", csv_text(["No", "Name"], [["1", full]])), mapping)
    assert (found[0].given_name, found[0].family_name, found[0].other_names) == parts


def test_a_single_name_is_an_error(tmp_path):
    found, _, roster = read(
        write(tmp_path / "list.csv", csv_text(["Index no", "Full name"], [["1", "Ama"], ["2", "Yaw Osei"]]))
    )
    assert [p.ref for p in found] == ["2"]
    assert codes(roster) == ["name_not_split"]


def test_the_header_is_found_below_a_title(tmp_path):
    text = "ACCRA MEDIA SCHOOL,,,\r\nFirst years,,,\r\n,,,\r\n" + csv_text(
        OFFICE_HEADER[:4], [["01", "Addo", "Ama", "0244123456"]]
    )
    path = write(tmp_path / "list.csv", text)
    assert inspect_roster(path).mapping.header_line == 4
    found, _, roster = read(path)
    assert [p.number for p in found] == ["01"]
    assert codes(roster) == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({1: "given_name", 2: "family_name"}, "roster_mapping_identity_missing"),
        ({0: "number", 1: "given_name"}, "roster_mapping_name_missing"),
        ({0: "number", 1: "full_name", 2: "full_name"}, "roster_mapping_field_twice"),
        ({0: "number", 1: "full_name", 9: "email"}, "roster_mapping_column_unknown"),
    ],
)
def test_mappings_that_cannot_be_read_by(tmp_path, columns, code):
    path = write(tmp_path / "list.csv", csv_text(OFFICE_HEADER[:3], [["1", "Addo", "Ama"]]))
    with pytest.raises(CampusError) as refused:
        open_roster(path, mapping=RosterMapping(columns=columns))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Sirname", RosterField.FAMILY_NAME),
        ("LAST_NAME", RosterField.FAMILY_NAME),
        ("firstName", RosterField.GIVEN_NAME),
        ("Forename(s)", RosterField.GIVEN_NAME),
        ("Index No.", RosterField.NUMBER),
        ("Student ID", RosterField.NUMBER),
        ("Mobile", RosterField.PHONE),
        ("D.O.B", RosterField.DATE_OF_BIRTH),
        ("Date of Birth", RosterField.DATE_OF_BIRTH),
        ("e-mail", RosterField.EMAIL),
        ("Program", RosterField.COURSE_CODE),
        ("Programme", RosterField.COURSE_CODE),
        ("Enrollment date", RosterField.BEGINS),
        ("Prénom", RosterField.GIVEN_NAME),
    ],
)
def test_column_names_of_many_offices(tmp_path, header, field):
    path = write(tmp_path / "list.csv", csv_text(["Reg. No", "Full name", header], [["1", "Ama Addo", ""]]))
    guess = inspect_roster(path).columns[2]
    if field is RosterField.NUMBER:
        assert guess.field is None  # taken by the first column
    else:
        assert guess.field is field
        assert guess.confidence >= 0.7


def test_confidence_falls_where_the_values_contradict_the_name(tmp_path):
    header = ["Index number", "Name", "Email", "Mail 2", "Phone"]
    rows = [["1", "Ama Addo", "n/a", "ama@x.example", "none"], ["2", "Yaw Osei", "unknown", "yaw@x.example", "none"]]
    path = write(tmp_path / "list.csv", csv_text(header, rows))
    columns = inspect_roster(path).columns
    assert (columns[3].field, columns[2].field) == (RosterField.EMAIL, None)
    assert columns[4].confidence < 0.5 < columns[0].confidence
    assert inspect_roster(path).rows[0] == tuple(rows[0])


def test_a_file_without_a_header_is_read_by_its_values(tmp_path):
    rows = [["ama@x.example", "Ama Addo", "0244123456"], ["yaw@x.example", "Yaw Osei", "0244123457"]]
    path = write(tmp_path / "list.csv", csv_text(rows[0], rows[1:]))
    mapping = inspect_roster(path).mapping
    assert mapping.header_line == 0
    assert mapping.columns == {0: RosterField.EMAIL, 2: RosterField.PHONE}
    columns = mapping.columns | {1: RosterField.FULL_NAME}
    found, _, roster = read(path, mapping.model_copy(update={"columns": columns}))
    assert [p.ref for p in found] == ["ama@x.example", "yaw@x.example"]
    assert codes(roster) == []


@pytest.mark.parametrize(
    "wrong", [{"encoding": "klingon"}, {"encoding": "base64"}, {"separator": "ab"}, {"columns": {0: "shoe"}}]
)
def test_a_mapping_refuses_what_nothing_can_be_read_by(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RosterMapping.model_validate({"columns": {0: "number"}} | wrong)


def test_a_mapping_travels_as_json():
    mapping = PLAIN.model_copy(update={"encoding": "cp1252", "separator": ";", "header_line": 3})
    assert RosterMapping.model_validate_json(mapping.model_dump_json()) == mapping
