"""A rubric made in the form of work: ranges, faults named, versions that never change under marks."""

import pytest

from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.rubric_dialog import RubricDialog, range_words, read_range
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import cut_words
from shared.grading.vocabulary import ASSIGNMENT, RUBRIC_VERSION
from tests.grading.book_rows import class_rows
from tests.grading.test_book_page import books

__all__ = ["books"]


@pytest.mark.parametrize(
    ("typed", "ends"),
    [("8", ("8", "8")), ("6 to 8", ("6", "8")), ("6-8", ("6", "8")), ("6 – 8,5", ("6", "8.5")), ("", ("", ""))],
)
def test_points_are_one_number_or_a_range(typed, ends):
    assert read_range(typed) == ends


def test_a_level_is_shown_as_it_is_typed():
    assert [range_words({"low": low, "high": "8"}) for low in ("8", "6")] == ["8", "6 to 8"]


def fill(card, name, *levels):
    card.name.setText(name)
    while len(card.levels) < len(levels):
        card.add_level({})
    for row, (word, points) in zip(card.levels, levels, strict=True):
        row.name.setText(word)
        row.points.setText(points)


def opened(page, kind):
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, kind)
    return dialog


def test_faults_of_a_rubric_are_named_and_nothing_is_saved(books):
    page, made = books(rows=class_rows())
    page.new()
    opened(page, AssignmentDialog).rubric_button.click()
    rubric = opened(page, RubricDialog)
    rubric.save_button.click()
    assert rubric.name_field.error == "Enter a name."
    rubric.name.setText("Film")
    rubric.save_button.click()
    assert rubric.problem.text() == "Every criterion and every level needs a name."
    fill(rubric.cards[0], "Sound", ("Clear", "6 to 10"), ("Poor", "0 to 7"))
    rubric.save_button.click()
    assert rubric.problem.text() == "Sound: Poor and Clear overlap. Give each points of its own."
    fill(rubric.cards[0], "Sound", ("Clear", "abc"), ("Poor", "10"))
    rubric.save_button.click()
    assert "isn't a mark" in rubric.problem.text()
    assert made.store.page(RUBRIC_VERSION) == []


def test_work_gets_a_rubric_and_keeps_its_version_when_the_rubric_changes(books):
    page, made = books(rows=class_rows())
    page.new()
    form = opened(page, AssignmentDialog)
    form.title_words.setText("Documentary")
    form.rubric_button.click()
    rubric = opened(page, RubricDialog)
    rubric.name.setText("Film")
    fill(rubric.cards[0], "Sound", ("Clear", "6 to 10"), ("Poor", "0 to 5"))
    rubric.add_criterion({})
    fill(rubric.cards[1], "Story", ("Good", "20"), ("Weak", "10"))
    rubric.save_button.click()
    form = opened(page, AssignmentDialog)
    assert (form.title_words.text(), form.points.text(), form.rubric.currentText()) == ("Documentary", "30", "Film")
    assert not form.points.isEnabled()
    form.save_button.click()
    (work,) = made.store.page(ASSIGNMENT)
    assert work["points"] == "30"
    first = made.store.get(RUBRIC_VERSION, work["rubric_version_id"])
    assert [one["name"] for one in first["criteria"]] == ["Sound", "Story"]

    page.change_work()
    opened(page, AssignmentDialog).rubric_button.click()
    again = opened(page, RubricDialog)
    assert [one.name.text() for one in again.cards] == ["Sound", "Story"]
    again.remove_criterion(again.cards[1])
    again.save_button.click()
    opened(page, AssignmentDialog).reject()
    assert made.store.get(ASSIGNMENT, work["id"])["rubric_version_id"] == first["id"]
    assert made.store.get(RUBRIC_VERSION, first["id"]) == first
    page.change_work()
    form = opened(page, AssignmentDialog)
    assert form.rubric.currentText() == "Film, version 1"


def test_closing_the_rubric_gives_the_form_back_as_it_was(books):
    page, made = books(rows=class_rows())
    page.new()
    form = opened(page, AssignmentDialog)
    form.title_words.setText("Half typed")
    form.rubric_button.click()
    opened(page, RubricDialog).reject()
    assert opened(page, AssignmentDialog).title_words.text() == "Half typed"
    assert made.store.page(RUBRIC_VERSION) == []


def test_a_paste_that_is_cut_is_told(books):
    page, _made = books(rows=class_rows())
    page.new()
    opened(page, AssignmentDialog).rubric_button.click()
    rubric = opened(page, RubricDialog)
    (card,) = rubric.cards
    for field, most in ((card.name, 200), (card.levels[1].name, 100)):
        field.insert("x" * (most + 1))
        assert rubric.problem.text() == f"{field.accessibleName()}: {cut_words(field)}"
        assert not rubric.problem.isHidden()
