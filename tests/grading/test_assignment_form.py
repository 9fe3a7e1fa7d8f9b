"""The form of work: when it opens, what is handed in and how often, and files that are given with it."""

import dataclasses

import pytest
from PySide6.QtWidgets import QWidget

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import no_network
from desktop.core.file_transfer import FileTransfer
from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.widgets.background import wait_for_background
from shared.grading.vocabulary import ASSIGNMENT
from tests.attendance.classes import COHORT
from tests.grading.book_rows import class_rows, open_book, work, work_id
from tests.grading.sample_files import pdf


class NoLine:
    """A network that is away."""

    def send(self, _request):
        raise no_network("no line")


@pytest.fixture
def form(tmp_path, qtbot, plain_look):
    """`form(shown)` opens the form of new work, or of what is shown."""
    opened = []

    def show(*rows, shown=None, size=(1366, 768)):
        made = open_book(tmp_path / str(len(opened)), rows=[*class_rows(), *rows])
        client = ApiClient(NoLine(), made.clock, lambda _seconds: True)
        desk = dataclasses.replace(made.desk, files=FileTransfer(made.desk.store, client, made.clock))
        opened.append(made)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        present = made.store.get(ASSIGNMENT, work_id(shown)) if shown else None
        dialog = AssignmentDialog(window, desk, COHORT, present)
        dialog.made, dialog.desk, dialog.window_below = made, desk, window
        dialog.open_dialog()
        if present is None:
            dialog.kind.choose("handed_in")
            dialog.title_words.setText("Field recording")
        return dialog

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def added(dialog):
    (found,) = dialog.made.store.page(ASSIGNMENT)
    return found


def test_new_work_says_when_it_opens_what_is_taken_and_how_often(form):
    dialog = form()
    dialog.opens.day.setText("21/11")
    dialog.due.day.setText("27/11")
    dialog.due.at.setText("17:00")
    dialog.hand_in.kinds.setText("PDF, .docx")
    dialog.hand_in.files.setText("2")
    dialog.hand_in.megabytes.setText("10")
    dialog.hand_in.attempts.setText("3")
    dialog.save_button.click()
    found = added(dialog)
    assert (found["opens_at"], found["due_at"]) == ("2026-11-21T00:00:00.000Z", "2026-11-27T17:00:00.000Z")
    assert found["allowed_types"] == ["docx", "pdf"]
    assert (found["most_files"], found["most_bytes"], found["most_attempts"]) == (2, 10 * 1_048_576, 3)


def test_kinds_are_chosen_in_groups_and_by_typing(form):
    dialog = form()
    groups = {check.text(): check for check, _ in dialog.hand_in.groups}
    dialog.hand_in.kinds.setText("py")
    groups["Pictures"].click()
    assert dialog.hand_in.kinds.text() == "py, png, jpeg, gif, webp"
    dialog.hand_in.kinds.setText("png, jpg, gif")
    assert not groups["Pictures"].isChecked()
    dialog.hand_in.kinds.setText("png, jpg, gif, webp")
    assert groups["Pictures"].isChecked()
    groups["Pictures"].click()
    assert dialog.hand_in.kinds.text() == ""


@pytest.mark.parametrize(
    ("fill", "field", "words"),
    [
        (lambda one: one.hand_in.kinds.setText("pdf, exe"), "kinds_field", "exe can't be handed in."),
        (lambda one: one.hand_in.files.setText("6"), "files_field", "Enter a number from 1 to 5."),
        (lambda one: one.hand_in.megabytes.setText("51"), "size_field", "Enter a number from 1 to 50."),
        (lambda one: one.hand_in.megabytes.setText(""), "size_field", "Enter a number from 1 to 50."),
        (lambda one: one.hand_in.attempts.setText("-1"), "attempts_field", "Enter a number from 1 to 100."),
        (lambda one: one.hand_in.attempts.setText("abc"), "attempts_field", "Enter a number from 1 to 100."),
    ],
)
def test_what_cant_be_is_said_at_its_field_and_nothing_is_saved(form, fill, field, words):
    dialog = form(size=(1180, 720))
    fill(dialog)
    dialog.save_button.click()
    assert getattr(dialog.hand_in, field).error.startswith(words)
    assert dialog.isVisible()
    assert dialog.made.store.page(ASSIGNMENT) == []


def test_words_that_are_too_long_and_a_grace_that_is_no_number_are_told_and_stay(form):
    dialog = form(size=(1180, 720))
    dialog.instructions.setPlainText("x" * 20_001)
    dialog.save_button.click()
    assert dialog.instructions_field.error == "This has 20,001 letters. At most 20,000 are kept."
    assert len(dialog.instructions.toPlainText()) == 20_001
    dialog.instructions.setPlainText("")
    dialog.grace.setText("²")
    dialog.save_button.click()
    assert dialog.grace_field.error == "Enter whole minutes."
    assert dialog.made.store.page(ASSIGNMENT) == []


