"""The learning area's rules: what pending commands show, and who may do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.command import Command, Target
from shared.core.fields import FieldChange, merge_fields
from shared.core.ids import derived_id
from shared.learning import rules
from shared.learning.commands import COHORT_FIELDS, COURSE_FIELDS, PAYLOADS, TYPE_VERSIONS, AddCohort
from shared.learning.models import AcademicTerm, Cohort, Course, Enrolment
from shared.learning.permissions import may_add_walk_in, may_edit_courses, may_edit_enrolments
from shared.learning.vocabulary import ACADEMIC_TERM, ATTENDING, COHORT, COURSE, ENROLMENT, EnrolmentState
from shared.people.vocabulary import Role
from tests.desks import make_actor


def _id(name):
    return derived_id("test", name)


def _command(type_, payload, target="row", more=()):
    return Command(
        id=_id(f"command {type_}"),
        device_id=_id("device"),
        install_epoch=1,
        device_seq=1,
        type=type_,
        type_version=1,
        target_id=_id(target),
        more_targets=tuple(Target(id=_id(one)) for one in more),
        payload=payload,
        observed_at="2026-11-20T08:30:00.000Z",
    )


def _project(command, rows=()):
    table = {(kind, body["id"]): body for kind, body in rows}
    drafts = list(rules.PROJECTIONS[command.type](command, lambda kind, row_id: table.get((kind, row_id))))
    after = table | {(draft.kind, draft.id): draft.body for draft in drafts}
    again = list(rules.PROJECTIONS[command.type](command, lambda kind, row_id: after.get((kind, row_id))))
    assert again == drafts, "projecting twice must change nothing"
    return drafts


def _enrolment(name, **fields):
    body = {"id": _id(name), "revision": _id("r"), "cohort_id": _id("cohort"), "person_id": _id("ama")}
    return ENROLMENT, {**body, "state": "active", "enrolled_on": None, "testing": False, **fields}


def test_an_added_course_has_the_defaults_of_the_model():
    (draft,) = _project(_command("AddCourse", {"code": "SND", "title": "Sound"}))
    course = Course.model_validate(draft.body)
    assert (course.code, course.category, course.mode, course.archived) == ("SND", "other", "on_site", False)
    assert draft.parent is None


def test_an_added_cohort_hangs_on_its_course():
    payload = AddCohort(course_id=_id("course"), code="SND-1B", name="Sound 1B").model_dump(exclude_unset=True)
    (draft,) = _project(_command("AddCohort", payload))
    cohort = Cohort.model_validate(draft.body)
    assert (cohort.name, cohort.instructors, cohort.capacity, cohort.room) == ("Sound 1B", (), None, "")
    assert draft.parent == cohort.course_id == _id("course")


@pytest.mark.parametrize(
    ("type_", "kind", "body", "parent"),
    [
        ("EditCourse", COURSE, {"title": "Old", "code": "A"}, None),
        ("EditCohort", COHORT, {"title": "Old", "course_id": "c"}, "c"),
        ("EditAcademicTerm", ACADEMIC_TERM, {"title": "Old"}, None),
    ],
)
def test_an_edit_changes_its_fields_and_keeps_the_parent(type_, kind, body, parent):
    command = _command(type_, {"changes": {"title": {"old": "Old", "new": "New"}}})
    row = {**body, "id": _id("row"), "revision": _id("r")}
    (draft,) = _project(command, [(kind, row)])
    assert draft.body == {**row, "title": "New", "revision": command.id}
    assert draft.parent == parent
    assert _project(command) == []


def test_an_enrolment_is_active_unless_it_says_otherwise():
    payload = {"cohort_id": _id("cohort"), "person_id": _id("ama")}
    (draft,) = _project(_command("EnrolPerson", payload))
    enrolment = Enrolment.model_validate(draft.body)
    assert (enrolment.state, enrolment.testing, enrolment.enrolled_on) == ("active", False, None)
    assert draft.parent == enrolment.cohort_id
    (draft,) = _project(_command("EnrolPerson", {**payload, "state": "pending", "testing": True}))
    assert (draft.body["state"], draft.body["testing"]) == ("pending", True)


def test_a_state_is_set_for_every_enrolment_that_is_here():
    command = _command("SetEnrolmentState", {"state": "dropped"}, "one", ("two", "gone"))
    drafts = _project(command, [_enrolment("one"), _enrolment("two", cohort_id=_id("other"))])
    assert [draft.body["state"] for draft in drafts] == ["dropped", "dropped"]
    assert [draft.parent for draft in drafts] == [_id("cohort"), _id("other")]


@pytest.mark.parametrize(("known", "person"), [(None, "ama"), ("kofi", "kofi")])
def test_a_confirmed_walk_in_is_active_and_may_be_someone_known(known, person):
    command = _command("ConfirmEnrolment", {"person_id": _id(known) if known else None}, "one")
    (draft,) = _project(command, [_enrolment("one", state="pending")])
    assert (draft.body["state"], draft.body["person_id"]) == ("active", _id(person))
    assert _project(command) == []


def test_an_added_term_is_shown():
    payload = {"name": "Term 1", "starts_on": "2026-09-07", "ends_on": "2026-12-18"}
    (draft,) = _project(_command("AddAcademicTerm", payload))
    assert AcademicTerm.model_validate(draft.body).name == "Term 1"


def test_every_command_has_a_projection_and_a_version():
    assert set(rules.PROJECTIONS) == set(PAYLOADS) == set(TYPE_VERSIONS)
    assert set(COURSE_FIELDS) <= set(Course.model_fields)
    assert set(COHORT_FIELDS) <= set(Cohort.model_fields)


@pytest.mark.parametrize("day", ["2026-9-7", "7 Sep 2026", "2026-09-07T00:00", ""])
def test_days_are_written_in_one_way(day):
    with pytest.raises(ValueError, match="starts_on"):
        AddCohort(course_id=_id("course"), code="A", name="A", starts_on=day)


@pytest.mark.parametrize(
    ("role", "courses", "enrolments"),
    [
        (Role.ADMINISTRATOR, True, True),
        (Role.REGISTRAR, True, True),
        (Role.INSTRUCTOR, False, False),
        (Role.CASHIER, False, False),
        (Role.STUDENT, False, False),
    ],
)
def test_the_office_keeps_courses_and_enrolments(role, courses, enrolments):
    actor = make_actor(_id("actor"), "Actor", role)
    assert may_edit_courses(actor) is courses
    assert may_edit_enrolments(actor) is enrolments


@pytest.mark.parametrize(
    ("role", "teaches", "allowed"),
    [
        (Role.REGISTRAR, (), True),
        (Role.ATTENDANCE_OFFICER, (), True),
        (Role.INSTRUCTOR, ("cohort",), True),
        (Role.INSTRUCTOR, ("other",), False),
        (Role.STUDENT, ("cohort",), False),
    ],
)
def test_who_takes_a_register_may_add_a_walk_in(role, teaches, allowed):
    actor = make_actor(_id("actor"), "Actor", role, teaches=[_id(one) for one in teaches])
    assert may_add_walk_in(actor, _id("cohort")) is allowed


def test_those_who_left_are_not_on_registers():
    assert EnrolmentState.ACTIVE in ATTENDING
    assert not {EnrolmentState.DROPPED, EnrolmentState.CANCELLED, EnrolmentState.COMPLETED} & ATTENDING


# ------------------------------------------------------------------------------------------- the merge of two edits

VALUES = st.one_of(st.none(), st.integers(0, 2), st.sampled_from(["", "a", "b"]))
ROWS = st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3)
CHANGES = st.dictionaries(st.sampled_from("xyz"), st.builds(FieldChange, old=VALUES, new=VALUES), max_size=3)


@pytest.mark.parametrize(
    ("present", "old", "new", "stale", "ends"),
    [
        ("a", "a", "b", False, "applied"),
        ("a", "a", "b", True, "applied"),
        ("b", "a", "b", True, "agreed"),
        ("b", "a", "b", False, "agreed"),
        ("c", "a", "b", True, "clashing"),
        ("c", "a", "b", False, "applied"),
        (None, None, "b", True, "applied"),
        ("c", "a", "c", True, "agreed"),
    ],
)
def test_one_field_meets_the_present_row(present, old, new, stale, ends):
    merge = merge_fields({"phone": present}, {"phone": FieldChange(old=old, new=new)}, stale=stale)
    found = {"applied": merge.applied, "agreed": merge.agreed, "clashing": merge.clashing}
    assert [name for name, fields in found.items() if fields] == [ends]
    if ends == "applied":
        assert merge.applied == {"phone": new}


def test_a_field_the_row_does_not_have_counts_as_empty():
    assert merge_fields({}, {"phone": FieldChange(new="024")}, stale=True).applied == {"phone": "024"}


@given(ROWS, CHANGES, st.booleans())
def test_every_field_ends_in_exactly_one_place(present, changes, stale):
    merge = merge_fields(present, changes, stale=stale)
    ends = [*merge.applied, *merge.agreed, *merge.clashing]
    assert sorted(ends) == sorted(changes)
    assert stale or not merge.clashing


@given(ROWS, CHANGES, st.booleans())
def test_merging_again_agrees_with_itself(present, changes, stale):
    merge = merge_fields(present, changes, stale=stale)
    again = merge_fields({**present, **merge.applied}, changes, stale=True)
    assert not again.applied
    assert set(again.agreed) == set(merge.applied) | set(merge.agreed)
    assert again.clashing == merge.clashing


@given(ROWS, CHANGES, CHANGES)
def test_edits_of_different_fields_never_clash(present, one, two):
    mine = {name: FieldChange(old=present.get(name), new=change.new) for name, change in one.items()}
    theirs = {name: change for name, change in two.items() if name not in mine}
    after = {**present, **merge_fields(present, theirs, stale=False).applied}
    assert not merge_fields(after, mine, stale=True).clashing
