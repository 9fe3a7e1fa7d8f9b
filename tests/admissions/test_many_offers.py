"""Many places offered in one step: each with student, enrolment, charge and invoice; prints how long it takes."""

import time

from tests.admissions.ground import Admissions, admissions, file_database
from tests.admissions.samples import ANSWERS

__all__ = ["admissions", "file_database"]
OFFERS = 25


def test_many_places_are_offered_in_one_step(admissions: Admissions) -> None:
    rows = [_ready(admissions) for _ in range(OFFERS)]
    payload = {"decision": "approved", "old_state": "under_review"}
    batch = [
        admissions.registrar.command("DecideApplication", one, payload, admissions.row("application", one)["revision"])
        for one in rows
    ]
    begin = time.perf_counter()
    told = admissions.registrar.send(*batch)
    print(f"\n{OFFERS} offers: {(time.perf_counter() - begin) / OFFERS * 1000:.1f} ms each")
    assert {one.verdict for one in told} == {"applied"}
    numbers = "SELECT DISTINCT number FROM ledger_entry WHERE organisation_id = :organisation_id"
    assert len(admissions.rows(numbers)) == OFFERS
    enrolled = "SELECT count(*) FROM application WHERE organisation_id = :organisation_id AND enrolment_id IS NOT NULL"
    assert admissions.rows(enrolled) == [(OFFERS,)]


def _ready(admissions: Admissions) -> str:
    """Return the id of an application with all checks done, of somebody whom the office added."""
    desk, person_id, row_id = admissions.registrar, admissions.new(), admissions.new()
    changes = {key: {"old": None, "new": value} for key, value in ANSWERS.items()}
    told = desk.send(
        desk.command("AddPerson", person_id, {"given_name": "Esi", "provisional": True}),
        desk.command("StartApplication", row_id, {"form_id": admissions.form_id, "person_id": person_id}),
        desk.command("SaveApplication", row_id, {"changes": changes}),
        desk.command("SubmitApplication", row_id, {}),
        *(desk.command("CheckApplication", row_id, {"check": f"check_{at}", "done": True}) for at in (1, 2)),
    )
    assert {one.verdict for one in told} == {"applied"}, told
    return row_id
