"""Which column of somebody's own file is which of our fields."""

import codecs
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field, field_validator

from server.learning.roster.records import FileMode, RosterRole
from server.learning.roster.sentences import unreadable
from server.learning.roster.values import DateOrder
from shared.core.strict import StrictModel


class RosterField(StrEnum):
    """What a column can hold."""

    NUMBER = "number"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    OTHER_NAMES = "other_names"
    FULL_NAME = "full_name"
    EMAIL = "email"
    PHONE = "phone"
    DATE_OF_BIRTH = "date_of_birth"
    USERNAME = "username"
    ROLE = "role"
    STATUS = "status"
    PREFERRED_LANGUAGE = "preferred_language"
    COHORT_CODE = "cohort_code"
    COHORT_TITLE = "cohort_title"
    COURSE_CODE = "course_code"
    COURSE_TITLE = "course_title"
    TERM = "term"
    BEGINS = "begins"
    ENDS = "ends"
    BRANCH = "branch"
    ADDRESS = "address"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_RELATION = "guardian_relation"
    GUARDIAN_PHONE = "guardian_phone"
    GUARDIAN_EMAIL = "guardian_email"
    SPONSOR_NAME = "sponsor_name"
    SPONSOR_RELATION = "sponsor_relation"
    SPONSOR_PHONE = "sponsor_phone"
    SPONSOR_EMAIL = "sponsor_email"


# What tells people apart, best first; the first of them that is mapped is the `ref` of every record.
IDENTITIES = (RosterField.NUMBER, RosterField.USERNAME, RosterField.EMAIL)


class NameOrder(StrEnum):
    """What comes first in a full name that has no comma."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"


class RosterMapping(StrictModel):
    """How to read one file; columns are counted from 0. None lets the reader find out.

    `mode` bulk says that the file lists everybody, delta (the default) that it lists some.
    `role`, `cohort_code` and `course_code` stand in where no column gives them. `own_roles` are words in small letters
    for roles that the institute made itself, to their keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[int, RosterField]
    header_line: int = Field(default=1, ge=0, le=1_000)
    sheet: str | None = None
    encoding: str | None = None
    separator: Literal[",", ";", "\t", "|"] | None = None
    date_order: DateOrder = DateOrder.DAY_FIRST
    name_order: NameOrder = NameOrder.GIVEN_FIRST
    mode: FileMode = FileMode.DELTA
    role: RosterRole = RosterRole.STUDENT
    cohort_code: str = ""
    course_code: str = ""
    own_roles: dict[str, str] = Field(default_factory=dict)

    @field_validator("encoding")
    @classmethod
    def _is_text_encoding(cls, value: str | None) -> str | None:
        """Refuse names that no text codec has, before a file is opened with one."""
        if value is None:
            return None
        try:
            "".encode(value)
        except (LookupError, TypeError) as reason:
            raise ValueError("not the name of a text encoding") from reason
        return codecs.lookup(value).name

    def place_of(self, field: RosterField) -> int | None:
        """Return the column of a field."""
        return next((place for place, name in self.columns.items() if name is field), None)

    @property
    def identity(self) -> RosterField | None:
        """The field that tells people apart."""
        return next((field for field in IDENTITIES if self.place_of(field) is not None), None)


def check_mapping(mapping: RosterMapping, label: str, width: int) -> RosterField:
    """Return the identity field of a mapping that fits a table of `width` columns.

    Raises CampusError `roster_mapping_...` when it can't be read by.
    """
    fields = list(mapping.columns.values())
    for field in fields:
        if fields.count(field) > 1:
            raise unreadable("roster_mapping_field_twice", file=label, field=field.value)
    for place in mapping.columns:
        if not 0 <= place < width:
            raise unreadable("roster_mapping_column_unknown", file=label, column=place + 1, found=width)
    identity = mapping.identity
    if identity is None:
        raise unreadable("roster_mapping_identity_missing", file=label)
    both = RosterField.GIVEN_NAME in fields and RosterField.FAMILY_NAME in fields
    if not both and RosterField.FULL_NAME not in fields:
        raise unreadable("roster_mapping_name_missing", file=label)
    return identity
