"""States, decisions, steps, scores and enquiries by their rules alone."""

from typing import Any

import pytest

from shared.admissions.commands import enrolment_id_of, fee_charge_id, place_charge_id
from shared.admissions.enquiry_rules import MOST_SAID, Due, due_key, due_of, enquiry_fault, said_fault
from shared.admissions.letter_words import usual_words
from shared.admissions.permissions import is_own, may_decide, may_edit_admissions, may_fill_in, may_see_admissions
from shared.admissions.rules import (
    MOVES,
    Step,
    application_number,
    average_score,
    checks_left,
    days_waiting,
    decision_refusal,
    documents_there,
    fee_refusal,
    may_move,
    offer_refusal,
    own_refusal,
    step_of,
    submit_refusal,
    undo_refusal,
    waits_for_office,
    withdraw_refusal,
)
from shared.admissions.vocabulary import LETTER_OF, ApplicationState, EventKind
from shared.messaging.letter_kinds import LETTERS
from shared.people.vocabulary import Role
from tests.admissions.samples import CONTENT
from tests.desks import make_actor

NOW = "2026-11-20T08:00:00.000Z"


def applied(**more: Any) -> dict[str, Any]:
    """An application that is looked at."""
    told: dict[str, Any] = {"content": CONTENT, "answers": {}, "checks": [], "document_checks": {}, "fee": 0}
    return {**told, "fee_paid": True, "state": "under_review", "submitted_at": "2026-11-14T07:00:00.000Z", **more}


def test_allowed_moves() -> None:
    assert set(MOVES) == set(ApplicationState)
    assert may_move("draft", "pending")
    assert not may_move("draft", "approved")
    assert may_move("waiting_list", "approved")
    assert not may_move("rejected", "approved"), "a decision is undone first"
    assert not any(may_move("withdrawn", one) for one in ApplicationState)


def test_numbers() -> None:
    assert application_number(2026, 731) == "A-2026-0731"
    assert application_number(2026, 12345) == "A-2026-12345"


@pytest.mark.parametrize(
    ("more", "step"),
    [
        ({"state": "draft"}, Step.RECEIVED),
        ({}, Step.DOCUMENTS),
        ({"document_checks": {"document_1": "checked"}}, Step.DECISION),
        ({"document_checks": {"document_1": "checked"}, "interview_at": "2026-11-21T08:00:00.000Z"}, Step.INTERVIEW),
        ({"document_checks": {"document_1": "checked"}, "interview_at": "2026-11-19T08:00:00.000Z"}, Step.DECISION),
        ({"state": "approved"}, None),
        ({"state": "withdrawn"}, None),
    ],
)
def test_steps(more: dict[str, Any], step: Step | None) -> None:
    assert step_of(applied(**more), NOW) is step


def test_an_offer_waits_for_checks_and_a_place() -> None:
    assert len(checks_left(applied())) == 2
    assert (offer_refusal(applied(), None) or ("",))[0] == "checks_open"
    done = applied(checks=["check_1", "check_2"])
    assert offer_refusal(done, None) is None
    assert offer_refusal(done, 1) is None
    assert (offer_refusal(done, 0) or ("",))[0] == "no_place_left"


def test_what_stands_against_decisions() -> None:
    assert (decision_refusal(applied(), "draft", "") or ("",))[0] == "decision_unknown"
    assert (decision_refusal(applied(state="approved"), "rejected", "x") or ("",))[0] == "application_decided"
    assert (decision_refusal(applied(state="draft"), "rejected", "x") or ("",))[0] == "application_not_open"
    assert (decision_refusal(applied(), "rejected", " ") or ("",))[0] == "reason_missing"
    assert decision_refusal(applied(), "rejected", "Full") is None
    assert decision_refusal(applied(), "waiting_list", "") is None
    assert own_refusal().code == "own_application"
    assert (undo_refusal(applied(), moved=False) or ("",))[0] == "not_decided"
    assert (undo_refusal(applied(state="approved"), moved=True) or ("",))[0] == "money_moved"
    assert undo_refusal(applied(state="rejected"), moved=False) is None


