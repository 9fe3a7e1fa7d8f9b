"""From an application to a student, on both databases: offered, undone, decided twice, and what stands against it."""

from shared.admissions.commands import enrolment_id_of
from tests.admissions.ground import Admissions, admissions

__all__ = ["admissions"]


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
    charges = admissions.rows("SELECT what, amount, enrolment_id, number FROM ledger_entry")
    assert charges == [("Tuition", 250_000, body["enrolment_id"], "I-2026-0001")]
    assert admissions.events(row_id) == ["started", "submitted", "offered"]
