"""Applications on both databases: begun, paid, filled in, sent and withdrawn, and what is refused on the way."""

from typing import Any

from server.admissions import letters
from server.core.letters import Letter
from shared.admissions.commands import fee_charge_id
from tests.admissions.ground import Admissions, admissions, file_database
from tests.admissions.samples import ANSWERS, SCAN, STEPS

__all__ = ["admissions", "file_database"]


def test_an_application_keeps_the_version_it_was_begun_with(admissions: Admissions) -> None:
    row_id = admissions.start().target_id
    form = admissions.row("application_form", admissions.form_id)
    steps = [{**form["steps"][0], "fields": form["steps"][0]["fields"][:1]}]
    told = admissions.registrar.edit("EditApplicationForm", form["id"], form["revision"], steps=(form["steps"], steps))
    assert told.verdict == "applied"
    assert admissions.row("application_form", form["id"])["version"] == form["version"] + 1
    body = admissions.row("application", row_id)
    assert (body["form_version"], len(body["content"]["steps"][0]["fields"])) == (form["version"], 3)
    assert admissions.save(row_id, field_3="Advanced").verdict == "applied"


def test_the_fee_unlocks_the_form(admissions: Admissions) -> None:
    form_id = admissions.add_form(fee=5000)
    row_id = admissions.start(form_id).target_id
    body = admissions.row("application", row_id)
    assert body["fee_paid"] is False
    charge = admissions.rows(
        "SELECT id, amount, charge_kind FROM ledger_entry WHERE organisation_id = :organisation_id"
    )
    assert charge == [(fee_charge_id(row_id), 5000, "application_fee")]
    locked = admissions.save(row_id, **ANSWERS)
    assert (locked.verdict, locked.code) == ("rejected", "fee_unpaid")
    early = admissions.do("SubmitApplication", row_id, {}, admissions.applicant)
    assert (early.verdict, early.code) == ("rejected", "fee_unpaid")


def test_what_two_devices_write_into_one_field_is_kept_twice(admissions: Admissions) -> None:
    row_id = admissions.start().target_id
    seen = admissions.row("application", row_id)["revision"]

    def put(by: Any, **answers: Any) -> Any:
        changes = {key: {"old": None, "new": value} for key, value in answers.items()}
        return admissions.do("SaveApplication", row_id, {"changes": changes}, by, base=seen)

    assert put(admissions.applicant, field_2="I like film", field_1="2004-05-04").verdict == "applied"
    other = put(admissions.registrar, field_2="Likes photos", field_3="Beginner")
    assert (other.verdict, other.details["fields"]) == ("conflict", ["field_2"])
    answers = admissions.row("application", row_id)["answers"]
    assert answers == {"field_1": "2004-05-04", "field_2": "I like film", "field_3": "Beginner"}
    choice = {"choices": {"field_2": other.command_id}}
    assert admissions.do("SettleConflict", other.conflict_id, choice, admissions.applicant).verdict == "applied"
    assert admissions.row("application", row_id)["answers"]["field_2"] == "Likes photos"


def test_bad_answers(admissions: Admissions) -> None:
    row_id = admissions.start().target_id
    for answers, code in (
        ({"field_9": "x"}, "field_unknown"),
        ({"field_3": "Expert"}, "field_invalid"),
        ({"field_2": "x" * 5001}, "field_invalid"),
        ({"field_2": "a\x00b"}, "field_invalid"),
        ({"document_1": {**SCAN, "type": "exe"}}, "field_invalid"),
        ({"document_1": {**SCAN, "sha256": "short"}}, "field_invalid"),
        ({"document_1": {**SCAN, "bytes": 99_999_999}}, "field_invalid"),
        ({"document_1": "no file"}, None),
    ):
        assert admissions.save(row_id, **answers).code == code, answers
    sent = admissions.do("SubmitApplication", row_id, {}, admissions.applicant)
    assert sent.code == "application_incomplete"


def test_strange_words_are_kept_as_they_are(admissions: Admissions) -> None:
    row_id = admissions.start().target_id
    words = "<b>x</b> '; DROP TABLE person; -- =1+1 مرحبا 🎬\nnew line"
    assert admissions.save(row_id, field_2=words).verdict == "applied"
    assert admissions.row("application", row_id)["answers"]["field_2"] == words


