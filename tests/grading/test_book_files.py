"""Marks out to a spreadsheet and back in: what is matched, what is refused with its line, and how grades come about."""

import csv
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from desktop.grading.book_files import MOST_BYTES, read_texts
from desktop.grading.book_import import match_marks
from desktop.grading.import_dialog import ImportDialog
from desktop.grading.scheme_dialog import SchemeDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.grading.ids import grade_scheme_id
from shared.grading.vocabulary import GRADE_SCHEME
from tests.attendance.classes import COHORT, REGISTRAR
from tests.grading.book_rows import class_rows, mark, work
from tests.grading.test_book_page import ELIF, books, stored, waiting

__all__ = ["books"]


def number_of(page, row):
    return page.view.book_model.students[row].number


def exported(page, path):
    page.acts.export_path = lambda _parent, _name: path
    page.export_button.click()
    return path


def test_an_export_equals_the_screen_and_comes_back_without_a_difference(books, tmp_path):
    page, _made = books()
    path = exported(page, tmp_path / "marks.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0][:4] == ["Number", "Student", "Quiz 1 (20)", "Work 1 (100)"]
    model = page.view.book_model
    assert rows[11][5] == "Excused"
    assert rows[1][2] == model.words(0, 0)
    assert float(rows[1][8]) == float(model.words(0, 6))
    found = match_marks(model, read_texts(path))
    late_ones = [one for one in found.differences if one.name != "Elif Demir"]
    assert late_ones == []
    assert found.problems == ()


def test_an_export_to_xlsx_holds_numbers(books, tmp_path):
    page, _made = books()
    book = load_workbook(exported(page, tmp_path / "marks.xlsx"))
    sheet = book.worksheets[0]
    assert sheet.cell(2, 1).value == number_of(page, 0)
    assert isinstance(sheet.cell(2, 3).value, int | float)
    assert sheet.cell(11 + 1, 6).value == "Excused"


def write(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def test_an_import_shows_what_differs_and_why_the_rest_is_left(books, tmp_path):
    page, made = books()
    numbers = [number_of(page, row) for row in range(18)]
    path = write(
        tmp_path / "marks.csv",
        ["Number", "Student", "Work 3"],
        [numbers[4], "Elif Demir", "84,5"],
        [numbers[5], "Femi Adeyemi", "abc"],
        [numbers[6], "Grace Wanjiru", "=SUM(A1:A2)"],
        [numbers[7], "Hana Novak", "101"],
        ["S-999999", "Nobody", "50"],
        [numbers[10], "Kofi Boateng", "10"],
        [numbers[8], "Imran Sheikh", ""],
        [numbers[9], "Joao Silva", "M"],
        [numbers[10], "Kofi Boateng", "20"],
    )
    page.acts.import_path = lambda _parent: path
    page.import_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ImportDialog)
    assert [tuple(one) for one in dialog.found.differences] == [
        ("Elif Demir", "Work 3", "", "84.5"),
        ("Joao Silva", "Work 3", "", "missing"),
    ]
    assert dialog.found.problems[:5] == (
        "Line 3, Work 3: “abc” isn't a mark. Type a number such as 84.5.",
        "Line 4, Work 3: a formula. Save its value instead.",
        "Line 5, Work 3: 101 is above the maximum of 100.",
        "Line 6: nobody in this cohort has the number “S-999999”.",
        "Lines 7, 10: Kofi Boateng is there more than once. Keep one line.",
    )
    assert dialog.found.problems[5].startswith("Not in the file, and left as they are: Amina Yusuf")
    assert waiting(made) == ()
    dialog.save_button.click()
    assert stored(made, "Work 3", "Elif Demir")["score"] == "84.5"
    page.undo()
    assert stored(made, "Work 3", "Elif Demir")["status"] == "none"


@pytest.mark.parametrize(
    ("head", "code"),
    [(["Name", "Work 3"], "marks_no_number"), (["Number", "Drawing"], "marks_other_work")],
)
def test_a_file_of_another_course_is_refused_whole(books, tmp_path, head, code):
    page, _made = books()
    path = write(tmp_path / "other.csv", head, ["S-004171", "50"])
    with pytest.raises(CampusError) as told:
        match_marks(page.view.book_model, read_texts(path))
    assert told.value.code == code
    page.acts.import_path = lambda _parent: path
    page.import_marks()
    assert toasts_of(page).toasts[-1].words == told.value.message


def imported(page, tmp_path, *rows):
    return match_marks(page.view.book_model, read_texts(write(tmp_path / "marks.csv", *rows)))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("-3", "A mark can't be below 0."),
        ("\N{MINUS SIGN}3", "A mark can't be below 0."),
        ("1e9", "“1e9” isn't a mark. Type a number such as 84.5."),
        ("1000000000", "1000000000 is above the maximum of 100."),
        ("84,555", "A mark has at most two decimals."),
        ("84 %", "“84 %” isn't a mark. Type a number such as 84.5."),
        ("nan", "“nan” isn't a mark. Type a number such as 84.5."),
        ("#DIV/0!", "“#DIV/0!” isn't a mark. Type a number such as 84.5."),
        ("+5", "a formula. Save its value instead."),
        ("@A1", "a formula. Save its value instead."),
    ],
)
def test_what_is_no_mark_is_left_with_its_line(books, tmp_path, typed, why):
    page, _made = books()
    found = imported(page, tmp_path, ["Number", "Work 3"], [number_of(page, ELIF), typed])
    assert found.wanted == ()
    assert found.problems[0] == f"Line 2, Work 3: {why}"


def test_a_file_about_other_people_is_refused_whole(books, tmp_path):
    page, _made = books()
    with pytest.raises(CampusError) as told:
        imported(page, tmp_path, ["Number", "Work 3"], ["S-900001", "50"], ["S-900002", "60"])
    assert told.value.code == "marks_other_people"


