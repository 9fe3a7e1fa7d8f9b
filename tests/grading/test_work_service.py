"""Hand-ins on both databases: kept, late, twice, from two machines, after the cut-off, and by those who left."""

import pytest

from tests.grading.classroom import CUTOFF, Classroom, classroom, file

__all__ = ["classroom"]


def attempts(classroom: Classroom, work: str) -> list[tuple[object, ...]]:
    sql = "SELECT attempt, state, text FROM submission WHERE assignment_id = :id ORDER BY attempt"
    return classroom.rows(sql, id=work)


def test_work_is_kept_and_handed_in(classroom: Classroom) -> None:
    work = classroom.work()
    kept = classroom.save(work)
    assert kept.verdict == "applied"
    told = classroom.hand_in(work, target=kept.target_id, base=kept.command_id, files=[file("a.pdf")], message="Hello")
    assert told.verdict == "applied"
    body = classroom.row("submission", kept.target_id)
    assert (body["state"], body["attempt"], body["text"]) == ("submitted", 1, "My answer")
    assert (body["handed_in_at"], body["received_at"]) == ("2026-11-20T08:00:00.000Z", "2026-11-20T08:00:00.000Z")
    assert body["files"][0]["name"] == "a.pdf"


def test_a_hand_in_from_two_machines_is_two_attempts_and_the_later_counts(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.institute.clock.advance(3600)
    online = classroom.hand_in(work, text="At nine")
    offline = classroom.hand_in(work, by=classroom.lab, text="At half past eight", observed_at="2026-11-20T08:30:00Z")
    assert (online.verdict, offline.verdict) == ("applied", "applied")
    assert attempts(classroom, work) == [(1, "submitted", "At nine"), (2, "replaced", "At half past eight")]
    classroom.institute.clock.advance(3600)
    classroom.hand_in(work, text="At ten")
    assert [one[1] for one in attempts(classroom, work)] == ["replaced", "replaced", "submitted"]


def test_one_draft_handed_in_at_two_machines_is_two_attempts(classroom: Classroom) -> None:
    work = classroom.work()
    kept = classroom.save(work)
    first = classroom.hand_in(work, target=kept.target_id, base=kept.command_id)
    same = classroom.hand_in(work, classroom.lab, kept.target_id, base=kept.command_id)
    assert (same.verdict, same.revision) == ("agreed", first.command_id)
    other = classroom.hand_in(work, classroom.lab, kept.target_id, base=kept.command_id, text="Other")
    assert other.verdict == "applied"
    assert other.details["submission_id"] != kept.target_id
    assert attempts(classroom, work) == [(1, "replaced", "My answer"), (2, "submitted", "Other")]


def test_unfinished_work_of_two_machines_is_both_kept(classroom: Classroom) -> None:
    work = classroom.work()
    kept = classroom.save(work)
    more = classroom.save(work, target=kept.target_id, base=kept.command_id, text="More")
    assert more.details["submission_id"] == kept.target_id
    other = classroom.save(work, classroom.lab, kept.target_id, base=kept.command_id, text="Other")
    assert other.details["submission_id"] != kept.target_id
    assert classroom.save(work, target=kept.target_id, base=more.command_id, text="More").verdict == "agreed"
    assert attempts(classroom, work) == [(1, "in_progress", "More"), (2, "in_progress", "Other")]
    handed_in = classroom.hand_in(work, classroom.lab, kept.target_id, base=kept.command_id, text="Third")
    assert handed_in.details["submission_id"] != kept.target_id
    assert len(attempts(classroom, work)) == 3


def test_the_devices_time_counts_set_right_and_a_wrong_clock_is_flagged(classroom: Classroom) -> None:
    work = classroom.work(cutoff_at=CUTOFF)
    classroom.institute.clock.advance(4 * 86_400)
    told = classroom.hand_in(work, observed_at="2026-11-22T16:59:00Z")
    assert told.verdict == "applied"
    assert classroom.row("submission", told.target_id)["clock_suspect"] is False
    told = classroom.hand_in(work, text="x", observed_at="2026-11-22T15:30:00Z", clock_offset=3_600_000)
    body = classroom.row("submission", told.target_id)
    assert (body["handed_in_at"], body["clock_suspect"]) == ("2026-11-22T16:30:00.000Z", True)


@pytest.mark.parametrize("rest", [False, True])
def test_after_the_cut_off(classroom: Classroom, rest: bool) -> None:
    work = classroom.work(cutoff_at=CUTOFF)
    classroom.institute.clock.advance(4 * 86_400)
    who = classroom.rest(classroom.student) if rest else classroom.student
    told = classroom.hand_in(work, by=who)
    assert (told.verdict, told.code) == ("rejected", "after_cutoff")
    assert "cut-off is over" in (told.message or "")
    assert classroom.extend(work, "2026-11-28T17:00:00Z").verdict == "applied"
    assert classroom.hand_in(work, by=who).verdict == "applied"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"files": [file(size=0)], "text": ""}, "file_empty"),
        ({"files": [file(size=52_428_801)]}, "file_too_large"),
        ({"files": [file("a.exe")]}, "file_type_refused"),
        ({"files": [file(f"{at}.pdf") for at in range(6)]}, "too_many_files"),
        ({"text": " "}, "work_empty"),
    ],
)
def test_what_cant_be_handed_in(classroom: Classroom, content: dict[str, object], code: str) -> None:
    work = classroom.work(allowed_types=["pdf"])
    told = classroom.hand_in(work, **content)
    assert (told.verdict, told.code) == ("rejected", code)
    assert attempts(classroom, work) == []