def test_sending_and_withdrawing() -> None:
    assert (submit_refusal(applied()) or ("",))[0] == "application_sent"
    assert (submit_refusal(applied(state="draft", fee=5, fee_paid=False)) or ("",))[0] == "fee_unpaid"
    assert submit_refusal(applied(state="draft")) is None
    assert fee_refusal(applied(fee=5, fee_paid=True)) is None
    assert withdraw_refusal(applied()) is None
    assert (withdraw_refusal(applied(state="approved")) or ("",))[0] == "application_settled"
    assert waits_for_office(applied(state="waiting_list"))
    assert not waits_for_office(applied(state="draft"))


def test_waiting_and_documents() -> None:
    assert days_waiting(applied(), NOW) == 6
    assert days_waiting(applied(submitted_at=None), NOW) == 0
    assert documents_there(applied(answers={"document_2": {"name": "x"}})) == (1, 2)


def test_scores_are_each_reviewers_latest() -> None:
    def note(who: str, at: int, score: int | None) -> dict[str, Any]:
        return {"id": f"{who}{at}", "kind": "note", "at": f"2026-11-{at}", "by_id": who, "score": score}

    assert average_score([]) is None
    assert average_score([note("a", 10, None), {**note("a", 11, 5), "kind": "message"}]) is None
    assert average_score([note("a", 12, 90), note("a", 10, 10), note("b", 11, 81)]) == 86, "a half counts as one"


def _enquiry(**more: Any) -> dict[str, Any]:
    told = {"name": "Esi", "phone": "024 555 0121", "email": "", "note": "", "source": "phone", "state": "open"}
    return {**told, "follow_up_on": None, "recorded_at": NOW, **more}


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"email": "esi"}, "email"),
        ({"note": "x" * 2001}, "note"),
        ({"source": "dream"}, "source"),
        ({"state": "lost"}, "state"),
        ({"follow_up_on": "soon"}, "follow_up_on"),
    ],
)
def test_an_enquiry_that_cant_be(more: dict[str, Any], where: str) -> None:
    assert (enquiry_fault(_enquiry(**more)) or ("",))[0] == where


def test_an_enquiry_that_can_be() -> None:
    assert enquiry_fault(_enquiry()) is None
    assert enquiry_fault(_enquiry(phone="", email="esi@example.org", name="عائشة 🎬 <b>")) is None
    assert said_fault("Wants January", "2026-11-27", 0) is None
    assert said_fault(" ", None, 0)
    assert said_fault("x", "soon", 0)
    assert said_fault("x", None, MOST_SAID)


def test_what_is_due_stands_first() -> None:
    days = {Due.OVERDUE: "2026-11-18", Due.TODAY: "2026-11-20", Due.LATER: "2026-11-27", Due.NEVER: None}
    found = [_enquiry(follow_up_on=day) for day in days.values()] + [
        _enquiry(state="closed", follow_up_on="2026-11-01")
    ]
    assert [due_of(one, "2026-11-20") for one in found] == list(Due)
    shuffled = [found[at] for at in (3, 0, 4, 2, 1)]
    assert sorted(shuffled, key=lambda one: due_key(one, "2026-11-20")) == found


def test_ids_follow_from_what_they_are_for() -> None:
    one, other = "01a1f7f8-3000-7672-874a-d4a8ff8edb70", "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
    assert fee_charge_id(one) == fee_charge_id(one) != fee_charge_id(other)
    assert place_charge_id(one, "charge_1") != place_charge_id(one, "charge_2")
    assert enrolment_id_of(one, other) != enrolment_id_of(other, one)


def test_who_does_what() -> None:
    registrar, auditor = make_actor("r", "R", Role.REGISTRAR), make_actor("a", "A", Role.AUDITOR)
    student, cashier = make_actor("s", "S", Role.STUDENT), make_actor("c", "C", Role.CASHIER)
    assert [may_see_admissions(one) for one in (registrar, auditor, student, cashier)] == [True, True, False, False]
    assert [may_edit_admissions(one) for one in (registrar, auditor)] == [True, False]
    assert [may_decide(one) for one in (registrar, auditor)] == [True, False]
    assert [may_fill_in(one, "s") for one in (registrar, student, auditor)] == [True, True, False]
    assert is_own(student, {"person_id": "s"})


def test_every_message_has_usual_words_and_a_letter() -> None:
    for kind in EventKind:
        words = usual_words(kind, "Novella", "Film", "KM Media")
        assert words[0].isupper() or words.startswith(("Film", "Novella"))
    assert "27 Nov" in usual_words(EventKind.INTERVIEW, "Novella", "Film", "KM Media", "27 Nov")
    assert set(LETTER_OF.values()) <= set(LETTERS)
