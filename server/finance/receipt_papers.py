"""The receipt that goes with a letter: as it was signed, drawn as the desktop draws it, void where it was voided."""

import json
from collections.abc import Callable

from server.core.database import Db
from server.core.letters import Paper, PaperWanted
from server.finance.statement_letters import file_name
from server.people.consent_service import refuses_messages
from shared.finance.receipt_code import qr_text, short_code
from shared.finance.receipt_content import content_of
from shared.finance.receipt_paper import receipt_pdf
from shared.finance.vocabulary import Confirmation, PaymentState

RECEIPT = "receipt"
_READ = """
SELECT t.printed, t.words, r.number, r.amount, r.currency, r.digest, r.signature, p.state, p.confirmation
FROM receipt_text t JOIN receipt r ON r.organisation_id = t.organisation_id AND r.id = t.id
JOIN payment p ON p.organisation_id = r.organisation_id AND p.id = r.payment_id
WHERE t.organisation_id = :o AND t.id = :id AND coalesce(t.person_id, '') = :p AND t.words <> ''
"""


def receipt_paper(db: Db, wanted: PaperWanted) -> Callable[[], Paper] | None:
    """Return what draws someone's own receipt, by the id `about`; None where its words were erased or aren't wanted.

    Whoever isn't known here is sent a receipt of several alone: that of one student is the student's.
    """
    organisation_id, person_id = wanted.organisation_id, wanted.person_id
    row = db.one(_READ, o=organisation_id, id=wanted.about, p=person_id)
    if row is None or (person_id and refuses_messages(db, organisation_id, person_id)):
        return None
    printed, words, number, amount, currency, digest, signature, state, confirmation = row
    content = content_of(
        json.loads(printed or "{}"),
        number=number,
        total=int(amount),
        currency=currency,
        code=short_code(digest),
        qr=qr_text(words, signature),
        voided=state == PaymentState.VOIDED,
        unconfirmed=confirmation == Confirmation.UNCONFIRMED,
    )
    return lambda: Paper(file_name(RECEIPT, number), receipt_pdf(content))
