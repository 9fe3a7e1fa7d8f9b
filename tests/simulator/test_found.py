"""What simulated runs found, each as the smallest scene that shows it."""

from datetime import timedelta

from desktop.core.outbox import Ask
from shared.attendance import rules
from tests.simulator.scene import Scene


def _walk_in(scene: Scene, person_id: str) -> list[Ask]:
    """Someone who is enrolled already is added once more, and marked under both enrolments."""
    session, cohort = scene.world.institute.sessions[0], scene.world.institute.cohorts[0]
    enrolment = scene.ama.new_id()
    payload = {"session_id": session, "cohort_id": cohort, "person_id": person_id, "known": True}
    mark = {"session_id": session, "enrolment_id": enrolment, "state": "late", "supersedes": []}
    return [
        Ask("AddWalkIn", enrolment, payload),
        Ask("RecordObservation", rules.mark_id(session, enrolment), mark, id=scene.ama.new_id()),
    ]


def test_marks_of_both_enrolments_of_one_person_fit_into_one_batch(scene: Scene) -> None:
    enrolment = scene.enrolments(scene.ama)[0]
    person = scene.ama.store.get("enrolment", enrolment)
    assert person is not None
    scene.ama.link.online = False
    scene.save(scene.ama, *_walk_in(scene, person["person_id"]))
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.ama.link.online = True
    scene.ama.runner.wake(urgent=True)
    scene.wait(10)
    assert scene.ama.waiting() == 0
    scene.finish()


def test_marks_that_move_to_someone_known_reach_every_device(scene: Scene) -> None:
    session, cohort = scene.world.institute.sessions[0], scene.world.institute.cohorts[0]
    enrolment, stranger = scene.ama.new_id(), scene.ama.new_id()
    payload = {"session_id": session, "cohort_id": cohort, "person_id": stranger, "given_name": "Kwesi"}
    mark = {"session_id": session, "enrolment_id": enrolment, "state": "present", "supersedes": []}
    scene.save(
        scene.ama,
        Ask("AddWalkIn", enrolment, payload),
        Ask("RecordObservation", rules.mark_id(session, enrolment), mark, id=scene.ama.new_id()),
    )
    scene.wait(5)
    scene.desk.runner.wake(urgent=True)
    scene.wait(5)
    known = scene.world.institute.students[-1]
    shown = scene.desk.store.get("enrolment", enrolment)
    assert shown is not None
    (confirmed,) = scene.save(scene.desk, Ask("ConfirmEnrolment", enrolment, {"person_id": known}, shown["revision"]))
    scene.wait(5)
    assert scene.verdict(confirmed) == "applied"
    scene.finish()
    assert {one["person_id"] for one in scene.ama.store.page("observation", limit=-1)} == {known}


def test_signing_in_while_a_last_try_is_on_its_way_sends_at_once(scene: Scene) -> None:
    person = scene.ama.actor.person_id
    scene.administer("SetPersonState", person, {"state": "suspended", "old_state": "active"})
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(2)
    assert scene.ama.waiting() == 1
    scene.administer("SetPersonState", person, {"state": "active", "old_state": "suspended"})
    # The answer to this try comes when the person has signed in again, and still refuses.
    scene.ama.client._tokens = None
    scene.ama.runner._running = True
    scene.ama.sign_in_if_needed()
    scene.ama.runner._running = False
    assert scene.ama.runner._at_once


def test_a_clock_set_right_again_forgets_nothing(scene: Scene) -> None:
    backup = scene.stage.back_up()
    scene.ama.set_clock(timedelta(days=-366))
    scene.save(scene.ama, scene.mark(scene.ama, 0, "present"))
    scene.wait(5)
    scene.ama.set_clock(timedelta(0))
    scene.ama.runner.wake(urgent=True)
    scene.wait(5)
    scene.server.set_back(backup)
    scene.wait(40)
    scene.finish()


def test_what_ones_own_command_lets_one_see_comes_at_once(scene: Scene) -> None:
    session, cohort = scene.world.institute.sessions[0], scene.world.institute.cohorts[0]
    stranger = scene.ama.new_id()
    payload = {"session_id": session, "cohort_id": cohort, "person_id": stranger, "given_name": "Kwesi"}
    scene.save(scene.ama, Ask("AddWalkIn", scene.ama.new_id(), payload))
    scene.wait(5)
    assert scene.ama.waiting() == 0
    # The walk-in's name is on screen and stays there, without waiting for the next sync half a minute later.
    assert (scene.ama.store.get("person", stranger) or {}).get("given_name") == "Kwesi"
    scene.require_converged(scene.ama)
