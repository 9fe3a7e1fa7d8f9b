"""What the server makes of skills, observations, signatures and portfolios, on both databases, and who sees them."""

import pytest

from server.core.batch import Origin
from server.grading import file_access, skill_files
from server.people import organisations
from shared.grading.portfolio import portfolio_item_id
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom
from tests.grading.skill_rows import VERIFIER, by_pin, drawn
from tests.grading.test_mark_feed import Wire, _grow, kinds, statements
from tests.grading.test_work_files import _bring
from tests.institute import Device, Institute, targets

__all__ = ["classroom", "statements"]


def _skill(classroom: Classroom, by: Device | None = None, target: str = "", base: str | None = None, **more: object):
    payload = {"course_id": classroom.institute.course_id, "name": "Set up a camera", **more}
    return (by or classroom.ama).do("SaveSkill", target or classroom.new(), payload, base)


def _supervisor(classroom: Classroom, by: Device | None = None, target: str = "", **more: object):
    payload = {"employer": "Volta Films", "name": "Efua Sarpong", "verifier": VERIFIER, **more}
    base = classroom.revision("skill_supervisor", target) if target else None
    return (by or classroom.ama).do("SaveSupervisor", target or classroom.new(), payload, base)


def _observe(classroom: Classroom, skill: str, by: Device | None = None, at: int = 0, **more: object):
    target = str(more.pop("target", "")) or classroom.new()
    payload = {"skill_id": skill, "enrolment_id": classroom.institute.enrolments[at], "judged": "competent", **more}
    return (by or classroom.ama).do("RecordSkillObservation", target, payload)


def _row(classroom: Classroom, told):
    return classroom.row("skill_observation", told.target_id)


@pytest.fixture
def skill(classroom: Classroom) -> str:
    told = _skill(classroom)
    assert told.verdict == "applied", told
    return told.target_id


def test_a_skill_is_kept_changed_and_taken_off(classroom: Classroom, skill: str) -> None:
    base = classroom.revision("skill", skill)
    assert _skill(classroom, target=skill, base=base, proof="count", needed=3).verdict == "applied"
    assert classroom.row("skill", skill)["needed"] == 3
    assert _skill(classroom, target=skill, base=base, proof="count", needed=3).verdict == "agreed"
    told = _skill(classroom, classroom.kofi, skill, base, name="Set up a light")
    assert told.verdict == "conflict"
    assert classroom.row("skill", skill)["name"] == "Set up a camera"
    assert classroom.settle(told, told.command_id, name="whole").verdict == "applied"
    assert classroom.row("skill", skill)["name"] == "Set up a light"
    other = classroom.new()
    classroom.institute.system.do("AddCourse", other, {"code": "FILM", "title": "Film"})
    base = classroom.revision("skill", skill)
    assert _skill(classroom, target=skill, base=base, course_id=other).code == "skill_other_course"
    assert _skill(classroom, course_id=classroom.new()).code == "waits_for_creation"
    assert _skill(classroom, classroom.student).code == "not_allowed"


def test_two_observers_dont_overwrite_each_other(classroom: Classroom, skill: str) -> None:
    one = _observe(classroom, skill, note="Steady.", place="Volta Films")
    two = _observe(classroom, skill, classroom.kofi, judged="not_yet")
    assert {one.verdict, two.verdict} == {"applied"}
    assert (_row(classroom, one)["observer_name"], _row(classroom, one)["judged"]) == ("Ama Owusu", "competent")
    assert _row(classroom, two)["observer_name"] == "Kofi Boateng"
    again = _observe(classroom, skill, classroom.kofi, target=one.target_id, note="Mine")
    assert again.code == "observation_exists"
    assert _row(classroom, one)["note"] == "Steady."


def test_the_time_is_the_devices_but_never_after_it_was_received(classroom: Classroom, skill: str) -> None:
    payload = {"skill_id": skill, "enrolment_id": classroom.institute.enrolments[0], "judged": "competent"}
    told = classroom.ama.do("RecordSkillObservation", classroom.new(), payload, observed_at="2030-01-01T00:00:00.000Z")
    assert _row(classroom, told)["at"] < "2027"


