"""The rules of registers as worked examples, and what must hold whatever people do."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.attendance import rules
from shared.attendance.commands import PAYLOADS, TYPE_VERSIONS
from shared.attendance.models import Observation, Register
from shared.attendance.permissions import is_office, may_correct_register, may_take_register
from shared.attendance.rules import effective, judge, mark_id, percentage, rank, register_id, unsuperseded, value
from shared.attendance.vocabulary import HAND_MADE, AttendanceState, Method
from shared.core.command import Command
from shared.core.ids import derived_id, is_id
from shared.learning.models import Enrolment
from shared.people.models import Person
from shared.people.vocabulary import Role
from tests.desks import make_actor

NOW = datetime(2026, 11, 20, 8, 36, tzinfo=UTC)


def seen(name: str, state: str, *, ordinal: int = 1, supersedes: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """One observation, made by hand unless said otherwise."""
    return {
        "id": name,
        "state": state,
        "method": "hand",
        "ordinal": ordinal,
        "supersedes": supersedes,
        "observed_at": "2026-11-20T08:31:00.000Z",
        **more,
    }


# ---------------------------------------------------------------------------------------------------------- the mark

EXAMPLES = {
    "nothing recorded": ([], ("none", None), 0),
    "one mark": ([seen("a", "late", minutes=8)], ("late", 8), 0),
    "minutes belong to late and left early only": ([seen("a", "present", minutes=8)], ("present", None), 0),
    "no minutes are none": ([seen("a", "late", minutes=0)], ("late", None), 0),
    "hand beats scan": ([seen("a", "present", method="card"), seen("b", "absent", ordinal=2)], ("absent", None), 0),
    "scan after hand changes nothing": (
        [seen("a", "absent"), seen("b", "present", method="camera", ordinal=2)], ("absent", None), 0,
    ),
    "an office excuse beats a mark": (
        [seen("a", "absent"), seen("b", "excused", method="excuse", office=True, ordinal=2)], ("excused", None), 0,
    ),
    "an excuse by anyone else is no office excuse": (
        [seen("a", "absent"), seen("b", "excused", method="excuse", ordinal=2)], ("absent", None), 0,
    ),
    "an office correction is a hand-made mark": (
        [seen("a", "absent"), seen("b", "present", office=True, ordinal=2)], ("absent", None), 1,
    ),
    "first accepted stays": ([seen("b", "present", ordinal=2), seen("a", "absent")], ("absent", None), 1),
    "accepted before not accepted": (
        [seen("a", "absent", ordinal=0), seen("b", "present", ordinal=3)], ("present", None), 1,
    ),
    "not accepted ones by their clocks": (
        [seen("a", "absent", ordinal=0, observed_at="2026-11-20T08:32:00.000Z"), seen("b", "present", ordinal=0)],
        ("present", None), 1,
    ),
    "other minutes disagree": ([seen("a", "late", minutes=5), seen("b", "late", minutes=9, ordinal=2)],
                               ("late", 5), 1),
    "the same twice agrees": ([seen("a", "absent"), seen("b", "absent", ordinal=2)], ("absent", None), 0),
    "superseded is gone": ([seen("a", "absent"), seen("b", "present", ordinal=2, supersedes=("a",))],
                           ("present", None), 0),
    "undo leaves nothing": ([seen("a", "absent"), seen("b", "none", ordinal=2, supersedes=("a",))],
                            ("none", None), 0),
    "undo lets the scan stand": (
        [seen("s", "present", method="card"), seen("a", "absent", ordinal=2),
         seen("b", "none", ordinal=3, supersedes=("a",))],
        ("present", None), 0,
    ),
    "settling supersedes both sides": (
        [seen("a", "absent"), seen("b", "present", ordinal=2),
         seen("c", "present", ordinal=3, method="settled", supersedes=("a", "b"))],
        ("present", None), 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("observations", "wanted", "rivals"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_mark_that_follows(observations, wanted, rivals):
    mark = effective(observations)
    assert (str(mark.state), mark.minutes) == wanted
    assert len(mark.competing) == rivals
    assert (mark.observation is None) == (wanted[0] == "none")


@pytest.mark.parametrize(
    ("observation", "wanted"),
    [
        (seen("a", "excused", method="excuse", office=True), 3),
        (seen("a", "excused", method="excuse"), 1),
        (seen("a", "present", office=True), 2),
        *[
            (seen("a", "present", method=str(method)), 2 if method in HAND_MADE else 1)
            for method in Method
            if method is not Method.EXCUSE
        ],
        (seen("a", "none"), 0),
        (seen("a", "none", office=True, method="excuse"), 0),
    ],
)
def test_rank(observation, wanted):
    assert rank(observation) == wanted


@pytest.mark.parametrize(
    ("standing", "new", "agreed", "rivals", "settles"),
    [
        ([], seen("n", "present"), False, [], False),
        ([seen("a", "present")], seen("n", "present"), True, [], False),
        ([seen("a", "absent")], seen("n", "present"), False, ["a"], False),
        ([seen("a", "absent")], seen("n", "present", supersedes=("a",)), False, [], False),
        ([seen("a", "absent")], seen("n", "present", method="card"), False, [], False),
        ([seen("a", "present", method="card")], seen("n", "present"), False, [], False),
        ([seen("a", "present")], seen("n", "present", method="card"), True, [], False),
        ([seen("a", "excused", method="excuse", office=True)], seen("n", "present"), False, [], False),
        ([seen("a", "late", minutes=5)], seen("n", "late", minutes=9), False, ["a"], False),
        ([seen("a", "absent"), seen("b", "present")], seen("n", "present", supersedes=("a", "b")), False, [], True),
        ([seen("a", "absent"), seen("b", "present")], seen("n", "none", supersedes=("a",)), False, [], True),
        ([seen("a", "absent"), seen("b", "present")], seen("n", "late", supersedes=("a",)), False, ["b"], False),
        ([seen("a", "absent"), seen("b", "present")], seen("n", "present", supersedes=("a",)), True, [], True),
        ([seen("a", "absent")], seen("n", "none"), False, [], False),
    ],
)  # fmt: skip
def test_what_a_new_observation_meets(standing, new, agreed, rivals, settles):
    judgement = judge(standing, new)
    assert judgement.agreed is agreed
    assert [one["id"] for one in judgement.rivals] == rivals
    assert judgement.settles is settles


# ------------------------------------------------------------------------------------------- whatever people do

STATES = [str(state) for state in AttendanceState]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Observations in the order of acceptance, each superseding some of those before it."""
    made: list[dict[str, Any]] = []
    for place in range(draw(st.integers(1, 8))):
        old = draw(st.lists(st.sampled_from([one["id"] for one in made]), unique=True)) if made else []
        made.append(
            seen(
                f"o{place}",
                draw(st.sampled_from(STATES)),
                ordinal=draw(st.sampled_from([place + 1, 0])),
                supersedes=tuple(old),
                minutes=draw(st.sampled_from([None, 5, 9])),
                method=str(draw(st.sampled_from(list(Method)))),
                office=draw(st.booleans()),
            )
        )
    return made


