"""Lists of people: contacts, doubles that a person decides about, each line told, and a list that comes back edited."""

import json

import pytest

from server.learning.imports.lines import page_of
from server.people.list_export import COLUMNS, PRIVATE_COLUMNS, rows_of
from tests.institute import make_institute
from tests.learning.importing import EVERY_ASK, Office
from tests.learning.roster_reading import book, write
from tests.learning.roster_samples import csv_text

HEADER = [
    *("Index number", "Surname", "First name", "Phone", "DOB", "Home address"),
    *("Guardian name", "Relation", "Guardian phone", "Guardian email", "Sponsor", "Sponsor phone"),
]
AMA = [
    *("X-1", "Tetteh", "Akosua", "0244 700 001", "2005-02-03", "House 7, Ring Road"),
    *("Yaw Tetteh", "Father", "0244700002", "yaw@example.org", "Volta Media Ltd", "0302700003"),
]


def listed(folder, *rows, header=HEADER, name="people.csv"):
    return write(folder / name, csv_text(header, rows))


def private(office, number):
    person = office.person(number)["id"]
    found = office.rows(
        "SELECT address, guardians FROM private_profile WHERE organisation_id = :o AND person_id = :p", p=person
    )
    return (found[0][0], json.loads(found[0][1])) if found else None


def lines(office, state=None):
    return page_of(office.folder / "steps.lines", state, 0, 100)


def test_contacts_and_address_come_in_and_go_with_an_undo(office, tmp_path):
    before = office.everything()
    found, entry = office.bring(listed(tmp_path, AMA))
    assert (found["created"], found["error_count"]) == (1, 0)
    address, guardians = private(office, "X-1")
    assert address == "House 7, Ring Road"
    assert guardians == [
        {"name": "Yaw Tetteh", "relation": "Father", "phone": "0244700002", "email": "yaw@example.org", "told": False},
        {"name": "Volta Media Ltd", "relation": "Sponsor", "phone": "0302700003", "email": "", "told": False},
    ]
    again = office.dry_run(listed(tmp_path, AMA))
    assert (again["updated"], again["unchanged"], again["steps"]) == (0, 1, 0)

    undone = office.undo(entry)
    assert (undone["counts"]["left"], office.everything()) == (0, before)


def test_a_known_contact_is_changed_and_what_is_told_stays(office, tmp_path):
    office.bring(listed(tmp_path, AMA))
    before = office.everything()
    row = [*AMA[:8], "0244 700 999", *AMA[9:]]
    found, entry = office.bring(listed(tmp_path, row))
    assert (found["created"], found["updated"]) == (0, 1)
    (difference,) = found["differences"]
    assert (difference["kind"], difference["line"], list(difference["fields"])) == ("private_profile", 2, ["guardians"])
    assert [one["phone"] for one in private(office, "X-1")[1]] == ["0244 700 999", "0302700003"]
    office.undo(entry)
    assert office.everything() == before


def test_an_undo_leaves_a_person_whose_contacts_somebody_changed_since(office, tmp_path):
    _, entry = office.bring(listed(tmp_path, AMA))
    person = office.person("X-1")["id"]
    (row,) = office.rows(
        "SELECT id, revision FROM private_profile WHERE organisation_id = :o AND person_id = :p", p=person
    )
    payload = {"person_id": person, "changes": {"address": {"old": "House 7, Ring Road", "new": "House 9"}}}
    assert office.institute.registrar.do("EditPrivateProfile", row[0], payload, row[1]).verdict == "applied"
    undone = office.undo(entry)
    assert undone["counts"]["left"] == 1
    assert private(office, "X-1")[0] == "House 9"


@pytest.mark.parametrize(("place", "cell", "code", "column"), [
    (8, "12", "bad_phone", "Guardian phone"), (9, "yaw@", "bad_email", "Guardian email"),
    (6, "", "field_refused", "guardian_name"), (5, "x" * 501, "value_too_long", "Home address"),
])  # fmt: skip
def test_a_bad_contact_costs_its_line_and_says_so(office, tmp_path, place, cell, code, column):
    bad = [*AMA[:place], cell, *AMA[place + 1 :]]
    good = ["X-2", "Addo", "Yaw", *[""] * 9]
    found, _ = office.bring(listed(tmp_path, bad, good))
    assert [(one["code"], one["line"], one["column"]) for one in found["errors"]] == [(code, 2, column)]
    assert (office.person("X-1"), office.person("X-2")["family_name"]) == (None, "Addo")


def test_nobody_of_a_list_is_born_after_today(office, tmp_path):
    still_to_come = [*AMA[:4], "2027-02-03", *AMA[5:]]
    found, _ = office.bring(listed(tmp_path, still_to_come, ["X-2", "Addo", "Yaw", "", "2026-11-20", *[""] * 7]))
    assert [(one["code"], one["line"], one["column"]) for one in found["errors"]] == [
        ("field_refused", 2, "date_of_birth")
    ]
    assert "still to come" in str(found["errors"][0])
    assert (office.person("X-1"), office.person("X-2")["date_of_birth"]) == (None, "2026-11-20")


