"""What the office does to courses, cohorts, enrolments and terms, on a real store."""

import pytest

from desktop.learning.actions import (
    add_cohort,
    add_course,
    add_term,
    confirm,
    edit_cohort,
    edit_course,
    edit_term,
    enrol,
    set_enrolments,
)
from desktop.learning.checks import field_fault
from desktop.learning.store import (
    cohort_choices,
    cohort_rows,
    course_rows,
    enrolled_people,
    enrolments_of,
    session_rows,
    student_rows,
    taught_by,
    terms,
)
from desktop.learning.words import category_word, difficulty_word, enrolment_word, mode_word, span_words
from desktop.people.actions import take_back
from shared.core.errors import CampusError
from shared.learning.vocabulary import (
    ACADEMIC_TERM,
    COHORT,
    COURSE,
    ENROLMENT,
    CourseCategory,
    CourseMode,
    Difficulty,
    EnrolmentState,
)
from tests.learning.desks import cohort, course, enrolment, open_desk, row_id, school
from tests.people.desks import INSTRUCTOR, person_id


@pytest.fixture
def desks(tmp_path):
    """`desks(rows, actor)` opens a desk in the small school."""
    opened = []

    def open_one(rows=None, **more):
        opened.append(open_desk(tmp_path / str(len(opened)), rows, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def made(desks):
    return desks()


def _state(made, who):
    return made.store.get(ENROLMENT, row_id(f"enrolment {who}"))["state"]


def _titles(made):
    return [line.title for line in made.store.receipt()]


# ---------------------------------------------------------------------------------------------------------- courses


def test_a_course_is_added_listed_and_taken_back_into_the_archive(made):
    done = add_course(made.desk, {"title": " Video ", "code": "VID", "category": "media", "description": ""})
    assert made.store.get(COURSE, done.id)["title"] == "Video"
    assert [row.body["title"] for row in course_rows(made.desk)] == ["Sound engineering", "Video"]
    assert _titles(made) == ["Added the course Video"]
    take_back(made.desk, done)
    assert made.store.get(COURSE, done.id)["archived"] is True


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"title": "", "code": "VID"}, {"title"}),
        ({"title": "Video", "code": " "}, {"code"}),
        ({"title": "", "code": ""}, {"title", "code"}),
        ({"title": "Video", "code": "SND"}, {"code"}),
    ],
)
def test_a_course_needs_a_title_and_a_code_of_its_own(made, values, fields):
    with pytest.raises(CampusError) as refused:
        add_course(made.desk, values)
    assert set(refused.value.details["fields"]) == fields
    assert made.store.pending().waiting == 0


def test_an_edited_course_sends_what_differs_alone(made):
    shown = made.store.get(COURSE, row_id("SND"))
    done = edit_course(made.desk, shown, {"title": "Sound", "code": "SND", "description": ""})
    (command,) = made.store.next_request().commands
    assert command.payload["changes"] == {"title": {"old": "Sound engineering", "new": "Sound"}}
    take_back(made.desk, done)
    assert made.store.get(COURSE, row_id("SND"))["title"] == "Sound engineering"
    assert edit_course(made.desk, made.store.get(COURSE, row_id("SND")), {"code": "SND"}) is None


# ---------------------------------------------------------------------------------------------------------- cohorts


def test_a_cohort_is_added_to_its_course(made):
    values = {"name": "Sound 2A", "code": "SND-2A", "starts_on": "", "capacity": None, "instructors": [], "room": ""}
    done = add_cohort(made.desk, row_id("SND"), values)
    body = made.store.get(COHORT, done.id)
    assert (body["name"], body["starts_on"], body["course_id"]) == ("Sound 2A", None, row_id("SND"))
    assert [row.body["name"] for row in cohort_rows(made.desk, row_id("SND"))] == ["Sound 1B", "Sound 2A"]
    assert _titles(made) == ["Added the cohort Sound 2A"]


@pytest.mark.parametrize(
    ("values", "field", "part"),
    [
        ({"starts_on": "2026-12-18", "ends_on": "2026-09-07"}, "ends_on", "lies before the start"),
        ({"starts_on": "some day"}, "starts_on", "is not a date"),
        ({"capacity": "many"}, "capacity", "not a number of seats"),
        ({"code": "SND-1B"}, "code", "Sound 1B has this code already"),
        ({"name": ""}, "name", "Enter a name"),
    ],
)
def test_what_cannot_be_kept_of_a_cohort(made, values, field, part):
    with pytest.raises(CampusError) as refused:
        add_cohort(made.desk, row_id("SND"), {"name": "Sound 2A", "code": "SND-2A", **values})
    assert part in refused.value.details["fields"][field]


def test_instructors_are_a_field_like_any_other(made):
    shown = made.store.get(COHORT, row_id("SND-1B"))
    done = edit_cohort(made.desk, shown, {"instructors": [person_id("teacher"), person_id("kofi")]})
    assert taught_by(made.desk, person_id("kofi"))
    take_back(made.desk, done)
    assert not taught_by(made.desk, person_id("kofi"))