def test_who_observes_whom(classroom: Classroom, skill: str) -> None:
    assert _observe(classroom, skill, classroom.student).code == "not_allowed"
    assert _observe(classroom, skill, classroom.yaw).code == "not_teaching"
    assert _observe(classroom, classroom.new()).code == "waits_for_creation"
    other = classroom.new()
    classroom.institute.system.do("AddCourse", other, {"code": "FILM", "title": "Film"})
    elsewhere = _skill(classroom, course_id=other).target_id
    assert _observe(classroom, elsewhere).code == "skill_other_course"
    classroom.leave(0)
    held = _observe(classroom, skill)
    assert (held.verdict, held.code) == ("held", "not_enrolled")
    office = classroom.institute.devices["registrar"]
    assert classroom.settle(held, "accept", office, "held").verdict == "applied"
    assert _row(classroom, held)["observer_name"] == "Ama Owusu"
    classroom.archive()
    assert _observe(classroom, skill, at=1).code == "course_archived"


def test_a_supervisor_signs_by_pin_and_the_first_signature_counts(classroom: Classroom, skill: str) -> None:
    signer = _supervisor(classroom).target_id
    seen = [_observe(classroom, skill, at=at) for at in (0, 1)]
    given = {**by_pin(), "supervisor_id": signer}
    first, second = (told.target_id for told in seen)
    told = classroom.kofi.send(
        classroom.kofi.command("SignSkillObservations", first, {"signature": given}, more_targets=targets(second))
    )
    assert {one.verdict for one in told} == {"applied"}
    row = classroom.row("skill_observation", second)
    assert (row["signature"]["name"], row["witness_name"]) == ("Efua Sarpong", "Kofi Boateng")
    assert row["signed_at"]
    assert classroom.ama.do("SignSkillObservations", first, {"signature": given}).verdict == "agreed"
    assert classroom.ama.do("SignSkillObservations", first, {"signature": drawn()}).code == "signed_already"
    assert classroom.row("skill_observation", first)["witness_name"] == "Kofi Boateng"
    unsigned = classroom.ama.do("SignSkillObservations", classroom.new(), {"signature": given})
    assert unsigned.code == "waits_for_creation"


def test_who_is_off_the_list_signs_only_if_the_office_agrees(classroom: Classroom, skill: str) -> None:
    signer = _supervisor(classroom).target_id
    assert _supervisor(classroom, target=signer, removed=True).verdict == "applied"
    given = {**by_pin(), "supervisor_id": signer}
    held = _observe(classroom, skill, signature=given)
    assert (held.verdict, held.code) == ("held", "supervisor_unknown")
    assert _observe(classroom, skill, signature=drawn()).verdict == "applied"
    office = classroom.institute.devices["registrar"]
    assert classroom.settle(held, "accept", office, "held").verdict == "applied"
    assert _row(classroom, held)["signature"]["how"] == "pin"
    assert _supervisor(classroom, classroom.student).code == "not_allowed"


def test_an_observation_is_taken_back_by_its_observer_or_the_office(classroom: Classroom, skill: str) -> None:
    told = _observe(classroom, skill)
    take = {"reason": "Another student"}
    assert classroom.kofi.do("WithdrawSkillObservation", told.target_id, take).code == "not_allowed"
    assert classroom.ama.do("WithdrawSkillObservation", told.target_id, take).verdict == "applied"
    assert _row(classroom, told)["withdrawn_by_name"] == "Ama Owusu"
    assert classroom.ama.do("WithdrawSkillObservation", told.target_id, take).verdict == "agreed"
    signing = classroom.ama.do("SignSkillObservations", told.target_id, {"signature": drawn()})
    assert signing.code == "observation_withdrawn"
    office = classroom.institute.devices["registrar"]
    assert office.do("WithdrawSkillObservation", told.target_id, {"back": True}).verdict == "applied"
    assert _row(classroom, told)["state"] == "kept"
    missing = classroom.ama.do("WithdrawSkillObservation", classroom.new(), take)
    assert missing.code == "waits_for_creation"


