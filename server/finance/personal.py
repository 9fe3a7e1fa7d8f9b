"""What the tables of money keep of people: amounts stay as the law asks, names and reasons go."""

from server.core.database import Db
from server.core.personal_data import PersonalTable, impersonal
from shared.core.money import money_text
from shared.core.text import text

_BALANCES = """
SELECT currency, sum(amount) FROM ledger_entry WHERE organisation_id = :o AND person_id = :person_id
GROUP BY currency HAVING sum(amount) <> 0 ORDER BY currency
"""
PERSONAL = (
    PersonalTable(
        "ledger_entry",
        own=("person_id",),
        by={"made_by": ""},
        ids=("enrolment_id", "cohort_id", "course_id", "payment_id", "reverses_id"),
        kept=("what", "taxes", "number"),
    ),
    PersonalTable("allocation", own=("person_id",), ids=("entry_id", "charge_id")),
    PersonalTable("posting", via=(("entry_id", "ledger_entry"),)),
    PersonalTable(
        "payment",
        own=("person_id",),
        by={"taken_by": "taken_by_name"},
        ids=("sponsor_id", "shift_id", "receipt_id"),
        blank=("payer_name", "note", "tenders", "metadata"),
        kept=("reference", "receipt_number"),
    ),
    PersonalTable(
        "account_note",
        own=("person_id",),
        by={"author_id": "author_name"},
        ids=("entry_id",),
        blank=("words",),
    ),
    PersonalTable("fee_structure", ids=("course_id", "cohort_id"), kept=("name", "lines", "by_period")),
    *impersonal("document_series"),
)


def unsettled(db: Db, organisation_id: str, person_id: str) -> list[str]:
    """Return why someone can't go yet: money that is owed, or credit that is still his or hers."""
    found = []
    for currency, amount in db.rows(_BALANCES, o=organisation_id, person_id=person_id):
        shown = money_text(abs(int(amount)), currency)
        owed = text("{amount} of fees are still owed.", amount=shown)
        found.append(owed if amount > 0 else text("{amount} of credit wasn't paid back yet.", amount=shown))
    return found
