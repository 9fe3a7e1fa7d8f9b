"""The table of films' copies: what was made of each film, or why nothing was."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, String, Table

from server.core.tables import METADATA, id_column, in_organisation, instant_column

FILM_COPY = Table(
    "film_copy",
    METADATA,
    id_column("organisation_id"),
    Column("sha256", String(64), nullable=False),
    Column("quality", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("copy_sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("run_id", String(36), nullable=False),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id", "sha256", "quality"),
    in_organisation(),
    Index("ix_film_copy_state", "organisation_id", "state"),
    Index("ix_film_copy_copy_sha256", "organisation_id", "copy_sha256"),
)
"""By the film's hash; `copy_sha256` is empty until a copy is there, `progress` is in percent, `seconds` the length."""