def test_whoever_may_not_read_addresses_imports_none(office, tmp_path):
    importer = office.institute.registrar.actor
    narrow = importer.model_copy(update={"permissions": frozenset({"people.import", "people.see"})})
    office.bring(listed(tmp_path, AMA))
    found = office.dry_run(listed(tmp_path, [*AMA[:5], "House 1", *AMA[6:]]), actor=narrow)
    assert "private_not_allowed" in {one["code"] for one in found["errors"]}


# ------------------------------------------------------------------------------------------------------- doubles


def doubtful(folder):
    """A known person under a new number, and someone who is new."""
    return listed(
        *(folder, ["N-1", "Tetteh", "Akosua", "0244700001"], ["N-2", "Quaye", "Esi", "0244700055"]), header=HEADER[:4]
    )


@pytest.fixture
def known(office, tmp_path):
    """An institute that knows Akosua Tetteh as X-1."""
    office.bring(listed(tmp_path, AMA))
    return office


def test_a_likely_double_waits_for_an_answer(known, tmp_path):
    found, entry = known.bring(doubtful(tmp_path))
    (double,) = found["doubles"]
    assert (double["line"], double["label"], double["answer"]) == (2, "Akosua Tetteh (N-1)", "")
    (candidate,) = double["candidates"]
    assert (candidate["label"], candidate["reasons"]) == ("Akosua Tetteh (X-1)", ["phone", "name"])
    assert (found["created"], found["left_out"], found["error_count"]) == (1, 1, 0)
    assert (known.person("N-1"), known.person("N-2")["family_name"]) == (None, "Quaye")
    assert entry["counts"]["left_out"] == 1


@pytest.mark.parametrize("answer", ["make", "leave", "same"])
def test_what_is_answered_is_done(known, tmp_path, answer):
    there = known.person("X-1")["id"]
    found, _ = known.bring(doubtful(tmp_path), doubles={"2": there if answer == "same" else answer})
    by_number = {number: (known.person(number) or {}).get("id") for number in ("X-1", "N-1")}
    assert found["left_out"] == (answer == "leave")
    if answer == "same":
        assert by_number == {"X-1": None, "N-1": there}
    else:
        assert by_number["X-1"] == there
        assert (by_number["N-1"] is not None) == (answer == "make")


def test_a_line_is_never_taken_for_a_person_who_was_not_named(known, tmp_path):
    stranger = known.institute.students[0]
    found = known.dry_run(doubtful(tmp_path), doubles={"2": stranger})
    assert (found["left_out"], found["doubles"][0]["answer"]) == (1, "")


def test_two_lines_of_one_file_can_be_doubles_of_each_other(office, tmp_path):
    path = listed(
        *(tmp_path, ["N-1", "Quaye", "Esi", "0244700055"], ["N-2", "Esi", "Quaye", "+233 244 700 055"]),
        header=HEADER[:4],
    )
    found = office.dry_run(path)
    (double,) = found["doubles"]
    assert (double["line"], double["candidates"][0]["line"], double["candidates"][0]["id"]) == (3, 2, None)
    assert office.dry_run(path, other_doubles="make")["created"] == 2


# --------------------------------------------------------------------------------------------------- each line told


def test_every_line_says_what_becomes_of_it(known, tmp_path):
    rows = [
        AMA, ["X-9", "Addo", "Yaw", "no phone", *[""] * 8], ["N-1", "Tetteh", "Akosua", "0244700001", *[""] * 8],
        ["N-3", "Owusu", "Abena", *[""] * 9], [*AMA[:3], "0244 000 000", *AMA[4:]],
    ]  # fmt: skip
    known.dry_run(listed(tmp_path, *rows[:4]))
    told = lines(known)
    assert [(one["line"], one["state"]) for one in told["items"]] == [
        (2, "unchanged"), (3, "error"), (4, "double"), (5, "new")
    ]  # fmt: skip
    assert told["counts"] == {"unchanged": 1, "changed": 0, "new": 1, "gone": 0, "double": 1, "error": 1}
    assert (told["items"][1]["column"], told["items"][1]["value"]) == ("Phone", "no phone")
    assert "Write 7 to 15 digits" in told["items"][1]["sentences"][0]
    known.dry_run(listed(tmp_path, rows[4]))
    (changed,) = lines(known, "changed")["items"]
    assert changed["fields"] == {"phone": ["0244 700 001", "0244 000 000"]}


def test_lines_come_in_parts(office, tmp_path):
    rows = [[f"P-{at:03}", f"Family{chr(97 + at)}x", f"Given{chr(97 + at)}"] for at in range(12)]
    office.dry_run(listed(tmp_path, *rows, header=HEADER[:3]), other_doubles="make")
    part = page_of(office.folder / "steps.lines", "new", 10, 5)
    assert ([one["line"] for one in part["items"]], part["total"]) == ([12, 13], 12)


# ------------------------------------------------------------------------------------------------------ odd files