@given(histories(), st.randoms())
def test_the_mark_does_not_hang_on_the_order_of_arrival(history, shuffle):
    mixed = list(history)
    shuffle.shuffle(mixed)
    assert effective(mixed) == effective(history)


@given(histories())
def test_the_mark_says_what_its_observation_says_and_nothing_stronger_stands(history):
    mark = effective(history)
    standing = unsuperseded(history)
    assert set(mark.unsuperseded) == {one["id"] for one in standing}
    if mark.observation is None:
        assert all(rank(one) == 0 for one in standing)
        return
    assert value(mark.observation) == (str(mark.state), mark.minutes)
    assert rank(mark.observation) == max(rank(one) for one in standing)
    assert all(value(one) != value(mark.observation) for one in mark.competing)


@given(histories(), st.sampled_from(["present", "absent", "late"]))
def test_whoever_saw_everything_has_the_last_word(history, state):
    standing = tuple(one["id"] for one in unsuperseded(history))
    mark = effective([*history, seen("last", state, ordinal=99, supersedes=standing)])
    assert (str(mark.state), mark.competing, mark.unsuperseded) == (state, (), ("last",))


@given(histories())
def test_a_new_observation_opens_a_disagreement_or_agrees_but_never_both(history):
    *before, new = history
    judgement = judge(unsuperseded(before), new)
    assert not (judgement.agreed and judgement.rivals)
    assert not (judgement.settles and judgement.rivals)
    assert set(new["supersedes"]).isdisjoint(one["id"] for one in judgement.rivals)


