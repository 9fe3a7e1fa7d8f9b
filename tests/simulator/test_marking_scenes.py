"""The stories of one piece of work marked on real devices offline; without its rule each breaks."""

from typing import Any

import pytest

from desktop.core.outbox import Ask
from server.grading import kinds, mark_service
from shared.core.command import Target
from shared.grading.ids import mark_id
from tests.simulator.device import Device
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.scene import Scene


def _work(scene: Scene, **more: Any) -> tuple[str, str]:
    """Work that Ama has set and everybody knows, who lose the network then; returns it and the lab's enrolment."""
    work = scene.ama.new_id()
    payload = {"cohort_id": scene.world.institute.cohorts[0], "title": "Portraits", "takes": ["text"], "points": "50"}
    scene.save(scene.ama, Ask("AddAssignment", work, {**payload, "state": "open", **more}))
    scene.line_up(scene.ama, scene.kofi, scene.desk, scene.lab)
    for device in (scene.ama, scene.kofi, scene.lab):
        device.link.online = False
    me = scene.lab.actor.person_id
    enrolments = scene.ama.store.children("enrolment", scene.world.institute.cohorts[0])
    return work, next(row["id"] for row in enrolments if row["person_id"] == me)


def _mark(device: Device, work: str, enrolment: str, score: str, **more: Any) -> Ask:
    target = mark_id(work, enrolment)
    present = device.store.get("mark", target)
    payload = {"assignment_id": work, "enrolment_id": enrolment, "score": score, **more}
    return Ask("RecordMark", target, payload, present["revision"] if present else None)


def _release(scene: Scene, work: str, enrolment: str) -> None:
    mark = scene.desk.store.get("mark", mark_id(work, enrolment)) or {}
    first = Target(id=mark["id"], base=mark["revision"])
    told = scene.save(scene.desk, Ask("ReleaseMarks", first.id, {"assignment_id": work}, first.base))[0]
    scene.line_up(scene.desk)
    scene.require(scene.verdict(told) == "applied", "The office can't release:", scene.verdict(told))


def marked_by_two(scene: Scene) -> None:
    """Two mark one student's work offline: both judgements are kept, both people see them, one chooses."""
    work, enrolment = _work(scene)
    first = scene.save(scene.ama, _mark(scene.ama, work, enrolment, "40", feedback="Good."))[0]
    second = scene.save(scene.kofi, _mark(scene.kofi, work, enrolment, "30"))[0]
    scene.line_up(scene.ama, scene.kofi)
    verdicts = scene.verdict(first), scene.verdict(second)
    scene.require(verdicts == ("applied", "conflict"), "Two judgements are no conflict:", verdicts)
    for device in (scene.ama, scene.kofi):
        scores = {side.values["score"] for one in device.store.conflicts() for side in one.sides}
        scene.require(scores == {"40", "30"}, "A judgement is lost:", device.label, scores)
    conflict = scene.kofi.store.conflicts()[0]
    choice = {"choices": {"judgement": second.id}}
    scene.save(scene.kofi, Ask("SettleConflict", conflict.id, choice, conflict.revision))
    scene.line_up(scene.kofi, scene.ama)
    shown = (scene.ama.store.get("mark", mark_id(work, enrolment)) or {}).get("score")
    scene.require(shown == "30", "Not settled:", shown)
    scene.finish()


def released_in_the_middle(scene: Scene) -> None:
    """Kofi changes a mark offline while the office releases it: the student keeps what was released until review."""
    work, enrolment = _work(scene)
    scene.save(scene.ama, _mark(scene.ama, work, enrolment, "40"))
    scene.line_up(scene.ama, scene.kofi, scene.desk, scene.lab)
    scene.require(scene.lab.store.get("mark", mark_id(work, enrolment)) is None, "The student sees it too soon")
    scene.kofi.link.online = False
    _release(scene, work, enrolment)
    late = scene.save(scene.kofi, _mark(scene.kofi, work, enrolment, "35"))[0]
    scene.line_up(scene.kofi, scene.desk, scene.lab)
    scene.require(scene.verdict(late) == "held", "A change after the release went through:", scene.verdict(late))
    shown = (scene.lab.store.get("mark", mark_id(work, enrolment)) or {}).get("score")
    scene.require(shown == "40", "The student sees something else:", shown)
    scene.finish()


def unassigned_and_archived(scene: Scene) -> None:
    """Ama loses the class and it is archived while she and Kofi mark offline: all of it waits for the office."""
    work, enrolment = _work(scene)
    first = scene.save(scene.ama, _mark(scene.ama, work, enrolment, "40"))[0]
    second = scene.save(scene.kofi, _mark(scene.kofi, work, enrolment, "30"))[0]
    cohort = scene.world.institute.cohorts[0]
    ama, kofi = scene.ama.actor.person_id, scene.kofi.actor.person_id
    changes: dict[str, Any] = {"instructors": {"old": [ama, kofi], "new": [kofi]}}
    scene.administer("EditCohort", cohort, {"changes": changes})
    scene.administer("EditCohort", cohort, {"changes": {"archived": {"old": False, "new": True}}})
    scene.line_up(scene.ama, scene.kofi)
    verdicts = scene.verdict(first), scene.verdict(second)
    scene.require(verdicts == ("held", "held"), "Marks went into a class that is closed to them:", verdicts)
    scene.finish()


def commented_before_marked(scene: Scene) -> None:
    """Ama comments on a place of work that shows marks at once: the comment shows with the first mark, not before."""
    work, enrolment = _work(scene, hold_marks=False)
    answer = {"assignment_id": work, "enrolment_id": enrolment, "text": "An answer"}
    handed = scene.save(scene.lab, Ask("HandIn", scene.lab.new_id(), answer))[0]
    scene.line_up(scene.lab, scene.ama)
    attempt = scene.ama.store.children("submission", work)[0]["id"]
    place = {"page": 1, "x": 0.5, "y": 0.5}
    said = {"submission_id": attempt, "place": place, "text": "Here"}
    comment = scene.save(scene.ama, Ask("AddWorkComment", scene.ama.new_id(), said))[0].target_id
    scene.line_up(scene.ama, scene.lab)
    scene.require(scene.verdict(handed) == "applied", "Nothing was handed in")
    scene.require(scene.lab.store.get("work_comment", comment) is None, "The student sees it too soon")
    scene.save(scene.ama, _mark(scene.ama, work, enrolment, "40"))
    scene.line_up(scene.ama, scene.lab)
    scene.require(scene.lab.store.get("work_comment", comment), "The student never sees a comment")
    scene.finish()


STORIES = (marked_by_two, released_in_the_middle, unassigned_and_archived, commented_before_marked)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story_of_marking_ends_well(scene: Scene, story: Any) -> None:
    story(scene)


def test_without_its_rule_the_later_mark_wins_unseen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    right = mark_service._decide
    monkeypatch.setattr(
        mark_service, "_decide", lambda batch, asked, _standing, desk: right(batch, asked, _FRESH, desk)
    )
    with pytest.raises(BrokenInvariantError):
        marked_by_two(scene)


def test_without_its_rule_a_released_mark_changes_unseen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark_service, "needs_review", lambda *_, **__: False)
    with pytest.raises(BrokenInvariantError):
        released_in_the_middle(scene)


def test_without_its_rule_a_student_sees_a_mark_too_soon(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def everybody(body: dict[str, Any]) -> tuple[str, str]:
        return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"

    monkeypatch.setitem(kinds.MARK_KIND.__dict__, "scopes", everybody)
    with pytest.raises(BrokenInvariantError):
        released_in_the_middle(scene)


_FRESH = mark_service.Standing(stale=False)
