"""The grid of skills: what was seen is recorded, signed and taken back on it, with the pages and papers around."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.grading.skill_actions import Seen, record_observation
from desktop.grading.skill_store import read_class, read_logbook
from desktop.grading.skills_page import SkillsPage
from desktop.people.actions import take_back
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.grading.skill_vocabulary import Judged
from shared.people.vocabulary import Role
from tests.attendance.classes import STRANGER
from tests.desks import make_actor
from tests.grading.skill_rows import PIN
from tests.grading.skill_screen import (
    COHORT,
    INSTRUCTOR,
    SUPERVISOR,
    enrolment_id,
    logbooks,
    opened,
    person_id,
    picture,
    seen,
)

__all__ = ["opened"]
AMINA, BARAKA = "Amina Yusuf", "Baraka Otieno"


def grid(page):
    """The first row's words."""
    model = page.view.skill_model
    return {model.learners[row].name: [model.words(row, at) for at in range(model.columnCount())] for row in range(3)}


def go(page, row, column):
    page.view.setCurrentIndex(page.view.skill_model.index(row, column))


def dialog_of(page):
    return Dialog.opened_in(page.window())


def sign_on(pad, qtbot):
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 80))
    for at in range(12):
        qtbot.mouseMove(pad, QPoint(50 + at * 20, 60 + at % 3 * 20))
        pad.strokes[-1].append(pad.strokes[-1][-1] + QPoint(20, 5))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 80))


