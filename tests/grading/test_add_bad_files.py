"""Files that students choose on their computers: too large by a byte, and names that other computers don't take."""

import dataclasses

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.file_transfer import FileTransfer
from desktop.grading.work_actions import add_files
from desktop.grading.work_store import read_work
from tests.grading.book_rows import class_rows, open_book, work_id
from tests.grading.sample_files import pdf
from tests.grading.test_work_given import ELIF, ESSAY, NoLine, essay

MOST = 52_428_800


@pytest.fixture
def desk(tmp_path, plain_look):
    made = open_book(tmp_path / "desk", ELIF, [*class_rows(), essay()])
    files = FileTransfer(made.desk.store, ApiClient(NoLine(), made.clock, lambda _seconds: True), made.clock)
    yield dataclasses.replace(made.desk, files=files)
    made.close()


def added(desk, *paths):
    work = read_work(desk, ESSAY)
    assert work.id == work_id("Essay")
    return add_files(desk, work, (), paths)


def test_a_file_that_is_a_byte_too_large_is_left_out_with_its_size(desk, tmp_path):
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(MOST + 1)
    found = added(desk, path)
    assert found.files == ()
    assert found.refused == ("“film.mp4” has 51 MB; a file may have 50 MB. Make it smaller, or split it.",)


def test_a_file_of_nothing_and_one_that_went_away_are_told(desk, tmp_path):
    empty = tmp_path / "empty.pdf"
    empty.touch()
    found = added(desk, empty, tmp_path / "gone.pdf")
    assert [one.split("”")[0] for one in found.refused] == ["“empty.pdf", "“gone.pdf"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("essay 📷.pdf", "essay 📷.pdf"),
        ("...essay...pdf", "essay...pdf"),
        ("a:b?c.pdf", "a_b_c.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("x" * 240 + ".pdf", "x" * 116 + ".pdf"),
        ("back\\slash.pdf", "slash.pdf"),
    ],
)
def test_names_are_made_safe_before_anybody_sees_them(desk, tmp_path, name, kept):
    path = tmp_path / name
    path.write_bytes(pdf())
    (file,) = added(desk, path).files
    assert file["name"] == kept