def test_an_application_is_sent_once_and_complete(admissions: Admissions) -> None:
    row_id = admissions.start().target_id
    early = admissions.do("SubmitApplication", row_id, {}, admissions.applicant)
    assert (early.code, sorted(early.details["fields"])) == (
        "application_incomplete",
        ["document_1", "field_1", "field_3"],
    )
    assert admissions.save(row_id, **ANSWERS).verdict == "applied"
    other = admissions.do("SubmitApplication", row_id, {}, admissions.institute.devices["kofi"])
    assert (other.verdict, other.code) == ("rejected", "not_allowed")
    assert admissions.do("SubmitApplication", row_id, {}, admissions.applicant).verdict == "applied"
    assert admissions.do("SubmitApplication", row_id, {}, admissions.applicant).verdict == "agreed"
    late = admissions.save(row_id, field_3="Advanced")
    assert (late.verdict, late.code) == ("rejected", "application_sent")


def test_a_document_that_was_asked_for_again_comes_after_the_application(admissions: Admissions) -> None:
    row_id = admissions.sent()
    told = admissions.do("WriteToApplicant", row_id, {"words": "We could not read it.", "document": "document_1"})
    assert told.verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["state"], body["document_checks"]) == ("under_review", {"document_1": "unreadable"})
    better = {**SCAN, "sha256": "cd" * 32}
    assert admissions.save(row_id, document_1=better).verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["answers"]["document_1"], body["document_checks"]) == (better, {})


def test_who_may_begin_and_with_which_form(admissions: Admissions) -> None:
    other = admissions.start(person_id=admissions.institute.students[0])
    assert (other.verdict, other.code) == ("rejected", "not_allowed")
    draft = admissions.start(admissions.add_form(publish=False))
    assert (draft.verdict, draft.code) == ("rejected", "form_closed")
    over = admissions.start(admissions.add_form(opens_on="2026-10-01", closes_on="2026-11-19"))
    assert over.message == "This form closed on 2026-11-19. Ask the office."
    soon = admissions.start(admissions.add_form(opens_on="2026-11-21"))
    assert soon.message == "This form opens on 2026-11-21."
    first = admissions.start()
    again = admissions.start()
    assert (again.code, again.details["existing_id"]) == ("application_exists", first.target_id)
    unknown = admissions.start(admissions.new())
    assert unknown.verdict == "held"


def test_an_application_is_withdrawn(admissions: Admissions) -> None:
    row_id = admissions.sent()
    kofi = admissions.do("WithdrawApplication", row_id, {}, admissions.institute.devices["kofi"])
    assert kofi.code == "not_allowed"
    assert admissions.do("WithdrawApplication", row_id, {"reason": "A job"}, admissions.applicant).verdict == "applied"
    assert admissions.do("WithdrawApplication", row_id, {}, admissions.applicant).verdict == "agreed"
    told = admissions.do("CheckApplication", row_id, {"check": "check_1", "done": True})
    assert told.code == "application_not_open"
    assert admissions.start().verdict == "applied"


def test_reviewers_check_note_and_plan(admissions: Admissions) -> None:
    row_id = admissions.sent()
    do = admissions.do
    assert do("CheckDocument", row_id, {"document": "document_1", "state": "checked"}).verdict == "applied"
    assert do("CheckDocument", row_id, {"document": "document_1", "state": "checked"}).verdict == "agreed"
    assert do("CheckDocument", row_id, {"document": "document_2", "state": "checked"}).code == "document_missing"
    assert do("CheckDocument", row_id, {"document": "document_9", "state": "new"}).code == "document_unknown"
    assert do("CheckApplication", row_id, {"check": "check_9", "done": True}).code == "check_unknown"
    assert do("CheckApplication", row_id, {"check": "check_1", "done": False}).verdict == "agreed"
    assert do("NoteApplication", row_id, {"words": " "}).code == "note_empty"
    assert do("NoteApplication", row_id, {"words": "Strong", "score": 80}).verdict == "applied"
    assert do("WriteToApplicant", row_id, {"words": " "}).code == "message_empty"
    assert do("WriteToApplicant", row_id, {"words": "x", "document": "document_9"}).code == "document_unknown"
    assert do("WriteToApplicant", row_id, {"words": "Hello"}).verdict == "applied"
    planned = {"interview_at": "2026-11-27T10:00:00Z", "words": "Come"}
    assert do("PlanInterview", row_id, planned).verdict == "applied"
    assert do("PlanInterview", row_id, planned).verdict == "agreed"
    notes = "SELECT also FROM feed_row WHERE organisation_id = :organisation_id AND entry LIKE '%\"Strong\"%'"
    scopes = admissions.rows(f"{notes} AND kind = 'application_event'")
    assert scopes == [(None,)], "notes are for staff alone"
    assert admissions.events(row_id)[2:] == ["note", "message", "interview"]


