"""The tables of photos, of the rule for student numbers with its counts, and of computers and their last contact."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

PERSON_PHOTO = Table(
    "person_photo",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("jpeg_base64", Text),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
)

NUMBERING_RULE = Table(
    "numbering_rule",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("prefix", String(12), nullable=False),
    Column("year", String(5), nullable=False),
    Column("digits", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)

NUMBER_SERIES = Table(
    "number_series",
    METADATA,
    id_column("organisation_id"),
    Column("series", String(20), nullable=False),
    Column("last_count", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation_id", "series"),
    in_organisation(),
)

COMPUTER = Table(
    "computer",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("name", String(100), nullable=False),
    Column("version", String(40), nullable=False),
    Column("disk_free", BigInteger),
    Column("disk_size", BigInteger),
    Column("clock_off", BigInteger, nullable=False),
    Column("unsent", Integer, nullable=False),
    Column("people", Text, nullable=False),
    instant_column("last_contact_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
