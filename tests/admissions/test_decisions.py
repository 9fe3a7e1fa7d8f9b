"""From an application to a student, on both databases: offered, undone, decided twice, and what stands against it."""

from shared.admissions.commands import enrolment_id_of
from shared.core.outcome import Outcome
from shared.people.numbering import numbering_id
from tests.admissions.ground import Admissions, admissions, file_database
from tests.admissions.samples import CHARGES

__all__ = ["admissions", "file_database"]
_CHARGED = "SELECT what, sum(amount) FROM ledger_entry WHERE organisation_id = :organisation_id GROUP BY what"


def _offered(admissions: Admissions) -> tuple[str, Outcome]:
    row_id = admissions.sent()
    admissions.checked(row_id)
    return row_id, admissions.decide(row_id, "approved", words="Welcome")


def test_an_offer_makes_a_student_with_number_enrolment_and_charges(admissions: Admissions) -> None:
    row_id = admissions.sent()
    assert admissions.row("application", row_id)["number"] == "A-2026-0001"
    early = admissions.decide(row_id, "approved")
    assert (early.verdict, early.code) == ("rejected", "checks_open")
    assert early.message == "Offer a place becomes available when all checks are done."
    admissions.checked(row_id)
    assert admissions.decide(row_id, "approved", words="Welcome").verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["state"], body["decided_by"]) == ("approved", "Grace Kimani")
    assert body["enrolment_id"] == enrolment_id_of(row_id, admissions.institute.cohort_id)
    enrolment = admissions.row("enrolment", body["enrolment_id"])
    assert (enrolment["state"], enrolment["person_id"]) == ("active", body["person_id"])
    charges = admissions.rows(
        "SELECT what, amount, enrolment_id, number FROM ledger_entry WHERE organisation_id = :organisation_id"
    )
    assert charges == [("Tuition", 250_000, body["enrolment_id"], "I-2026-0001")]
    assert admissions.events(row_id) == ["started", "submitted", "offered"]


def test_an_offer_is_taken_back_and_made_again_as_long_as_no_money_moved(admissions: Admissions) -> None:
    row_id, offered = _offered(admissions)
    assert offered.verdict == "applied"
    again = admissions.decide(row_id, "rejected", reason="Too late")
    assert (again.verdict, again.code) == ("rejected", "application_decided")
    assert admissions.do("UndoDecision", row_id, {"reason": "Wrong cohort"}).verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["state"], body["decided_at"], body["enrolment_id"]) == ("under_review", None, None)
    enrolment_id = enrolment_id_of(row_id, admissions.institute.cohort_id)
    assert admissions.row("enrolment", enrolment_id)["state"] == "cancelled"
    assert admissions.rows(_CHARGED) == [("Tuition", 0)]
    assert admissions.row("person", body["person_id"])["provisional"] is True
    assert admissions.decide(row_id, "approved").verdict == "applied"
    assert admissions.row("enrolment", enrolment_id)["state"] == "active"
    assert admissions.rows(_CHARGED) == [("Tuition", CHARGES[0]["amount"])]
    assert admissions.row("person", body["person_id"])["provisional"] is False
    assert admissions.do("UndoDecision", row_id, {}).verdict == "applied"
    told = admissions.do("UndoDecision", row_id, {})
    assert (told.verdict, told.code) == ("rejected", "not_decided")


def test_an_applicant_whom_the_office_added_gets_the_next_number(admissions: Admissions) -> None:
    system = admissions.institute.devices["system"]
    rule = {"changes": {"prefix": {"old": None, "new": "KM-"}}}
    assert system.do("SetNumbering", numbering_id(admissions.institute.organisation_id), rule).verdict == "applied"
    person_id = admissions.new()
    told = system.do("AddPerson", person_id, {"given_name": "Esi", "roles": ["student"], "provisional": True})
    assert (told.verdict, admissions.row("person", person_id)["number"]) == ("applied", None)
    row_id = admissions.sent(by=admissions.registrar, person_id=person_id)
    admissions.checked(row_id)
    assert admissions.decide(row_id, "approved").verdict == "applied"
    person = admissions.row("person", person_id)
    assert (person["provisional"], person["roles"], person["number"]) == (False, ["student"], "KM-2026-0001")


