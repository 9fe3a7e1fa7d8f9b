"""The stories of one course grade published offline on real devices; without its rule each breaks."""

import random
from collections.abc import Callable

import pytest

from server.grading import course_grade_service
from shared.core.command import Command
from shared.grading.ids import course_grade_id
from tests.simulator.grade_doings import publish_grades
from tests.simulator.invariants import BrokenInvariantError
from tests.simulator.scene import Scene
from tests.simulator.test_marking_scenes import _mark, _release, _work


class _Always(random.Random):
    """Takes every student, gives no wrong figure, and always a reason."""

    def random(self) -> float:
        return 0.5


def _published(scene: Scene) -> Command:
    (ask,) = publish_grades(scene.desk, _Always())
    return scene.save(scene.desk, ask)[0]


def _marked(scene: Scene, score: str = "40") -> tuple[str, str]:
    work, enrolment = _work(scene)
    scene.save(scene.ama, _mark(scene.ama, work, enrolment, score))
    scene.line_up(scene.ama, scene.kofi, scene.desk, scene.lab)
    return work, enrolment


def corrected_meanwhile(scene: Scene) -> None:
    """The office publishes offline while Ama changes the mark: nobody is told a figure that nobody looked at."""
    work, enrolment = _marked(scene)
    _release(scene, work, enrolment)
    scene.desk.link.online = False
    told = _published(scene)
    held = scene.save(scene.ama, _mark(scene.ama, work, enrolment, "45"))[0]
    scene.line_up(scene.ama)
    scene.require(scene.verdict(held) == "held", "A released mark changed without review")
    waiting = scene.rows("SELECT id FROM conflict WHERE kind = 'mark' AND state = 'open'")[0][0]
    scene.administer("SettleConflict", waiting, {"choices": {"held": "accept"}})
    scene.line_up(scene.desk, scene.lab)
    scene.require(scene.verdict(told) == "rejected", "A stale grade was published:", scene.verdict(told))
    scene.require(scene.lab.store.get("course_grade", course_grade_id(enrolment)) is None, "The student was told")
    again = _published(scene)
    scene.line_up(scene.desk, scene.lab)
    shown = (scene.lab.store.get("course_grade", course_grade_id(enrolment)) or {}).get("result")
    scene.require((scene.verdict(again), shown) == ("applied", "90.0"), "The new grade isn't told:", shown)
    scene.finish()


def not_released_yet(scene: Scene) -> None:
    """The office publishes a grade while its mark is held: the student gets not a byte of either."""
    _work_id, enrolment = _marked(scene)
    told = _published(scene)
    scene.line_up(scene.desk, scene.lab)
    scene.require(scene.verdict(told) == "rejected", "A hidden mark was told through the grade:", scene.verdict(told))
    scene.require(scene.lab.store.get("course_grade", course_grade_id(enrolment)) is None, "The student was told")
    scene.finish()


def test_a_grade_is_published_as_it_stands(scene: Scene) -> None:
    corrected_meanwhile(scene)


def test_a_grade_tells_of_no_hidden_mark(scene: Scene) -> None:
    not_released_yet(scene)


@pytest.mark.parametrize("story", [corrected_meanwhile, not_released_yet])
def test_without_the_rule_the_story_breaks(
    scene: Scene, story: Callable[[Scene], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course_grade_service, "_fault", lambda *_given: None)
    with pytest.raises(BrokenInvariantError):
        story(scene)