def test_an_edit_is_checked_against_the_days_that_stay(made):
    with pytest.raises(CampusError) as refused:
        edit_cohort(made.desk, made.store.get(COHORT, row_id("SND-1B")), {"starts_on": "2027-01-01"})
    assert set(refused.value.details["fields"]) == {"ends_on"}


# ------------------------------------------------------------------------------------------------------------ terms


def test_terms_are_added_and_changed(made):
    done = add_term(made.desk, {"name": "Term 2", "starts_on": "2027-01-11", "ends_on": "2027-04-02"})
    assert [body["name"] for body in terms(made.desk)] == ["Term 2", "Term 1"]
    assert not done.undo
    edited = edit_term(made.desk, made.store.get(ACADEMIC_TERM, row_id("Term 1")), {"name": "Term one"})
    assert made.store.get(ACADEMIC_TERM, row_id("Term 1"))["name"] == "Term one"
    assert _titles(made) == ["Changed the term Term one", "Added the term Term 2"]
    take_back(made.desk, edited)
    assert made.store.get(ACADEMIC_TERM, row_id("Term 1"))["name"] == "Term 1"
    with pytest.raises(CampusError, match="first and the last day"):
        add_term(made.desk, {"name": "Term 3", "starts_on": "", "ends_on": "2027-04-02"})


# ------------------------------------------------------------------------------------------------------- enrolments


def test_several_are_enrolled_at_once_and_those_there_are_left_alone(made):
    done = enrol(made.desk, row_id("SND-1B"), [person_id("abena"), person_id("esi"), person_id("ama")])
    assert done.words == "2 people enrolled in Sound 1B"
    assert done.left_out == 1
    assert enrolled_people(made.desk, row_id("SND-1B")) == {
        person_id(who) for who in ("ama", "kofi", "yaw", "abena", "esi")
    }
    types = [command.type for command in made.store.next_request().commands]
    assert types == ["EnrolPerson", "SetEnrolmentState"], "who left comes back, as the same enrolment"
    assert made.store.next_request().commands[0].payload["enrolled_on"] == made.clock.now().date().isoformat()
    take_back(made.desk, done)
    assert enrolled_people(made.desk, row_id("SND-1B")) == {person_id(who) for who in ("ama", "kofi", "yaw")}
    assert _state(made, "esi") == "dropped"


def test_enrolling_those_who_are_there_does_nothing(made):
    assert enrol(made.desk, row_id("SND-1B"), [person_id("ama")]) is None
    assert enrol(made.desk, row_id("SND-1B"), ["nobody"]) is None
    assert made.store.pending().waiting == 0


@pytest.mark.parametrize("state", [state for state in EnrolmentState if state is not EnrolmentState.ACTIVE])
def test_states_are_set_and_taken_back(made, state):
    ids = [row_id(f"enrolment {who}") for who in ("ama", "kofi")]
    done = set_enrolments(made.desk, ids, state)
    assert {_state(made, "ama"), _state(made, "kofi")} == {str(state)}
    assert done.words == f"2 enrolments: {enrolment_word(state)}"
    take_back(made.desk, done)
    assert {_state(made, "ama"), _state(made, "kofi")} == {"active"}


def test_mixed_states_are_one_command_for_each_old_state(made):
    ids = [row_id(f"enrolment {who}") for who in ("ama", "esi", "yaw")]
    done = set_enrolments(made.desk, ids, EnrolmentState.COMPLETED)
    assert sorted(command.payload["old_state"] for command in made.store.next_request().commands) == [
        "active", "dropped", "pending",
    ]  # fmt: skip
    take_back(made.desk, done)
    assert [_state(made, who) for who in ("ama", "esi", "yaw")] == ["active", "dropped", "pending"]
    assert set_enrolments(made.desk, [row_id("enrolment ama")], EnrolmentState.ACTIVE) is None


def test_a_walk_in_is_confirmed_as_new_or_as_someone_known(made):
    waiting = made.store.get(ENROLMENT, row_id("enrolment yaw"))
    done = confirm(made.desk, waiting)
    assert _state(made, "yaw") == "active"
    assert made.store.next_request().commands[0].payload == {"person_id": None}
    take_back(made.desk, done)
    assert _state(made, "yaw") == "pending"
    confirm(made.desk, made.store.get(ENROLMENT, row_id("enrolment yaw")), person_id("abena"))
    assert made.store.get(ENROLMENT, row_id("enrolment yaw"))["person_id"] == person_id("abena")
    assert _titles(made)[0] == "Confirmed Abena Addo in Sound 1B"


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: add_course(desk, {"title": "A", "code": "A"}),
        lambda desk: edit_course(desk, desk.store.get(COURSE, row_id("SND")), {"title": "A"}),
        lambda desk: add_cohort(desk, row_id("SND"), {"name": "A", "code": "A"}),
        lambda desk: edit_cohort(desk, desk.store.get(COHORT, row_id("SND-1B")), {"name": "A"}),
        lambda desk: add_term(desk, {"name": "A", "starts_on": "2026-01-01", "ends_on": "2026-02-01"}),
        lambda desk: edit_term(desk, desk.store.get(ACADEMIC_TERM, row_id("Term 1")), {"name": "A"}),
        lambda desk: enrol(desk, row_id("SND-1B"), [person_id("abena")]),
        lambda desk: set_enrolments(desk, [row_id("enrolment ama")], EnrolmentState.DROPPED),
        lambda desk: confirm(desk, desk.store.get(ENROLMENT, row_id("enrolment yaw"))),
    ],
)
def test_who_is_not_the_office_changes_nothing(desks, act):
    made = desks(actor=INSTRUCTOR)
    with pytest.raises(CampusError, match="Ask the office"):
        act(made.desk)
    assert made.store.pending().waiting == 0


