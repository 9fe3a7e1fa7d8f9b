"""Reviews by students on the server: who reviews whom, what a review may be, and who ever sees what of it."""

from typing import Any

import orjson
import pytest

from server.grading.file_access import may_read
from shared.core.outcome import Outcome
from shared.grading.peer_models import PeerFeedback, PeerReview, PeerTask
from shared.people.vocabulary import Role
from tests.grading.classroom import Classroom, classroom, file
from tests.grading.test_mark_feed import Wire
from tests.institute import Device

__all__ = ["classroom"]

NAMES = ("Esi Asante", "Abena Osei", "Kwame Boakye")


@pytest.fixture
def students(classroom: Classroom) -> list[Device]:
    """Esi, Abena and Kwame, at the first three places of the class."""
    found = [classroom.student]
    for at, name in enumerate(NAMES[1:], 1):
        device = classroom.institute.device(name.split(maxsplit=1)[0].lower(), Role.STUDENT, name)
        payload = {"cohort_id": classroom.cohort_id, "person_id": device.actor.person_id}
        told = classroom.institute.devices["system"].do("EnrolPerson", classroom.new(), payload)
        classroom.institute.enrolments.insert(at, told.target_id)
        classroom.institute.students.insert(at, device.actor.person_id)
        found.append(device)
    return found


def handed_in_by_all(classroom: Classroom, students: list[Device], count: int = 1, **more: Any) -> str:
    work = classroom.work(peer_reviews=count, **more)
    for at, device in enumerate(students):
        told = classroom.hand_in(work, by=device, at=at, text=f"The answer of number {at}")
        assert told.verdict == "applied", told
    return work


def share(classroom: Classroom, work: str, by: Device | None = None) -> Outcome:
    return (by or classroom.ama).do("ShareOutReviews", work, {})


def reviews(classroom: Classroom, work: str) -> list[dict[str, Any]]:
    rows = classroom.rows("SELECT id FROM peer_review WHERE assignment_id = :w ORDER BY id", w=work)
    return [classroom.row("peer_review", row[0]) for row in rows]


def review_by(classroom: Classroom, work: str, who: Device) -> dict[str, Any]:
    return next(one for one in reviews(classroom, work) if one["reviewer_id"] == who.actor.person_id)


def write(classroom: Classroom, review: str, by: Device, **payload: Any) -> Outcome:
    base = payload.pop("base", classroom.revision("peer_review", review))
    return by.do("SaveReview", review, {"text": "Well lit", "sent": True, **payload}, base)


def fresh(wire: Wire) -> list[dict[str, Any]]:
    return list(orjson.loads(wire.fresh())["snapshot_changes"])


def of_kind(wire: Wire, kind: str) -> list[dict[str, Any]]:
    return [row["body"] for row in fresh(wire) if row["kind"] == kind]


def test_everybody_who_handed_in_reviews_as_many_others(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students, count=2)
    told = share(classroom, work)
    assert (told.verdict, told.details) == ("applied", {"added": 6})
    pairs = {(one["reviewer_id"], one["author_id"]) for one in reviews(classroom, work)}
    people = [one.actor.person_id for one in students]
    assert pairs == {(one, other) for one in people for other in people if one != other}
    assert share(classroom, work).verdict == "agreed"
    assert len(reviews(classroom, work)) == 6