def test_what_was_said_goes_out_by_mail_once(admissions: Admissions) -> None:
    sent: list[Letter] = []
    institute = admissions.institute
    context = _Context(institute.parts.database, sent)
    letters.post_letters(context)  # what other tests of this file left
    sent.clear()
    row_id = admissions.sent()
    admissions.do("WriteToApplicant", row_id, {"words": "Come on Monday."})
    admissions.decide(row_id, "rejected", reason="Full")
    assert letters.post_letters(context) == 2
    assert sent == []
    mail = "UPDATE application SET email = 'novella@mail.example' WHERE organisation_id = :organisation_id"
    institute.parts.database.write(lambda db: db.run(mail, organisation_id=institute.organisation_id))
    admissions.do("WriteToApplicant", row_id, {"words": "We wrote to you."})
    assert (letters.post_letters(context), letters.post_letters(context)) == (1, 0)
    assert [(one.template, one.to, one.values["message"]) for one in sent] == [
        ("application_message", "novella@mail.example", "We wrote to you.")
    ]


class _Context:
    """As much of a server as posts letters."""

    def __init__(self, database: Any, sent: list[Letter]) -> None:
        self.database = database
        self._sent = sent

    def post(self, _db: Any, letter: Letter) -> None:
        """Keep a letter."""
        self._sent.append(letter)


CODE = {"key": "field_4", "label": "Code of whoever sent you", "type": "code", "required": False, "help": ""}


def with_code(admissions: Admissions, code: str, **more: Any) -> str:
    """Send an application of a form that asks for a code; returns its id."""
    wanted = {"name": "Radio", "code": "RADIO", "rate": 1_000, "currency": "GHS"}
    changes = {name: {"new": value} for name, value in wanted.items()}
    admissions.do("SaveAffiliate", admissions.new(), {"changes": changes}, admissions.institute.devices["system"])
    steps = [{"key": "step_1", "title": "About you", "fields": [*STEPS[0]["fields"], CODE]}]
    row_id = admissions.start(admissions.add_form(steps=steps, **more)).target_id
    assert admissions.save(row_id, **ANSWERS, field_4=code).verdict == "applied"
    assert admissions.do("SubmitApplication", row_id, {}, admissions.applicant).verdict == "applied"
    return row_id


def kept_codes(admissions: Admissions) -> list[tuple[Any, ...]]:
    return admissions.rows(
        "SELECT place, place_id, state, reason FROM typed_code WHERE organisation_id = :organisation_id"
    )


def test_a_code_comes_with_an_application(admissions: Admissions) -> None:
    row_id = with_code(admissions, "radio")
    assert kept_codes(admissions) == [("application", row_id, "taken", "")]
    assert len(admissions.rows("SELECT id FROM referral WHERE organisation_id = :organisation_id")) == 1


def test_a_wrong_code_stops_no_application(admissions: Admissions) -> None:
    row_id = with_code(admissions, "no such code " * 20)
    assert admissions.row("application", row_id)["state"] == "pending"
    assert kept_codes(admissions) == [("application", row_id, "refused", "referral_unknown")]


def test_a_form_asks_for_one_code_and_nobody_needs_it(admissions: Admissions) -> None:
    def add(*fields: Any) -> Any:
        steps = [{"key": "step_1", "title": "About you", "fields": list(fields)}]
        payload = {"course_id": admissions.institute.course_id, "title": "Short", "steps": steps}
        return admissions.do("AddApplicationForm", admissions.new(), payload)

    assert add(CODE).verdict == "applied"
    assert "Nobody needs a code" in add({**CODE, "required": True}).message
    assert "asks for one code" in add(CODE, {**CODE, "key": "field_5"}).message
