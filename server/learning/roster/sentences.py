"""The sentences of the roster reader, by code: what happened, where, and what to do about it."""

from collections.abc import Callable
from typing import Any

from shared.core.errors import CampusError
from shared.core.text import text

Sentence = Callable[..., str]

# Errors of one row (or of one file of a zip, then with line 0 or 1).
ROW_SENTENCES: dict[str, Sentence] = {
    "bad_boolean": lambda **p: text(
        "Line {line} of {file}: the column {column} has “{value}” where true or false belongs. Write true or false.",
        **p,
    ),
    "bad_date": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} is not a date that exists. Write it as 2026-11-21.",
        **p,
    ),
    "bad_date_order": lambda **p: text(
        "Line {line} of {file}: the end {value} is before the beginning {begins}. Swap or mend the two dates.", **p
    ),
    "bad_email": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} is not a whole email address. "
        "Write it as name@example.org.",
        **p,
    ),
    "bad_phone": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} is not a phone number. "
        "Write 7 to 15 digits, with a plus sign before a country code.",
        **p,
    ),
    "broken_quotes": lambda **p: text(
        "Line {line} of {file}: a quotation mark is opened and not closed, or closed in the middle of a cell. "
        "Mend the quotation marks of this line; the other lines were read.",
        **p,
    ),
    "cell_with_error": lambda **p: text(
        "Line {line} of {file}: the cell in the column {column} shows the spreadsheet error {value}. "
        "Put the value itself into the cell.",
        **p,
    ),
    "column_missing": lambda **p: text(
        "{file} has no column {column}, so none of its rows was read. Add the column and import again.", **p
    ),
    "column_twice": lambda **p: text(
        "{file} has the column {column} twice; the first one was read. Remove or rename the second.", **p
    ),
    "date_far_off": lambda **p: text(
        "Line {line} of {file}: the date {value} in the column {column} cannot be right. Check the year.", **p
    ),
    "date_year_short": lambda **p: text(
        "Line {line} of {file}: the year in “{value}” (column {column}) has two digits. Write the year with four.", **p
    ),
    "duplicate_id": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} stands on line {other_line} already. "
        "Remove one of the two lines, or give it an id of its own; line {other_line} was read.",
        **p,
    ),
    "email_in_two_rows": lambda **p: text(
        "Line {line} of {file}: the email {value} belongs to another person, on line {other_line}. "
        "Give each person an address of their own, or remove the double entry.",
        **p,
    ),
    "enrolment_of_refused_cohort": lambda **p: text(
        "Line {line} of {file}: the class “{value}” has an error in its own row. Mend that row first.", **p
    ),
    "enrolment_of_refused_person": lambda **p: text(
        "Line {line} of {file}: the person “{value}” has an error in their own row. Mend that row first.", **p
    ),
    "file_declared_absent": lambda **p: text(
        "The manifest says that {file} is absent, but the zip holds it. It was not read. "
        "Mend the manifest, or take the file out.",
        **p,
    ),
    "file_declared_missing": lambda **p: text(
        "The manifest says that {file} is there ({mode}), but the zip does not hold it. "
        "Nothing is deactivated for its sake. Add the file, or mend the manifest.",
        **p,
    ),
    "file_without_rows": lambda **p: text(
        "{file} has a header and no rows. Nothing is deactivated for its sake. Check the export.", **p
    ),
    "formula_in_cell": lambda **p: text(
        "Line {line} of {file}: the cell in the column {column} holds the formula {value}, and formulas are not "
        "calculated. Put the value itself into the cell.",
        **p,
    ),
    "language_unknown": lambda **p: text(
        "Line {line} of {file}: the language “{value}” is not known. Write a tag such as en, fr or tw.", **p
    ),
    "line_too_long": lambda **p: text(
        "Line {line} of {file} is longer than any roster line can be. Check the line ends and the quotation marks.", **p
    ),
    "manifest_value_unknown": lambda **p: text(
        "Line {line} of {file}: {column} is “{value}” where bulk, delta or absent belongs. "
        "The file was read, and nothing is deactivated for its sake.",
        **p,
    ),
    "name_not_split": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} is one word, so family name and given name cannot be "
        "told apart. Write both, or use two columns.",
        **p,
    ),
    "number_changed_by_spreadsheet": lambda **p: text(
        "Line {line} of {file}: a spreadsheet has shortened the number in the column {column} to {value}, and digits "
        "are lost. Format the column as text and put the numbers in again.",
        **p,
    ),
    "number_in_two_rows": lambda **p: text(
        "Line {line} of {file}: the number {value} belongs to another person, on line {other_line}. "
        "Give each person a number of their own, or remove the double entry.",
        **p,
    ),
    "person_rows_disagree": lambda **p: text(
        "Line {line} of {file}: {value} stands on line {other_line} too, with another {differing}. "
        "Line {other_line} was read. Decide which is right and make the two the same.",
        **p,
    ),
    "role_unknown": lambda **p: text(
        "Line {line} of {file}: the role “{value}” in the column {column} is not known. Use one of: {choices}.", **p
    ),
    "roles_missing": lambda **p: text(
        "Line {line} of {file}: roles.csv has no role for {value}. Add a row there.", **p
    ),
    "status_unknown": lambda **p: text(
        "Line {line} of {file}: the status “{value}” is not known. Use one of: {choices}.", **p
    ),
    "table_unreadable": lambda **p: text(
        "{file} cannot be read from line {line} on: its content is damaged. What stood before was read. "
        "Export the file again.",
        **p,
    ),
    "too_few_cells": lambda **p: text(
        "Line {line} of {file} has {found} cells where the header has {expected}. Check the separators of this line.",
        **p,
    ),
    "too_many_cells": lambda **p: text(
        "Line {line} of {file} has {found} cells where the header has {expected}. "
        "Put quotation marks around a cell that contains the separator.",
        **p,
    ),
    "unknown_cohort": lambda **p: text(
        "Line {line} of {file}: there is no class “{value}” in this roster. Add it to classes.csv, or mend the id.", **p
    ),
    "unknown_course": lambda **p: text(
        "Line {line} of {file}: there is no course “{value}” in this roster. Add it to courses.csv, or mend the id.",
        **p,
    ),
    "unknown_person": lambda **p: text(
        "Line {line} of {file}: there is no person “{value}” in this roster. Add them to users.csv, or mend the id.",
        **p,
    ),
    "unknown_term": lambda **p: text(
        "Line {line} of {file}: there is no term “{value}” in this roster. "
        "Add it to academicSessions.csv, or mend the id.",
        **p,
    ),
    "unreadable_character": lambda **p: text(
        "Line {line} of {file} has signs that cannot be read. Save the file as UTF-8, or mend the line by hand.", **p
    ),
    "username_in_two_rows": lambda **p: text(
        "Line {line} of {file}: the username {value} belongs to another person, on line {other_line}. "
        "Give each person a username of their own, or remove the double entry.",
        **p,
    ),
    "value_missing": lambda **p: text("Line {line} of {file}: the column {column} is empty. Fill it in.", **p),
    "value_too_long": lambda **p: text(
        "Line {line} of {file}: the cell in the column {column} has {found} signs, more than the {expected} allowed. "
        "Shorten it, and check the quotation marks around it.",
        **p,
    ),
    "value_unknown": lambda **p: text(
        "Line {line} of {file}: “{value}” in the column {column} is not known. Use one of: {choices}.", **p
    ),
}

