"""Makes the tables of coming in: sent codes, counted tries, invitations, registrations and external identities."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _codes()
    _people()
    _identities()


def _codes() -> None:
    op.create_table(
        "entry_policy",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("registration", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_entry_policy_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_entry_policy")),
    )
    op.create_table(
        "entry_try",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_entry_try_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "name", name=op.f("pk_entry_try")),
    )
    op.create_index("ix_entry_try_since", "entry_try", ["organisation_id", "since"], unique=False)
    op.create_table(
        "reset_ask",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_reset_ask_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_reset_ask")),
    )
    op.create_table(
        "reset_code",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_reset_code_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_reset_code_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "digest", name=op.f("pk_reset_code")),
    )
    op.create_index("ix_reset_code_person_id", "reset_code", ["organisation_id", "person_id", "state"], unique=False)


def _people() -> None:
    op.create_table(
        "invitation",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_folded", sa.String(length=254), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("invited_by", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.Column("settled_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_invitation")),
    )
    op.create_index("uq_invitation_digest", "invitation", ["organisation_id", "digest"], unique=True)
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["organisation_id", "email_folded"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "registration",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_folded", sa.String(length=254), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("study_time", sa.String(length=12), nullable=True),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("experience", sa.String(length=12), nullable=True),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("hash", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.Column("verified_at", sa.String(length=24), nullable=True),
        sa.Column("settled_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_registration_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_registration")),
    )
    op.create_index("ix_registration_state", "registration", ["organisation_id", "state", "made_at"], unique=False)
    op.create_index(
        "uq_registration_username",
        "registration",
        ["organisation_id", "username"],
        unique=True,
        sqlite_where=sa.text("state IN ('unverified', 'waiting')"),
        postgresql_where=sa.text("state IN ('unverified', 'waiting')"),
    )


def _identities() -> None:
    op.create_table(
        "identity_provider",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("domains", sa.Text(), nullable=False),
        sa.Column("link_by_email", sa.Boolean(), nullable=False),
        sa.Column("make_students", sa.Boolean(), nullable=False),
        sa.Column("trust_factor", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_identity_provider_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_identity_provider")),
    )
    op.create_table(
        "identity_link",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("linked_at", sa.String(length=24), nullable=False),
        sa.Column("last_used_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_identity_link_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "provider_id"],
            ["identity_provider.organisation_id", "identity_provider.id"],
            name=op.f("fk_identity_link_organisation_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_identity_link_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "provider_id", "subject", name=op.f("pk_identity_link")),
    )
    op.create_index(
        "uq_identity_link_person_id", "identity_link", ["organisation_id", "person_id", "provider_id"], unique=True
    )
    op.create_table(
        "identity_flow",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.Column("used_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "provider_id"],
            ["identity_provider.organisation_id", "identity_provider.id"],
            name=op.f("fk_identity_flow_organisation_id_provider_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_identity_flow_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_identity_flow")),
    )
    op.create_index("ix_identity_flow_expires_at", "identity_flow", ["organisation_id", "expires_at"], unique=False)
    op.create_table(
        "identity_seen",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_identity_seen_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "digest", name=op.f("pk_identity_seen")),
    )
    op.create_index("ix_identity_seen_expires_at", "identity_seen", ["organisation_id", "expires_at"], unique=False)


def downgrade() -> None:
    for name in (
        "identity_seen",
        "identity_flow",
        "identity_link",
        "identity_provider",
        "registration",
        "invitation",
        "reset_code",
        "reset_ask",
        "entry_try",
        "entry_policy",
    ):
        op.drop_table(name)
