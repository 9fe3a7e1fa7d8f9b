"""What a field was before: the same from a few rows and from the whole log, which is read once however long it is."""

import orjson
import pytest

from server.core.database import Db
from server.people import audit_before, audit_list
from server.people.audit_list import AuditList, AuditQuery


@pytest.fixture
def office(new_institute):
    """An institute whose log has courses that were renamed over and over, nobody saying from what."""
    server = new_institute
    server.add_person("ama")
    for at in range(12):
        course = server.new_id()
        last = server.command("AddCourse", course, {"code": f"C{at}", "title": "0"})
        server.do(last)
        for title in range(1, 4):
            changes = {"title": {"old": None, "new": str(title)}}
            last = server.command("EditCourse", course, {"changes": changes}, base=last.id)
            assert server.do(last).verdict == "applied"
    return server


def _entries(server, **query):
    log = AuditList(server.context, sorted(server.context.exchange.kinds))
    with server.context.database.read() as db:
        return log._read(db, server.organisation_id, AuditQuery(**query), 1_000, 0)


def _renames(entries):
    """The titles of each course as the log tells them, from one to the next, the oldest first."""
    told = {}
    for entry in reversed(entries):
        for change in entry["changes"]:
            if change["field"] == "title":
                told.setdefault(entry["entity_id"], []).append((change["before"], change["after"]))
    return list(told.values())


@pytest.fixture(params=["looked up", "read through"])
def way(request, monkeypatch):
    """Either way of looking back, with pieces small enough that there are several."""
    if request.param == "read through":
        monkeypatch.setattr(audit_before, "FEW", 2)
        monkeypatch.setattr(audit_list, "FEW", 2)
        monkeypatch.setattr(audit_before, "LINKS_AT_ONCE", 7)


def test_each_change_tells_what_the_one_before_it_set(office, way):
    entries = _entries(office)
    assert _renames(entries) == [[(None, "0"), ("0", "1"), ("1", "2"), ("2", "3")]] * 12
    assert {entry["kind"] for entry in entries if entry["type"] == "EditCourse"} == {"course"}


def test_what_was_before_is_told_though_it_is_on_another_page(office, way):
    latest = _entries(office)[0]
    since = _entries(office, since=latest["at"], entity=latest["entity_id"])
    assert since[0]["changes"] == [{"field": "title", "before": "2", "after": "3"}]


def test_two_commands_of_one_transaction_on_one_row_are_told_apart(office, monkeypatch):
    entries = {
        name: {"entity_id": "e", "audit_seq": 1, "changes": [{"field": "title", "before": None, "after": after}]}
        for name, after in (("a", "1"), ("b", "2"))
    }
    kept = [
        ["e", name, orjson.dumps({"payload": {"changes": {"title": {"new": after}}}}).decode()]
        for name, after in (("a", "1"), ("b", "2"))
    ]
    monkeypatch.setattr(Db, "rows", lambda *_, **__: kept)
    with office.context.database.read() as db:
        audit_before.fill_in(db, office.organisation_id, entries)
    assert [one["changes"][0]["before"] for one in entries.values()] == [None, "1"]


def test_a_whole_export_reads_each_command_once(office, monkeypatch):
    monkeypatch.setattr(audit_before, "FEW", 2)
    monkeypatch.setattr(audit_before, "LINKS_AT_ONCE", 20)
    read, asked = Db.rows, []

    def rows(db, statement, **places):
        found = read(db, statement, **places)
        asked.append(len(found))
        return found

    monkeypatch.setattr(Db, "rows", rows)
    entries = _entries(office)
    links = max(entry["audit_seq"] for entry in entries)
    assert len(asked) <= 3 + links // 20, "a page of entries, the rows they are about, and the log in pieces"
    assert sum(asked) <= 3 * len(entries), "the entries, their rows and the log, each once"


def test_sqlite_looks_up_what_it_could_read_the_whole_log_for(sqlite_server):
    """Plans without statistics: a link's commands by its number, a row's history by its id."""
    statements = {
        audit_list._PAGE.format(source=audit_list._FROM, where="WHERE l.organisation_id = :o"): "audit_seq",
        audit_before._OF_FEW.text("sqlite"): "target_id",
    }
    places = {"o": "x", "limit": 1, "start": 0, "ids": "[]", "until": 1}
    with sqlite_server.context.database.read() as db:
        for statement, index in statements.items():
            plan = " ".join(str(row[3]) for row in db.rows(f"EXPLAIN QUERY PLAN {statement}", **places))
            assert f"ix_command_log_{index} (organisation_id=? AND {index}=?)" in plan, plan
