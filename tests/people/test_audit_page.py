"""The log of all changes on screen against a real server: reading, before and after, the check, files, and a person."""

import hashlib
from typing import Any

import pytest

from desktop.people.area import area
from desktop.people.audit_actions import REMEMBERED, check_log
from desktop.people.audit_page import AUDIT_PAGE, AuditPage
from desktop.people.audit_words import act_words, note_facts, note_words, summary_words, value_words
from desktop.people.person_audit_card import PersonAuditCard
from desktop.widgets.label import Label
from tests.core.restores import begin_anew
from tests.fixtures.windows import last_said
from tests.people.test_door_pages import clock, keep_picture, office

__all__ = ["clock", "office"]
assert area


@pytest.fixture
def page(office: Any, qtbot: Any) -> Any:
    """The page with an edit in it."""
    program, server = office
    kofi = server.add_person("kofi", ("student",), phone="0201111111")
    changes = {"phone": {"old": "0201111111", "new": "0202222222"}}
    assert server.do(server.command("EditPerson", kofi, {"changes": changes})).verdict == "applied"
    program.main_window.open_page(AUDIT_PAGE)
    shown = program.main_window.page
    assert isinstance(shown, AuditPage)
    qtbot.waitUntil(lambda: bool(shown.asked.rows), timeout=20_000)
    return shown, program, server, kofi


def test_an_entry_shows_before_and_after_and_is_checked_and_saved(page: Any, qtbot: Any, tmp_path: Any) -> None:
    shown, program, _, _ = page
    at = next(at for at, one in enumerate(shown.asked.rows) if one["type"] == "EditPerson")
    shown._choose(shown.asked.rows[at]["id"])
    words = {label.text() for label in shown.detail.findChildren(Label) if label.text()}
    assert {"0201111111", "0202222222", "Before", "After", "Phone"} <= words
    keep_picture(program.main_window, "audit")
    shown.check()
    qtbot.waitUntil(lambda: "The log is whole" in last_said(shown), timeout=20_000)
    path = tmp_path / "log.csv"
    shown.export(path)
    qtbot.waitUntil(lambda: "saved to log.csv" in last_said(shown), timeout=20_000)
    assert "EditPerson" in path.read_text(encoding="utf-8-sig")
    # This computer remembers where the chain stood; a log that doesn't go on from there is refused.
    desk = program.workplace.desk
    reached, chain, epoch = desk.store.recall(REMEMBERED)
    assert reached > 0
    desk.store.remember(REMEMBERED, [reached, hashlib.sha256(b"another log").hexdigest(), epoch])
    shown.check()
    qtbot.waitUntil(lambda: "doesn't go on from what this computer saw" in last_said(shown), timeout=20_000)
    desk.store.remember(REMEMBERED, [reached + 50, chain, epoch])
    assert not check_log(desk).whole, "a log shorter than what was seen was cut"
    desk.store.remember(REMEMBERED, [reached, chain, epoch])
    server, parts = page[2], page[2].context
    begin_anew(parts, server.organisation_id, server.clock, server.new_id)
    assert "didn't sign that a backup was restored" in check_log(desk).sentence
    begin_anew(parts, server.organisation_id, server.clock, server.new_id, parts.keys.lease_key)
    assert check_log(desk).whole, "a signed restore goes on from what was seen here"
    desk.store.remember(REMEMBERED, [10**6, "00", epoch])
    assert check_log(desk).whole, "or is followed from its beginning where more was seen here"
    desk.store.remember(REMEMBERED, [1, hashlib.sha256(b"another log").hexdigest(), epoch])
    assert not check_log(desk).whole, "but isn't the beginning of another log"


def test_a_person_has_an_activity_and_the_way_to_all_of_it(page: Any, qtbot: Any) -> None:
    _, program, _, kofi = page
    program.workplace.link.wake()
    store = program.workplace.desk.store
    qtbot.waitUntil(lambda: store.get("person", kofi) is not None, timeout=20_000)
    program.main_window.open_page("people.person", kofi)
    card = program.main_window.page.findChild(PersonAuditCard)
    qtbot.waitUntil(lambda: card.lines.count() == 2, timeout=20_000)
    keep_picture(program.main_window, "person-activity")
    card.all_button.click()
    shown = program.main_window.page
    assert isinstance(shown, AuditPage)
    qtbot.waitUntil(lambda: bool(shown.asked.rows), timeout=20_000)
    assert {one["entity_id"] for one in shown.asked.rows} == {kofi}


def test_words_of_entries() -> None:
    entry = {"type": "SetPersonState", "note": "", "changes": [{"field": "state", "before": None, "after": "active"}]}
    assert act_words(entry) == "Set person state"
    assert summary_words(entry) == "State: active"
    assert act_words({"type": "", "note": '{"what": "password_changed"}'}) == "Password changed"
    assert note_words("reminders") == "Reminders"
    told = '{"what": "operator_access_opened", "access_id": "1", "operator": "Yaw", "reason": "Asked by phone"}'
    assert note_facts(told) == [("Operator", "Yaw"), ("Reason", "Asked by phone")]
    assert (note_facts("reminders"), note_facts("{torn")) == ([], [])
    assert summary_words({"type": "", "note": told, "changes": []}) == "Operator: Yaw; Reason: Asked by phone"
    assert [value_words(one) for one in (None, True, [], ["a", 1], {"a_b": ""}, "x" * 400)] == [
        "empty", "yes", "empty", "a, 1", "A b: empty", "x" * 300 + "…",
    ]  # fmt: skip
