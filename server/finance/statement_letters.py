"""The statement of account that goes with a reminder: read when the letter goes, drawn as the desktop draws it."""

import re
from collections.abc import Callable
from functools import partial

from server.core.database import Db
from server.core.letters import Paper, PaperWanted
from server.finance.account_queries import receipt_numbers, unconfirmed_of
from server.finance.ground import packed, read_ledgers
from server.finance.plan_service import dues_of
from server.people.consent_service import refuses_messages
from server.people.institute_day import institute_day
from server.people.institute_service import READ, institute_body
from shared.core.clock import parse_instant
from shared.finance.statement_paper import StatementHead, statement_pdf
from shared.finance.statement_rules import Books, Ledger, ledger_in

STATEMENT = "statement"
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_PERSON = """
SELECT given_name, family_name, number FROM person
WHERE organisation_id = :o AND id = :p AND state <> 'anonymised'
"""


def statement_paper(db: Db, wanted: PaperWanted) -> Callable[[], Paper] | None:
    """Return what draws someone's statement in the currency `about`, as of the institute's present day.

    None for whoever is gone, and for whoever agreed to no messages.
    """
    organisation_id, person_id = wanted.organisation_id, wanted.person_id
    person = db.one(_PERSON, o=organisation_id, p=person_id)
    institute = db.one(READ, organisation_id=organisation_id)
    if person is None or institute is None or refuses_messages(db, organisation_id, person_id):
        return None
    day = institute_day(db, organisation_id, parse_instant(wanted.now)).isoformat()
    told = institute_body(institute)
    name, number = " ".join(part for part in person[:2] if part), str(person[2] or "")
    head = StatementHead(
        str(told["name"]),
        " · ".join(str(told[part]) for part in ("address", "phone", "email") if told.get(part)),
        " · ".join(filter(None, (name, number))),
        day,
    )
    ledger = _ledger(db, organisation_id, person_id, wanted.about, day)
    return partial(_drawn, head, ledger, file_name(STATEMENT, number or person_id[-12:], day))


def _ledger(db: Db, organisation_id: str, person_id: str, currency: str, day: str) -> Ledger:
    entries, allocations = read_ledgers(db, organisation_id, packed([person_id]))
    entries.sort(key=lambda one: (one["made_at"], one["id"]))
    due = dues_of(db, organisation_id, person_id, entries, allocations)
    unconfirmed = unconfirmed_of(db, organisation_id, entries)
    receipts = receipt_numbers(db, organisation_id, entries)
    books = Books(entries, allocations, due, unconfirmed, receipts=receipts)
    return ledger_in(books, currency, currency, day)


def _drawn(head: StatementHead, ledger: Ledger, name: str) -> Paper:
    return Paper(name, statement_pdf(head, ledger))


def file_name(word: str, number: str, day: str = "") -> str:
    """Return a paper's name with nothing in it that a mail program or a disk takes for anything else."""
    return _UNSAFE.sub("-", "-".join(filter(None, (word, number, day)))) + ".pdf"
