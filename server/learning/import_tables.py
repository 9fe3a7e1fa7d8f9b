"""The tables of imports: ids of other systems, and the journal of what an import changed."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

EXTERNAL_ID = Table(
    "external_id",
    METADATA,
    id_column("organisation_id"),
    Column("source", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("external_id", String(255), nullable=False),
    id_column("entity_id"),
    PrimaryKeyConstraint("organisation_id", "source", "kind", "external_id"),
    in_organisation(),
    Index("ix_external_id_entity_id", "organisation_id", "kind", "entity_id"),
)

IMPORT_ENTRY = Table(
    "import_entry",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("action", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    id_column("undoes", nullable=True),
    instant_column("made_at"),
    instant_column("finished_at", nullable=True),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_import_entry_made_at", "organisation_id", "made_at"),
)

IMPORT_ROW = Table(
    "import_row",
    METADATA,
    id_column("organisation_id"),
    id_column("entry_id"),
    Column("seq", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    id_column("entity_id"),
    Column("change", String(12), nullable=False),
    Column("label", String(200), nullable=False),
    id_column("revision"),
    Column("fields", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "entry_id", "seq"),
    ForeignKeyConstraint(["organisation_id", "entry_id"], ["import_entry.organisation_id", "import_entry.id"]),
    Index("ix_import_row_entity_id", "organisation_id", "entity_id"),
)

IMPORT_MAPPING = Table(
    "import_mapping",
    METADATA,
    id_column("organisation_id"),
    Column("signature", String(64), nullable=False),
    Column("columns", Text, nullable=False),
    instant_column("used_at"),
    PrimaryKeyConstraint("organisation_id", "signature"),
    in_organisation(),
)