NOTE_SENTENCES: dict[str, Sentence] = {
    "column_case_differs": lambda **p: text("{file}: the column {about} was read as {expected}.", **p),
    "column_left_out": lambda **p: text("{file}: the column {about} is not used.", **p),
    "column_not_there": lambda **p: text("{file}: the column {about} of the OneRoster format is not there.", **p),
    "date_order_unclear": lambda **p: text(
        "{file}: no date in the column {about} tells whether the day or the month comes first. "
        "They were read as {order}.",
        **p,
    ),
    "encoding_found": lambda **p: text("{file} was read as {about}.", **p),
    "header_again": lambda **p: text("{file}: line {line} repeats the header and was left out.", **p),
    "phone_without_zero": lambda **p: text(
        "{file}: the number {value} in the column {about}, line {line}, begins with neither 0 nor +, and there may be "
        "more like it. If the spreadsheet has cut the 0 off, format the column as text and put the numbers in again.",
        **p,
    ),
    "file_case_differs": lambda **p: text("{about} was read as {file}.", **p),
    "file_left_out": lambda **p: text("{about} is not a file of the OneRoster format that is used here.", **p),
    "file_name_near": lambda **p: text("{about} was not read. If it is meant to be {expected}, rename it.", **p),
    "files_in_folder": lambda **p: text("The files were found in the folder {about} of the zip.", **p),
    "manifest_missing": lambda **p: text(
        "The zip has no manifest.csv. Its files were read as changes, so nothing is deactivated for their sake.", **p
    ),
    "no_rows": lambda **p: text("{file} has a header and no rows.", **p),
    "passwords_left_out": lambda **p: text("{file}: passwords are never imported from a roster.", **p),
    "roles_not_there": lambda **p: text(
        "{file} has no roles and there is no roles.csv; people get the roles of their enrolments.", **p
    ),
    "separator_found": lambda **p: text("{file}: the cells are separated by {about}.", **p),
    "sheets_left_out": lambda **p: text("{file}: only the sheet {about} was read.", **p),
}

