"""Photos on the server: kept, refused, removed, and two that meet."""

import base64
from typing import Any

import pytest

from shared.core.ids import derived_id
from shared.people.card_commands import PROJECTIONS
from shared.people.photos import MOST_BYTES, jpeg_size, photo_digest, photo_error, photo_id
from tests.institute import Institute
from tests.people.pictures import encoded, image, kept_photo
from tests.people.test_numbering import _command

ONE, TWO = kept_photo("#3350c4"), kept_photo("#b0261f")


def _set(
    institute: Institute, photo: str | None, base: str | None = None, old: str | None = None, by: str = "registrar"
) -> Any:
    person_id = institute.students[0]
    payload = {"person_id": person_id, "jpeg_base64": photo, "old_digest": photo_digest(old)}
    device = getattr(institute, by)
    return device.do("SetPersonPhoto", photo_id(person_id), payload, base)


def _kept(institute: Institute) -> str | None:
    with institute.parts.database.read() as db:
        row = db.one("SELECT jpeg_base64 FROM person_photo WHERE person_id = :id", id=institute.students[0])
    assert row is not None
    return row[0]


def test_a_photo_is_kept_replaced_removed_and_brought_back(institute: Institute) -> None:
    first = _set(institute, ONE)
    assert first.verdict == "applied"
    second = _set(institute, TWO, first.revision, ONE)
    assert (second.verdict, _kept(institute)) == ("applied", TWO)
    gone = _set(institute, None, second.revision, TWO)
    assert (gone.verdict, _kept(institute)) == ("applied", None)
    assert _set(institute, TWO, gone.revision).verdict == "applied"
    assert _kept(institute) == TWO


def test_whoever_sees_the_person_gets_the_photo(institute: Institute) -> None:
    _set(institute, ONE)
    with institute.parts.database.read() as db:
        row = db.one("SELECT scope, also, entry FROM feed_row WHERE kind = 'person_photo'")
    assert row is not None
    student = institute.students[0]
    assert row[:2] == (f"profile:{student}", f"person:{student}")
    assert ONE in row[2]


def test_two_photos_that_meet_are_both_kept(institute: Institute) -> None:
    _set(institute, ONE)
    same = _set(institute, ONE)
    assert same.verdict == "agreed"
    clash = _set(institute, TWO)
    assert (clash.verdict, _kept(institute)) == ("conflict", ONE)
    settled = institute.registrar.do(
        "SettleConflict", str(clash.conflict_id), {"choices": {"jpeg_base64": clash.command_id}}
    )
    assert (settled.verdict, _kept(institute)) == ("applied", TWO)


def test_an_old_base_with_the_photo_that_was_seen_still_replaces_it(institute: Institute) -> None:
    first = _set(institute, ONE)
    second = _set(institute, None, first.revision, ONE)
    third = _set(institute, ONE, second.revision)
    assert third.verdict == "applied"
    assert _set(institute, TWO, first.revision, ONE).verdict == "applied"


def test_what_is_refused(institute: Institute) -> None:
    assert _set(institute, ONE, by="ama").code == "not_allowed"
    for bad in (
        "not base64!",
        base64.b64encode(b"GIF89a").decode(),
        base64.b64encode(encoded(image(240, 301))).decode(),
    ):
        told = _set(institute, bad)
        assert (told.verdict, told.code) == ("rejected", "photo_invalid")
    payload = {"person_id": institute.students[0], "jpeg_base64": ONE}
    other = institute.registrar.do("SetPersonPhoto", photo_id(institute.students[1]), payload)
    assert other.code == "photo_of_another"
    stranger = institute.parts.new_id()
    waiting = institute.registrar.do("SetPersonPhoto", photo_id(stranger), {"person_id": stranger, "jpeg_base64": ONE})
    assert (waiting.verdict, waiting.code) == ("held", "waits_for_creation")


def test_a_photo_over_the_limit_is_told_with_its_size() -> None:
    content = base64.b64decode(ONE) + b"\0" * MOST_BYTES
    assert "40 KB" in str(photo_error(base64.b64encode(content).decode()))
    assert photo_error(ONE) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x04ab", b"\xff\xd8\xff\xda" + b"\0" * 40]
)
def test_a_head_without_a_size_is_no_photo(content: bytes) -> None:
    assert jpeg_size(content) is None


def test_a_photo_shows_before_the_server_has_spoken() -> None:
    person_id = derived_id("person", "one")
    command = _command("SetPersonPhoto", {"person_id": person_id, "jpeg_base64": ONE})
    draft = PROJECTIONS["SetPersonPhoto"](command, lambda _kind, _id: None)[0]
    assert (draft.kind, draft.parent) == ("person_photo", person_id)
    assert draft.body is not None
    assert draft.body["jpeg_base64"] == ONE
