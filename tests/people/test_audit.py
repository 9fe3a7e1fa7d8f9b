"""The audit log over REST: entries with before and after, filters, files, and a check that finds what was altered."""

import io
import json

import openpyxl
import pytest
from sqlalchemy import NullPool, create_engine, text

from server.core.audit import check_chain
from server.people.audit_before import changes_of
from server.people.audit_list import JOB, LINKS_BETWEEN, SECONDS_BETWEEN
from tests.audit_tampering import found, grown, missed, read

ROUNDS = 300


@pytest.fixture
def ama(server):
    """An administrator who changes a person."""
    server.add_person("ama")
    return server.sign_in("ama").data["access_token"]


@pytest.fixture
def kofi(server, ama):
    """Someone whose phone number was changed."""
    made = server.post("/api/v1/users", {"given_name": "=Kofi()", "username": "kofi", "phone": "0201111111"}, ama).data
    told = server.ask("PATCH", f"/api/v1/users/{made['id']}", {"phone": "0202222222"}, ama, if_match=made["revision"])
    assert told.status == 200, told.body
    return made["id"]


def _log(server, token, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return server.get(f"/api/v1/audit?{asked}", token)


def _as_owner(server, *statements):
    """Alter the tables as somebody who got at the database does."""
    engine = create_engine(server.settings.owner_database, poolclass=NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_an_entry_tells_who_changed_what_from_what_to_what_and_where(server, ama, kofi):
    edited = _log(server, ama, entity_id=kofi).data[0]
    assert edited["actor_name"] == "Ama"
    assert (edited["kind"], edited["entity_id"], edited["type"]) == ("person", kofi, "EditPerson")
    assert edited["entity_name"] == "=Kofi()"
    assert edited["changes"] == [{"field": "phone", "before": "0201111111", "after": "0202222222"}]
    assert edited["address"] == "127.0.0.1"
    assert edited["at"].startswith("2026-")
    assert edited["verdict"] == "applied"


@pytest.mark.parametrize(
    ("query", "least", "most"),
    [
        ({"kind": "person"}, 3, 3),
        ({"kind": "course"}, 0, 0),
        ({"entity_id": "kofi"}, 2, 2),
        ({"person_id": "kofi"}, 2, 2),
        ({"since": "2040-01-01T00:00:00.000Z"}, 0, 0),
        ({"until": "2040-01-01T00:00:00.000Z", "limit": "2"}, 2, 2),
    ],
)
def test_filters_narrow_the_log(server, ama, kofi, query, least, most):
    rows = _log(server, ama, **{name: kofi if value == "kofi" else value for name, value in query.items()}).data
    assert least <= len(rows) <= most


def test_pages_hold_every_entry_once(server, ama, kofi):
    whole = _log(server, ama, limit=200).json
    assert whole["pagination"]["totalCount"] == len(whole["data"])
    paged = [_log(server, ama, limit=1, page=at + 1).data[0] for at in range(len(whole["data"]))]
    assert paged == whole["data"]


def test_what_cannot_be_asked_is_refused(server, ama):
    for query in ("actor_id=x'", "kind=DROP%20TABLE", "since=yesterday", "page=0", "limit=9999"):
        assert server.get(f"/api/v1/audit?{query}", ama).status in {400, 422}


def test_only_readers_of_the_log_get_it(server, ama, kofi):
    server.set_password(kofi)
    token = server.sign_in("kofi").data["access_token"]
    for method, path in (("GET", ""), ("GET", "/export"), ("POST", "/check"), ("GET", "/links")):
        assert server.ask(method, f"/api/v1/audit{path}", None, token).code == "not_allowed"


def test_files_hold_the_same_and_run_in_no_spreadsheet(server, ama, kofi):
    told = _log(server, ama, entity_id=kofi).data
    as_json = json.loads(server.get(f"/api/v1/audit/export?format=json&entity_id={kofi}", ama).body)
    assert as_json == told
    as_csv = server.get(f"/api/v1/audit/export?format=csv&entity_id={kofi}", ama)
    assert as_csv.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    assert ",'=Kofi()," in as_csv.body.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(server.get("/api/v1/audit/export?format=xlsx", ama).body))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row if cell]
    assert "'=Kofi()" in cells
    exported = server.get("/api/v1/security/events?kind=exported", ama).data
    assert len(exported) == 3, "that it was taken out is written down"