def test_closing_the_work_shares_the_reviews_out(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    assert classroom.change(work, state="closed").verdict == "applied"
    assert len(reviews(classroom, work)) == 3
    assert classroom.change(work, title="Closed portraits").verdict == "applied"
    assert len(reviews(classroom, work)) == 3


def test_who_may_not_share_out(classroom: Classroom, students: list[Device]) -> None:
    work, plain = handed_in_by_all(classroom, students), classroom.work()
    assert share(classroom, plain).code == "no_reviews"
    assert share(classroom, classroom.new()).code == "waits_for_creation"
    assert share(classroom, work, by=students[0]).code == "not_allowed"
    assert share(classroom, work, by=classroom.yaw).code == "not_teaching"
    classroom.archive()
    assert share(classroom, work).code == "course_archived"


def test_one_review_is_given_and_taken_by_hand(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    esi, abena = classroom.institute.enrolments[:2]
    attempt = classroom.rows("SELECT id FROM submission WHERE enrolment_id = :e", e=abena)[0][0]
    payload = {
        "assignment_id": work,
        "reviewer_enrolment_id": esi,
        "author_enrolment_id": abena,
        "submission_id": attempt,
    }
    review = classroom.new()
    assert classroom.ama.do("AssignReview", review, payload).verdict == "applied"
    assert classroom.ama.do("AssignReview", classroom.new(), payload).code == "review_twice"
    own = {**payload, "reviewer_enrolment_id": abena}
    assert classroom.ama.do("AssignReview", classroom.new(), own).code == "own_review"
    other = {**payload, "author_enrolment_id": esi}
    assert classroom.ama.do("AssignReview", classroom.new(), other).code == "attempt_unknown"
    wire = Wire(classroom, students[0])
    assert [one["id"] for one in of_kind(wire, "peer_task")] == [review]
    base = classroom.revision("peer_review", review)
    assert classroom.ama.do("RemoveReview", review, {}, base).verdict == "applied"
    assert of_kind(wire, "peer_task") == []
    assert classroom.ama.do("RemoveReview", review, {}, base).verdict == "agreed"
    assert write(classroom, review, students[0]).code == "review_removed"
    assert classroom.ama.do("RemoveReview", classroom.new(), {}).code == "waits_for_creation"


def test_what_a_reviewer_gets_does_not_say_whose_work_it_is(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    wire = Wire(classroom, students[0])
    share(classroom, work)
    review = review_by(classroom, work, students[0])
    (task,) = of_kind(wire, "peer_task")
    assert PeerTask.model_validate(task).id == PeerReview.model_validate(review).id
    author = next(at for at, one in enumerate(students) if one.actor.person_id == review["author_id"])
    assert task["answer"] == f"The answer of number {author}"
    told = wire.fresh().decode()
    for secret in (review["author_id"], review["author_enrolment_id"], review["submission_id"], NAMES[author]):
        assert secret not in told
    assert '"peer_review"' not in told


def test_files_have_neutral_names_and_are_the_reviewer_s_to_read(classroom: Classroom, students: list[Device]) -> None:
    work = classroom.work(peer_reviews=1)
    content = file("Abena Osei, portrait.pdf")
    classroom.hand_in(work, by=students[1], at=1, text="", files=[content])
    classroom.hand_in(work, by=students[0], at=0)
    share(classroom, work)
    (task,) = of_kind(Wire(classroom, students[0]), "peer_task")
    assert [one["name"] for one in task["files"]] == ["File 1.pdf"]
    place = {"o": students[1].actor.organisation_id, "p": students[1].actor.person_id, "s": content["sha256"]}
    with classroom.institute.parts.database.read() as db:
        assert not may_read(db, students[0].actor, content["sha256"])

    def bring(db: Any) -> None:
        db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :p, :p, :s, 'a', 'pdf', 1, 'stored', '', '', true, '', '')",
            **place,
        )

    classroom.institute.parts.database.write(bring)
    with classroom.institute.parts.database.read() as db:
        assert may_read(db, students[0].actor, content["sha256"])
        assert not may_read(db, students[2].actor, content["sha256"])


def test_authors_see_reviews_with_their_marks_and_not_by_whom(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    share(classroom, work)
    review = review_by(classroom, work, students[0])
    at = next(at for at, one in enumerate(students) if one.actor.person_id == review["author_id"])
    wire, bystander = Wire(classroom, students[at]), Wire(classroom, students[3 - at])
    assert write(classroom, review["id"], students[0], sent=False).verdict == "applied"
    assert write(classroom, review["id"], students[0], text="Very well lit").verdict == "applied"
    assert of_kind(wire, "peer_feedback") == []
    classroom.mark(work, "40", at=at)
    assert of_kind(wire, "peer_feedback") == []
    classroom.release(work, at)
    (feedback,) = of_kind(wire, "peer_feedback")
    assert PeerFeedback.model_validate(feedback).assignment_id == work
    assert feedback["text"] == "Very well lit"
    told = wire.fresh().decode()
    for secret in (review["reviewer_id"], review["reviewer_enrolment_id"], review["id"], NAMES[0]):
        assert secret not in told
    assert of_kind(bystander, "peer_feedback") == []
    late = write(classroom, review["id"], students[0], text="Dark")
    assert (late.verdict, late.code) == ("held", "review_seen")


def test_a_review_that_comes_after_the_release_is_shown(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    share(classroom, work)
    review = review_by(classroom, work, students[0])
    at = next(at for at, one in enumerate(students) if one.actor.person_id == review["author_id"])
    classroom.mark(work, "40", at=at)
    classroom.release(work, at)
    assert write(classroom, review["id"], students[0]).verdict == "applied"
    assert [one["text"] for one in of_kind(Wire(classroom, students[at]), "peer_feedback")] == ["Well lit"]


def test_who_sees_reviews_whole(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    share(classroom, work)
    assert len(of_kind(Wire(classroom, classroom.ama), "peer_review")) == 3
    assert len(of_kind(Wire(classroom, classroom.institute.devices["registrar"]), "peer_review")) == 3
    assert of_kind(Wire(classroom, classroom.yaw), "peer_review") == []
    cashier = classroom.institute.device("cashier", Role.CASHIER, "Adwoa Poku")
    assert {"peer_review", "peer_task"}.isdisjoint({row["kind"] for row in fresh(Wire(classroom, cashier))})


def test_what_a_review_may_be(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    share(classroom, work)
    review = review_by(classroom, work, students[0])["id"]
    assert write(classroom, review, students[0], text="  ").code == "review_empty"
    assert write(classroom, review, students[1]).code == "not_allowed"
    assert write(classroom, review, classroom.ama).code == "not_allowed"
    level = {"criterion_id": "Light-id", "level_id": "good-id", "points": "12"}
    assert write(classroom, review, students[0], levels=[level]).code == "rubric_none"
    assert write(classroom, classroom.new(), students[0]).code == "waits_for_creation"
    assert write(classroom, review, students[0]).verdict == "applied"
    assert write(classroom, review, students[0]).verdict == "agreed"


def test_levels_of_the_rubric_add_up(classroom: Classroom, students: list[Device]) -> None:
    version = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = handed_in_by_all(classroom, students, rubric_version_id=version)
    share(classroom, work)
    review = review_by(classroom, work, students[0])["id"]
    light = {"criterion_id": "Light-id", "level_id": "good-id", "points": "12"}
    idea = {"criterion_id": "Idea-id", "level_id": "strong-id", "points": "20.5"}
    assert write(classroom, review, students[0], levels=[light]).code == "rubric_not_whole"
    assert write(classroom, review, students[0], levels=[light, idea]).verdict == "applied"
    assert classroom.row("peer_review", review)["score"] == "32.5"


def test_two_machines_of_one_reviewer_and_one_is_chosen(classroom: Classroom, students: list[Device]) -> None:
    work = handed_in_by_all(classroom, students)
    share(classroom, work)
    review = review_by(classroom, work, students[0])["id"]
    base = classroom.revision("peer_review", review)
    write(classroom, review, students[0], text="From home", sent=False, base=base)
    told = write(classroom, review, classroom.lab, text="From the lab", sent=False, base=base)
    assert told.verdict == "conflict"
    entry = classroom.entry("conflict", told.conflict_id or "")
    assert entry is not None
    side = next(one for one in entry["body"]["sides"] if one["values"]["text"] == "From the lab")
    assert classroom.settle(told, side["command_id"], by=classroom.student, name="whole").verdict == "applied"
    assert classroom.row("peer_review", review)["text"] == "From the lab"
    assert classroom.row("peer_task", review)["text"] == "From the lab"
