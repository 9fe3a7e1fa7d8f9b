"""Forms and answers by their rules alone: what holds together, what can be kept, and what is missing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.admissions.form_rules import (
    MOST_CHOICES,
    MOST_FIELDS,
    MOST_STEPS,
    MOST_WANTED,
    answer_fault,
    closed_words,
    draft_fault,
    field_fault,
    fields_of,
    form_fault,
    free_key,
    is_day,
    is_open,
    keys_of,
    missing,
    parts_by_key,
    progress,
    tidy_answer,
    words_fault,
)
from shared.core.hidden_letters import hidden_in
from tests.admissions.samples import ANSWERS, CHARGES, CHECKS, CONTENT, DOCUMENTS, FIELDS, SCAN, STEPS

FORM: dict[str, Any] = {
    "title": "Photography",
    "state": "published",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-15",
    "fee": 0,
    "currency": "GHS",
    **CONTENT,
}


def field(kind: str, **more: Any) -> dict[str, Any]:
    """A field of a kind."""
    return {"key": "field_1", "label": "Asked", "type": kind, "required": True, **more}


def test_a_form_that_holds_together_has_no_fault() -> None:
    assert form_fault(FORM) is None
    assert form_fault({**FORM, "state": "draft", "steps": [], "opens_on": None, "closes_on": None}) is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"title": 3}, "title"),
        ({"opens_on": "tomorrow"}, "opens_on"),
        ({"closes_on": "2026-13-01"}, "closes_on"),
        ({"opens_on": "2026-12-20"}, "closes_on"),
        ({"fee": -1}, "fee"),
        ({"fee": True}, "fee"),
        ({"fee": "5"}, "fee"),
        ({"currency": "XYZ"}, "currency"),
        ({"documents": "none"}, "documents"),
        ({"documents": DOCUMENTS * MOST_WANTED}, "documents"),
        ({"documents": [{"key": "document_1", "title": " "}]}, "document_1"),
        ({"documents": ["x"]}, "documents"),
        ({"documents": [{"key": "Not a key", "title": "x"}]}, "Not a key"),
        ({"checks": [{"key": "check_1", "title": "x", "help": "y" * 501}]}, "check_1"),
        ({"charges": [{**CHARGES[0], "amount": 0}]}, "charge_1"),
        ({"charges": [{**CHARGES[0], "amount": True}]}, "charge_1"),
        ({"charges": [{**CHARGES[0], "amount": "5"}]}, "charge_1"),
        ({"steps": []}, "steps"),
        ({"steps": "none"}, "steps"),
        ({"steps": STEPS * (MOST_STEPS + 1)}, "steps"),
        ({"steps": [{"key": "step_1", "title": ""}]}, "steps"),
        ({"steps": [{"key": "step_1", "title": "x", "fields": []}]}, "step_1"),
        ({"steps": [{"key": "step_1", "title": "x", "fields": FIELDS * MOST_FIELDS}]}, "step_1"),
        ({"steps": [{"key": "step_1", "title": "x", "fields": [field("smell")]}]}, "field_1"),
        ({"steps": [*STEPS, {**STEPS[0], "key": "step_2"}]}, "steps"),
        ({"steps": [*STEPS, {**STEPS[0], "fields": [field("text", key="field_9")]}]}, "steps"),
        ({"checks": CHECKS * 2}, "steps"),
    ],
)
def test_a_form_that_cant_be(change: dict[str, Any], where: str) -> None:
    fault = form_fault({**FORM, **change})
    assert fault is not None
    assert (fault.where, bool(fault.sentence)) == (where, True)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([], "“Asked” has no choices. Enter at least two."),
        (None, "“Asked” has no choices. Enter at least two."),
        (["One"], "“Asked” has only one choice. Enter another one."),
        (["One", " one "], "“Asked” has a choice twice. Remove one."),
        (["One", ""], "“Asked” has a choice that can't be kept. Check its choices."),
        ([str(at) for at in range(MOST_CHOICES + 1)], "“Asked” has a choice that can't be kept. Check its choices."),
    ],
)
def test_choices(choices: Any, words: str) -> None:
    fault = field_fault(field("choice", choices=choices))
    assert fault is not None
    assert fault.sentence == words
    assert field_fault(field("text", choices=choices)) is None


def test_what_is_no_field() -> None:
    assert (field_fault("x") or ("",))[0] == "steps"
    assert (field_fault({"label": "x"}) or ("",))[0] == "steps"


@pytest.mark.parametrize(
    ("kind", "fine", "wrong"),
    [
        ("text", "Ama", "x" * 301),
        ("long_text", "a\nb", "x" * 5001),
        ("number", "-3.5", "three"),
        ("date", "2026-11-20", "2026-02-30"),
        ("choice", "A", "C"),
        ("choices", ["A", "B"], ["A", "C"]),
        ("yes_no", False, "yes"),
        ("phone", "024 555 0121", "12"),
        ("mail", "ama@example.org", "ama"),
        ("file", SCAN, "scan.pdf"),
    ],
)
def test_answers(kind: str, fine: Any, wrong: Any) -> None:
    asked = field(kind, choices=["A", "B"])
    assert answer_fault(asked, fine) is None
    assert answer_fault(asked, wrong)
    assert answer_fault(asked, None) is None
    assert missing({"steps": [{"fields": [asked]}], "documents": []}, {})[0].sentence == "“Asked” is missing."
    assert missing({"steps": [{"fields": [asked]}], "documents": []}, {"field_1": wrong})
    assert tidy_answer(asked, " ") is None


@pytest.mark.parametrize(
    "change",
    [{"sha256": "x"}, {"type": "exe"}, {"bytes": 0}, {"bytes": True}, {"bytes": 10_485_761}, {"name": ""}],
)
def test_what_is_no_document(change: dict[str, Any]) -> None:
    assert answer_fault(field("file"), {**SCAN, **change})


def test_a_draft_may_be_half_typed() -> None:
    assert draft_fault(field("phone"), "02") is None
    assert draft_fault(field("text"), "x" * 5001)
    assert draft_fault(field("choice", choices=["A", "B"]), "C")
    assert draft_fault(field("yes_no"), 3)


def test_what_is_filled_in_is_counted() -> None:
    assert progress(CONTENT, {}) == (0, 3)
    assert progress(CONTENT, ANSWERS) == (3, 3)
    assert missing(CONTENT, ANSWERS) == []
    assert [one.where for one in missing(CONTENT, {}, {"field_1"})] == ["field_1"]
    assert list(parts_by_key(CONTENT)) == ["field_1", "field_2", "field_3", "document_1", "document_2"]
    assert len(fields_of(CONTENT)) == 3


def test_answers_are_kept_without_what_isnt_theirs() -> None:
    assert tidy_answer(field("file"), {**SCAN, "state": "stored", "why": ""}) == SCAN
    assert tidy_answer(field("text"), " Ama ") == "Ama"
    assert tidy_answer(field("yes_no"), False) is False


def test_when_a_form_is_open() -> None:
    assert is_open(FORM, "2026-11-01")
    assert is_open({**FORM, "opens_on": None, "closes_on": None}, "2030-01-01")
    assert closed_words(FORM, "2026-10-31") == "This form opens on 2026-11-01."
    assert closed_words(FORM, "2026-12-16") == "This form closed on 2026-12-15. Ask the office."
    assert closed_words({**FORM, "state": "closed"}, "2026-11-20") == "This form isn't open. Ask the office."


def test_new_parts_get_keys_of_their_own() -> None:
    assert free_key(keys_of(FORM), "field") == "field_4"
    assert free_key((), "check") == "check_1"


@given(st.text(max_size=400))
def test_whatever_is_typed_is_kept_or_refused_with_a_sentence(typed: str) -> None:
    asked = field("text")
    fault = answer_fault(asked, typed)
    assert fault is None or fault.endswith(".")
    kept = tidy_answer(asked, typed)
    assert kept is None or fault is not None or kept == typed.strip()
    assert words_fault(typed, 400, lines=True) is None or hidden_in(typed, lines=True)


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text())))
def test_no_made_up_answer_breaks_a_field(value: Any) -> None:
    for kind in ("text", "number", "date", "choice", "choices", "yes_no", "phone", "mail", "file"):
        if kind in ("phone", "mail") and not isinstance(value, str | None):
            continue
        answer_fault(field(kind, choices=["A", "B"]), value)
    assert is_day("2026-11-20")
    assert not is_day(3)
