"""What people do in admissions at a desk: refused with a sentence, saved offline, and told on the sync page."""

import pytest

from desktop.admissions import actions
from desktop.admissions.lines import LINES
from desktop.admissions.store import (
    application_lines,
    enquiries_due,
    enquiry_lines,
    events_of,
    line_of,
    own_applications,
    places_left,
    score_of,
    to_review,
)
from shared.admissions.projections import PROJECTIONS
from shared.admissions.vocabulary import ApplicationState, DocumentCheck, FormState
from shared.core.errors import CampusError
from tests.admissions.rows import (
    APPLICANT,
    DRAFT,
    ENQUIRIES,
    FORM_ID,
    LEILA,
    NOVELLA,
    OFFERED,
    TOM,
    application,
    form,
    id_of,
    rows,
    scan,
)
from tests.attendance.classes import COHORT, COURSE, INSTRUCTOR, cohort, person_id

CHECKED = application("Ready Now", checks=["check_1", "check_2"], person_id=person_id("Tom Becker"))
OWN = application("Novella Costa", None, person_id=APPLICANT.person_id)
LOCKED = application("Novella Costa", None, person_id=APPLICANT.person_id, fee=5000, fee_paid=False)


def _mine(row):
    return [one for one in rows() if one is not NOVELLA] + [row]


@pytest.mark.parametrize(
    ("actor", "act", "code"),
    [
        (INSTRUCTOR, lambda desk: actions.record_enquiry(desk, {}), "not_allowed"),
        (INSTRUCTOR, lambda desk: actions.note(desk, id_of(TOM), "x"), "not_allowed"),
        (INSTRUCTOR, lambda desk: actions.save_answers(desk, id_of(DRAFT), {"field_4": "x"}), "not_allowed"),
        (None, lambda desk: actions.note(desk, id_of(TOM), " "), "note_empty"),
        (None, lambda desk: actions.write(desk, id_of(TOM), " "), "message_empty"),
        (None, lambda desk: actions.decide(desk, id_of(TOM), ApplicationState.REJECTED, ""), "reason_missing"),
        (None, lambda desk: actions.decide(desk, id_of(TOM), ApplicationState.APPROVED, ""), "checks_open"),
        (None, lambda desk: actions.undo(desk, id_of(TOM)), "not_decided"),
        (None, lambda desk: actions.submit(desk, id_of(DRAFT)), "application_incomplete"),
        (None, lambda desk: actions.submit(desk, id_of(TOM)), "application_sent"),
        (None, lambda desk: actions.withdraw(desk, id_of(OFFERED)), "application_settled"),
        (None, lambda desk: actions.check_form_open(desk, person_id("nothing")), "form_closed"),
        (None, lambda desk: actions.note(desk, person_id("nothing"), "x"), "application_unknown"),
        (None, lambda desk: actions.follow_up(desk, ENQUIRIES[0][1], "", None), "field_invalid"),
        (None, lambda desk: actions.save_form(desk, None, {**form()[1], "title": ""}), "field_invalid"),
        (None, lambda desk: actions.save_answers(desk, id_of(DRAFT), {"field_3": "Expert"}), "field_invalid"),
    ],
)
def test_what_cant_be_done_says_why_and_saves_nothing(desks, actor, act, code):
    here = desks(actor) if actor else desks()
    with pytest.raises(CampusError) as told:
        act(here.desk)
    assert told.value.code == code
    assert told.value.message.endswith(".")
    assert not here.store.next_request().commands


def test_an_application_is_filled_in_and_sent_without_a_network(desks):
    here = desks(APPLICANT, _mine(OWN))
    desk, row_id = here.desk, id_of(OWN)
    assert actions.save_answers(desk, row_id, {"field_1": "2004-05-04", "field_3": "Beginner"})
    assert not actions.save_answers(desk, row_id, {"field_1": "2004-05-04"})
    assert actions.save_answers(desk, row_id, {"document_1": scan(), "document_3": scan("id.pdf"), "field_4": ""})
    actions.submit(desk, row_id)
    (line,) = own_applications(desk)
    assert (line.body["state"], line.waiting, line.body["answers"]["field_3"]) == ("pending", True, "Beginner")
    actions.withdraw(desk, row_id, "A job")
    assert line_of(desk, row_id).body["state"] == "withdrawn"
    assert len(here.store.next_request().commands) == 4


def test_the_form_is_locked_until_the_fee_is_paid(desks):
    here = desks(APPLICANT, _mine(LOCKED))
    for act in (lambda: actions.save_answers(here.desk, id_of(LOCKED), {"field_4": "x"}),
                lambda: actions.submit(here.desk, id_of(LOCKED))):  # fmt: skip
        with pytest.raises(CampusError) as told:
            act()
        assert told.value.code == "fee_unpaid"
    with pytest.raises(CampusError) as told:
        actions.choose_file(here.desk, None)
    assert told.value.code == "no_server"


def test_one_begins_with_a_form_that_is_open(desks):
    here = desks(APPLICANT, [one for one in rows() if one is not NOVELLA])
    row_id = actions.start(here.desk, form()[1])
    assert line_of(here.desk, row_id).body["content"]["steps"][0]["title"] == "Personal details"
    closed = desks(APPLICANT, [*_mine(OWN), form(closes_on="2026-11-19")])
    with pytest.raises(CampusError) as told:
        actions.start(closed.desk, form()[1])
    assert told.value.message == "This form closed on 2026-11-19. Ask the office."


