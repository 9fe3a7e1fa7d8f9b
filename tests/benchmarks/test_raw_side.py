"""The raw side does what the product does: the same statements, and rows that the product's own readers accept."""

import re
from dataclasses import replace

import orjson
import pytest

from benchmarks import processes, raw_statements, sync_batches
from benchmarks.ground import ground, marks, post
from server.areas import KINDS
from server.core.batch import Origin
from server.core.database import Db
from shared.core.command import Command
from shared.core.sync import SyncResponse


@pytest.fixture(scope="module")
def made():
    with ground() as made:
        yield made


def _exchange(port, path, made, device, session_id, cursor):
    before, after = sync_batches.framed(device, KINDS)
    commands = marks(made.context, device, session_id)
    return post(port, path, b"".join((before, cursor, b',"commands":', commands, after)), device.token)


def test_both_sides_take_a_register_and_leave_the_same_behind(made):
    school = made.add_school("both", 1, 4)
    taught = school.classes[0]
    with processes.campusdesk(made.environment) as ours, processes.raw(made.environment) as raw:
        device = made.sign_in(ours.port, school, taught.username, taught)
        counted = []
        for port, path, session_id in (
            (ours.port, "/api/v1/sync", taught.sessions[0]),
            (raw.port, "/sync", taught.sessions[1]),
        ):
            before = _rows(made, school)
            answer = SyncResponse.model_validate(_exchange(port, path, made, device, session_id, b"null"))
            assert [one.verdict for one in answer.outcomes] == ["applied"] * 30
            counted.append([after - known for known, after in zip(before, _rows(made, school), strict=True)])
    assert counted[0] == counted[1] == [30, 30, 30, 1]


def _rows(made, school):
    with made.context.database.read() as db:
        return [
            db.one(f"SELECT count(*) FROM {table} WHERE organisation_id = :o", o=school.organisation_id)[0]
            for table in ("command_log", "observation", "feed_row", "audit_link")
        ]


def test_the_raw_side_sends_every_statement_of_the_product(made, monkeypatch):
    school = made.add_school("statements", 1, 2)
    taught, context = school.classes[0], made.context
    sent = []
    right = Db._go

    def go(self, statement, places):
        sent.append(statement if isinstance(statement, str) else statement.text(self.dialect))
        return right(self, statement, places)

    with processes.campusdesk(made.environment) as ours:
        device = made.sign_in(ours.port, school, taught.username, taught)
    monkeypatch.setattr(Db, "_go", go)
    claims = context.auth.claims(f"Bearer {device.token}")
    with context.database.read() as db:
        found = context.auth._look_up(db, claims)
        actor = context.book.actor_for(db, found.actor, found.access_revision)
    sent[1:] = []  # what the areas were asked once is remembered from then on
    packed = orjson.loads(marks(context, device, taught.sessions[0]))
    commands = [Command.model_validate(one) for one in packed]
    context.door.accept(actor, Origin(device.device_id), commands)
    known = [
        raw_statements.LOOK_UP, raw_statements.CLAIM, raw_statements.CONTEXT, raw_statements.ADD,
        raw_statements.ADVANCE, raw_statements.PUT, raw_statements.LINK, raw_statements.STORE,
    ]  # fmt: skip
    assert [_shape(one) for one in sent] == [_shape(one) for one in known]


def _shape(statement):
    """A statement without its places, which the two sides write differently."""
    bare = re.sub(r"%\(\w+\)s|(?<![:\w]):[a-z]\w*|'127\.0\.0\.1'|\bNULL\)?,?", "?", statement)
    return re.sub(r"[\s?,()]+", " ", bare).strip()


def test_sizes_leave_each_connection_enough_sessions():
    sizes = sync_batches.Sizes(runs=5, batches=640)
    assert sizes.each * sync_batches.CONNECTIONS == 640
    assert sizes.sessions == 2 * 6 * sizes.each
    assert replace(sizes, batches=1).each == 1