def test_the_grid_says_who_can_do_what(opened):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    assert grid(page) == {
        AMINA: ["To sign", "Not yet", "", "", ""],
        BARAKA: ["Competent", "", "1 of 3", "Competent", ""],
        "Chen Wei": ["Competent", "", "2 of 3", "", ""],
    }
    go(page, 1, 2)
    assert page.side.badge.text == "1 of 3"
    model = page.view.skill_model
    told = model.data(model.index(1, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Baraka Otieno, Record clean sound, seen 1 of 3 times"
    head = model.headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert head == "Baraka Otieno, competent in 2 of 5"
    page._search("chen")
    assert [one.name for one in model.learners] == ["Chen Wei"]


def test_what_is_seen_is_recorded_and_taken_back(opened, qtbot):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    go(page, 0, 2)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    dialog = dialog_of(page)
    dialog.note.setPlainText("No wind in it.")
    dialog.place.setText("Studio 2")
    dialog.save()
    assert grid(page)[AMINA][2] == "1 of 3"
    (command,) = page.here.store.next_request().commands
    assert command.type == "RecordSkillObservation"
    assert (command.payload["note"], command.payload["place"]) == ("No wind in it.", "Studio 2")
    assert command.payload["signature"] is None
    back = record_observation(page._desk, COHORT, enrolment_id(AMINA), page.current()[1], Seen(Judged.COMPETENT))
    page.refresh()
    assert grid(page)[AMINA][2] == "2 of 3"
    take_back(page._desk, back)
    page.refresh()
    assert grid(page)[AMINA][2] == "1 of 3"


def test_an_employer_signs_by_pin_without_a_network(opened, qtbot):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    go(page, 0, 0)
    page.sign()
    dialog = dialog_of(page)
    assert dialog.part.how.chosen == "pin"
    dialog.part.pin.setText("111112")
    dialog.sign()
    qtbot.waitUntil(lambda: not dialog.sign_button.busy, timeout=5000)
    assert "tries are left" in dialog.part.problem.text()
    assert grid(page)[AMINA][0] == "To sign"
    dialog.part.pin.setText(PIN)
    dialog.sign()
    qtbot.waitUntil(lambda: grid(page)[AMINA][0] == "Competent", timeout=5000)
    (command,) = page.here.store.next_request().commands
    assert command.type == "SignSkillObservations"
    assert command.payload["signature"]["supervisor_id"] == SUPERVISOR
    assert PIN not in command.model_dump_json()
    assert not page.side.sign_button.isVisibleTo(page)


def test_an_employer_signs_by_hand_while_it_is_recorded(opened, qtbot):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    go(page, 3, 0)
    page.record()
    dialog = dialog_of(page)
    part = dialog.signing
    part.how.choose("drawn")
    dialog.save()
    assert "Sign on the pad first" in part.problem.text()
    sign_on(part.pad, qtbot)
    dialog.save()
    assert "Enter the name" in part.problem.text()
    part.name.setText("Yaw Boakye")
    part.employer.setText("Accra Lights")
    dialog.save()
    signature = page.here.store.next_request().commands[0].payload["signature"]
    assert (signature["name"], signature["employer"], signature["how"]) == ("Yaw Boakye", "Accra Lights", "drawn")
    sent = page._desk.files.sent
    assert [one.sha256 for one in sent] == [signature["file"]["sha256"]]
    with page.here.store.kept_files.open(sent[0].sha256) as file:
        image = QImage.fromData(file.read())
    assert (image.width(), image.height()) == (480, 160)
    assert any(image.pixelColor(x, y).lightness() < 100 for x in range(480) for y in range(160))
    part.pad.clear()
    assert not part.pad.is_signed


def test_photos_are_made_small_and_go_with_what_was_seen(opened, qtbot, tmp_path):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    go(page, 3, 0)
    page.record()
    dialog = dialog_of(page)
    path = tmp_path / "tripod.png"
    path.write_bytes(picture(2400))
    dialog.photos.take_file(path)
    qtbot.waitUntil(lambda: len(dialog.photos.files) == 1, timeout=5000)
    (tmp_path / "notes.png").write_text("not a picture")
    dialog.photos.take_file(tmp_path / "notes.png")
    qtbot.waitUntil(lambda: dialog.photos.words.isVisibleTo(dialog), timeout=5000)
    dialog.photos.take_file(tmp_path / "gone.png")
    qtbot.waitUntil(lambda: "gone.png" in dialog.photos.words.text(), timeout=5000)
    QApplication.clipboard().clear()
    dialog.photos.paste()
    assert "clipboard" in dialog.photos.words.text()
    dialog.save()
    (file,) = page.here.store.next_request().commands[0].payload["files"]
    assert file["type"] == "jpeg"
    with page.here.store.kept_files.open(file["sha256"]) as kept:
        assert QImage.fromData(kept.read()).width() == 1600


def test_an_observation_opens_and_is_taken_back_with_a_reason(opened):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    go(page, 0, 1)
    page.open_observation(page.side.list.rows[0].content.id)
    dialog = dialog_of(page)
    dialog.take_back()
    dialog.take_back()
    assert "Say why" in dialog.reason_field.error
    dialog.reason.setText("Another student")
    dialog.take_back()
    assert grid(page)[AMINA][1] == ""
    assert page.side.list.rows[0].content.title == "Taken back"
    page.open_observation(page.side.list.rows[0].content.id)
    assert not dialog_of(page).take_back_button.isVisibleTo(page)


def test_anothers_observation_is_only_looked_at(opened):
    rows = [*logbooks(), seen(AMINA, "Keep cards and batteries", 16, observer_id="x", observer_name="Kofi Boateng")]
    page = opened(SkillsPage, INSTRUCTOR, rows, COHORT)
    go(page, 0, 4)
    page.open_observation(page.side.list.rows[0].content.id)
    assert not dialog_of(page).take_back_button.isVisibleTo(page)


def test_a_course_gets_its_skills_one_by_one(opened):
    page = opened(SkillsPage, INSTRUCTOR, [row for row in logbooks() if row[0] not in {"skill", "skill_observation"}])
    page.filters.filters["cohort"].choose(COHORT)
    assert page.empty.title.text() == "This course has no skills yet"
    page.open_skills()
    dialog = dialog_of(page)
    dialog.save()
    assert dialog.name_field.error
    dialog.name.setText("Hold a boom")
    dialog.proof.choose("count")
    dialog.needed.setText("40")
    dialog.save()
    assert "Between 1 and 20" in dialog.problem.text()
    dialog.needed.setText("3")
    dialog.save()
    (skill,) = dialog.kept.values()
    assert (skill["name"], skill["proof"], skill["needed"]) == ("Hold a boom", "count", 3)
    dialog._show(dialog.kept[skill["id"]])
    dialog.name.setText("Hold a boom still")
    dialog.save()
    assert page.view.skill_model.book.skills[0]["name"] == "Hold a boom still"
    dialog._show(dialog.kept[skill["id"]])
    dialog.remove()
    assert dialog.kept == {}
    assert {one.type for one in page.here.store.next_request().commands} == {"SaveSkill"}


def test_supervisors_are_added_with_a_pin_and_taken_off(opened, qtbot):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    page.open_supervisors()
    dialog = dialog_of(page)
    dialog._cost = 4
    dialog.name.setText("Yaw Boakye")
    dialog.employer.setText("Accra Lights")
    dialog.pin.setText("730184")
    dialog.again.setText("730185")
    dialog.save()
    assert dialog.again_field.error
    for typed, error in (("123456", "easy to guess"), ("12", "6 to 12 digits")):
        dialog.pin.setText(typed)
        dialog.again.setText(typed)
        dialog.save()
        qtbot.waitUntil(lambda: not dialog.save_button.busy, timeout=5000)
        assert error in dialog.pin_field.error
    dialog.pin.setText("730184")
    dialog.again.setText("730184")
    dialog.save()
    qtbot.waitUntil(lambda: len(dialog.kept) == 2, timeout=5000)
    # Ids hold any digits by chance.
    assert "730184" not in re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", str(page.here.store.next_request()))
    dialog._show(dialog.kept[SUPERVISOR])
    dialog.employer.setText("Volta Studios")
    dialog.save()
    assert dialog.kept[SUPERVISOR]["employer"] == "Volta Studios"
    dialog._show(dialog.kept[SUPERVISOR])
    dialog.remove()
    assert SUPERVISOR not in dialog.kept


def test_who_doesnt_teach_the_class_looks_and_records_nothing(opened):
    auditor = make_actor(person_id("Yaa"), "Yaa Boateng", Role.AUDITOR)
    page = opened(SkillsPage, auditor, None, COHORT)
    assert not page.side.record_button.isVisibleTo(page)
    assert not page.skills_button.isVisibleTo(page)
    assert not page.supervisors_button.isVisibleTo(page)
    page.record()
    assert dialog_of(page) is None
    stranger = opened(SkillsPage, STRANGER, None, COHORT)
    assert stranger.cohort_id != COHORT


def test_the_grid_is_copied_with_heads(opened):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    first, second = page.view.as_text().split("\n")[:2]
    assert first.startswith("\tSet up a camera\tLight an interview")
    assert second.startswith("Amina Yusuf\tTo sign\tNot yet\t")


def test_a_removed_skill_leaves_the_grid_and_its_observations_stay(opened):
    rows = [(kind, {**body, "state": "removed"} if kind == "skill" else body) for kind, body in logbooks()]
    page = opened(SkillsPage, INSTRUCTOR, rows, COHORT)
    assert page.view.skill_model.columnCount() == 0
    assert read_class(page._desk, COHORT).seen
    assert read_logbook(page._desk, "nowhere") is None


def test_where_a_student_stands_is_worked_out_once(opened):
    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    book = page.view.skill_model.book
    first = book.standing(book.learners[0].enrolment_id, book.skills[0])
    assert book.standing(book.learners[0].enrolment_id, book.skills[0]) is first


def test_whats_wrong_is_said_in_a_sentence(opened):
    from desktop.grading import skill_actions

    page = opened(SkillsPage, INSTRUCTOR, None, COHORT)
    desk = page._desk
    student = make_actor("s", "Esi", Role.STUDENT)
    other = opened(SkillsPage, student)._desk
    skill = page.view.skill_model.book.skills[0]
    seen_now = skill_actions.Seen("competent", files=tuple({"sha256": str(at)} for at in range(6)))
    for code, act in (
        ("not_allowed", lambda: skill_actions.save_skill(other, "c", None, {"name": "X"})),
        ("not_allowed", lambda: skill_actions.save_supervisor(other, None, "E", "N", "v")),
        ("not_allowed", lambda: skill_actions.record_observation(other, COHORT, "e", skill, seen_now)),
        ("too_many_photos", lambda: skill_actions.record_observation(desk, COHORT, "e", skill, seen_now)),
        ("nothing_to_sign", lambda: skill_actions.sign_observations(desk, COHORT, [], {})),
        ("name_missing", lambda: skill_actions.save_supervisor(desk, None, "E", " ", "v")),
        ("employer_missing", lambda: skill_actions.save_supervisor(desk, None, " ", "N", "v")),
        ("not_allowed", lambda: skill_actions.withdraw(other, {"observer_id": "x"}, "why")),
    ):
        with pytest.raises(CampusError) as told:
            act()
        assert told.value.code == code