def test_reviewing_is_seen_at_once(desks):
    here = desks()
    desk, row_id = here.desk, id_of(LEILA)
    assert [line.name for line in application_lines(desk)][:2] == ["Novella Costa", "Kwame Asante"]
    assert to_review(desk) == 4
    actions.check(desk, row_id, "check_1", done=True)
    actions.check(desk, row_id, "check_2", done=True)
    actions.check(desk, row_id, "check_1", done=False)
    actions.check(desk, row_id, "check_1", done=True)
    actions.check_document(desk, row_id, "document_1", DocumentCheck.CHECKED)
    actions.check_document(desk, row_id, "document_1", DocumentCheck.NEW)
    actions.note(desk, row_id, "Strong", 70)
    actions.write(desk, row_id, "Hello")
    actions.write(desk, row_id, "Send it again", "document_1")
    actions.plan_interview(desk, row_id, "2026-11-27T10:00:00Z", "Come")
    actions.plan_interview(desk, row_id, None, "")
    body = line_of(desk, row_id).body
    assert (body["state"], body["checks"]) == ("under_review", ["check_1", "check_2"])
    assert (body["document_checks"], body["interview_at"]) == ({"document_1": "unreadable"}, None)
    assert score_of(desk, row_id) == 70
    actions.decide(desk, row_id, ApplicationState.APPROVED, "Welcome")
    assert line_of(desk, row_id).body["state"] == "approved"
    actions.undo(desk, row_id)
    assert line_of(desk, row_id).body["state"] == "under_review"
    kinds = [one["kind"] for one in events_of(desk, row_id)]
    assert kinds[:2] == ["undone", "offered"]


def test_nobody_reviews_the_own_application(desks):
    own = application("Efua Sarpong", person_id=desks().desk.actor.person_id)
    with pytest.raises(CampusError) as told:
        actions.note(desks(given=[*rows(), own]).desk, id_of(own), "x")
    assert told.value.message == "This application is your own. Somebody else decides about it."


def test_a_full_cohort_takes_nobody(desks):
    kind, body = cohort(COHORT, "1B", INSTRUCTOR.person_id)
    here = desks(given=[*rows(CHECKED), (kind, {**body, "capacity": 4})])
    assert places_left(here.desk, COHORT) == (0, 4)
    with pytest.raises(CampusError) as told:
        actions.decide(here.desk, id_of(CHECKED), ApplicationState.APPROVED, "")
    assert told.value.message == "No place is left in this cohort. Use the waiting list."
    actions.decide(here.desk, id_of(CHECKED), ApplicationState.WAITING_LIST, "")


def test_enquiries_are_noted_and_followed_up(desks):
    here = desks()
    desk = here.desk
    assert [line.body["name"] for line in enquiry_lines(desk)][:2] == ["Esi Appiah", "Kojo Mensah"]
    assert enquiries_due(desk) == 2
    values = {"name": "Ama", "phone": "024 555 0122", "email": "", "course_id": COURSE, "source": "fair", "note": "",
              "assigned_to": None, "follow_up_on": "2026-11-20"}  # fmt: skip
    key = actions.record_enquiry(desk, values)
    assert enquiries_due(desk) == 3
    actions.follow_up(desk, desk.store.get("enquiry", key), "Wants January", "2026-11-27")
    body = desk.store.get("enquiry", key)
    assert (body["follow_up_on"], body["said"][0]["words"]) == ("2026-11-27", "Wants January")
    assert actions.edit_enquiry(desk, body, {"state": "closed"})
    assert not actions.edit_enquiry(desk, desk.store.get("enquiry", key), {"state": "closed"})
    row_id = actions.convert(desk, ENQUIRIES[1][1], FORM_ID)
    assert desk.store.get("enquiry", id_of(ENQUIRIES[1]))["state"] == "converted"
    person = desk.store.get("person", line_of(desk, row_id).body["person_id"])
    assert (person["given_name"], person["provisional"]) == ("Kojo", True)
    actions.convert(desk, ENQUIRIES[0][1], FORM_ID, person_id("Tom Becker"))


def test_a_form_gets_another_version_when_it_asks_something_else(desks):
    here = desks()
    desk = here.desk
    shown = desk.store.get("application_form", FORM_ID)
    actions.save_form(desk, shown, {**shown, "title": "January"})
    assert desk.store.get("application_form", FORM_ID)["version"] == 1
    actions.save_form(desk, desk.store.get("application_form", FORM_ID), {**shown, "title": "January", "documents": []})
    assert desk.store.get("application_form", FORM_ID)["version"] == 2
    actions.set_form_state(desk, desk.store.get("application_form", FORM_ID), FormState.CLOSED)
    assert desk.store.get("application_form", FORM_ID)["state"] == "closed"
    made = actions.save_form(desk, None, {**form()[1], "title": "Another"})
    assert desk.store.get("application_form", made)["state"] == "draft"


def test_every_command_has_its_line_and_asks_for_nothing_that_isnt_there(desks):
    here = desks()
    desk = here.desk
    assert set(LINES) == set(PROJECTIONS)
    actions.decide(desk, id_of(TOM), ApplicationState.REJECTED, "", "Full")
    actions.undo(desk, id_of(TOM))
    actions.decide(desk, id_of(TOM), ApplicationState.WAITING_LIST, "")
    actions.save_form(desk, None, {**form()[1], "title": "Another"})
    actions.follow_up(desk, ENQUIRIES[0][1], "x", None)
    read = here.store.get
    words = [LINES[one.type](one, read) for one in here.store.next_request().commands]
    assert words[:2] == ["Declined the application of Tom Becker", "Took the decision about Tom Becker back"]
    assert all(words)
    for command in here.store.next_request().commands:
        assert LINES[command.type](command, lambda _kind, _id: None)
        PROJECTIONS[command.type](command, lambda _kind, _id: None)
