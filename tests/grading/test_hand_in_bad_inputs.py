"""What students hand in that can't be taken, on both databases: each has its sentence, and what was done is kept."""

from typing import Any

import pytest

from shared.core.ids import derived_id
from tests.grading.classroom import Classroom, classroom, file

__all__ = ["classroom"]

LONG = "a" * 296 + ".pdf"


def _files(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**file(f"{at}.pdf"), "sha256": f"{at:064x}", **one} for at, one in enumerate(more)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"bytes": 0}, "file_empty"),
        ({"bytes": 52_428_801}, "file_too_large"),
        ({"name": "run.exe", "type": "pdf"}, "file_type_refused"),
        ({"name": "a", "type": "pdf"}, "file_type_refused"),
        ({"name": "photo.png", "type": "png"}, "file_type_refused"),
        ({"name": ".pdf"}, "file_type_refused"),
    ],
)
def test_a_file_that_cant_be_is_refused_with_a_sentence_that_names_it(
    classroom: Classroom, more: dict[str, Any], code: str
) -> None:
    told = classroom.hand_in(classroom.work(allowed_types=["pdf"]), files=_files(more))
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message.endswith(".")


def test_fifty_megabytes_are_taken(classroom: Classroom) -> None:
    assert classroom.hand_in(classroom.work(), files=_files({"bytes": 52_428_800})).verdict == "applied"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/essay.pdf", "essay.pdf"),
        ("C:\\work\\essay.pdf", "essay.pdf"),
        ("...essay.pdf", "essay.pdf"),
        ("essay 📷.pdf", "essay 📷.pdf"),
        ("es\x00say\u202efdp.pdf", "essayfdp.pdf"),
        ("CON.pdf", "_CON.pdf"),
        (LONG, "a" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe_wherever_they_come_from(classroom: Classroom, name: str, kept: str) -> None:
    told = classroom.hand_in(classroom.work(), files=_files({"name": name}))
    assert told.verdict == "applied"
    (found,) = classroom.row("submission", told.details["submission_id"])["files"]
    assert found["name"] == kept


def test_a_name_longer_than_any_is_refused_whole(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=_files({"name": "a" * 300 + ".pdf"}))
    assert told.verdict == "rejected"


def test_two_names_that_become_one_are_refused(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=_files({"name": "one/essay.pdf"}, {"name": "two/essay.pdf"}))
    assert told.code == "file_name_twice"


def test_six_files_are_too_many(classroom: Classroom) -> None:
    assert classroom.hand_in(classroom.work(), files=_files(*[{}] * 6)).code == "too_many_files"


def test_handed_in_twice_from_two_machines_keeps_both_and_the_later_counts(classroom: Classroom) -> None:
    work = classroom.work()
    first = classroom.hand_in(work, files=_files({"name": "lab.pdf"}))
    classroom.institute.clock.advance(60)
    second = classroom.hand_in(work, target=derived_id("another machine"), files=_files({"name": "home.pdf"}))
    rows = [classroom.row("submission", one.details["submission_id"]) for one in (first, second)]
    assert [one["state"] for one in rows] == ["replaced", "submitted"]
    assert [one["files"][0]["name"] for one in rows] == ["lab.pdf", "home.pdf"]


def test_after_the_cut_off_nothing_is_taken_unless_there_is_more_time(classroom: Classroom) -> None:
    work = classroom.work(due_at="2026-11-19T17:00:00.000Z", cutoff_at="2026-11-19T18:00:00.000Z")
    told = classroom.hand_in(work, text="Late")
    assert (told.verdict, told.code) == ("rejected", "after_cutoff")
    classroom.extend(work, "2026-12-19T17:00:00.000Z")
    assert classroom.hand_in(work, text="Late").verdict == "applied"


def test_whoever_left_the_course_has_it_kept_for_the_office(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.leave()
    told = classroom.hand_in(work, text="Done offline before")
    assert (told.verdict, told.code) == ("held", "not_enrolled")


def test_files_given_with_work_have_safe_names_too(classroom: Classroom) -> None:
    work = classroom.work(attachments=[{**file("../brief.pdf"), "sha256": "c" * 64}])
    assert classroom.row("assignment", work)["attachments"][0]["name"] == "brief.pdf"
