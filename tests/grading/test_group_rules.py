"""Rules of groups: dealing out, faults, whose mark follows, and what pending groups show on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.core.ids import derived_id
from shared.grading.assignment_rules import assignment_fault, assignment_from
from shared.grading.group_commands import RecordGroupMark
from shared.grading.group_projections import PROJECTIONS, group_bodies
from shared.grading.group_rules import dealt, follows, groups_fault, is_for_groups, without_leavers
from shared.grading.mark_projections import PROJECTIONS as MARK_PROJECTIONS
from tests.grading.work_rows import ASSIGNMENT, COHORT, command, judged, work

RED, BLUE = derived_id("group", "red"), derived_id("group", "blue")
ESI, KOFI = derived_id("enrolment", "Esi"), derived_id("enrolment", "Kofi")


@given(st.lists(st.uuids().map(str), max_size=40, unique=True), st.integers(1, 12), st.text(max_size=8))
def test_everybody_is_dealt_out_once_and_evenly(students, count, seed):
    groups = dealt(students, count, seed)
    assert sorted(one for group in groups for one in group) == sorted(students)
    assert len(groups) == min(count, len(students))
    sizes = [len(one) for one in groups]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert groups == dealt(list(reversed(students)), count, seed)


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ([], None),
        ([{"id": RED, "name": "Red", "members": [ESI]}, {"id": BLUE, "name": "Blue", "members": [KOFI]}], None),
        ([{"id": RED, "name": " ", "members": [ESI]}], "group_name_missing"),
        (
            [{"id": RED, "name": "Red", "members": [ESI]}, {"id": BLUE, "name": "red ", "members": [KOFI]}],
            "group_name_twice",
        ),
        (
            [{"id": RED, "name": "Red", "members": [ESI]}, {"id": RED, "name": "Blue", "members": [KOFI]}],
            "group_name_twice",
        ),
        ([{"id": RED, "name": "Red", "members": []}], "group_empty"),
        (
            [{"id": RED, "name": "Red", "members": [ESI]}, {"id": BLUE, "name": "Blue", "members": [ESI]}],
            "member_twice",
        ),
    ],
)
def test_which_groups_can_be_kept(groups, code):
    fault = groups_fault(groups)
    assert (fault.code if fault else None) == code


def test_who_left_is_left_out_and_empty_groups_are_too():
    groups = [{"id": RED, "name": "Red", "members": [ESI, KOFI]}, {"id": BLUE, "name": "Blue", "members": [KOFI]}]
    assert without_leavers(groups, [ESI]) == [{"id": RED, "name": "Red", "members": [ESI]}]


def test_whose_mark_follows_that_of_the_group():
    assert follows(None, judged("40"))
    assert follows(judged(None, status="none", finished=False), judged("40"))
    assert not follows(judged(None, status="none", finished=False, feedback="See me"), judged("40"))
    assert follows(judged("40.0"), judged("40"))
    assert not follows(judged("41"), judged("40"))
    assert not follows(judged("41"), None)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"group_mode": "groups"}, None),
        ({"group_mode": "groups", "work_kind": "paper", "takes": []}, None),
        ({"group_mode": "groups", "work_kind": "manual", "takes": []}, "groups_of_marks"),
        ({"group_mode": "groups", "peer_reviews": 2}, "peers_of_groups"),
        ({"peer_reviews": 2}, None),
        ({"peer_reviews": 2, "work_kind": "paper", "takes": []}, "peers_of_paper"),
    ],
)
def test_what_fits_together_in_an_assignment(more, code):
    made = assignment_from({**work(), **more})
    assert made is not None
    fault = assignment_fault(made)
    assert (fault.code if fault else None) == code
    assert is_for_groups(made) is (more.get("group_mode") == "groups")


def test_six_reviews_are_too_many():
    assert assignment_from({**work(), "peer_reviews": 6}) is None
    assert not is_for_groups({})


PEOPLE = {"given_name": "Esi", "family_name": "Asante"}


def read(kind, key):
    enrolment = {"id": key, "person_id": "p", "cohort_id": COHORT}
    found = {"assignment": work(group_mode="groups"), "enrolment": enrolment, "person": PEOPLE}
    if kind == "work_group" and key == BLUE:
        return {"id": BLUE, "assignment_id": ASSIGNMENT, "members": [1], "state": "kept", "revision": BLUE}
    return found.get(kind)


def test_pending_groups_show_with_those_that_are_gone():
    payload = {
        "assignment_id": ASSIGNMENT,
        "groups": [{"id": RED, "name": " Red ", "members": [ESI]}],
        "removed": [BLUE, KOFI],
    }
    asked = command("SetGroups", ASSIGNMENT, payload)
    red, blue = PROJECTIONS["SetGroups"](asked, read)
    assert red.body["name"] == "Red"
    assert red.body["members"] == [{"enrolment_id": ESI, "person_id": "p", "name": "Esi Asante"}]
    assert (blue.body["state"], blue.body["members"], blue.body["revision"]) == ("removed", [], asked.id)
    assert PROJECTIONS["SetGroups"](asked, lambda _kind, _key: None) == []


def test_members_who_are_not_known_are_left_out():
    payload = {"assignment_id": ASSIGNMENT, "groups": [{"id": RED, "name": "Red", "members": [ESI]}]}
    asked = command("SetGroups", ASSIGNMENT, payload)
    assert group_bodies(asked, COHORT, lambda _key: None)[0]["members"] == []

    def strangers(kind, key):
        return None if kind == "enrolment" else read(kind, key)

    assert PROJECTIONS["SetGroups"](asked, strangers)[0].body["members"] == []

    def nameless(kind, key):
        return None if kind == "person" else read(kind, key)

    assert PROJECTIONS["SetGroups"](asked, nameless)[0].body["members"][0]["name"] == ""


def test_a_pending_group_mark_shows_for_each_member():
    members = [{"enrolment_id": ESI, "submission_id": RED}, {"enrolment_id": KOFI, "submission_id": None}]
    payload = {"assignment_id": ASSIGNMENT, "members": members, **judged("40")}
    drafts = MARK_PROJECTIONS["RecordGroupMark"](
        command("RecordGroupMark", ASSIGNMENT, payload), lambda kind, key: None if kind == "mark" else read(kind, key)
    )
    assert [(one.body["score"], one.body["submission_id"]) for one in drafts] == [("40", RED), ("40", None)]


def test_a_member_is_marked_once():
    member = {"enrolment_id": ESI}
    with pytest.raises(ValidationError, match="each member once"):
        RecordGroupMark.model_validate({"assignment_id": ASSIGNMENT, "members": [member, member], "score": "40"})