def test_a_header_that_stands_twice_makes_nobody(office, tmp_path):
    found, _ = office.bring(
        listed(tmp_path, ["X-1", "Addo", "Yaw"], HEADER[:3], ["X-2", "Osei", "Esi"], header=HEADER[:3])
    )
    assert (found["created"], found["rows"]) == (2, 2)
    assert [note["line"] for note in found["notes"] if note["code"] == "header_again"] == [3]


def test_a_phone_that_lost_its_zero_is_said(office, tmp_path):
    path = book(tmp_path / "list.xlsx", [HEADER[:4], ["X-1", "Addo", "Yaw", 244700001], ["X-2", "Osei", "Esi", 20]])
    found = office.dry_run(path)
    (note,) = [one for one in found["notes"] if one["code"] == "phone_without_zero"]
    assert "244700001" in note["sentence"]
    assert "line 2" in note["sentence"]
    assert [one["code"] for one in found["errors"]] == ["bad_phone"]


def test_merged_cells_cost_the_lines_that_show_nothing(office, tmp_path):
    import openpyxl

    path = book(tmp_path / "list.xlsx", [HEADER[:3], ["X-1", "Addo", "Yaw"], ["X-2", "Addo", "Esi"]])
    loaded = openpyxl.load_workbook(path)
    loaded.active.merge_cells("B2:B3")
    loaded.save(path)
    found, _ = office.bring(path)
    assert [(one["code"], one["line"]) for one in found["errors"]] == [("value_missing", 3)]
    assert office.person("X-1") is not None


def test_two_hundred_columns_are_read(office, tmp_path):
    more = [f"Extra {at}" for at in range(197)]
    rows = [["X-1", "Addo", "Yaw", *map(str, range(197))]]
    found, _ = office.bring(listed(tmp_path, *rows, header=[*HEADER[:3], *more]))
    assert (found["created"], found["error_count"]) == (1, 0)


# ------------------------------------------------------------------------------------------------------ round trip


def exported(office, columns):
    with office.database.read() as db:
        return rows_of(db, office.institute.organisation_id, [], columns)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_list_that_was_taken_out_comes_back_the_same(office, tmp_path, suffix):
    plus = [*AMA[:3], "+233 24 470 0001", *AMA[4:]]
    office.bring(listed(tmp_path, plus))
    suspended = office.institute.students[1]
    (revision,) = office.rows("SELECT revision FROM person WHERE organisation_id = :o AND id = :p", p=suspended)[0]
    outcome = office.institute.system.do("SetPersonState", suspended, {"state": "suspended"}, revision)
    assert outcome.verdict == "applied"
    before = office.everything()
    columns = (*COLUMNS, *PRIVATE_COLUMNS)
    cells = exported(office, columns)
    path = tmp_path / f"out.{suffix}"
    if suffix == "csv":
        write(path, csv_text(columns, cells))
    else:
        book(path, [list(columns), *cells])

    found, _ = office.bring(path)
    identified = [one for one in cells if one[0]]
    assert [one["code"] for one in found["errors"]] == ["value_missing"] * (len(cells) - len(identified))
    assert (found["created"], found["updated"], found["unchanged"]) == (0, 0, len(identified))
    assert office.everything() == before

    at = list(columns).index("address")
    edited = [[*one[:at], "Box 12, Ho", *one[at + 1 :]] if one[0] == "X-1" else one for one in cells]
    office.bring(write(tmp_path / "edited.csv", csv_text(columns, edited)))
    assert private(office, "X-1")[0] == "Box 12, Ho"


def test_roles_of_the_institutes_own_are_known_by_name(database, tmp_path):
    office = Office(make_institute(database), tmp_path)
    path = listed(tmp_path, ["T-1", "Addo", "Yaw", "instructor, cashier"], ["T-2", "Osei", "Esi", "wizard"],
                  header=[*HEADER[:3], "Role"])  # fmt: skip
    found, _ = office.bring(path)
    assert json.loads(office.person("T-1")["roles"]) == ["instructor", "cashier"]
    assert [one["code"] for one in found["errors"]] == ["role_unknown"]
    named = office.dry_run(path, own_roles={"wizard": "auditor"})
    assert (named["error_count"], named["created"]) == (0, 1)


def test_nobody_begins_suspended(office, tmp_path):
    path = listed(tmp_path, ["T-1", "Addo", "Yaw", "suspended"], header=[*HEADER[:3], "State"])
    found = office.dry_run(path)
    assert [one["code"] for one in found["errors"]] == ["new_person_suspended"]


@pytest.mark.parametrize("word", ["suspended", "inactive"])
def test_a_list_takes_nothing_from_the_last_administrator(office, tmp_path, word):
    made = office.institute.parts.new_id()
    boss = {"given_name": "Efua", "family_name": "Boss", "number": "T-9", "roles": ["administrator"]}
    assert office.institute.system.do("AddPerson", made, boss).verdict == "applied"
    path = listed(tmp_path, ["T-9", "Boss", "Efua", word], header=[*HEADER[:3], "State"])
    _, entry = office.bring(path, mode="bulk", confirmed=EVERY_ASK)
    assert [one["code"] for one in entry["counts"]["left_rows"]] == ["last_administrator"]
    assert office.person("T-9")["state"] == "active"
