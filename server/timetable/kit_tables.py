"""The tables of kit: pieces, loans with their photos, bookings, and the institute's limits."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

_ITEM = ["kit_item.organisation_id", "kit_item.id"]
_PERSON = ["person.organisation_id", "person.id"]

KIT_ITEM = Table(
    "kit_item",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("name", String(200), nullable=False),
    Column("number", String(60), nullable=False),
    Column("category", String(100), nullable=False),
    Column("kit_kind", String(12), nullable=False),
    Column("room", String(100), nullable=False),
    Column("condition", String(500), nullable=False),
    Column("course_ids", Text, nullable=False),
    Column("state", String(12), nullable=False),
    id_column("loan_id", nullable=True),
    instant_column("due_at", nullable=True),
    # How the number is compared, and who may see the piece: a digest of its courses.
    Column("number_key", String(120), nullable=False),
    Column("rights_key", String(40), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_kit_item_number_key", "organisation_id", "number_key", unique=True),
    Index("ix_kit_item_rights_key", "organisation_id", "rights_key"),
)

KIT_LOAN = Table(
    "kit_loan",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("item_id"),
    id_column("person_id"),
    Column("person_name", String(320), nullable=False),
    instant_column("out_at"),
    instant_column("due_at"),
    instant_column("back_at", nullable=True),
    Column("condition_out", String(500), nullable=False),
    Column("condition_in", String(500), nullable=False),
    Column("lent_by", String(320), nullable=False),
    Column("taken_by", String(320), nullable=False),
    Column("lifted_by", String(320), nullable=False),
    Column("lifted_reason", String(300), nullable=False),
    Column("state", String(12), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "item_id"], _ITEM),
    ForeignKeyConstraint(["organisation_id", "person_id"], _PERSON),
    Index("ix_kit_loan_item_id", "organisation_id", "item_id", "out_at"),
    Index("ix_kit_loan_person_id", "organisation_id", "person_id", "state"),
)

KIT_PHOTO = Table(
    "kit_photo",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("loan_id"),
    id_column("person_id"),
    Column("side", String(4), nullable=False),
    Column("jpeg_base64", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "loan_id"], ["kit_loan.organisation_id", "kit_loan.id"]),
    Index("ix_kit_photo_loan_id", "organisation_id", "loan_id"),
)

KIT_BOOKING = Table(
    "kit_booking",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("item_id"),
    id_column("person_id"),
    Column("person_name", String(320), nullable=False),
    instant_column("starts_at"),
    instant_column("ends_at"),
    Column("purpose", String(300), nullable=False),
    Column("state", String(12), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "item_id"], _ITEM),
    ForeignKeyConstraint(["organisation_id", "person_id"], _PERSON),
    Index("ix_kit_booking_item_id", "organisation_id", "item_id", "ends_at"),
    Index("ix_kit_booking_person_id", "organisation_id", "person_id"),
)

KIT_POLICY = Table(
    "kit_policy",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("block_days", Integer, nullable=False),
    Column("longest_days", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