def test_the_unassigned_instructors_signature_waits_for_the_office(classroom: Classroom, skill: str) -> None:
    told = _observe(classroom, skill)
    classroom.unassign(classroom.kofi)
    held = classroom.kofi.do("SignSkillObservations", told.target_id, {"signature": drawn()})
    assert (held.verdict, held.code) == ("held", "not_teaching")
    office = classroom.institute.devices["registrar"]
    assert classroom.settle(held, "accept", office, "held").verdict == "applied"
    assert _row(classroom, told)["signature"]["name"] == "Efua Sarpong"


SKILLS = {"skill", "skill_observation", "skill_supervisor", "portfolio_item"}


def test_who_sees_what_of_the_logbook(classroom: Classroom, skill: str) -> None:
    """Own, same class, other class, cash desk, other institute, office."""
    mate = classroom.institute.device("mate", Role.STUDENT, "Afia Boadu")
    classroom.institute.system.do(
        "EnrolPerson", classroom.new(), {"cohort_id": classroom.cohort_id, "person_id": mate.actor.person_id}
    )
    stranger = classroom.institute.device("stranger", Role.STUDENT, "Kojo Adu")
    _supervisor(classroom)
    _observe(classroom, skill, note="Only for Esi")
    assert _seen(classroom, classroom.student) == {"skill", "skill_observation"}
    assert _seen(classroom, mate) == {"skill"}
    assert _seen(classroom, stranger) == set()
    assert _seen(classroom, classroom.yaw) == {"skill_supervisor"}
    assert _seen(classroom, classroom.ama) == {"skill", "skill_observation", "skill_supervisor"}
    assert _seen(classroom, classroom.institute.devices["registrar"]) == {
        *("skill", "skill_observation", "skill_supervisor"),
    }
    cashier = classroom.institute.device("cashier", Role.CASHIER, "Kwesi Appiah")
    assert _seen(classroom, cashier) == {"skill"}
    auditor = classroom.institute.device("auditor", Role.AUDITOR, "Yaa Boateng")
    assert _seen(classroom, auditor) == {"skill", "skill_observation"}
    assert b"Only for Esi" in Wire(classroom, classroom.student).fresh()
    for other in (mate, stranger, cashier, classroom.yaw):
        assert b"Only for Esi" not in Wire(classroom, other).fresh()
    assert VERIFIER.encode() not in Wire(classroom, classroom.student).fresh()


def _seen(classroom: Classroom, who: Device) -> set[str]:
    told = Wire(classroom, who).fresh()
    return kinds(told, "snapshot_changes") & SKILLS


def test_another_institute_sees_nothing(classroom: Classroom, skill: str) -> None:
    told = _observe(classroom, skill)
    parts, clock = classroom.institute.parts, classroom.institute.clock
    wanted = organisations.NewOrganisation("film", "Film Institute")
    organisation_id = organisations.create(parts.database, clock, parts.new_id, wanted)
    elsewhere = Institute(parts, clock, organisation_id)
    actor = organisations.system_actor(organisation_id, classroom.new())
    elsewhere.devices["system"] = Device(elsewhere, actor, Origin(classroom.new()))
    boss = elsewhere.device("boss", Role.REGISTRAR, "Abena Osei")
    assert _seen(classroom, boss) == set()
    assert boss.do("WithdrawSkillObservation", told.target_id, {}).code == "waits_for_creation"
    assert _row(classroom, told)["state"] == "kept"