# ------------------------------------------------------------------------------------------------------------ reads


def test_courses_count_cohorts_that_run_and_students_who_attend(desks):
    made = desks([*school(), cohort("SND-0A", "Sound 0A", archived=True), course("VID", "Video")])
    sound, video = course_rows(made.desk)
    assert (sound.cohorts, sound.students) == (1, 3)
    assert (video.cohorts, video.students) == (0, 0)
    assert [name for _id, name in cohort_choices(made.desk)] == ["Sound 1B"]


def test_cohorts_run_latest_first_and_archived_ones_come_last(desks):
    rows = [*school(), cohort("A", "Older", starts_on="2026-01-12"), cohort("B", "Gone", archived=True)]
    made = desks([*rows, cohort("C", "No day yet", starts_on=None)])
    found = cohort_rows(made.desk, row_id("SND"))
    assert [row.body["name"] for row in found] == ["Sound 1B", "Older", "No day yet", "Gone"]
    assert (found[0].students, found[0].waiting, found[0].instructors) == (3, 1, ("Efua Nkrumah",))


def test_students_are_listed_by_family_name_with_their_state(made):
    rows = student_rows(made.desk, row_id("SND-1B"))
    assert [(row.name, row.enrolment["state"]) for row in rows] == [
        ("Yaw Darko", "pending"), ("Ama Mensah", "active"), ("Kofi Owusu", "active"), ("Esi Quaye", "dropped"),
    ]  # fmt: skip


def test_a_person_s_enrolments_come_with_cohort_and_course(desks):
    second = enrolment("ama", "completed", id=row_id("second"), cohort_id=row_id("OLD"))
    made = desks([*school(), cohort("OLD", "Sound 0", starts_on="2025-09-01"), second])
    found = enrolments_of(made.desk, person_id("ama"))
    assert [(row.cohort["name"], row.enrolment["state"], row.course["title"]) for row in found] == [
        ("Sound 1B", "active", "Sound engineering"), ("Sound 0", "completed", "Sound engineering"),
    ]  # fmt: skip


def test_classes_are_in_the_institute_s_zone_with_their_state(desks):
    def session(name, day, **fields):
        body = {"id": row_id(name), "cohort_id": row_id("SND-1B"), "starts_at": f"2026-11-{day}T08:30:00.000Z"}
        rest = {"ends_at": f"2026-11-{day}T10:00:00.000Z", "room": "", "instructor_id": person_id("teacher")}
        return "class_session", body | rest | {"title": "", "state": "scheduled", "unplanned": False} | fields

    zone = ("organisation", {"id": "", "slug": "km", "name": "KM", "time_zone": "Africa/Nairobi"})
    made = desks([*school(), session("b", "30"), session("a", "02"), session("c", "03", state="cancelled")])
    zone[1]["id"] = made.desk.actor.organisation_id
    made.feed.bring([zone])
    found = session_rows(made.desk, row_id("SND-1B"))
    assert [f"{row.starts:%d %H:%M}" for row in found] == ["02 11:30", "03 11:30", "30 11:30"]
    assert [row.state for row in found] == ["held", "cancelled", "planned"]
    assert found[0].instructor == "Efua Nkrumah"


# ------------------------------------------------------------------------------------------------------------ words


def test_every_word_of_the_vocabulary_is_said_in_words():
    for words, vocabulary in (
        (enrolment_word, EnrolmentState),
        (category_word, CourseCategory),
        (difficulty_word, Difficulty),
        (mode_word, CourseMode),
    ):
        said = [words(str(one)) for one in vocabulary]
        assert len(set(said)) == len(said)
        assert all(one[0].isupper() and "_" not in one for one in said)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-09-07", "2026-12-18", "7 Sep – 18 Dec 2026"),
        ("2026-09-07", "2027-01-18", "7 Sep 2026 – 18 Jan 2027"),
        ("2026-09-07", None, "from 7 Sep 2026"),
        (None, "2026-12-18", "until 18 Dec 2026"),
        (None, None, ""),
        ("bad", "", ""),
    ],
)
def test_spans_of_days(first, last, words):
    assert span_words(first, last) == words


def test_fields_without_a_rule_are_fine():
    assert field_fault("description", "") is None
    assert field_fault("capacity", 12) is None
