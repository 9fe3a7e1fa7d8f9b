"""Makes the tables of series, rooms, holidays, visits, bookings and calendar links, and widens class sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SESSION = ["class_session.organisation_id", "class_session.id"]


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=False) for name in ("organisation_id", "id", *names)]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def upgrade() -> None:
    _widen_sessions()
    _make_series_and_places()
    _make_visits_and_bookings()
    op.create_table(
        "calendar_link",
        *_ids("person_id"),
        *_words(("subject_kind", 12), ("subject", 100), ("token_hash", 64), ("made_at", 24)),
        sa.Column("revoked_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_calendar_link_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_calendar_link")),
    )
    op.create_index("uq_calendar_link_token_hash", "calendar_link", ["organisation_id", "token_hash"], unique=True)
    op.create_index("ix_calendar_link_person_id", "calendar_link", ["organisation_id", "person_id"], unique=False)


def _widen_sessions() -> None:
    for name, kind, default in (
        ("series_id", sa.String(length=36), None),
        ("session_kind", sa.String(length=12), "'class'"),
        ("link", sa.String(length=500), "''"),
        ("credentials", sa.String(length=500), "''"),
        ("stand_in_id", sa.String(length=36), None),
        ("catches_up_id", sa.String(length=36), None),
        ("sequence", sa.Integer(), "0"),
        ("room_key", sa.String(length=200), "''"),
        ("taught_by", sa.String(length=36), None),
    ):
        shown = sa.text(default) if default else None
        op.add_column("class_session", sa.Column(name, kind, nullable=default is None, server_default=shown))
    op.execute("UPDATE class_session SET room_key = lower(trim(room)), taught_by = instructor_id")
    for name in ("room_key", "taught_by"):
        columns = ["organisation_id", name, "starts_at"]
        op.create_index(f"ix_class_session_{name}", "class_session", columns, unique=False)


def _make_series_and_places() -> None:
    op.create_table(
        "session_series",
        *_ids("revision", "cohort_id"),
        *_words(("rule", 500), ("starts_at_local", 16)),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *_words(("time_zone", 60), ("room", 100)),
        sa.Column("instructor_id", sa.String(length=36), nullable=True),
        *_words(("title", 200), ("session_kind", 12), ("link", 500), ("credentials", 500)),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("except_dates", sa.Text(), nullable=False),
        sa.Column("skip_holidays", sa.Boolean(), nullable=False),
        *_words(("state", 12)),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cohort_id"],
            ["cohort.organisation_id", "cohort.id"],
            name=op.f("fk_session_series_organisation_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_session_series")),
    )
    op.create_index("ix_session_series_cohort_id", "session_series", ["organisation_id", "cohort_id"], unique=False)
    for name, columns in (
        ("room", (*_words(("name", 100), ("branch", 100)), sa.Column("capacity", sa.Integer(), nullable=True))),
        ("holiday", _words(("name", 200), ("starts_on", 10), ("ends_on", 10), ("uid", 300))),
    ):
        last = _words(("state", 12), ("room_key", 200)) if name == "room" else _words(("state", 12))
        op.create_table(
            name,
            *_ids("revision"),
            *columns,
            *last,
            sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id")),
            sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        )
    op.create_index("uq_room_room_key", "room", ["organisation_id", "room_key"], unique=True)
    op.create_index("ix_holiday_ends_on", "holiday", ["organisation_id", "ends_on"], unique=False)


def _make_visits_and_bookings() -> None:
    left = sa.Column("left_at", sa.String(length=40), nullable=True)
    booked = _words(("starts_at", 24), ("ends_at", 24), ("topic", 300), ("state", 12))
    for name, columns in (("live_visit", (*_words(("joined_at", 40)), left)), ("office_booking", booked)):
        op.create_table(
            name,
            *_ids("revision", "session_id", "person_id"),
            *_words(("person_name", 320)),
            *columns,
            *_words(("cohort_id", 36)),
            sa.ForeignKeyConstraint(
                ["organisation_id", "session_id"], _SESSION, name=op.f(f"fk_{name}_organisation_id_session_id")
            ),
            sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        )
    op.create_index("ix_live_visit_session_id", "live_visit", ["organisation_id", "session_id"], unique=False)
    times = ["organisation_id", "session_id", "starts_at"]
    op.create_index("ix_office_booking_session_id", "office_booking", times, unique=False)


def downgrade() -> None:
    for name in ("calendar_link", "office_booking", "live_visit", "holiday", "room", "session_series"):
        op.drop_table(name)
    for name in ("taught_by", "room_key"):
        op.drop_index(f"ix_class_session_{name}", table_name="class_session")
    for name in (
        *("taught_by", "room_key", "sequence", "catches_up_id", "stand_in_id"),
        *("credentials", "link", "session_kind", "series_id"),
    ):
        op.drop_column("class_session", name)
