"""The daily look at overdue money on both databases: each reminder once, holds laid and lifted, none for who paid."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from server.core.settings import Settings
from server.finance.overdue_job import run
from server.finance.reminder_letters import post_reminders
from server.messaging.posting import post_for
from shared.core.clock import parse_instant
from shared.core.outcome import Outcome
from shared.finance.overdue_commands import finance_policy_id, payment_exception_id
from shared.finance.overdue_projections import holds_paid
from shared.finance.policy_rules import FIRST
from shared.learning.holds import hold_id
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PRIVATE_PROFILE, Role
from tests.finance.books import Books, books

__all__ = ["books"]
RULES = [
    {"what": what, "ground": "overdue", "days": 0, "least": 0} for what in ("course_access", "equipment", "certificate")
]
AUTOMATIC: dict[str, Any] = {"automatic": True, "grace_days": 0, "holds": RULES, "channels": ["mail", "sms", "notice"]}


def policy(books: Books, by: str = "bursar", **values: Any) -> Outcome:
    """Set the policy."""
    here = next(iter(books.bodies("finance_policy")), FIRST)
    changes = {name: {"old": here[name], "new": value} for name, value in values.items()}
    target = finance_policy_id(books.institute.organisation_id)
    return books.at(by).do("SetFinancePolicy", target, {"changes": changes}, here.get("revision"))


def on_day(books: Books, day: str, hour: int = 8) -> int:
    """Set the clock to a day and let the job run."""
    books.institute.clock.set(parse_instant(f"{day}T{hour:02}:00:00.000Z"))
    return run(books.institute.parts)  # type: ignore[arg-type] # has all of a context that the job takes


def sent(books: Books) -> int:
    """Let what waits be sent."""
    parts = books.institute.parts
    context: Any = SimpleNamespace(**vars(parts), settings=Settings(), keys=None)
    context.post = post_for(context)
    return post_reminders(context)


def holds(books: Books, at: int = 0) -> dict[str, str]:
    """What is withheld from a student, and whether it stands."""
    return {one["what"]: one["state"] for one in books.bodies("hold") if one["person_id"] == books.person(at)}


def reminders(books: Books) -> list[tuple[str, list[str], str]]:
    """All reminders: kind, marks and state, by day."""
    rows = sorted(books.bodies("payment_reminder"), key=lambda one: one["day"])
    return [(one["kind"], one["marks"], one["state"]) for one in rows]


def letters(books: Books) -> list[tuple[str, str]]:
    """All letters: channel and what they are."""
    sql = "SELECT channel, template FROM delivery WHERE organisation_id = :o ORDER BY made_at, channel, address"
    return [(row[0], row[1]) for row in books.rows(sql)]


def test_nothing_happens_by_itself_until_the_bursar_says_so(books: Books) -> None:
    books.charged(1_000, due_on="2026-11-01")
    assert on_day(books, "2026-11-21") == 0
    assert (holds(books), reminders(books)) == ({}, [])
    assert policy(books, by="cashier", automatic=True).code == "not_allowed"
    assert policy(books, grace_days=-1).code == "field_invalid"


def test_reminders_come_in_their_turn_each_once(books: Books) -> None:
    assert (
        policy(
            books,
            **AUTOMATIC,
        ).verdict
        == "applied"
    )
    books.charged(1_000, due_on="2026-11-28")
    assert [on_day(books, f"2026-11-{day}") for day in (20, 21, 21, 22)] == [0, 1, 0, 0]
    assert on_day(books, "2026-11-27", hour=5) == 0
    assert on_day(books, "2026-11-27", hour=6) == 1
    assert on_day(books, "2026-11-28") == 0
    assert on_day(books, "2026-11-29") == 4
    assert reminders(books) == [
        ("payment_due", ["2026-11-28-7"], "waiting"), ("payment_due", ["2026-11-28-1"], "waiting"),
        ("payment_overdue", ["2026-11-28+1"], "waiting"),
    ]  # fmt: skip
    assert holds(books) == dict.fromkeys(("course_access", "equipment", "certificate"), "standing")
    assert on_day(books, "2026-12-01") == 0


def test_letters_go_by_each_way_and_none_to_who_paid_meanwhile(books: Books) -> None:
    policy(books, **AUTOMATIC)
    for at in (0, 1):
        person = {"email": f"s{at}@example.org", "phone": f"+23324000000{at}"}
        changes = {name: {"old": None, "new": value} for name, value in person.items()}
        assert books.at("registrar").do("EditPerson", books.person(at), {"changes": changes}).verdict == "applied"
    charge, other = books.charged(1_000, due_on="2026-11-19"), books.charged(500, at=1, due_on="2026-11-19")
    on_day(books, "2026-11-20")
    books.paid(500, at=1, goes_to=[(other, 500)])
    assert sent(books) == 2
    assert sorted(state for _, _, state in reminders(books)) == ["paid", "sent"]
    assert letters(books) == [("mail", "payment_overdue"), ("sms", "payment_overdue")]
    sql = "SELECT title FROM notice WHERE organisation_id = :o AND person_id = :p ORDER BY title"
    titles = [row[0] for row in books.rows(sql, p=books.person())]
    assert titles == ["GHS 10.00 is overdue", "Held for payment: Course access, Equipment, Certificates"]
    assert sent(books) == 0
    books.paid(1_000, goes_to=[(charge, 1_000)])
    assert books.rows("SELECT DISTINCT state, code FROM delivery WHERE organisation_id = :o") == [
        ("suppressed", "paid")
    ]


def test_contacts_that_are_told_get_a_copy(books: Books) -> None:
    policy(books, **{**AUTOMATIC, "contacts": True, "channels": ["mail"]})
    people = [{"name": "Efo", "email": "efo@example.org", "told": True}, {"name": "Abena", "email": "ab@example.org"}]
    edit = {"person_id": books.person(), "changes": {"guardians": {"old": None, "new": people}}}
    target = row_id(PRIVATE_PROFILE, books.person())
    told = books.at("registrar").do("EditPrivateProfile", target, edit)
    assert told.verdict == "applied", told
    books.charged(1_000, due_on="2026-11-19")
    on_day(books, "2026-11-20")
    sent(books)
    rows = books.rows("SELECT address, state FROM delivery WHERE organisation_id = :o ORDER BY address")
    assert rows == [("", "suppressed"), ("efo@example.org", "queued")]


def test_money_lifts_in_its_own_transaction_and_a_reversal_lays_the_next_day(books: Books) -> None:
    policy(books, **AUTOMATIC)
    charge = books.charged(1_000, due_on="2026-11-10")
    on_day(books, "2026-11-20")
    assert set(holds(books).values()) == {"standing"}
    books.paid(400, goes_to=[(charge, 400)])
    assert set(holds(books).values()) == {"standing"}
    assert {one["amount"] for one in books.bodies("hold")} == {600}
    entry = books.paid(600)
    assert set(holds(books).values()) == {"lifted"}
    to = {"to_person_id": books.person(1), "reason": "Wrong name"}
    assert books.at("bursar").do("MovePayment", entry, to).verdict == "applied"
    assert set(holds(books).values()) == {"lifted"}
    on_day(books, "2026-11-21")
    assert set(holds(books).values()) == {"standing"}
    key = books.row("ledger_entry", charge)["id"]
    assert books.at("bursar").do("ReverseEntry", key, {"reason": "Charged twice"}).verdict == "applied"
    assert set(holds(books).values()) == {"lifted"}


def test_a_hold_on_course_access_takes_the_classes_out_of_sight_and_brings_them_back(books: Books) -> None:
    policy(books, **AUTOMATIC)
    charge = books.charged(1_000, due_on="2026-11-10")
    student = books.institute.devices["bursar"].actor.model_copy(
        update={"person_id": books.person(), "permissions": frozenset({"work.hand_in"}), "roles": (Role.STUDENT,)}
    )
    seen = f"class:{books.institute.cohort_id}"
    assert seen in books.institute.refreshed(student).scopes
    on_day(books, "2026-11-20")
    held = books.institute.refreshed(student).scopes
    assert seen not in held
    assert f"person:{books.person()}" in held
    books.paid(1_000, goes_to=[(charge, 1_000)])
    assert seen in books.institute.refreshed(student).scopes


def test_a_hold_is_lifted_by_hand_until_a_day(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, due_on="2026-11-10")
    on_day(books, "2026-11-20")
    key = hold_id(books.person(), "equipment")
    wanted = {"until": "2026-11-25", "reason": "Needs the camera for the exam"}
    assert books.at("cashier").do("LiftHold", key, wanted).code == "not_allowed"
    assert books.at("bursar").do("LiftHold", key, {**wanted, "until": "2026-11-19"}).code == "day_past"
    assert books.at("bursar").do("LiftHold", key, {**wanted, "reason": ""}).code == "invalid_payload"
    assert books.at("bursar").do("LiftHold", books.new_id(), wanted).verdict == "held"
    told = books.at("bursar").do("LiftHold", key, wanted)
    assert told.verdict == "applied", told
    assert books.at("bursar").do("LiftHold", key, wanted).verdict == "agreed"
    on_day(books, "2026-11-25")
    assert holds(books)["equipment"] == "lifted"
    on_day(books, "2026-11-26")
    assert holds(books)["equipment"] == "standing"


def test_who_is_spared_is_left_in_peace(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, due_on="2026-11-10")
    on_day(books, "2026-11-20")
    key = payment_exception_id(books.person())
    wanted = {"person_id": books.person(), "until": "2026-12-31", "reason": "The sponsor pays in December"}
    assert books.at("cashier").do("SparePayer", key, wanted).code == "not_allowed"
    assert books.at("bursar").do("SparePayer", books.new_id(), wanted).code == "day_past"
    assert books.at("bursar").do("SparePayer", key, wanted).verdict == "applied"
    assert set(holds(books).values()) == {"lifted"}
    before = len(reminders(books))
    on_day(books, "2026-12-30")
    assert (set(holds(books).values()), len(reminders(books))) == ({"lifted"}, before)
    on_day(books, "2027-01-01")
    assert (set(holds(books).values()), len(reminders(books))) == ({"standing"}, before + 1)


def test_by_hand_to_chosen_people_once_a_day(books: Books) -> None:
    books.charged(1_000, due_on="2026-12-10")
    books.charged(700, at=1)
    wanted = {"person_ids": [books.person(0), books.person(1), books.person(2)]}
    assert books.at("cashier").do("RemindPayers", books.new_id(), wanted).code == "not_allowed"
    told = books.at("bursar").do("RemindPayers", books.new_id(), wanted)
    assert told.details == {"reminded": 2, "looked_at": 3}
    assert books.at("bursar").do("RemindPayers", books.new_id(), wanted).details["reminded"] == 0
    assert {kind for kind, _, _ in reminders(books)} == {"payment_due"}


def test_a_run_by_hand_does_what_the_daily_one_does(books: Books) -> None:
    policy(books, **{**AUTOMATIC, "automatic": False})
    books.charged(1_000, due_on="2026-11-10")
    assert books.at("cashier").do("RunOverdue", books.new_id(), {}).code == "not_allowed"
    told = books.at("bursar").do("RunOverdue", books.new_id(), {})
    assert told.details == {"looked_at": 1, "reminded": 1, "laid": 3, "lifted": 0}
    assert books.at("bursar").do("RunOverdue", books.new_id(), {}).details["reminded"] == 0


def test_two_servers_run_a_day_once(books: Books) -> None:
    policy(books, **AUTOMATIC)
    for at in range(3):
        books.charged(1_000, at=at, due_on="2026-11-10")
    books.institute.clock.set(parse_instant("2026-11-20T08:00:00.000Z"))
    done: list[int] = []
    both = threading.Barrier(2)

    def work() -> None:
        both.wait()
        done.append(run(books.institute.parts))  # type: ignore[arg-type] # has all of a context that the job takes

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(reminders(books)), len(books.bodies("hold"))) == (3, 9)
    assert run(books.institute.parts) == 0  # type: ignore[arg-type] # has all of a context that the job takes


def test_the_day_is_the_institutes_own(books: Books) -> None:
    policy(books, **AUTOMATIC)
    changes = {"time_zone": {"old": "UTC", "new": "Asia/Kolkata"}}
    system = books.at("system")
    found = books.rows("SELECT revision FROM organisation WHERE id = :o")[0][0]
    told = system.do("EditOrganisation", books.institute.organisation_id, {"changes": changes}, found)
    assert told.verdict == "applied", told
    books.charged(1_000, due_on="2026-11-20")
    books.institute.clock.set(parse_instant("2026-11-21T00:00:00.000Z") - timedelta(minutes=1))
    assert run(books.institute.parts) == 0  # type: ignore[arg-type] # has all of a context that the job takes
    books.institute.clock.set(parse_instant("2026-11-21T00:31:00.000Z"))
    assert run(books.institute.parts) == 4  # type: ignore[arg-type] # has all of a context that the job takes


@pytest.mark.parametrize("bad", [{"person_ids": []}, {"person_ids": ["x"]}, {}])
def test_reminders_that_cant_be_asked(books: Books, bad: dict[str, Any]) -> None:
    assert books.at("bursar").do("RemindPayers", books.new_id(), bad).code == "invalid_payload"


def test_a_payment_at_a_desk_without_network_lifts_there(books: Books) -> None:
    policy(books, **AUTOMATIC)
    charge = books.charged(1_000, due_on="2026-11-10")
    on_day(books, "2026-11-20")
    here = {one["id"]: one for one in books.bodies("hold")}
    cashier = books.at("cashier")
    some = cashier.command("TakePayment", books.new_id(), books.paying(400, goes_to=[(charge, 400)]))
    drafts = holds_paid(some, lambda _kind, key: here.get(key))
    assert {(one.body["state"], one.body["amount"]) for one in drafts if one.body} == {("standing", 600)}
    whole = cashier.command("TakePayment", books.new_id(), books.paying(1_000))
    drafts = holds_paid(whole, lambda _kind, key: here.get(key))
    assert [one.body["state"] for one in drafts if one.body] == ["lifted"] * 3
    other = cashier.command("TakePayment", books.new_id(), books.paying(1_000, at=1))
    assert not holds_paid(other, lambda _kind, key: here.get(key))
