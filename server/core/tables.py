"""The core's tables: organisations, feed, audit chain, command log, conflicts and devices.

`organisation_id` leads every primary and foreign key. Instants are text of fixed width (`shared.core.clock`), ids are
text, JSON is text: one form on both databases, ready to be spliced into answers.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column for an id: a UUID as 36 lower-case characters."""
    return Column(name, String(36), nullable=nullable)


def instant_column(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column for an instant as `2026-11-20T08:30:00.000Z`."""
    return Column(name, String(24), nullable=nullable)


def in_organisation() -> ForeignKeyConstraint:
    """Return the foreign key of `organisation_id`."""
    return ForeignKeyConstraint(["organisation_id"], ["organisation.id"])


ORGANISATION = Table(
    "organisation",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("calling_code", String(4), nullable=False),
    Column("settings", Text, nullable=False, server_default=text("'{}'")),
    Column("kind", String(10), nullable=False, server_default=text("'institute'")),
    Column("state", String(10), nullable=False, server_default=text("'active'")),
    Column("state_reason", String(500), nullable=False, server_default=text("''")),
    id_column("revision"),
    instant_column("created_at"),
)

FEED_HEAD = Table(
    "feed_head",
    METADATA,
    id_column("organisation_id"),
    Column("seq", BigInteger, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    id_column("server_epoch"),
    Column("access_revision", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation_id"),
    in_organisation(),
)

CATALOGUE_KINDS = ("academic_term", "cohort", "course")
"""Row kinds that change seldom and are listed often; their last change has an index of its own."""

CATALOGUE_ONLY = f"kind IN ({', '.join(repr(kind) for kind in CATALOGUE_KINDS)})"

FEED_ROW = Table(
    "feed_row",
    METADATA,
    id_column("organisation_id"),
    Column("kind", String(40), nullable=False),
    id_column("entity_id"),
    Column("seq", BigInteger, nullable=False),
    id_column("revision"),
    Column("scope", String(60), nullable=False),
    Column("also", String(60)),
    Column("deleted", Boolean, nullable=False),
    Column("entry", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "kind", "entity_id"),
    in_organisation(),
    Index("ix_feed_row_seq", "organisation_id", "seq"),
    Index("ix_feed_row_scope", "organisation_id", "scope", "seq"),
    Index("ix_feed_row_also", "organisation_id", "also", "seq"),
    Index(
        "ix_feed_row_catalogue",
        "organisation_id",
        "kind",
        "seq",
        sqlite_where=text(CATALOGUE_ONLY),
        postgresql_where=text(CATALOGUE_ONLY),
    ),
)

OPERATORS_NOTES = """substr(note, 1, 17) = '{"what":"operator'"""
"""Which links tell what operators of the platform did with an institute's records; an index finds them by that."""

AUDIT_LINK = Table(
    "audit_link",
    METADATA,
    id_column("organisation_id"),
    Column("audit_seq", BigInteger, nullable=False),
    Column("seq_to", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    id_column("actor_id", nullable=True),
    id_column("device_id", nullable=True),
    Column("address", String(64)),
    Column("user_agent", String(200)),
    instant_column("made_at"),
    Column("note", Text),
    PrimaryKeyConstraint("organisation_id", "audit_seq"),
    in_organisation(),
    Index("ix_audit_link_seq_to", "organisation_id", "seq_to"),
    Index(
        "ix_audit_link_operator",
        "organisation_id",
        "audit_seq",
        postgresql_where=text(OPERATORS_NOTES),
        sqlite_where=text(OPERATORS_NOTES),
    ),
)

AUDIT_CHECKPOINT = Table(
    "audit_checkpoint",
    METADATA,
    id_column("organisation_id"),
    Column("audit_seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    instant_column("made_at"),
    Column("signature", String(100), nullable=False),
    PrimaryKeyConstraint("organisation_id", "audit_seq"),
    in_organisation(),
)
"""Where the chain stood, signed with a key that isn't in the database: whoever writes the chain anew can't sign it."""

COMMAND_LOG = Table(
    "command_log",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("hash", String(64), nullable=False),
    Column("verdict", String(10)),
    id_column("target_id"),
    Column("type", String(80), nullable=False),
    id_column("actor_id", nullable=True),
    id_column("device_id", nullable=True),
    Column("install_epoch", Integer, nullable=False),
    Column("device_seq", BigInteger, nullable=False),
    instant_column("received_at"),
    Column("salt", String(32)),
    Column("digest", String(64), nullable=False),
    Column("detail", Text),
    Column("outcomes", Text),
    Column("audit_seq", BigInteger),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_command_log_device", "organisation_id", "device_id", "install_epoch", "device_seq"),
    Index("ix_command_log_target_id", "organisation_id", "target_id"),
    Index("ix_command_log_audit_seq", "organisation_id", "audit_seq"),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("command_id", nullable=True),
    Column("reason", String(60), nullable=False),
    id_column("person_id", nullable=True),
    id_column("device_id", nullable=True),
    Column("content", Text, nullable=False),
    instant_column("received_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)

CONFLICT = Table(
    "conflict",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("kind", String(40), nullable=False),
    id_column("entity_id"),
    Column("fields_group", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("scope", String(60), nullable=False),
    Column("also", String(60)),
    id_column("revision"),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index(
        "uq_conflict_open",
        "organisation_id",
        "kind",
        "entity_id",
        "fields_group",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

DEVICE = Table(
    "device",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("name", String(100), nullable=False),
    id_column("person_id", nullable=True),
    Column("public_key", String(60), nullable=False),
    Column("install_epoch", Integer, nullable=False),
    Column("escrow_secret", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    instant_column("registered_at"),
    instant_column("last_seen_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)

SERVER_STATE = Table(
    "server_state",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

UPLOAD = Table(
    "upload",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("person_id"),
    Column("sha256", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("code", String(40), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("announced", Boolean, nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_upload_person_id", "organisation_id", "person_id", "sha256"),
    Index("ix_upload_sha256", "organisation_id", "sha256"),
    Index("ix_upload_expires_at", "state", "announced", "expires_at"),
)
"""What was or is being brought in, by whom; its bytes lie in a folder and never here."""

UPLOAD_LINK = Table(
    "upload_link",
    METADATA,
    id_column("organisation_id"),
    id_column("upload_id"),
    instant_column("ends_at"),
    PrimaryKeyConstraint("organisation_id", "upload_id"),
    in_organisation(),
    Index("ix_upload_link_ends_at", "organisation_id", "ends_at"),
)
"""For which uploads a link to the store itself was given, and when the last one ends.

A row outlives its upload: it goes once nothing can arrive there any more and what had arrived is removed.
"""

STORED_FILE = Table(
    "stored_file",
    METADATA,
    id_column("organisation_id"),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    instant_column("stored_at"),
    Column("preview", String(12), nullable=False, server_default="waiting"),
    PrimaryKeyConstraint("organisation_id", "sha256"),
    in_organisation(),
    Index("ix_stored_file_preview", "organisation_id", "preview"),
    Index("ix_stored_file_kind", "organisation_id", "kind"),
)
"""What the store of files holds whole, by its hash; `preview` tells how it is with the file's small picture."""

JOB = Table(
    "job",
    METADATA,
    Column("name", String(60), primary_key=True),
    instant_column("due_at"),
    id_column("run_id", nullable=True),
    instant_column("lease_until", nullable=True),
)
"""The server's own work: when each piece has its turn, and which run has it in hand until when."""

JOB_RUN = Table(
    "job_run",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(60), nullable=False),
    instant_column("began_at"),
    instant_column("ended_at", nullable=True),
    Column("done", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Index("ix_job_run_name", "name", "began_at"),
    Index("ix_job_run_began_at", "began_at"),
)
"""What the server did by itself, and what went wrong."""

BACKUP_RUN = Table(
    "backup_run",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("asked_by", String(320), nullable=False),
    instant_column("asked_at"),
    instant_column("began_at", nullable=True),
    instant_column("ended_at", nullable=True),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("place", String(400), nullable=False),
    Column("file", String(200), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("file_count", Integer, nullable=False),
    Column("tested", String(10), nullable=False),
    instant_column("tested_at", nullable=True),
    Column("problem", Text, nullable=False),
    Index("ix_backup_run_asked_at", "asked_at"),
    Index("ix_backup_run_state", "state"),
)
"""The backups of the whole server: asked for, being made, made, tried out by restoring."""
