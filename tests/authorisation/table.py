"""The table of expectations: every route and every command, with what it asks of whoever calls it.

A new route or command is one `Entry` in the file of its area; the tests name what has none.
"""

from tests.authorisation import (
    table_admissions,
    table_commands,
    table_core,
    table_decisions,
    table_earnings,
    table_money,
    table_office,
    table_online,
    table_overdue,
    table_people,
    table_teaching,
    table_till,
)
from tests.authorisation.rules import Entry

ENTRIES: tuple[Entry, ...] = (
    *table_core.ENTRIES,
    *table_people.ENTRIES,
    *table_office.ENTRIES,
    *table_teaching.ENTRIES,
    *table_commands.ENTRIES,
    *table_decisions.ENTRIES,
    *table_money.ENTRIES,
    *table_earnings.ENTRIES,
    *table_admissions.ENTRIES,
    *table_till.ENTRIES,
    *table_online.ENTRIES,
    *table_overdue.ENTRIES,
)