@given(st.lists(st.sampled_from(STATES)))
def test_percentage_counts_what_was_recorded(states):
    counted = [one for one in states if one not in {"none", "excused"}]
    percent = percentage(states)
    if not counted:
        assert percent is None
    else:
        assert percent == round(100 * (len(counted) - counted.count("absent")) / len(counted))


@pytest.mark.parametrize(
    ("states", "percent"),
    [
        ([], None),
        (["none", "excused"], None),
        (["absent"], 0),
        (["present", "late", "left_early", "absent"], 75),
        (["present", "none", "none"], 100),
    ],
)
def test_percentages(states, percent):
    assert percentage(states) == percent


# -------------------------------------------------------------------------------------------------- taking the roll


def planned(**more: Any) -> dict[str, Any]:
    return {"starts_at": "2026-11-20T08:30:00.000Z", "state": "scheduled", **more}


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (None, "class_session_unknown"),
        (planned(state="cancelled"), "class_session_cancelled"),
        (planned(starts_at="2026-11-20T09:36:00.000Z"), None),
        (planned(starts_at="2026-11-20T09:36:00.001Z"), "class_session_in_future"),
        (planned(starts_at="2027-11-20T08:30:00.000Z"), "class_session_in_future"),
        (planned(), None),
        (planned(starts_at="2025-11-20T08:30:00.000Z"), None),
    ],
)
def test_why_a_roll_cannot_be_taken(session, code):
    reason = rules.why_not_taken(session, NOW)
    assert (reason[0] if reason else None) == code
    if reason:
        assert reason[1].endswith(".")


def test_the_reason_gives_the_time_of_the_institute():
    session = planned(starts_at="2026-11-20T12:30:00.000Z")
    _, sentence = rules.why_not_taken(session, NOW.astimezone(ZoneInfo("Africa/Nairobi")))
    assert "15:30" in sentence


def test_ids_of_marks_and_registers_are_the_same_everywhere():
    assert mark_id("s", "e") == mark_id("s", "e") != mark_id("e", "s")
    assert register_id("s") == register_id("s")
    assert is_id(mark_id("s", "e"))
    assert is_id(register_id("s"))


# ----------------------------------------------------------------------------------------------------- permissions

COHORT, OTHER = derived_id("c", "1"), derived_id("c", "2")


@pytest.mark.parametrize(
    ("roles", "teaches", "instructor", "takes", "corrects", "office"),
    [
        ([Role.INSTRUCTOR], [COHORT], None, True, False, False),
        ([Role.INSTRUCTOR], [OTHER], None, False, False, False),
        ([Role.INSTRUCTOR], [], "me", True, False, False),
        ([Role.REGISTRAR], [], None, True, True, True),
        ([Role.REGISTRAR, Role.INSTRUCTOR], [COHORT], None, True, True, False),
        ([Role.REGISTRAR], [], "me", True, True, False),
        ([Role.ATTENDANCE_OFFICER], [], None, True, False, False),
        ([Role.STUDENT], [COHORT], "me", False, False, False),
        ([Role.AUDITOR], [], None, False, False, False),
    ],
)
def test_who_takes_and_corrects(roles, teaches, instructor, takes, corrects, office):
    person_id = derived_id("p", "1")
    actor = make_actor(person_id, "Ama", *roles, teaches=teaches)
    instructor_id = person_id if instructor == "me" else derived_id("p", "2")
    assert may_take_register(actor, COHORT, instructor_id) is takes
    assert may_correct_register(actor) is corrects
    assert is_office(actor, COHORT, instructor_id) is office


# ----------------------------------------------------------------------------------------------------- projections

ROWS = {("enrolment", derived_id("e")): {"person_id": derived_id("p")}}


