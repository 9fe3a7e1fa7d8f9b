"""Where the files of a hand-in are, on both databases: waiting, stored or put aside, as the server itself found."""

from types import SimpleNamespace
from typing import Any

from server.areas import AREAS
from server.core.area import SettledFile
from shared.core.outcome import Outcome
from tests.grading.classroom import Classroom, classroom, file
from tests.institute import Device

__all__ = ["classroom"]

HASH, OTHER = "a" * 64, "b" * 64


def _named(sha256: str = HASH, name: str = "essay.pdf") -> dict[str, Any]:
    return {**file(name), "sha256": sha256}


def _settle(classroom: Classroom, who: Device, sha256: str = HASH, state: str = "stored", why: str = "") -> None:
    """Let the server tell every area that a file was brought in."""
    parts = classroom.institute.parts
    context = SimpleNamespace(database=parts.database, door=parts.door)
    told = SettledFile(
        organisation_id=who.actor.organisation_id,
        person_id=who.actor.person_id,
        sha256=sha256,
        name="essay.pdf",
        kind="pdf",
        bytes=100,
        state=state,
        sentence=why,
    )
    for area in AREAS:
        if area.file_settled is not None:
            area.file_settled(context, told)


def _upload(classroom: Classroom, who: Device, state: str, sha256: str = HASH, why: str = "") -> None:
    """Write down how someone's upload stands."""
    classroom.institute.parts.database.write(
        lambda db: db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :id, :p, :sha256, 'essay.pdf', 'pdf', 100, :state, '', :why,"
            " true, :now, :now)",
            o=who.actor.organisation_id,
            id=classroom.new(),
            p=who.actor.person_id,
            sha256=sha256,
            state=state,
            why=why,
            now="2026-11-20T08:00:00.000Z",
        )
    )


def _states(classroom: Classroom, told: Outcome) -> list[str]:
    return [one["state"] for one in classroom.row("submission", told.details["submission_id"])["files"]]


def test_a_file_waits_until_it_is_stored_and_the_feed_says_so(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=[_named(), _named(OTHER, "notes.pdf")])
    assert _states(classroom, told) == ["waiting", "waiting"]
    before = classroom.entry("submission", told.target_id)
    _settle(classroom, classroom.student)
    assert _states(classroom, told) == ["stored", "waiting"]
    after = classroom.entry("submission", told.target_id)
    assert before is not None
    assert after is not None
    assert after["seq"] > before["seq"], "devices fetch it"
    assert after["revision"] == before["revision"], "nobody's change meets another one by it"


def test_a_file_that_was_put_aside_says_so_and_an_honest_one_of_the_same_content_counts(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=[_named()])
    _settle(classroom, classroom.student, state="quarantined")
    assert _states(classroom, told) == ["quarantined"]
    _settle(classroom, classroom.student)
    assert _states(classroom, told) == ["stored"]
    _settle(classroom, classroom.student, state="quarantined")
    assert _states(classroom, told) == ["stored"]


def test_telling_twice_changes_nothing(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=[_named()])
    _settle(classroom, classroom.student)
    once = classroom.entry("submission", told.target_id)
    _settle(classroom, classroom.student)
    assert classroom.entry("submission", told.target_id) == once


def test_a_file_that_came_before_the_hand_in_is_stored_at_once(classroom: Classroom) -> None:
    _upload(classroom, classroom.student, "quarantined")
    _upload(classroom, classroom.student, "stored")
    _upload(classroom, classroom.student, "receiving", OTHER)
    told = classroom.hand_in(classroom.work(), files=[_named(), _named(OTHER, "notes.pdf")])
    assert _states(classroom, told) == ["stored", "waiting"]


def test_only_whoever_handed_the_work_in_brings_its_files(classroom: Classroom) -> None:
    _upload(classroom, classroom.yaw, "stored")
    told = classroom.hand_in(classroom.work(), files=[_named()])
    assert _states(classroom, told) == ["waiting"]
    _settle(classroom, classroom.yaw)
    assert _states(classroom, told) == ["waiting"]


def test_what_a_device_says_of_its_files_counts_for_nothing(classroom: Classroom) -> None:
    told = classroom.hand_in(classroom.work(), files=[{**_named(), "state": "stored"}])
    assert _states(classroom, told) == ["waiting"]


def test_a_draft_goes_on_from_what_its_device_knows_though_a_file_was_stored_meanwhile(classroom: Classroom) -> None:
    work = classroom.work()
    kept = classroom.save(work, files=[_named()])
    _upload(classroom, classroom.student, "stored")
    _settle(classroom, classroom.student)
    told = classroom.hand_in(work, target=kept.target_id, base=kept.command_id, files=[_named()])
    assert told.details["submission_id"] == kept.target_id, "the same attempt, not one beside it"
    assert _states(classroom, told) == ["stored"]
    again = classroom.hand_in(work, target=kept.target_id, base=told.command_id, files=[_named()])
    assert again.verdict == "agreed"


def test_a_file_that_was_put_aside_says_why_in_the_servers_own_words(classroom: Classroom) -> None:
    why = "“essay.pdf” isn't what its name says."
    told = classroom.hand_in(classroom.work(), files=[_named()])
    _settle(classroom, classroom.student, state="quarantined", why=why)
    (file,) = classroom.row("submission", told.details["submission_id"])["files"]
    assert (file["state"], file["why"]) == ("quarantined", why)
    _settle(classroom, classroom.student)
    (file,) = classroom.row("submission", told.details["submission_id"])["files"]
    assert file["state"] == "stored"
    assert "why" not in file


def test_the_reason_is_there_at_once_where_the_file_came_before_the_hand_in(classroom: Classroom) -> None:
    _upload(classroom, classroom.student, "quarantined", why="“essay.pdf” has macros.")
    told = classroom.hand_in(classroom.work(), files=[{**_named(), "why": "I say so"}])
    (file,) = classroom.row("submission", told.details["submission_id"])["files"]
    assert file["why"] == "“essay.pdf” has macros."
    again = classroom.hand_in(classroom.work(), files=[{**_named(OTHER), "why": "I say so"}])
    (file,) = classroom.row("submission", again.details["submission_id"])["files"]
    assert "why" not in file