def test_a_cut_off_before_the_work_opens_is_refused(form):
    dialog = form()
    dialog.opens.day.setText("27/11")
    dialog.cutoff.day.setText("26/11")
    dialog.save_button.click()
    assert dialog.cutoff.day_field.error == "The cut-off is before the work is due. Choose a later one."
    dialog.cutoff.day.setText("")
    dialog.due.day.setText("25/11")
    dialog.save_button.click()
    assert dialog.due.day_field.error == "The due time is before the work opens. Choose a later one."


def test_the_form_fits_a_low_window_and_scrolls_to_what_has_the_focus(form, qtbot):
    dialog = form(size=(1180, 720))
    qtbot.waitUntil(lambda: dialog.form.verticalScrollBar().maximum() > 0, timeout=3000)
    assert dialog.foot.mapTo(dialog, dialog.foot.rect().bottomLeft()).y() <= 720
    dialog.extra.setFocus()
    qtbot.waitUntil(lambda: dialog.form.verticalScrollBar().value() > 0, timeout=3000)


def test_files_given_with_work_are_kept_and_sent_when_it_is_saved(form, tmp_path, qtbot):
    dialog = form()
    brief = tmp_path / "Brief.pdf"
    brief.write_bytes(pdf())
    empty = tmp_path / "Empty.pdf"
    empty.write_bytes(b"")
    dialog.given.give([brief, empty, brief])
    assert not dialog.given.add_button.isEnabled()
    dialog.save_button.click()
    assert dialog.made.store.page(ASSIGNMENT) == []  # not before the files are looked at
    qtbot.waitUntil(lambda: not dialog.given.adding, timeout=5000)
    assert [one["name"] for one in dialog.given.files] == ["Brief.pdf"]
    assert "“Empty.pdf” is empty." in dialog.given.problem.text()
    assert "“Brief.pdf” is there already." in dialog.given.problem.text()
    assert dialog.desk.files.waiting() == []
    dialog.save_button.click()
    (file,) = added(dialog)["attachments"]
    assert (file["name"], file["type"]) == ("Brief.pdf", "pdf")
    assert [(one.direction, one.sha256) for one in dialog.desk.files.waiting()] == [("up", file["sha256"])]


def test_a_file_that_is_taken_out_again_is_not_given(form, tmp_path, qtbot):
    dialog = form()
    brief = tmp_path / "Brief.pdf"
    brief.write_bytes(pdf())
    dialog.given.give([brief])
    qtbot.waitUntil(lambda: not dialog.given.adding, timeout=5000)
    dialog.given.remove(dialog.given.files[0]["sha256"])
    dialog.save_button.click()
    assert added(dialog)["attachments"] == []
    assert dialog.desk.files.waiting() == []


def test_work_keeps_what_the_form_was_not_asked_to_change(form):
    kept = {"takes": ["file", "recording"], "allowed_types": ["py"], "most_bytes": 2_000_000, "most_files": 3}
    dialog = form(work("Essay", work_kind="handed_in", most_attempts=2, **kept), shown="Essay")
    dialog.title_words.setText("Longer essay")
    dialog.save_button.click()
    (command,) = dialog.made.store.next_request().commands
    assert set(command.payload["changes"]) == {"title"}


def test_on_paper_nothing_is_handed_in_here(form):
    dialog = form()
    dialog.kind.choose("paper")
    assert not dialog.hand_in.isVisible()
    assert not dialog.opens.isVisible()
    assert dialog.given.isVisible()
    dialog.save_button.click()
    found = added(dialog)
    assert (found["takes"], found["opens_at"]) == ([], None)


def test_work_is_closed_and_opened_again(form):
    dialog = form(work("Essay", work_kind="handed_in", takes=["file"]), shown="Essay")
    assert dialog.closed.isVisibleTo(dialog.form.widget())
    dialog.closed.setChecked(True)
    dialog.save_button.click()
    (command,) = dialog.made.store.next_request().commands
    assert command.payload["changes"] == {"state": {"old": "open", "new": "closed"}}
    again = form(work("Essay", work_kind="handed_in", takes=["file"], state="closed"), shown="Essay")
    again.title_words.setText("Longer essay")
    again.save_button.click()
    assert again.made.store.get(ASSIGNMENT, work_id("Essay"))["state"] == "closed"
    third = form(work("Essay", work_kind="handed_in", takes=["file"], state="closed"), shown="Essay")
    third.closed.setChecked(False)
    third.save_button.click()
    assert third.made.store.get(ASSIGNMENT, work_id("Essay"))["state"] == "open"


def test_new_work_and_drafts_arent_closed(form):
    dialog = form()
    assert not dialog.closed.isVisibleTo(dialog.form.widget())
    dialog.visible_now.setChecked(False)
    dialog.save_button.click()
    assert added(dialog)["state"] == "draft"