def command(name: str, target: str, payload: dict[str, Any]) -> Command:
    return Command(
        id=derived_id("command", name),
        device_id=derived_id("device"),
        install_epoch=1,
        device_seq=1,
        type=name,
        type_version=TYPE_VERSIONS[name],
        target_id=target,
        payload=payload,
        observed_at="2026-11-20T08:36:00.000Z",
    )


def project(made: Command) -> list[Any]:
    return list(rules.PROJECTIONS[made.type](made, lambda kind, one: ROWS.get((kind, one))))


def test_an_observation_is_shown_before_the_server_has_spoken():
    session_id, enrolment_id = derived_id("s"), derived_id("e")
    payload = {
        "session_id": session_id,
        "enrolment_id": enrolment_id,
        "state": "late",
        "minutes": 8,
        "supersedes": ["x"],
        "author_id": "me",
        "author_name": "Lucia",
        "office": True,
        "note": "bus",
    }
    made = command("RecordObservation", mark_id(session_id, enrolment_id), payload)
    (draft,) = project(made)
    body = Observation.model_validate(draft.body)
    assert (draft.kind, draft.id, draft.parent) == ("observation", made.id, session_id)
    assert (body.state, body.minutes, body.note, body.office, body.ordinal) == ("late", 8, "bus", True, 0)
    assert (body.person_id, body.mark_id, body.revision) == (derived_id("p"), made.target_id, made.id)
    assert project(made) == [draft]


def test_an_observation_of_an_enrolment_that_is_not_here_is_shown_too():
    payload = {"session_id": derived_id("s"), "enrolment_id": derived_id("gone"), "state": "present"}
    (draft,) = project(command("RecordObservation", derived_id("m"), payload))
    assert Observation.model_validate(draft.body).person_id == ""


@pytest.mark.parametrize(("name", "state"), [("FinishRegister", "finished"), ("ReopenRegister", "open")])
def test_a_register_is_finished_and_reopened(name, state):
    session_id = derived_id("s")
    payload = {"session_id": session_id, "author_id": "me", "author_name": "Lucia"}
    (draft,) = project(command(name, register_id(session_id), payload))
    body = Register.model_validate(draft.body)
    finished = state == "finished"
    assert (draft.parent, body.state) == (session_id, state)
    assert (body.finished_by, body.finished_by_name) == (("me", "Lucia") if finished else (None, ""))
    assert bool(body.finished_at) is finished


def test_a_walk_in_is_on_the_register_at_once():
    payload = {
        "session_id": derived_id("s"),
        "cohort_id": COHORT,
        "person_id": derived_id("new"),
        "given_name": "Esi",
        "number": "77",
    }
    enrolment, person = project(command("AddWalkIn", derived_id("e2"), payload))
    assert Enrolment.model_validate(enrolment.body).state == "pending"
    assert (enrolment.parent, enrolment.body["enrolled_on"]) == (COHORT, "2026-11-20")
    shown = Person.model_validate(person.body)
    assert (shown.given_name, shown.family_name, shown.number, shown.provisional) == ("Esi", "", "77", True)


def test_a_known_walk_in_makes_no_second_person():
    payload = {"session_id": derived_id("s"), "cohort_id": COHORT, "person_id": derived_id("p"), "known": True}
    assert [draft.kind for draft in project(command("AddWalkIn", derived_id("e3"), payload))] == ["enrolment"]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("RecordObservation", {"session_id": derived_id("s"), "enrolment_id": derived_id("e"), "state": "asleep"}),
        ("RecordObservation", {"session_id": "s", "enrolment_id": derived_id("e"), "state": "late"}),
        (
            "RecordObservation",
            {"session_id": derived_id("s"), "enrolment_id": derived_id("e"), "state": "late", "minutes": 601},
        ),
        (
            "RecordObservation",
            {"session_id": derived_id("s"), "enrolment_id": derived_id("e"), "state": "late", "note": "x" * 1001},
        ),
        ("FinishRegister", {}),
        ("AddWalkIn", {"session_id": derived_id("s"), "cohort_id": COHORT}),
    ],
)
def test_payloads_that_say_nothing_sensible_are_refused(name, payload):
    with pytest.raises(ValidationError):
        PAYLOADS[name].model_validate(payload)
