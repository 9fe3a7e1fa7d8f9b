"""Conflicts: what is shown of them, what is chosen already, and that a decision is a command like any other."""

import copy
import itertools

import pytest

from desktop.core.outbox import Ask
from desktop.shell.conflict_dialog import ConflictDialog
from desktop.shell.conflict_views import open_views
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.tiles import ChoiceTile
from shared.core.ids import derived_id
from tests.shell.conftest import conflict_row, held_conflict, mark_conflict, person_id, student_id

MINE, THEIRS = derived_id("mine"), derived_id("theirs")


def only_view(desk):
    (view,) = open_views(desk)
    return view


def test_a_clash_of_fields_shows_who_when_and_on_which_device(office):
    office.feed.bring([conflict_row()])
    view = only_view(office.desk)
    assert view.subtitle == "Person, Akosua Mensah1 S-0001"
    assert [version.detail for version in view.versions] == ["You, today 11:20", "Kofi Boateng, today 12:04, clock off"]
    assert [version.device for version in view.versions] == ["Front desk 2", "Kofi's laptop"]
    assert view.lines[0].label == "Phone"
    assert view.lines[0].values == {MINE: "0712 555 014", THEIRS: "0712 555 041"}
    assert view.preselected == {}


def test_for_attendance_the_choice_made_in_class_is_chosen_already(office):
    office.feed.bring([mark_conflict()])
    view = only_view(office.desk)
    assert view.preselected == {"mark": THEIRS}
    assert view.lines[0].values == {MINE: "Late · 8 min", THEIRS: "Present"}
    assert view.summary == "Mark · today 08:30"
    assert "Film and Television Production 2B" in view.subtitle
    assert view.result(view.preselected) == "Result: Present, from Kofi Boateng"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("phone", None, "Empty"),
        ("archived", True, "Yes"),
        ("capacity", 30, "30"),
        ("state", "on_site", "On site"),
        ("instructors", [person_id("Kofi Boateng"), derived_id("gone")], "Kofi Boateng, 1 other"),
        ("roles", ["student", "registrar"], "Student, Registrar"),
    ],
)
def test_values_are_words(office, name, value, words):
    office.feed.bring([conflict_row(name, mine=value, theirs="x")])
    assert only_view(office.desk).lines[0].values[MINE] == words


def test_the_result_is_a_sentence_once_everything_is_chosen(office):
    kind, body = conflict_row()
    body["fields"] = ["phone", "email"]
    for side in body["sides"]:
        side["values"]["email"] = f"{side['author_id'][:4]}@osu.example"
    office.feed.bring([(kind, body)])
    view = only_view(office.desk)
    assert view.result({}) == "Choose a version in 2 more lines"
    assert view.result({"phone": MINE}) == "Choose a version in 1 more line"
    assert view.result({"phone": MINE, "email": THEIRS}) == "Result: phone from you, mail address from Kofi Boateng"


def test_who_may_not_settle_does_not_see_it(teacher):
    kind, body = conflict_row()
    for side in body["sides"]:
        side["author_id"] = derived_id("someone else")
    teacher.feed.bring([(kind, body), held_conflict()])
    assert open_views(teacher.desk) == []


def open_dialog(window, office, *rows, first=None):
    office.feed.bring(rows)
    dialog = ConflictDialog(window, window.desk, first)
    assert dialog.open_dialog()
    return dialog


def tiles(dialog):
    return {tile.property("choice"): tile for tile in dialog.findChildren(ChoiceTile) if tile.isVisibleTo(dialog)}


def test_a_decision_is_saved_as_a_command_and_shown_at_once(window, office, qtbot):
    dialog = open_dialog(window, office, conflict_row())
    assert not dialog.save.isEnabled()
    tiles(dialog)["phone", MINE].click()
    assert dialog.outcome.text() == "Result: 0712 555 014, from you"
    dialog.save.click()
    (line,) = office.store.receipt()
    assert (line.type, line.payload) == ("SettleConflict", {"choices": {"phone": MINE}})
    assert office.store.get("person", student_id(0, 1))["phone"] == "0712 555 014"
    assert office.store.conflicts() == []
    assert Dialog.opened_in(window) is None


def test_save_and_next_goes_through_the_list(window, office, qtbot):
    dialog = open_dialog(window, office, conflict_row(), mark_conflict(), held_conflict())
    assert [row.content.title for row in dialog.list.rows] == [view.title for view in dialog.views]
    dialog.show_conflict(derived_id("conflict", "mark"))
    assert tiles(dialog)["mark", THEIRS].isChecked()
    assert dialog.save.text() == "Save and next"
    dialog.save.click()
    assert len(dialog.views) == 2
    assert Dialog.opened_in(window) is dialog


def test_tiles_of_a_line_exclude_each_other_and_lines_do_not(window, office, qtbot):
    kind, body = conflict_row()
    body["fields"] = ["phone", "email"]
    for side in body["sides"]:
        side["values"]["email"] = side["device_name"]
    dialog = open_dialog(window, office, (kind, body))
    for name, side in (("phone", MINE), ("email", THEIRS), ("phone", THEIRS)):
        tiles(dialog)[name, side].click()
    assert {key for key, tile in tiles(dialog).items() if tile.isChecked()} == {("phone", THEIRS), ("email", THEIRS)}