def test_names_that_people_give_files(classroom: Classroom) -> None:
    work = classroom.work()
    names = ["../../etc/passwd.pdf", "…😀.pdf", "a" * 296 + ".pdf", "con.pdf"]
    told = classroom.hand_in(work, files=[file(name) for name in names])
    assert told.verdict == "applied"
    told = classroom.hand_in(work, files=[file("a" * 297 + ".pdf")])
    assert (told.verdict, told.code) == ("rejected", "invalid_payload")


def test_the_last_attempt_is_refused_at_once_and_kept_where_it_was_made_offline(classroom: Classroom) -> None:
    work = classroom.work(most_attempts=1)
    first = classroom.hand_in(work)
    told = classroom.hand_in(work, by=classroom.rest(classroom.student), text="Again")
    assert (told.verdict, told.code) == ("rejected", "attempts_used")
    told = classroom.hand_in(work, by=classroom.lab, text="Again")
    assert (told.verdict, told.code) == ("held", "attempts_used")
    assert classroom.settle(told, "accept", by=classroom.office, name="held").verdict == "applied"
    assert [one[1] for one in attempts(classroom, work)] == ["replaced", "submitted"]
    assert first.verdict == "applied"


def test_who_left_the_class_and_an_archived_one(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.leave()
    told = classroom.hand_in(work)
    assert (told.verdict, told.code) == ("held", "not_enrolled")
    told = classroom.hand_in(work, by=classroom.rest(classroom.student))
    assert (told.verdict, told.code) == ("rejected", "not_enrolled")
    assert "Esi Asante has left" in (told.message or "")
    classroom.archive()
    assert classroom.hand_in(work, by=classroom.rest(classroom.student)).code == "course_archived"


def test_whose_work_and_which(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.hand_in(work, at=1).code == "not_allowed"
    assert classroom.hand_in(work, by=classroom.ama).code == "not_allowed"
    assert classroom.hand_in(classroom.new()).code == "waits_for_creation"
    draft, paper = classroom.work(state="draft"), classroom.work(work_kind="paper")
    assert {classroom.hand_in(one).code for one in (draft, paper)} == {"not_handed_in_here"}
    assert classroom.save(classroom.work(takes=["file"])).code == "text_not_taken"
    assert classroom.hand_in(classroom.work(state="closed")).code == "assignment_not_open"


def test_work_is_given_back_and_done_again(classroom: Classroom) -> None:
    work = classroom.work(most_attempts=1)
    first = classroom.hand_in(work)
    told = classroom.ama.do("ReturnWork", first.target_id, {"note": "Once more"}, first.command_id)
    assert told.verdict == "applied"
    body = classroom.row("submission", first.target_id)
    assert (body["state"], body["returned_note"]) == ("returned", "Once more")
    assert classroom.kofi.do("ReturnWork", first.target_id, {"note": "Once more"}).verdict == "agreed"
    classroom.institute.clock.advance(60)
    assert classroom.hand_in(work, text="Better").verdict == "applied"
    assert [one[1] for one in attempts(classroom, work)] == ["returned", "submitted"]
    assert classroom.yaw.do("ReturnWork", first.target_id, {}).code == "not_teaching"
    assert classroom.ama.do("ReturnWork", classroom.new(), {}).code == "waits_for_creation"
    kept = classroom.save(work)
    assert classroom.ama.do("ReturnWork", kept.target_id, {}).code == "attempt_replaced"


def test_more_time_is_given_taken_back_and_disputed(classroom: Classroom) -> None:
    work = classroom.work()
    told = classroom.extend(work, "2026-11-28T17:00:00Z", reason="Ill")
    assert told.verdict == "applied"
    body = classroom.row("extension", told.target_id)
    assert (body["due_at"], body["granted_by_name"]) == ("2026-11-28T17:00:00.000Z", "Ama Owusu")
    same = classroom.extend(work, "2026-11-28T18:00:00+01:00", by=classroom.kofi, base=None, reason="Ill")
    assert same.verdict == "agreed"
    other = classroom.extend(work, "2026-11-25T17:00:00Z", by=classroom.kofi, base=None)
    assert other.verdict == "conflict"
    assert classroom.settle(other, other.command_id, name="whole").verdict == "applied"
    assert classroom.row("extension", told.target_id)["due_at"] == "2026-11-25T17:00:00.000Z"
    assert classroom.extend(work, None).verdict == "applied"
    assert classroom.row("extension", told.target_id)["due_at"] is None


def test_more_time_that_cant_be(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.extend(work, "2026-11-20T16:00:00Z").code == "extension_too_early"
    assert classroom.extend(classroom.work(due_at=None), CUTOFF).code == "work_never_due"
    assert classroom.extend(work, CUTOFF, by=classroom.yaw).code == "not_teaching"
    assert classroom.extend(work, CUTOFF, by=classroom.student).code == "not_allowed"
    assert classroom.extend(classroom.new(), CUTOFF).code == "waits_for_creation"
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "due_at": CUTOFF}
    assert classroom.ama.do("GrantExtension", classroom.new(), payload).code == "field_invalid"
    classroom.archive()
    assert classroom.extend(work, CUTOFF).code == "course_archived"