def test_a_decimal_comma_without_quotes_is_seen(books, tmp_path):
    page, _made = books()
    path = tmp_path / "marks.csv"
    path.write_text(f"Number,Work 3\n{number_of(page, ELIF)},84,5\n", encoding="utf-8")
    found = match_marks(page.view.book_model, read_texts(path))
    assert found.wanted == ()
    assert found.problems[0].startswith("Line 2: more cells than heads.")


def test_a_piece_of_work_that_is_there_twice_is_left(books, tmp_path):
    page, _made = books()
    rows = [["Number", "Work 3", "Work 3 (100)", "Project"], [number_of(page, ELIF), "10", "20", "30"]]
    found = imported(page, tmp_path, *rows)
    assert [one.score for one in found.wanted] == ["30"]
    assert found.problems[0] == "Two columns are Work 3. Keep one of them."


def test_two_pieces_of_work_of_one_name_are_left(books, tmp_path):
    page, _made = books(rows=[*class_rows(), work("Quiz", "20"), work("quiz", "20"), work("Essay", "50")])
    rows = [["Number", "QUIZ", "Essay"], [number_of(page, ELIF), "10", "20"]]
    found = imported(page, tmp_path, *rows)
    assert [one.score for one in found.wanted] == ["20"]
    assert found.problems[0] == "Two pieces of work are called QUIZ. Rename one of them."


def test_empty_lines_above_the_heads_are_passed_over(books, tmp_path):
    page, _made = books()
    found = imported(page, tmp_path, ["", ""], ["Number", "Work 3"], [number_of(page, ELIF), "abc"])
    assert found.problems[0].startswith("Line 3, Work 3:")


def test_a_workbook_is_read_and_its_formulas_are_seen(books, tmp_path):
    page, _made = books()
    book = Workbook()
    book.active.append(["Number", "Work 3 (100)"])
    book.active.append([number_of(page, ELIF), 84.5])
    book.active.append([number_of(page, 5), "=B2+1"])
    book.save(tmp_path / "marks.xlsx")
    found = match_marks(page.view.book_model, read_texts(tmp_path / "marks.xlsx"))
    assert [one.score for one in found.wanted] == ["84.5"]
    assert "formula" in found.problems[0]


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 70_000_000)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_bytes(b""), "marks_file_empty"),
        (lambda path: path.write_bytes(b"PK\x03\x04 not really"), "marks_file_damaged"),
        (lambda path: path.write_bytes(b"x" * (MOST_BYTES + 1)), "marks_file_too_large"),
        (lambda path: path.write_text("a,b\n" * 5_001), "marks_file_too_large"),
        (lambda path: None, "file_unreadable"),
        (bomb, "marks_file_damaged"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(tmp_path, make, code):
    path = tmp_path / "marks.csv"
    make(path)
    with pytest.raises(CampusError) as told:
        read_texts(path)
    assert told.value.code == code


def test_semicolons_and_windows_letters_are_read(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_bytes("Number;Étude\r\nS-1;12,5\r\n".encode("cp1252"))
    assert read_texts(path) == [["Number", "Étude"], ["S-1", "12,5"]]


def test_categories_and_words_change_every_grade(books):
    rows = [*class_rows(), work("A", "10", category_id=""), mark("A", "Elif Demir", "8")]
    page, made = books(rows=rows)
    assert page.view.book_model.grade_word(ELIF) == ""
    page.scheme_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, SchemeDialog)
    dialog.scale.choose("letters")
    assert dialog.bounds.text() == "A 80, B 70, C 60, D 50, F 0"
    dialog.bounds.setText("Well done 80, Pass 50")
    dialog.save_button.click()
    assert dialog.problem.text() == "Say which word a grade gets from 0 percent on."
    dialog.bounds.setText("Well done 80, Pass 50, Fail 0")
    dialog.save_button.click()
    assert made.store.get(GRADE_SCHEME, grade_scheme_id(COHORT))["scale"] == "letters"
    assert page.view.book_model.grade_word(ELIF) == "Well done"
    page.scheme_button.click()
    again = Dialog.opened_in(page.window())
    again.add_category({})
    again.rows[0].name.setText("Projects")
    again.save_button.click()
    assert again.problem.text() == "All weights are 0. Give at least one category a weight."
    again.rows[0].weight.setText("100")
    for typed in ("²", "two", "51"):
        again.rows[0].drops.setText(typed)
        again.save_button.click()
        assert again.problem.text() == "How many of the lowest are left out is a whole number from 0 to 50."
    again.rows[0].drops.setText("0")
    again.save_button.click()
    assert page.view.book_model.words(ELIF, 1) == "–"  # its work has no category yet
    page.change_work()
    form = Dialog.opened_in(page.window())
    form.category.choose(again.rows[0].key)
    form.save_button.click()
    assert page.view.book_model.words(ELIF, 1) == "80.0"


def test_marks_are_locked_and_opened_again_by_those_who_may(books):
    page, made = books(actor=REGISTRAR)
    page.acts.open_scheme()
    Dialog.opened_in(page.window()).lock_button.click()
    key = grade_scheme_id(COHORT)
    assert made.store.get(GRADE_SCHEME, key)["state"] == "locked"
    assert "Locked by Efua Sarpong" in page.head.subtitle.text()
    page.acts.open_scheme()
    dialog = Dialog.opened_in(page.window())
    assert dialog.lock_button.text() == "Open marks again"
    dialog.lock()
    assert made.store.get(GRADE_SCHEME, key)["state"] == "open"
    instructor, _made = books()
    instructor.acts.open_scheme()
    assert not hasattr(Dialog.opened_in(instructor.window()), "lock_button")
