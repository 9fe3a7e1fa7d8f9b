"""Reads a roster file to its end and hands back what tests ask about."""

import openpyxl

from server.learning.roster.mapping import RosterField, RosterMapping
from server.learning.roster.reading import open_roster
from server.learning.roster.records import RosterPerson

PLAIN = RosterMapping(
    columns={0: RosterField.NUMBER, 1: RosterField.FAMILY_NAME, 2: RosterField.GIVEN_NAME, 3: RosterField.PHONE}
)


def read(path, mapping=None):
    with open_roster(path, mapping=mapping) as roster:
        records = list(roster.records())
    return [record for record in records if isinstance(record, RosterPerson)], records, roster


def codes(roster):
    return [error.code for error in roster.findings.errors]


def notes(roster):
    return {note.code for note in roster.findings.notes}


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def book(path, rows, formats=None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    workbook.save(path)
    return path