# The file as a whole cannot be read; each becomes a CampusError.
FILE_SENTENCES: dict[str, Sentence] = {
    "roster_file_empty": lambda **p: text("{file} is empty. Export it again.", **p),
    "roster_file_not_found": lambda **p: text("There is no file {file}. Check the name and the folder.", **p),
    "roster_file_not_readable": lambda **p: text(
        "{file} cannot be opened. Check that you may read it and that no other program holds it.", **p
    ),
    "roster_file_too_large": lambda **p: text(
        "{file} is larger than {limit_mib} MiB. Split it into several files.", **p
    ),
    "roster_mapping_column_unknown": lambda **p: text(
        "The mapping names column {column}, but {file} has {found} columns. Open the file again and check the mapping.",
        **p,
    ),
    "roster_mapping_field_twice": lambda **p: text(
        "The mapping gives the field {field} to two columns. Keep one of them.", **p
    ),
    "roster_mapping_identity_missing": lambda **p: text(
        "No column of {file} tells people apart. Map a number, a username or an email.", **p
    ),
    "roster_mapping_name_missing": lambda **p: text(
        "No column of {file} holds the names. Map a given name and a family name, or a full name.", **p
    ),
    "roster_not_recognised": lambda **p: text(
        "{file} is neither a OneRoster zip nor a CSV or XLSX file. Export the roster in one of these formats.", **p
    ),
    "roster_sheet_unknown": lambda **p: text("{file} has no sheet {sheet}. Choose one of: {choices}.", **p),
    "roster_too_many_rows": lambda **p: text("{file} has more than {limit} rows. Split it into several files.", **p),
    "roster_version_unknown": lambda **p: text(
        "{file} is OneRoster {version}. Versions 1.1 and 1.2 are read; export one of these.", **p
    ),
    "roster_without_rows": lambda **p: text("{file} has a header and no rows. Export it again.", **p),
    "roster_workbook_damaged": lambda **p: text(
        "The workbook {file} is damaged. Open it in a spreadsheet program, save it as XLSX and import again.", **p
    ),
    "roster_workbook_old": lambda **p: text(
        "{file} is an Excel workbook of the old kind (XLS). Save it as XLSX and import again.", **p
    ),
    "roster_workbook_other": lambda **p: text(
        "{file} is a spreadsheet of another kind. Save it as XLSX or CSV and import again.", **p
    ),
    "roster_workbook_protected": lambda **p: text(
        "{file} is protected with a password. Remove the password and import again.", **p
    ),
    "roster_zip_damaged": lambda **p: text("{file} is not a whole zip file. Export or copy it again.", **p),
    "roster_zip_encrypted": lambda **p: text(
        "The zip {file} is protected with a password. Make it without a password and import again.", **p
    ),
    "roster_zip_names_clash": lambda **p: text("The zip {file} holds {name} more than once. Remove all but one.", **p),
    "roster_zip_names_unsafe": lambda **p: text(
        "The zip {file} holds a file with an unsafe name, {name}. Nothing was read. Ask where the file comes from.", **p
    ),
    "roster_zip_no_tables": lambda **p: text(
        "The zip {file} holds none of the OneRoster files (users.csv, classes.csv and so on). It holds: {found}.", **p
    ),
    "roster_zip_too_large": lambda **p: text(
        "The zip {file} unpacks to more than {limit_mib} MiB or is packed too tightly to be a roster. "
        "Nothing was read. Export it again, or split it.",
        **p,
    ),
    "roster_zip_too_many_files": lambda **p: text(
        "The zip {file} holds {found} files, more than {limit}. Leave only the roster files in it.", **p
    ),
}


def row_sentence(code: str, **places: Any) -> str:
    """Return the sentence of a row's error in the reader's language."""
    return ROW_SENTENCES[code](**places)


def note_sentence(code: str, **places: Any) -> str:
    """Return the sentence of a note in the reader's language."""
    return NOTE_SENTENCES[code](**places)


def unreadable(code: str, **places: Any) -> CampusError:
    """Return the error that says why nothing of the file can be read; its details are the places of the sentence."""
    return CampusError(code, FILE_SENTENCES[code](**places), places)