def test_keep_all_of_mine_chooses_every_line(window, office, qtbot):
    kind, body = conflict_row()
    body["fields"] = ["phone", "email"]
    for side in body["sides"]:
        side["values"]["email"] = side["device_name"]
    dialog = open_dialog(window, office, (kind, body))
    keep = next(one for one in dialog.findChildren(object) if getattr(one, "text", str)() == "Keep all of mine")
    keep.click()
    assert dialog.save.isEnabled()
    assert dialog.choices[body["id"]] == {"phone": MINE, "email": MINE}


def three_sided():
    """The same field changed by a third person as well, each side with a long name."""
    kind, body = conflict_row()
    third = copy.deepcopy(body["sides"][1])
    third |= {
        "command_id": derived_id("third"),
        "author_id": person_id("Ama Owusu"),
        "author_name": "Ama Abrafi Owusu-Ansah Konadu-Yiadom",
        "device_name": "Reception desktop by the east door",
        "clock_flagged": False,
    }
    third["values"] = {"phone": "0712 555 099"}
    body["sides"].append(third)
    return kind, body


@pytest.mark.parametrize("width", [1180, 1440])
@pytest.mark.parametrize("row", [conflict_row, three_sided, mark_conflict, held_conflict])
def test_no_tile_cuts_its_words(window, office, qtbot, row, width):
    kind, body = row()
    for side in body["sides"]:
        if "phone" in side["values"]:
            side["values"]["phone"] = "akosua.abrafi.mensah-owusu@students.of.a.very.long.institute.example"
    window.resize(width, 768)
    dialog = open_dialog(window, office, (kind, body))
    qtbot.waitUntil(lambda: all(tile.height() >= tile.heightForWidth(tile.width()) for tile in tiles(dialog).values()))
    here = {name: tile.geometry() for name, tile in tiles(dialog).items()}
    assert not any(one.intersects(other) for one, other in itertools.combinations(here.values(), 2))
    assert all(tile.parentWidget().rect().contains(tile.geometry()) for tile in tiles(dialog).values())


def test_a_third_version_is_counted_and_stands_below_with_who_when_and_where(window, office, qtbot):
    dialog = open_dialog(window, office, three_sided())
    assert dialog.title.text() == "Three versions of the same record"
    third = tiles(dialog)["phone", derived_id("third")]
    assert third.detail == "Ama Abrafi Owusu-Ansah Konadu-Yiadom, today 12:04 · Reception desktop by the east door"
    assert "Several computers" in dialog.view.explanation
    assert len({tile.x() for tile in tiles(dialog).values()}) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["phone"], ""),
        (["phone", "email"], "Mail address changed on one side only. It is kept."),
        (
            ["phone", "email", "username", "other_names"],
            "Mail address and 2 other fields changed on one side only. All are kept.",
        ),
    ],
)
def test_what_was_merged_is_said(window, office, qtbot, changes, words):
    asked = {name: {"old": None, "new": "x"} for name in changes}
    (command,) = office.desk.commit([Ask("EditPerson", student_id(0, 1), {"changes": asked})])
    kind, body = conflict_row()
    body["sides"][0]["command_id"] = command.id
    dialog = open_dialog(window, office, (kind, body))
    assert dialog.view.merged == words
    labels = [one.text() for one in dialog.findChildren(Label)]
    assert ("Merged for you" in labels) is bool(words)
    assert not words or words in labels


def test_how_many_were_settled_without_anyone_stands_beside_the_list(window, office, qtbot):
    for name in ("email", "username"):
        changes = {"changes": {name: {"old": None, "new": "x"}}}
        office.desk.commit([Ask("EditPerson", student_id(0, 2), changes)])
    office.feed.accept_all()
    dialog = open_dialog(window, office, conflict_row())
    assert dialog.quiet.words.text() == "2 changes"


@pytest.mark.parametrize("choice", ["accept", "refuse"])
def test_what_is_held_is_accepted_or_refused(window, office, qtbot, choice):
    dialog = open_dialog(window, office, held_conflict())
    assert dialog.title.text() == "Waits for your decision"
    tiles(dialog)["held", choice].click()
    dialog.save.click()
    assert office.store.receipt()[0].payload == {"choices": {"held": choice}}


def test_decide_later_changes_nothing(window, office, qtbot):
    dialog = open_dialog(window, office, conflict_row())
    tiles(dialog)["phone", MINE].click()
    dialog.reject()
    assert office.store.receipt() == []
    assert len(office.store.conflicts()) == 1


def test_a_disk_that_is_full_keeps_the_dialog_open_and_says_so(window, office, qtbot):
    from shared.core.errors import CampusError

    def full():
        raise CampusError("disk_full", "The disk is full. Make room, then save again.")

    dialog = open_dialog(window, office, conflict_row())
    tiles(dialog)["phone", MINE].click()
    office.store.guard = full
    dialog.save.click()
    assert Dialog.opened_in(window) is dialog
    assert window.toasts.toasts[-1].words == "The disk is full. Make room, then save again."
    assert len(office.store.conflicts()) == 1
