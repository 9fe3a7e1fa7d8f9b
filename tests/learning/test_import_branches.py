"""The branch in a list of people: found by its name, told with the nearest one where there is none, taken out again."""

import pytest

from server.learning.imports.columns import shown_columns, shown_fields
from server.learning.roster.reading import inspect_roster
from server.people.list_export import COLUMNS, rows_of
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PROFILE
from tests.learning.roster_reading import book, write
from tests.learning.roster_samples import csv_text

HEADER = ["Index number", "Surname", "First name", "Branch"]
AMA = ["X-1", "Tetteh", "Akosua", "Kumasi Main"]


def listed(folder, *rows, header=HEADER, name="people.csv"):
    return write(folder / name, csv_text(header, rows))


@pytest.fixture
def branches(office):
    """Kumasi Main and Tema of the institute: name to id."""
    made = {}
    for name in ("Kumasi Main", "Tema"):
        made[name] = office.institute.parts.new_id()
        assert office.institute.system.do("AddBranch", made[name], {"name": name}).verdict == "applied"
    return made


def branch_of(office, number):
    person = office.person(number)["id"]
    found = office.rows("SELECT branch_id FROM profile WHERE organisation_id = :o AND person_id = :p", p=person)
    return found[0][0] if found else None


def profiles(office):
    found = office.rows("SELECT person_id, branch_id, bio FROM profile WHERE organisation_id = :o ORDER BY person_id")
    return office.everything(), found


def remove(office, branch_id):
    ((revision,),) = office.rows("SELECT revision FROM branch WHERE organisation_id = :o AND id = :b", b=branch_id)
    changes = {"changes": {"state": {"old": "active", "new": "removed"}}}
    assert office.institute.system.do("EditBranch", branch_id, changes, revision).verdict == "applied"


@pytest.mark.parametrize("head", ["Branch", "Campus", "Study centre"])
def test_the_page_of_columns_knows_the_branch(tmp_path, head):
    preview = inspect_roster(listed(tmp_path, AMA, header=[*HEADER[:3], head]))
    assert shown_columns(preview)[3]["field"] == "branch"
    assert {"name": "branch", "label": "Branch", "required": False} in shown_fields()


@pytest.mark.parametrize("written", ["Kumasi Main", " kumasi  main ", "KUMASI MAIN"])
def test_a_branch_comes_in_however_it_is_written_and_goes_with_an_undo(office, tmp_path, branches, written):
    before = profiles(office)
    found, entry = office.bring(listed(tmp_path, [*AMA[:3], written]))
    assert (found["created"], found["error_count"]) == (1, 0)
    assert branch_of(office, "X-1") == branches["Kumasi Main"]
    again = office.dry_run(listed(tmp_path, AMA))
    assert (again["updated"], again["unchanged"], again["steps"]) == (0, 1, 0)
    undone = office.undo(entry)
    assert (undone["counts"]["left"], profiles(office)) == (0, before)


def test_another_branch_is_a_change_and_an_empty_cell_is_none(office, tmp_path, branches):
    office.bring(listed(tmp_path, AMA))
    found, entry = office.bring(listed(tmp_path, [*AMA[:3], "Tema"]))
    (difference,) = found["differences"]
    assert (difference["kind"], difference["line"], list(difference["fields"])) == ("profile", 2, ["branch_id"])
    assert branch_of(office, "X-1") == branches["Tema"]
    found = office.dry_run(listed(tmp_path, [*AMA[:3], ""]))
    assert (found["updated"], found["unchanged"]) == (0, 1)
    office.undo(entry)
    assert branch_of(office, "X-1") == branches["Kumasi Main"]