def test_the_check_says_that_the_log_is_whole_or_where_it_breaks(server, ama, kofi):
    assert JOB.run(server.context) == 1
    told = server.post("/api/v1/audit/check", None, ama).data
    assert (told["whole"], told["at"]) == (True, None)
    assert str(told["links"]) in told["sentence"]
    _as_owner(server, "UPDATE audit_link SET made_at = '2020-01-01T00:00:00.000Z' WHERE audit_seq = 2")
    told = server.post("/api/v1/audit/check", None, ama).data
    assert (told["whole"], told["at"], told["reason"]) == (False, 2, "digest")
    assert "Entry 2" in told["sentence"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE command_log SET type = 'EditCourse' WHERE type = 'EditPerson'", "content"),
        ("UPDATE audit_checkpoint SET chain = digest FROM audit_link WHERE audit_link.audit_seq = 1", "checkpoint"),
        ("UPDATE feed_head SET audit_seq = audit_seq - 1", "head"),
        ("DELETE FROM audit_link WHERE audit_seq > 3", "head"),
    ],
)
def test_other_alterations_are_found_as_well(server, ama, kofi, statement, reason):
    JOB.run(server.context)
    _as_owner(server, statement)
    assert server.post("/api/v1/audit/check", None, ama).data["reason"] == reason


def test_checkpoints_are_signed_in_time_and_no_sooner(server, ama):
    assert JOB.run(server.context) == 1
    assert JOB.run(server.context) == 0, "nothing was added"
    server.post("/api/v1/courses", {"code": "A", "title": "A"}, ama)
    assert JOB.run(server.context) == 0, "one link, and the last checkpoint is young"
    server.clock.advance(SECONDS_BETWEEN + 1)
    assert JOB.run(server.context) == 1
    for at in range(LINKS_BETWEEN):
        server.do(server.command("AddCourse", server.new_id(), {"code": f"C{at}", "title": "C"}))
    assert JOB.run(server.context) == 1


def test_the_servers_role_adds_to_the_log_and_changes_nothing_of_it(server, ama, kofi):
    JOB.run(server.context)
    for statement in (
        "UPDATE audit_link SET note = 'x' WHERE organisation_id = :o",
        "DELETE FROM audit_link WHERE organisation_id = :o",
        "UPDATE audit_checkpoint SET signature = 'x' WHERE organisation_id = :o",
        "DELETE FROM audit_checkpoint WHERE organisation_id = :o",
        "UPDATE command_log SET digest = 'x' WHERE organisation_id = :o",
        "UPDATE command_log SET actor_id = NULL WHERE organisation_id = :o",
        "DELETE FROM command_log WHERE organisation_id = :o",
    ):
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            server.context.database.write(lambda db, sql=statement: db.run(sql, o=server.organisation_id))
    erase = "UPDATE command_log SET detail = NULL, salt = NULL WHERE organisation_id = :o"
    server.context.database.write(lambda db: db.run(erase, o=server.organisation_id))
    assert server.post("/api/v1/audit/check", None, ama).data["whole"], "erasing details leaves the chain whole"
    assert _log(server, ama, entity_id=kofi).data[0]["changes"] == []


def test_links_let_a_reader_compute_the_chain_by_himself(server, ama, kofi):
    import hashlib

    told = server.post("/api/v1/audit/check", None, ama).data
    chain, after = b"", 0
    while links := server.get(f"/api/v1/audit/links?after={after}&limit=3", ama).data:
        for link in links:
            chain, after = hashlib.sha256(chain + bytes.fromhex(link["digest"])).digest(), link["audit_seq"]
    assert (after, chain.hex()) == (told["links"], told["chain"])


def test_an_independent_verifier_agrees_with_the_server(institute):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    grown(institute, key, days=12)
    log = read(institute.parts.database, institute.organisation_id)
    public = key.public_key()
    assert len(log["checkpoints"]) >= 2
    assert found(log, public.public_bytes_raw(), []) is None
    with institute.parts.database.read() as db:
        assert check_chain(db, institute.organisation_id, public) is None
        fault = check_chain(db, institute.organisation_id, Ed25519PrivateKey.generate().public_key())
    assert fault is not None
    assert fault.reason == "checkpoint", "another server's key signed nothing here"
    unseen, tried = missed(log, public.public_bytes_raw(), ROUNDS, seed=3)
    assert unseen == []
    assert min(tried.values()) >= ROUNDS // len(tried)


def test_commands_of_other_shapes_are_told_field_by_field():
    assert changes_of(None) == []
    told = {"payload": {"state": "suspended", "old_state": "active", "supersedes": []}}
    assert changes_of(json.dumps(told)) == [{"field": "state", "before": "active", "after": "suspended"}]
