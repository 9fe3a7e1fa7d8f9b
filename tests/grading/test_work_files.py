"""Who reads which file of work, on both databases: who sees the row that names it, and nobody by the hash alone."""

from server.grading.file_access import may_read
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom, file
from tests.institute import Device

__all__ = ["classroom"]

HASH, OTHER = "a" * 64, "b" * 64


def _named(sha256: str) -> dict[str, object]:
    return {**file("essay.pdf"), "sha256": sha256}


def _bring(classroom: Classroom, who: Device, sha256: str, state: str = "stored") -> None:
    """Write down that someone brought a file in."""
    classroom.institute.parts.database.write(
        lambda db: db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :id, :p, :sha256, 'essay.pdf', 'pdf', 100, :state, '', '',"
            " true, :now, :now)",
            o=who.actor.organisation_id,
            id=classroom.new(),
            p=who.actor.person_id,
            sha256=sha256,
            state=state,
            now="2026-11-20T08:00:00.000Z",
        )
    )


def _may(classroom: Classroom, who: Device, sha256: str = HASH) -> bool:
    parts = classroom.institute.parts
    with parts.database.read() as db:
        return may_read(db, parts.access.refreshed(db, who.actor), sha256)


def test_a_hand_in_is_read_by_its_student_and_by_who_teaches_the_class(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.hand_in(work, files=[_named(HASH)]).verdict == "applied"
    assert not _may(classroom, classroom.student), "it hasn't come yet"
    _bring(classroom, classroom.student, HASH)
    assert _may(classroom, classroom.student)
    assert _may(classroom, classroom.ama)
    assert _may(classroom, classroom.institute.devices["registrar"])
    assert _may(classroom, classroom.institute.device("auditor", Role.AUDITOR, "Yaa Boateng"))
    assert not _may(classroom, classroom.institute.device("cashier", Role.CASHIER, "Kwesi Appiah"))
    assert not _may(classroom, classroom.yaw), "teaches another class"
    assert not _may(classroom, classroom.ama, OTHER)
    classroom.unassign(classroom.kofi)
    assert not _may(classroom, classroom.kofi), "no longer teaches it"


def test_naming_the_hash_of_anothers_file_opens_nothing(classroom: Classroom) -> None:
    _bring(classroom, classroom.yaw, HASH)
    work = classroom.work()
    assert classroom.hand_in(work, files=[_named(HASH)]).verdict == "applied"
    assert not _may(classroom, classroom.student)


def test_a_file_that_was_put_aside_is_read_by_nobody(classroom: Classroom) -> None:
    _bring(classroom, classroom.student, HASH, "quarantined")
    work = classroom.work()
    assert classroom.hand_in(work, files=[_named(HASH)]).verdict == "applied"
    assert not _may(classroom, classroom.student)
    assert not _may(classroom, classroom.ama)


def test_what_is_attached_to_work_is_read_by_the_class_once_it_is_shown(classroom: Classroom) -> None:
    classroom.work(state="draft", attachments=[_named(HASH)])
    assert _may(classroom, classroom.ama)
    assert not _may(classroom, classroom.student)
    classroom.work(attachments=[_named(HASH)])
    assert _may(classroom, classroom.student)
    assert not _may(classroom, classroom.yaw)
