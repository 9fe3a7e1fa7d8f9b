"""Work of groups on the server: who is in which group, one hand-in for all, one mark for all, and who sees what."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from server.core.database import Db
from server.grading.file_access import may_read
from shared.core.command import Target
from shared.core.outcome import Outcome
from shared.grading.ids import mark_id, member_attempt_id, work_groups_id
from shared.grading.models import WorkGroup
from shared.people.vocabulary import Role
from tests.grading.classroom import DUE, Classroom, classroom, file
from tests.grading.test_mark_feed import Wire
from tests.institute import Device

__all__ = ["classroom"]


def for_groups(classroom: Classroom, **more: Any) -> str:
    return classroom.work(group_mode="groups", **more)


def group(classroom: Classroom, name: str, *places: int, group_id: str = "") -> dict[str, Any]:
    members = [classroom.institute.enrolments[at] for at in places]
    return {"id": group_id or classroom.new(), "name": name, "members": members}


def base_of(classroom: Classroom, work: str) -> str | None:
    rows = classroom.rows("SELECT revision FROM work_group WHERE assignment_id = :id", id=work)
    assert len(set(rows)) < 2
    return str(rows[0][0]) if rows else None


def set_groups(classroom: Classroom, work: str, *groups: Any, by: Device | None = None, **more: Any) -> Outcome:
    base = more.pop("base", base_of(classroom, work))
    payload = {"assignment_id": work, "groups": list(groups), **more}
    return (by or classroom.ama).do("SetGroups", work_groups_id(work), payload, base)


def attempts(classroom: Classroom, work: str, at: int) -> list[tuple[str, str, int]]:
    sql = "SELECT id, state, attempt FROM submission WHERE assignment_id = :w AND enrolment_id = :e ORDER BY attempt"
    return [(row[0], row[1], row[2]) for row in classroom.rows(sql, w=work, e=classroom.institute.enrolments[at])]


def mark_group(classroom: Classroom, work: str, score: str, *places: int, **more: Any) -> list[Outcome]:
    enrolments = [classroom.institute.enrolments[at] for at in places]
    targets = [Target(id=mark_id(work, one), base=classroom.revision("mark", mark_id(work, one))) for one in enrolments]
    members = [{"enrolment_id": one, "submission_id": None} for one in enrolments]
    payload = {"assignment_id": work, "members": members, "score": score, **more}
    command = classroom.ama.command(
        "RecordGroupMark", targets[0].id, payload, targets[0].base, more_targets=tuple(targets[1:])
    )
    return classroom.ama.send(command)


def test_groups_are_set_changed_and_taken_away(classroom: Classroom) -> None:
    work = for_groups(classroom)
    first, second = group(classroom, "Red", 0, 1), group(classroom, " Blue ", 2)
    assert set_groups(classroom, work, first, second).verdict == "applied"
    red = classroom.row("work_group", first["id"])
    assert WorkGroup.model_validate(red).members[0].person_id == classroom.institute.students[0]
    assert [one["enrolment_id"] for one in red["members"]] == first["members"]
    assert red["members"][0]["name"] == "Esi Asante"
    assert classroom.row("work_group", second["id"])["name"] == "Blue"
    assert set_groups(classroom, work, first, {**second, "name": "Blue"}).verdict == "agreed"
    assert set_groups(classroom, work, {**first, "members": first["members"][:1]}).verdict == "applied"
    gone = classroom.row("work_group", second["id"])
    assert (gone["state"], gone["members"]) == ("removed", [])
    assert gone["revision"] == classroom.row("work_group", first["id"])["revision"]
    assert set_groups(classroom, work, second, first).verdict == "applied"
    assert classroom.row("work_group", second["id"])["state"] == "kept"
    assert set_groups(classroom, work).verdict == "applied"
    assert classroom.rows("SELECT count(*) FROM work_group_member") == [(0,)]


def test_groups_that_are_refused(classroom: Classroom) -> None:
    work, alone = for_groups(classroom), classroom.work()
    stranger = {"id": classroom.new(), "name": "Odd", "members": [classroom.new()]}
    cases = (
        ((group(classroom, "Red", 0), group(classroom, "red", 1)), "group_name_twice"),
        ((group(classroom, "Red", 0), group(classroom, "Blue", 0)), "member_twice"),
        ((group(classroom, "  ", 0),), "group_name_missing"),
        ((group(classroom, "Red"),), "group_empty"),
        ((stranger,), "not_in_cohort"),
    )
    for groups, code in cases:
        told = set_groups(classroom, work, *groups)
        assert (told.verdict, told.code) == ("rejected", code)
    assert set_groups(classroom, alone, group(classroom, "Red", 0)).code == "not_for_groups"
    assert set_groups(classroom, work, group(classroom, "Red", 0), by=classroom.student).code == "not_allowed"
    assert set_groups(classroom, work, group(classroom, "Red", 0), by=classroom.yaw).code == "not_teaching"
    unknown = classroom.ama.do("SetGroups", classroom.new(), {"assignment_id": classroom.new(), "groups": []})
    assert unknown.code == "waits_for_creation"
    wrong = classroom.ama.do("SetGroups", classroom.new(), {"assignment_id": work, "groups": []})
    assert wrong.code == "field_invalid"
    classroom.archive()
    assert set_groups(classroom, work, group(classroom, "Red", 0)).code == "course_archived"


def test_two_people_set_different_groups_and_one_is_chosen(classroom: Classroom) -> None:
    work = for_groups(classroom)
    red, blue = group(classroom, "Red", 0, 1), group(classroom, "Blue", 0)
    set_groups(classroom, work, red)
    before = base_of(classroom, work)
    set_groups(classroom, work, {**red, "name": "Scarlet"}, base=before)
    told = set_groups(classroom, work, blue, by=classroom.kofi, base=before)
    assert told.verdict == "conflict"
    assert classroom.row("work_group", red["id"])["name"] == "Scarlet"
    entry = classroom.entry("conflict", told.conflict_id or "")
    assert entry is not None
    side = next(one for one in entry["body"]["sides"] if one["author_name"].startswith("Kofi"))
    assert side["values"]["whole"] == "Blue: Esi Asante"
    assert classroom.settle(told, side["command_id"], name="whole").verdict == "applied"
    assert classroom.row("work_group", red["id"])["state"] == "removed"
    assert [one["name"] for one in classroom.row("work_group", blue["id"])["members"]] == ["Esi Asante"]


def test_a_hand_in_counts_for_all_of_the_group_and_for_nobody_else(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1, 2))
    told = classroom.hand_in(work)
    assert told.verdict == "applied"
    assert attempts(classroom, work, 0) == [(told.target_id, "submitted", 1)]
    copy = member_attempt_id(told.target_id, classroom.institute.enrolments[1])
    assert attempts(classroom, work, 1) == [(copy, "submitted", 1)]
    assert attempts(classroom, work, 3) == []
    body = classroom.row("submission", copy)
    assert body["person_id"] == classroom.institute.students[1]
    assert (body["source_id"], body["brought_by"]) == (told.target_id, classroom.student.actor.person_id)
    assert body["text"] == "My answer"
    again = classroom.hand_in(work, text="A better one")
    assert attempts(classroom, work, 0)[0][1:] == ("replaced", 1)
    assert attempts(classroom, work, 2)[1][1:] == ("submitted", 2)
    assert classroom.hand_in(work, target=again.target_id, text="A better one").verdict == "agreed"
    assert len(attempts(classroom, work, 2)) == 2


def test_attempts_of_the_group_are_used_up_together(classroom: Classroom) -> None:
    work = for_groups(classroom, most_attempts=1)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    classroom.hand_in(work)
    assert classroom.hand_in(work, text="Once more", by=classroom.lab).code == "attempts_used"


def test_giving_back_gives_back_to_all(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1, 2))
    told = classroom.hand_in(work)
    copy = attempts(classroom, work, 1)[0][0]
    base = classroom.revision("submission", copy)
    assert classroom.ama.do("ReturnWork", copy, {"note": "Cite the sources"}, base).verdict == "applied"
    for at in (0, 1, 2):
        attempt = classroom.row("submission", attempts(classroom, work, at)[0][0])
        assert (attempt["state"], attempt["returned_note"]) == ("returned", "Cite the sources")
    assert attempts(classroom, work, 0)[0][0] == told.target_id


def test_who_joins_has_what_the_group_handed_in_and_who_leaves_keeps_it(classroom: Classroom) -> None:
    work = for_groups(classroom)
    red = group(classroom, "Red", 0, 1)
    set_groups(classroom, work, red)
    told = classroom.hand_in(work)
    late = {**red, "members": [classroom.institute.enrolments[at] for at in (0, 2)]}
    assert set_groups(classroom, work, late).verdict == "applied"
    joined = member_attempt_id(told.target_id, classroom.institute.enrolments[2])
    assert attempts(classroom, work, 2) == [(joined, "submitted", 1)]
    assert len(attempts(classroom, work, 1)) == 1
    assert set_groups(classroom, work, {**late, "name": "Redder"}).verdict == "applied"
    assert len(attempts(classroom, work, 2)) == 1


def test_someone_who_left_the_class_gets_no_attempt(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    classroom.leave(1)
    classroom.hand_in(work)
    assert attempts(classroom, work, 1) == []


def test_marking_once_marks_all_and_one_can_differ(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1, 2))
    assert [one.verdict for one in mark_group(classroom, work, "40", 0, 1, 2)] == ["applied"] * 3
    assert [classroom.mark_of(work, at)["score"] for at in (0, 1, 2)] == ["40"] * 3
    classroom.set_marks(work, {1: "30"})
    assert [classroom.mark_of(work, at)["score"] for at in (0, 1, 2)] == ["40", "30", "40"]
    told = mark_group(classroom, work, "99", 0, 1)
    assert {(one.verdict, one.code) for one in told} == {("rejected", "mark_too_high")}
    classroom.release(work, 0, 1, 2)
    held = mark_group(classroom, work, "45", 0, 2)
    assert {(one.verdict, one.code) for one in held} == {("held", "mark_released")}


def test_a_correction_of_a_group_says_why(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    mark_group(classroom, work, "40", 0, 1)
    mark_group(classroom, work, "41", 0, 1, reason="Counted again")
    rows = classroom.rows("SELECT kind, reason FROM mark_entry ORDER BY mark_id, ordinal")
    assert rows == [("recorded", ""), ("corrected", "Counted again")] * 2


def test_a_file_that_one_brought_in_is_there_for_all(classroom: Classroom) -> None:
    work = for_groups(classroom)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    classroom.hand_in(work, text="", files=[file()])
    bodies = [classroom.row("submission", attempts(classroom, work, at)[0][0]) for at in (0, 1)]
    assert [one["files"][0]["state"] for one in bodies] == ["waiting", "waiting"]


def seen_groups(wire: Wire) -> set[str]:
    told = orjson.loads(wire.fresh())
    return {row["body"]["name"] for row in told["snapshot_changes"] if row["kind"] == "work_group"}


def test_students_see_their_own_group_and_no_other(classroom: Classroom) -> None:
    work = for_groups(classroom)
    wire, teacher = Wire(classroom, classroom.student), Wire(classroom, classroom.ama)
    stranger, office = Wire(classroom, classroom.yaw), Wire(classroom, classroom.institute.devices["registrar"])
    red, blue = group(classroom, "Red", 0, 1), group(classroom, "Blue", 2)
    set_groups(classroom, work, red, blue)
    assert seen_groups(wire) == {"Red"}
    assert seen_groups(teacher) == {"Red", "Blue"}
    assert seen_groups(stranger) == set()
    assert {"Red", "Blue"} <= seen_groups(office)
    moved = {**blue, "members": [*blue["members"], red["members"][0]]}
    set_groups(classroom, work, {**red, "members": red["members"][1:]}, moved)
    assert seen_groups(wire) == {"Blue"}
    draft = for_groups(classroom, state="draft")
    set_groups(classroom, draft, group(classroom, "Hidden", 0))
    assert seen_groups(wire) == {"Blue"}


def test_what_the_others_hand_in_reaches_a_member_as_an_own_attempt_only(classroom: Classroom) -> None:
    work = for_groups(classroom, due_at=DUE)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    classroom.hand_in(work)
    other = classroom.institute.students[1]
    sql = "SELECT scope, also FROM feed_row WHERE kind = 'submission'"
    assert {row[1] for row in classroom.rows(sql)} == {f"person:{classroom.student.actor.person_id}", f"person:{other}"}


def comments_of(classroom: Classroom, wire: Wire) -> set[tuple[str, str]]:
    rows = orjson.loads(wire.fresh())["snapshot_changes"]
    return {(row["body"]["text"], row["body"]["submission_id"]) for row in rows if row["kind"] == "work_comment"}


def test_each_member_gets_the_comments_with_the_own_mark(classroom: Classroom) -> None:
    work = for_groups(classroom)
    other = classroom.institute.device("other", Role.STUDENT, "Abena Osei")
    told = classroom.institute.devices["system"].do(
        "EnrolPerson", classroom.new(), {"cohort_id": classroom.cohort_id, "person_id": other.actor.person_id}
    )
    classroom.institute.enrolments.insert(1, told.target_id)
    wire = Wire(classroom, other)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    source = classroom.hand_in(work).target_id
    copy = member_attempt_id(source, told.target_id)
    comment = classroom.new()
    payload = {"submission_id": source, "text": "Look at the light"}
    assert classroom.ama.do("AddWorkComment", comment, payload).verdict == "applied"
    mark_group(classroom, work, "40", 0, 1)
    classroom.release(work, 0)
    assert comments_of(classroom, wire) == set()
    classroom.release(work, 1)
    assert comments_of(classroom, wire) == {("Look at the light", copy)}
    change = {"changes": {"text": {"old": "Look at the light", "new": "Look at the shade"}}}
    classroom.ama.do("EditWorkComment", comment, change, classroom.revision("work_comment", comment))
    assert comments_of(classroom, wire) == {("Look at the shade", copy)}
    later = classroom.ama.do("AddWorkComment", classroom.new(), {"submission_id": source, "text": "And the frame"})
    assert later.verdict == "applied"
    assert comments_of(classroom, wire) == {("Look at the shade", copy), ("And the frame", copy)}
    classroom.ama.do("RemoveWorkComment", comment, {}, classroom.revision("work_comment", comment))
    states = classroom.rows("SELECT state FROM work_comment WHERE submission_id = :s ORDER BY state", s=copy)
    assert states == [("kept",), ("removed",)]


def test_who_works_with_whom_stays_once_something_is_handed_in(classroom: Classroom) -> None:
    work = for_groups(classroom)
    assert classroom.change(work, group_mode="none").verdict == "applied"
    assert classroom.change(work, group_mode="groups").verdict == "applied"
    classroom.hand_in(work)
    assert classroom.change(work, group_mode="none").code == "groups_in_use"
    assert classroom.change(work, peer_reviews=2).code == "peers_of_groups"


def test_groups_taken_away_are_made_again_by_the_same_device(classroom: Classroom) -> None:
    work = for_groups(classroom)
    red = group(classroom, "Red", 0, 1)
    set_groups(classroom, work, red)
    gone = classroom.ama.command("SetGroups", work_groups_id(work), {"assignment_id": work}, base_of(classroom, work))
    again = {"assignment_id": work, "groups": [{**red, "name": "Scarlet"}]}
    back = classroom.ama.command("SetGroups", work_groups_id(work), again, gone.id)
    assert [one.verdict for one in classroom.ama.send(gone, back)] == ["applied", "applied"]
    assert classroom.row("work_group", red["id"])["name"] == "Scarlet"


def test_a_file_of_one_is_stored_for_all_and_read_by_all_of_the_group(classroom: Classroom) -> None:
    work, content = for_groups(classroom), file()
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    classroom.hand_in(work, text="", files=[content])
    mate = classroom.institute.devices["system"].actor.model_copy(
        update={"person_id": classroom.institute.students[1], "permissions": frozenset({"work.hand_in"})}
    )
    stranger = mate.model_copy(update={"person_id": classroom.institute.students[2]})
    places = {"o": mate.organisation_id, "p": classroom.student.actor.person_id, "s": content["sha256"]}
    database = classroom.institute.parts.database
    with database.read() as db:
        assert not may_read(db, mate, content["sha256"])

    def bring(db: Db) -> None:
        db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :p, :p, :s, 'a', 'pdf', 1, 'stored', '', '', true, '', '')",
            **places,
        )

    database.write(bring)
    with database.read() as db:
        assert may_read(db, mate, content["sha256"])
        assert not may_read(db, stranger, content["sha256"])
    again = classroom.hand_in(work, text="More", files=[content])
    assert classroom.row("submission", again.target_id)["files"][0]["state"] == "stored"
    assert classroom.row("submission", attempts(classroom, work, 1)[-1][0])["files"][0]["state"] == "stored"


def test_two_members_hand_in_at_once_and_both_hand_ins_are_kept(classroom: Classroom) -> None:
    work = for_groups(classroom)
    mate = classroom.institute.device("mate", Role.STUDENT, "Abena Osei")
    payload = {"cohort_id": classroom.cohort_id, "person_id": mate.actor.person_id}
    told = classroom.institute.devices["system"].do("EnrolPerson", classroom.new(), payload)
    classroom.institute.enrolments.insert(1, told.target_id)
    set_groups(classroom, work, group(classroom, "Red", 0, 1))
    ids = classroom.new(), classroom.new()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(classroom.hand_in, work, target=ids[0], text="By Esi")
        other = pool.submit(classroom.hand_in, work, by=mate, target=ids[1], at=1, text="By Abena")
        assert {one.result().verdict, other.result().verdict} == {"applied"}
    for at in (0, 1):
        found = attempts(classroom, work, at)
        assert [number for _, _, number in found] == [1, 2]
        assert sorted(state for _, state, _ in found) == ["replaced", "submitted"]
    every = [one for at in (0, 1) for one in attempts(classroom, work, at)]
    kept = [(classroom.row("submission", key)["text"], state) for key, state, _ in every]
    assert {words for words, _ in kept} == {"By Esi", "By Abena"}
    assert len({words for words, state in kept if state == "submitted"}) == 1