@pytest.mark.parametrize(
    ("written", "says"),
    [("Kumassi Mian", "“Kumasi Main” is the nearest"), ("Wa", "Add it to the institute first"), ("x" * 300, "")],
)
def test_a_branch_that_isnt_there_costs_its_line_and_names_the_nearest(office, tmp_path, branches, written, says):
    good = ["X-2", "Addo", "Yaw", "Tema"]
    found, _ = office.bring(listed(tmp_path, [*AMA[:3], written], good))
    (error,) = found["errors"]
    assert (error["code"], error["line"]) == ("value_too_long" if len(written) > 200 else "branch_unknown", 2)
    assert says in error["sentence"]
    assert (office.person("X-1"), branch_of(office, "X-2")) == (None, branches["Tema"])


def test_two_branches_of_one_name_are_told_apart_by_nobody(office, tmp_path, branches):
    office.institute.system.do("AddBranch", office.institute.parts.new_id(), {"name": "tema"})
    found = office.dry_run(listed(tmp_path, [*AMA[:3], "Tema"]))
    assert [one["code"] for one in found["errors"]] == ["branch_twice"]


def test_a_removed_branch_takes_nobody_in_and_keeps_who_is_there(office, tmp_path, branches):
    office.bring(listed(tmp_path, AMA))
    remove(office, branches["Kumasi Main"])
    found = office.dry_run(listed(tmp_path, AMA, ["X-2", "Addo", "Yaw", "Kumasi Main"]))
    assert [(one["code"], one["line"]) for one in found["errors"]] == [("branch_unknown", 3)]
    assert found["unchanged"] == 1


def test_whoever_may_not_change_people_says_no_branch(office, tmp_path, branches):
    importer = office.institute.registrar.actor
    narrow = importer.model_copy(update={"permissions": frozenset({"people.import", "people.see"})})
    office.bring(listed(tmp_path, AMA))
    found = office.dry_run(listed(tmp_path, [*AMA[:3], "Tema"]), actor=narrow)
    assert "branch_not_allowed" in {one["code"] for one in found["errors"]}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_list_with_branches_comes_back_the_same(office, tmp_path, branches, suffix):
    office.bring(listed(tmp_path, AMA, ["X-2", "Addo", "Yaw", "Tema"], ["X-3", "Quaye", "Esi", ""]))
    before = profiles(office)
    with office.database.read() as db:
        cells = rows_of(db, office.institute.organisation_id, [], COLUMNS)
    at = {row[0]: row[COLUMNS.index("branch")] for row in cells}
    assert (at["X-1"], at["X-2"], at["X-3"]) == ("Kumasi Main", "Tema", "")
    path = tmp_path / f"out.{suffix}"
    if suffix == "csv":
        write(path, csv_text(COLUMNS, cells))
    else:
        book(path, [list(COLUMNS), *cells])
    found, _ = office.bring(path)
    assert (found["created"], found["updated"]) == (0, 0)
    assert profiles(office) == before
    edited = [["X-3", "Quaye", "Esi", "Kumasi Main"]]
    office.bring(listed(tmp_path, *edited, header=["number", "family_name", "given_name", "branch"], name="edited.csv"))
    assert branch_of(office, "X-3") == branches["Kumasi Main"]


def test_the_office_alone_says_where_someone_is(office, branches):
    student, device = office.institute.students[0], office.institute.registrar

    def at(who, branch, base=None):
        wanted = {"person_id": student, "changes": {"branch_id": {"old": None, "new": branch}}}
        return who.do("EditProfile", row_id(PROFILE, student), wanted, base)

    own = office.institute.device("esi", "student", "Esi Addo")
    me = own.actor.person_id
    refused = own.do(
        "EditProfile",
        row_id(PROFILE, me),
        {"person_id": me, "changes": {"branch_id": {"old": None, "new": branches["Tema"]}}},
    )
    assert refused.code == "not_allowed"
    for nowhere in (office.institute.parts.new_id(), "Tema", 7):
        assert at(device, nowhere).code == "field_invalid"
    assert at(device, branches["Tema"]).verdict == "applied"
    remove(office, branches["Kumasi Main"])
    assert at(device, branches["Kumasi Main"]).code == "field_invalid"
