"""The columns of somebody's own file as the page names them, and the mapping that a person makes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from server.learning.imports.doubles import LEAVE
from server.learning.imports.plan import ImportOptions
from server.learning.roster.guess import ColumnGuess
from server.learning.roster.mapping import RosterField, RosterMapping
from server.learning.roster.reading import RosterPreview
from shared.core.errors import CampusError
from shared.core.text import text

# What must be mapped at least; names and signs that tell people apart have alternatives, which the reader checks.
REQUIRED = frozenset({RosterField.NUMBER, RosterField.GIVEN_NAME, RosterField.FAMILY_NAME})
SAMPLES = 5


def field_labels() -> dict[RosterField, str]:
    """Return how each field is called to the person."""
    return {
        RosterField.NUMBER: text("Index number"),
        RosterField.GIVEN_NAME: text("First name"),
        RosterField.FAMILY_NAME: text("Family name"),
        RosterField.OTHER_NAMES: text("Other names"),
        RosterField.FULL_NAME: text("Full name"),
        RosterField.EMAIL: text("Email"),
        RosterField.PHONE: text("Phone"),
        RosterField.DATE_OF_BIRTH: text("Date of birth"),
        RosterField.USERNAME: text("Username"),
        RosterField.ROLE: text("Role"),
        RosterField.STATUS: text("Status"),
        RosterField.PREFERRED_LANGUAGE: text("Preferred language"),
        RosterField.COHORT_CODE: text("Cohort code"),
        RosterField.COHORT_TITLE: text("Cohort name"),
        RosterField.COURSE_CODE: text("Course code"),
        RosterField.COURSE_TITLE: text("Course title"),
        RosterField.TERM: text("Term"),
        RosterField.BEGINS: text("Begins"),
        RosterField.ENDS: text("Ends"),
        RosterField.BRANCH: text("Branch"),
        RosterField.ADDRESS: text("Address"),
        RosterField.GUARDIAN_NAME: text("Guardian's name"),
        RosterField.GUARDIAN_RELATION: text("Guardian's relation"),
        RosterField.GUARDIAN_PHONE: text("Guardian's phone"),
        RosterField.GUARDIAN_EMAIL: text("Guardian's mail"),
        RosterField.SPONSOR_NAME: text("Sponsor's name"),
        RosterField.SPONSOR_RELATION: text("Sponsor's relation"),
        RosterField.SPONSOR_PHONE: text("Sponsor's phone"),
        RosterField.SPONSOR_EMAIL: text("Sponsor's mail"),
    }


def column_names(columns: Sequence[ColumnGuess]) -> list[str]:
    """Return a name for each column by which a mapping can name it: those without one and doubles get a number."""
    names: list[str] = []
    for column in columns:
        name = column.header or text("Column {number}", number=column.place + 1)
        names.append(name if name not in names else f"{name} ({column.place + 1})")
    return names


def shown_columns(preview: RosterPreview, known: Mapping[str, str | None] | None = None) -> list[dict[str, Any]]:
    """Return the columns with samples and what they seem to hold; `known` is what they held last time."""
    mapped = preview.mapping.columns if preview.mapping else {}
    known = known or {}
    return [
        {
            "name": name,
            "samples": list(guess.samples[:SAMPLES]),
            "field": known[name] if name in known else mapped.get(guess.place),
            "confidence": float(known[name] is not None)
            if name in known
            else guess.confidence * (guess.place in mapped),
        }
        for name, guess in zip(column_names(preview.columns), preview.columns, strict=True)
    ]


def shown_fields() -> list[dict[str, Any]]:
    """Return the fields that a column can be mapped to."""
    return [{"name": name, "label": label, "required": name in REQUIRED} for name, label in field_labels().items()]


def _places(preview: RosterPreview) -> dict[str, int]:
    return {name: guess.place for name, guess in zip(column_names(preview.columns), preview.columns, strict=True)}


def mapping_of(
    preview: RosterPreview, columns: Mapping[str, str | None] | None, given: Mapping[str, Any]
) -> RosterMapping | None:
    """Return the mapping that a person made: `columns` by name, None for those left out, no dictionary for the guess.

    `given` are other values of a `RosterMapping`. For a OneRoster zip there is none. Raises CampusError
    `roster_mapping_invalid`.
    """
    if preview.mapping is None:
        return None
    content = preview.mapping.model_dump() | {name: value for name, value in given.items() if value is not None}
    if columns is not None:
        places = _places(preview)
        if preview.rows and not content["header_line"] and not columns.keys() <= places.keys():
            # Words that we don't know may head the columns all the same: whoever names them has seen the file.
            places = {name: place for place, name in enumerate(preview.rows[0])}
            content["header_line"] = 1
        unknown = [name for name in columns if name not in places]
        if unknown:
            message = text("The file has no column {names}. Choose the file again.", names=", ".join(unknown))
            raise CampusError("roster_mapping_invalid", message, {"columns": unknown})
        content["columns"] = {places[name]: field for name, field in columns.items() if field is not None}
    try:
        return RosterMapping.model_validate(content)
    except ValidationError as failure:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in failure.errors()})
        message = text("The mapping can't be used: {names}. Change it and try again.", names=", ".join(fields))
        raise CampusError("roster_mapping_invalid", message, {"fields": fields}) from failure


def options_of(
    mapping: RosterMapping | None,
    deactivates: bool | None,
    one_cohort: str | None = None,
    doubles: Mapping[str, str] | None = None,
    other_doubles: str = LEAVE,
) -> ImportOptions:
    """Return the options that go with a mapping; None stands for a OneRoster zip, which says what people are."""
    silent = mapping is not None and RosterField.ROLE not in mapping.columns.values()
    role = str(mapping.role) if mapping is not None and silent else None
    return ImportOptions(deactivates, one_cohort, role, doubles or {}, other_doubles)