def test_photos_and_signatures_are_for_the_student_and_who_marks(classroom: Classroom, skill: str) -> None:
    photo, mark = "a" * 64, "b" * 64
    file = {"sha256": photo, "name": "tripod.jpg", "bytes": 900, "type": "jpeg"}
    signature = {**drawn(), "file": {"sha256": mark, "name": "signature.png", "bytes": 9, "type": "png"}}
    told = _observe(classroom, skill, files=[file])
    assert classroom.kofi.do("SignSkillObservations", told.target_id, {"signature": signature}).verdict == "applied"
    assert not _may(classroom, classroom.student, photo), "it hasn't come yet"
    _bring(classroom, classroom.ama, photo)
    _bring(classroom, classroom.kofi, mark)
    mate = classroom.institute.device("mate", Role.STUDENT, "Afia Boadu")
    cashier = classroom.institute.device("cashier", Role.CASHIER, "Kwesi Appiah")
    for sha256 in (photo, mark):
        for who in (classroom.student, classroom.ama, classroom.kofi, classroom.institute.devices["registrar"]):
            assert _may(classroom, who, sha256)
        for who in (classroom.yaw, mate, cashier):
            assert not _may(classroom, who, sha256)


def test_naming_the_hash_of_anothers_file_opens_nothing(classroom: Classroom, skill: str) -> None:
    stolen = "c" * 64
    _bring(classroom, classroom.yaw, stolen)
    file = {"sha256": stolen, "name": "x.jpg", "bytes": 9, "type": "jpeg"}
    _observe(classroom, skill, files=[file], signature={**drawn(), "file": file})
    assert not _may(classroom, classroom.ama, stolen)
    assert not _may(classroom, classroom.student, stolen)


def _may(classroom: Classroom, who: Device, sha256: str) -> bool:
    parts = classroom.institute.parts
    with parts.database.read() as db:
        actor = parts.access.refreshed(db, who.actor)
        assert not file_access.may_read(db, actor, sha256)
        return skill_files.may_read(db, actor, sha256)


def _choose(classroom: Classroom, submission: str, by: Device | None = None, **more: object):
    target = str(more.pop("target", "")) or portfolio_item_id(submission)
    base = classroom.revision("portfolio_item", target)
    return (by or classroom.student).do("SavePortfolioItem", target, {"submission_id": submission, **more}, base)


