"""Which kinds of files work takes, as typed and as they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.file_types import TYPES
from shared.grading.assignment_rules import assignment_fault, assignment_from
from shared.grading.file_kind_rules import RECORDED, fits, kinds_taken, read_kinds, unknown_kinds
from tests.grading.work_rows import COHORT


@pytest.mark.parametrize(
    ("typed", "kept", "unknown"),
    [
        ("", (), ()),
        ("PDF, .docx;jpg  JPEG", ("pdf", "docx", "jpeg"), ()),
        ("py text", ("py", "text"), ()),
        ("m4v", ("mp4",), ()),
        ("pdf, exe, ./etc", ("pdf",), ("exe", "/etc")),
        ("pdf pdf exe exe", ("pdf",), ("exe",)),
    ],
)
def test_what_is_typed_is_kept_in_one_form_and_what_no_file_can_be_is_named(typed, kept, unknown):
    assert read_kinds(typed) == (kept, unknown)


def test_kinds_that_no_file_can_be_are_found_in_what_is_kept():
    assert unknown_kinds(["pdf", "jpg", "exe", ""]) == ("", "exe")


@pytest.mark.parametrize(
    ("takes", "allowed", "taken"),
    [
        (["file"], [], set()),
        (["file"], ["PDF", ".docx"], {"pdf", "docx"}),
        (["recording"], [], set(RECORDED)),
        (["file", "recording"], [], set()),
        (["file", "recording"], ["pdf"], {"pdf", *RECORDED}),
        (["text"], [], set()),
        (None, None, set()),
    ],
)
def test_recordings_are_taken_as_a_computer_makes_them_whatever_other_files_may_be(takes, allowed, taken):
    assert kinds_taken({"takes": takes, "allowed_types": allowed}) == taken


@pytest.mark.parametrize(
    ("kind", "taken", "fine"),
    [
        ("exe", [], True),
        ("exe", ["pdf"], False),
        ("JPG", ["jpeg"], True),
        ("jpeg", ["jpg"], True),
        ("py", ["text"], True),
        ("js", ["py"], False),
        ("text", ["py"], False),
        ("webm", RECORDED, True),
        ("docx", ["pdf"], False),
    ],
)
def test_a_file_fits_by_its_type_and_text_by_its_ending(kind, taken, fine):
    assert fits(kind, taken) is fine


@given(st.lists(st.sampled_from(sorted({ending for one in TYPES.values() for ending in one.endings})), min_size=1))
def test_every_kind_that_was_typed_is_taken_and_none_is_unknown(endings):
    kept, unknown = read_kinds(", ".join(endings))
    assert unknown == ()
    assert all(fits(one, kept) for one in endings)
    assert unknown_kinds(kept) == ()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"allowed_types": ["pdf", "exe"]}, "file_kind_unknown"),
        ({"attachments": [{"sha256": "a" * 64, "name": one, "bytes": 3} for one in "xy"]}, "attachment_twice"),
        ({"allowed_types": ["jpg"]}, None),
    ],
)
def test_work_asks_for_no_kind_that_nobody_can_hand_in_and_gives_no_file_twice(more, code):
    made = assignment_from({"cohort_id": COHORT, "title": "Portraits", "takes": ["file"], **more})
    fault = assignment_fault(made)
    assert (fault and fault.code) == code