def test_two_who_decide_differently_offline_keep_both_until_someone_chooses(admissions: Admissions) -> None:
    row_id = admissions.sent()
    admissions.checked(row_id)
    seen = admissions.row("application", row_id)["revision"]
    state = "under_review"
    assert admissions.decide(row_id, "approved", base=seen).verdict == "applied"
    payload = {"decision": "rejected", "old_state": state, "reason": "No certificate"}
    other = admissions.do("DecideApplication", row_id, payload, admissions.second, base=seen)
    assert (other.verdict, other.code) == ("conflict", "decided_twice")
    assert admissions.row("application", row_id)["state"] == "approved"
    conflict = admissions.row("conflict", other.conflict_id or "")
    assert [one["values"]["decision"] for one in conflict["sides"]] == ["approved", "rejected"]
    same = admissions.do("DecideApplication", row_id, {**payload, "decision": "approved"}, admissions.second, base=seen)
    assert same.verdict == "agreed"
    choice = {"choices": {"decision": other.command_id}}
    assert admissions.do("SettleConflict", other.conflict_id or "", choice).verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["state"], body["reason"], body["enrolment_id"]) == ("rejected", "", None)
    why = "SELECT kind, words FROM application_event WHERE organisation_id = :organisation_id AND words <> ''"
    assert admissions.rows(why) == [("note", "No certificate")], "the applicant sees the application, not why"
    assert admissions.rows(_CHARGED) == [("Tuition", 0)]


def test_a_refusal_that_was_first_gives_way_to_the_offer_that_is_chosen(admissions: Admissions) -> None:
    row_id = admissions.sent()
    admissions.checked(row_id)
    seen = admissions.row("application", row_id)["revision"]
    assert admissions.decide(row_id, "rejected", base=seen, reason="Full").verdict == "applied"
    payload = {"decision": "approved", "old_state": "under_review"}
    other = admissions.do("DecideApplication", row_id, payload, admissions.second, base=seen)
    assert other.verdict == "conflict"
    first = admissions.row("conflict", other.conflict_id or "")["sides"][0]["command_id"]
    assert first != other.command_id
    choice = {"choices": {"decision": other.command_id}}
    assert admissions.do("SettleConflict", other.conflict_id or "", choice).verdict == "applied"
    body = admissions.row("application", row_id)
    assert (body["state"], bool(body["enrolment_id"])) == ("approved", True)


def test_what_stands_against_a_decision(admissions: Admissions) -> None:
    row_id = admissions.sent()
    admissions.checked(row_id)
    told = admissions.decide(row_id, "rejected")
    assert (told.verdict, told.code) == ("rejected", "reason_missing")
    told = admissions.decide(row_id, "under_review")
    assert (told.verdict, told.code) == ("rejected", "decision_unknown")
    own = admissions.decide(row_id, "rejected", admissions.applicant, reason="x")
    assert (own.verdict, own.code) == ("rejected", "not_allowed")
    kofi = admissions.decide(row_id, "rejected", admissions.institute.devices["kofi"], reason="x")
    assert (kofi.verdict, kofi.code) == ("rejected", "not_allowed")
    foreign = admissions.decide(row_id, "approved", cohort_id=admissions.new())
    assert (foreign.verdict, foreign.code) == ("rejected", "cohort_missing")
    control = admissions.decide(row_id, "rejected", reason="a\x07")
    assert (control.verdict, control.code) == ("rejected", "field_invalid")
    missing = admissions.do("DecideApplication", admissions.new(), {"decision": "rejected", "old_state": "pending"})
    assert missing.verdict == "held"


def test_nobody_decides_about_the_own_application(admissions: Admissions) -> None:
    row_id = admissions.sent(by=admissions.second)
    for kind, payload in (
        ("DecideApplication", {"decision": "approved", "old_state": "pending"}),
        ("UndoDecision", {}),
        ("CheckApplication", {"check": "check_1", "done": True}),
    ):
        told = admissions.do(kind, row_id, payload, admissions.second)
        assert (told.verdict, told.code) == ("rejected", "own_application")


def test_places_are_given_out_once(admissions: Admissions) -> None:
    cohort = admissions.row("cohort", admissions.institute.cohort_id)
    taken = len(admissions.institute.students)
    admissions.institute.devices["system"].edit(
        "EditCohort", cohort["id"], cohort["revision"], capacity=(None, taken + 1)
    )
    first, second = admissions.sent(), admissions.sent(by=admissions.second)
    admissions.checked(first)
    admissions.checked(second)
    batch = [
        admissions.registrar.command(
            "DecideApplication", one, {"decision": "approved", "old_state": "under_review"},
            admissions.row("application", one)["revision"],
        )
        for one in (first, second)
    ]  # fmt: skip
    told = admissions.registrar.send(*batch)
    assert [one.code for one in told] == [None, "no_place_left"]
    assert admissions.decide(second, "waiting_list").verdict == "applied"
    assert admissions.row("application", second)["state"] == "waiting_list"
    assert admissions.do("UndoDecision", second, {}).verdict == "applied"