def test_a_student_shows_own_work_once_its_mark_is_published(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    assert _choose(classroom, submission).code == "not_released"
    classroom.mark(work, "40")
    assert _choose(classroom, submission).code == "not_released"
    classroom.release(work, 0)
    assert _choose(classroom, submission, classroom.ama).code == "not_allowed"
    mate = classroom.institute.device("mate", Role.STUDENT, "Afia Boadu")
    assert _choose(classroom, submission, mate).code == "not_allowed"
    assert _choose(classroom, submission, target=classroom.new()).code == "field_invalid"
    assert _choose(classroom, classroom.new()).code == "waits_for_creation"
    told = _choose(classroom, submission, caption=" My best ", position=1)
    assert told.verdict == "applied"
    row = classroom.row("portfolio_item", told.target_id)
    assert (row["caption"], row["position"], row["state"]) == ("My best", 1, "kept")
    assert _choose(classroom, submission, caption="My best", position=1).verdict == "agreed"
    assert _seen(classroom, mate) == set()
    assert "portfolio_item" in _seen(classroom, classroom.ama)
    assert "portfolio_item" in _seen(classroom, classroom.student)
    assert "portfolio_item" not in _seen(classroom, classroom.yaw)
    assert _choose(classroom, submission, removed=True).verdict == "applied"
    assert classroom.row("portfolio_item", told.target_id)["state"] == "removed"


def test_two_captions_from_two_machines_are_both_kept(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    classroom.mark(work, "40")
    classroom.release(work, 0)
    base = _choose(classroom, submission).revision
    target = portfolio_item_id(submission)
    one = classroom.student.do("SavePortfolioItem", target, {"submission_id": submission, "caption": "One"}, base)
    two = classroom.lab.do("SavePortfolioItem", target, {"submission_id": submission, "caption": "Two"}, base)
    assert (one.verdict, two.verdict) == ("applied", "conflict")
    assert classroom.settle(two, two.command_id, classroom.student, "whole").verdict == "applied"
    assert classroom.row("portfolio_item", target)["caption"] == "Two"


def test_a_class_of_sixty_takes_no_statement_more(classroom: Classroom, skill: str, statements: list[str]) -> None:
    taken = []
    for size in (6, 60):
        _grow(classroom, size)
        ama = classroom.ama
        asked = [
            {"skill_id": skill, "enrolment_id": one, "judged": "competent"}
            for one in classroom.institute.enrolments[:size]
        ]
        commands = [ama.command("RecordSkillObservation", classroom.new(), payload) for payload in asked]
        classroom.institute.refreshed(ama.actor)
        statements.clear()
        assert {one.verdict for one in ama.send(*commands)} == {"applied"}
        recorded = len(statements)
        first, *more = [one.target_id for one in commands]
        statements.clear()
        signing = ama.command("SignSkillObservations", first, {"signature": drawn()}, more_targets=targets(*more))
        assert {one.verdict for one in ama.send(signing)} == {"applied"}
        taken.append((recorded, len(statements)))
    assert taken[0] == taken[1]
    assert max(taken[0]) <= 14, taken


def test_a_disputed_pin_shows_its_hash_to_those_alone_who_let_employers_sign(classroom: Classroom) -> None:
    signer = _supervisor(classroom).target_id
    base = classroom.revision("skill_supervisor", signer)
    hashes = [VERIFIER[:-3] + end for end in ("abc", "xyz")]
    for who, verifier in zip((classroom.ama, classroom.kofi), hashes, strict=True):
        payload = {"employer": "Volta Films", "name": "Efua Sarpong", "verifier": verifier}
        told = who.do("SaveSupervisor", signer, payload, base)
    assert told.verdict == "conflict"
    seen = Wire(classroom, classroom.yaw).fresh()
    assert hashes[0].encode() in seen
    for role in (Role.AUDITOR, Role.CASHIER, Role.ATTENDANCE_OFFICER, Role.STUDENT):
        other = classroom.institute.device(str(role), role, f"{role} Darko")
        for wire in (Wire(classroom, other).fresh(), Wire(classroom, classroom.student).fresh()):
            assert [one for one in hashes if one.encode() in wire] == []
    assert classroom.settle(told, told.command_id, classroom.ama, "whole").verdict == "applied"
    assert classroom.row("skill_supervisor", signer)["verifier"] == hashes[1]


def test_what_was_seen_of_a_walk_in_goes_to_who_he_turns_out_to_be(classroom: Classroom, skill: str) -> None:
    known, enrolment = classroom.institute.device("known", Role.STUDENT, "Kwaku Known"), classroom.new()
    payload = {
        "session_id": classroom.institute.session_id,
        "cohort_id": classroom.cohort_id,
        "person_id": classroom.new(),
        "given_name": "Walk",
    }
    assert classroom.ama.do("AddWalkIn", enrolment, payload).verdict == "applied"
    classroom.institute.enrolments.append(enrolment)
    at = len(classroom.institute.enrolments) - 1
    before = _observe(classroom, skill, at=at, note="Before")
    assert _seen(classroom, known) == set()
    office = classroom.institute.devices["registrar"]
    base = classroom.revision("enrolment", enrolment)
    told = office.do("ConfirmEnrolment", enrolment, {"person_id": known.actor.person_id}, base)
    assert told.verdict == "applied", told
    after = _observe(classroom, skill, classroom.kofi, at=at, note="After")
    assert after.verdict == "applied"
    for one in (before, after):
        row = _row(classroom, one)
        assert row["person_id"] == known.actor.person_id
        assert row["enrolment_id"] == told.details["existing_id"]
    fresh = Wire(classroom, known).fresh()
    assert b"Before" in fresh
    assert b"After" in fresh
    signing = classroom.ama.do("SignSkillObservations", before.target_id, {"signature": drawn()}, before.revision)
    assert signing.verdict == "applied"
