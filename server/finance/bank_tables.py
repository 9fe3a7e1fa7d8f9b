"""The tables of reconciliation: layouts of statements, what was imported, its lines, what matches them, and proofs."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from server.core.tables import id_column, in_organisation, instant_column
from server.finance.table_parts import refers, table, word

BANK_LAYOUT = table(
    "bank_layout",
    word("name", 200),
    Column("rules", Text, nullable=False),
    word("state", 10),
    in_organisation(),
)
"""How one bank writes its statements."""

BANK_STATEMENT = table(
    "bank_statement",
    word("file_name", 200),
    word("digest", 64),
    word("layout_name", 200),
    word("currency", 3),
    word("first_day", 10),
    word("last_day", 10),
    Column("opening", BigInteger),
    Column("closing", BigInteger),
    Column("total", BigInteger, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    word("reason", 500),
    instant_column("imported_at"),
    Column("imported_by", String(36), nullable=False),
    word("imported_by_name", 320),
    in_organisation(),
    Index("ix_bank_statement_digest", "organisation_id", "digest"),
)
"""One file that was brought in; `reason` says why its totals don't agree."""

STATEMENT_LINE = table(
    "statement_line",
    word("origin", 20),
    id_column("statement_id", nullable=True),
    Column("line", Integer, nullable=False),
    word("day", 10),
    word("words", 500),
    word("reference", 120),
    Column("amount", BigInteger, nullable=False),
    word("currency", 3),
    Column("live", Boolean, nullable=False),
    word("problem", 40),
    word("fingerprint", 64),
    word("state", 12),
    word("reason", 500),
    refers("statement_id", "bank_statement"),
    Index("uq_statement_line_fingerprint", "organisation_id", "fingerprint", unique=True),
    Index("ix_statement_line_statement_id", "organisation_id", "statement_id"),
    Index("ix_statement_line_day", "organisation_id", "day"),
)
"""Money that somebody other than the payer tells of: a bank's statement, or a gateway's list."""

MONEY_MATCH = table(
    "money_match",
    id_column("line_id"),
    word("goal", 20),
    id_column("goal_id", nullable=True),
    Column("amount", BigInteger, nullable=False),
    Column("difference", BigInteger, nullable=False),
    word("effect", 12),
    word("state", 12),
    word("reason", 500),
    instant_column("made_at"),
    Column("made_by", String(36), nullable=False),
    word("made_by_name", 320),
    id_column("ended_by", nullable=True),
    word("ended_by_name", 320),
    word("ended_reason", 500),
    refers("line_id", "statement_line"),
    Index("ix_money_match_line_id", "organisation_id", "line_id"),
    Index("ix_money_match_goal_id", "organisation_id", "goal_id"),
)
"""What of a line is explained by which payment, cash banked or return; it is ended, never removed."""

TRANSFER_PROOF = table(
    "transfer_proof",
    id_column("person_id"),
    Column("amount", BigInteger, nullable=False),
    word("currency", 3),
    word("paid_on", 10),
    word("reference", 100),
    word("bank", 100),
    word("note", 300),
    word("sha256", 64),
    word("file_name", 200),
    word("file_kind", 20),
    word("state", 12),
    id_column("payment_id", nullable=True),
    instant_column("sent_at"),
    Column("sent_by", String(36), nullable=False),
    word("sent_by_name", 320),
    id_column("decided_by", nullable=True),
    word("decided_by_name", 320),
    instant_column("decided_at", nullable=True),
    word("decided_reason", 500),
    refers("person_id", "person"),
    refers("payment_id", "payment"),
    Index("ix_transfer_proof_person_id", "organisation_id", "person_id"),
    Index("ix_transfer_proof_state", "organisation_id", "state"),
    Index("ix_transfer_proof_sha256", "organisation_id", "sha256"),
)
"""A picture or document by which someone shows a transfer, and what was decided about it."""
