"""The sample institute's money: nothing of it was refused, its books agree, and every screen has something to show."""

import random
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from server.assembly import assemble
from server.core.database import Database
from server.core.keys import Keys
from server.demo import money, payments
from server.demo.cash_desk import put_money
from server.demo.overdue import put_overdue
from server.demo.plan import SamplePlan, make_plan
from server.demo.seeder import Seeder
from server.demo.subscribing import put_subscriptions
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND
from server.finance.receipt_keys import verify
from server.finance.shift_queries import gaps_of
from server.finance.till_kinds import TILL_KIND
from server.people import organisations
from shared.core.clock import ManualClock
from shared.finance import receipt_code as code
from shared.finance.commands import ChargeStudent
from shared.finance.fee_commands import SaveFeeStructure
from shared.finance.fee_rules import fee_fault
from shared.finance.ledger_rules import accounts_of
from shared.finance.plan_rules import plan_steps
from tests.institute import open_database
from tests.postgres import DatabaseUrls

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
_KEYS = "SELECT public_key FROM receipt_key"
_RECEIVABLE = (
    "SELECT e.person_id, sum(p.amount) FROM posting p JOIN ledger_entry e ON e.id = p.entry_id"
    " WHERE p.account = 'receivable' GROUP BY e.person_id"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeder]:
    """The sample's people, courses and money alone."""
    path: Path = tmp_path_factory.mktemp("sample") / "sample.sqlite3"
    url = f"sqlite:///{path.as_posix()}"
    database = open_database(DatabaseUrls(url, url))
    yield _seeded(database)
    database.close()


def _seeded(database: Database) -> Seeder:
    plan, clock = make_plan(TODAY, 1), ManualClock(NOW - timedelta(days=80))
    parts = assemble(database, clock, random.Random(1).getrandbits)
    organisation_id = organisations.create(database, clock, parts.new_id, organisations.NewOrganisation("km", "KM"))
    seeder = Seeder(parts, clock, organisation_id, plan)
    system = organisations.system_actor(organisation_id, parts.new_id())
    people = [seeder.command("AddPerson", one.id, one.fields) for one in (*plan.staff, *plan.students)]
    courses = [
        ("AddCourse", key, {name: value for name, value in fields.items() if name != "cohorts"})
        for key, fields in plan.courses
    ]
    cohorts = [("AddCohort", one.id, one.fields) for one in plan.cohorts]
    enrolled = [
        ("EnrolPerson", enrolment_id, {"cohort_id": one.id, "person_id": person_id})
        for one in plan.cohorts
        for enrolment_id, person_id in one.enrolments
    ]
    seeder.send(system, [*people, *(seeder.command(*one) for one in (*courses, *cohorts, *enrolled))])
    put_money(seeder, NOW, Keys.made())
    put_subscriptions(seeder, NOW)
    put_overdue(seeder, NOW)
    return seeder


def _rows(sample: Seeder, sql: str, **more: Any) -> list[tuple[Any, ...]]:
    database: Database = sample.parts.database
    with database.read() as db:
        return [tuple(row) for row in db.rows(sql, **more)]


def _ledgers(sample: Seeder) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return (entries, allocations) by person."""
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for at, (kind, table) in enumerate(((ENTRY_KIND, "ledger_entry"), (ALLOCATION_KIND, "allocation"))):
        for row in _rows(sample, f"SELECT {kind.selected()} FROM {table} t"):
            body = kind.body_of(row)
            found.setdefault(body["person_id"], ([], []))[at].append(body)
    return found


def test_every_course_of_the_sample_costs_something() -> None:
    plan = make_plan(TODAY)
    found = [SaveFeeStructure.model_validate(payload) for _, payload in money.sample_fees(plan)]
    assert {one.course_id for one in found} == {course_id for course_id, _ in plan.courses}
    for one in found:
        assert fee_fault({name: change.new for name, change in one.changes.items()}) is None


def test_some_of_the_sample_are_late_and_some_were_fined() -> None:
    plan = make_plan(TODAY)
    found = {row_id: ChargeStudent.model_validate(payload) for row_id, payload in money.sample_charges(plan)}
    assert len(found) == len(list(money.sample_charges(plan)))
    days = {one.due_on for one in found.values() if one.due_on}
    assert min(days) < TODAY.isoformat() < max(days)
    assert {one.what for one in found.values()} == {"Tuition, Term 3", "Kit brought back late"}


def test_nothing_of_the_samples_money_was_refused(sample: Seeder) -> None:
    assert _rows(sample, "SELECT type, outcomes FROM command_log WHERE verdict <> 'applied'") == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nothing_of_it_is_refused_where_rows_are_bound_to_their_institute(database_url: DatabaseUrls) -> None:
    database = open_database(database_url)
    made = _seeded(database)
    told = "SELECT verdict, count(*) FROM command_log WHERE organisation_id = :o GROUP BY verdict"
    assert [verdict for verdict, _ in _rows(made, told, o=made.organisation_id)] == ["applied"]
    database.close()


def test_the_books_of_the_sample_agree(sample: Seeder) -> None:
    """Each entry posts to accounts whose sum is zero, and nobody's charge is paid twice."""
    uneven = "SELECT entry_id FROM posting GROUP BY entry_id HAVING sum(amount) <> 0"
    assert _rows(sample, uneven) == []
    receivable = dict(_rows(sample, _RECEIVABLE))
    for person_id, (entries, allocations) in _ledgers(sample).items():
        account = accounts_of(entries, allocations)[money.CURRENCY]
        assert account.balance == sum(one["amount"] for one in entries) == receivable[person_id]
        assert min(account.open.values(), default=1) > 0
        assert min(account.credit.values(), default=1) > 0


def test_every_receipt_of_the_sample_is_genuine_and_no_number_is_missing(sample: Seeder) -> None:
    keys = {
        code.key_id(one): code.InstituteKey(one) for (one,) in ((b64decode(row[0]),) for row in _rows(sample, _KEYS))
    }
    found = _rows(sample, "SELECT w.words, r.signature, r.till_id FROM receipt r JOIN receipt_text w ON w.id = r.id")
    verdicts = {code.check(code.qr_text(words, by), sample.organisation_id, keys, verify).standing
                for words, by, _till in found}  # fmt: skip
    assert verdicts == {code.Standing.GENUINE}
    assert len(Counter(till for *_, till in found)) == 2
    with sample.parts.database.read() as db:
        for row in db.rows(f"SELECT {TILL_KIND.selected()} FROM till t"):
            assert gaps_of(db, sample.organisation_id, TILL_KIND.body_of(row)) == []


def test_the_sample_has_something_of_everything_at_the_cash_desk(sample: Seeder) -> None:
    assert dict(_rows(sample, "SELECT state, count(*) FROM shift GROUP BY state"))["open"] == 1
    tenders = [
        orjson.loads(one) if isinstance(one, str) else one for (one,) in _rows(sample, "SELECT tenders FROM payment")
    ]
    assert {part["method"] for one in tenders for part in one} == {str(one) for one in set(payments._METHODS)}
    assert any(len(one) > 1 for one in tenders)
    states = dict(_rows(sample, "SELECT state, count(*) FROM payment GROUP BY state"))
    assert set(states) == {"completed", "failed", "processing", "voided"}
    asked = sorted(_rows(sample, "SELECT kind, state FROM finance_request"))
    assert asked == [("refund", "waiting"), ("void", "approved"), ("void", "waiting")]
    different = _rows(sample, "SELECT counted - expected FROM shift WHERE state = 'closed' AND counted <> expected")
    assert different == [(-500,)]
    assert len({one for (one,) in _rows(sample, "SELECT substr(taken_at, 1, 7) FROM payment")}) >= 2
    kinds = {one for (one,) in _rows(sample, "SELECT DISTINCT kind FROM ledger_entry")}
    assert kinds == {"charge", "payment", "discount", "scholarship", "reversal"}


def test_some_instalments_of_the_sample_are_paid_and_some_overdue(sample: Seeder) -> None:
    ledgers, found = _ledgers(sample), Counter[str]()
    for _id, payload in money.sample_plans(sample.plan):
        steps = plan_steps({**payload, "state": "active"}, *ledgers[payload["person_id"]], TODAY.isoformat())
        found.update(str(one.state) for one in steps)
    assert found["paid"] > 50
    assert found["overdue"] > 20
    assert found["pending"] > 100


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 3, 28), date(2028, 2, 29)])
def test_each_day_has_a_sample_whose_shifts_are_in_order(today: date) -> None:
    plan: SamplePlan = make_plan(today)
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    found = payments.sample_shifts(plan, now)
    for till in (0, 1):
        own = [one for one in found if one.till == till]
        assert [one.opens for one in own] == sorted(one.opens for one in own)
        assert all(one.closes is not None and one.closes < now for one in own if one is not found[-1])
    assert found[-1].closes is None
    roles = {payment.role for one in found for payment in one.payments}
    assert roles == {"", "sponsor", "too much", "twice", "bounced"}


def _counts(sample: Seeder, table: str, by: str) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in _rows(sample, f"SELECT {by}, count(*) FROM {table} GROUP BY {by}")}


def test_the_samples_bank_has_lines_of_every_sort(sample: Seeder) -> None:
    """Matched, with a difference, placed in part, on its way back, set aside, seen before, and of nobody."""
    taken = _rows(sample, "SELECT taken, skipped FROM bank_statement ORDER BY imported_at")
    assert [skipped for _, skipped in taken] == [0, 1]
    assert _counts(sample, "statement_line", "state")["aside"] == 1
    matches = _rows(sample, "SELECT goal, effect, state, count(*), sum(difference) FROM money_match GROUP BY 1, 2, 3")
    found = {row[:3]: row[3:] for row in matches}
    assert found["payment", "confirmed", "made"][1] == -2_500
    assert found["payment", "placed", "made"][0] >= 4
    assert found["return", "", "waiting"] == (1, 0)
    free = "SELECT count(*) FROM statement_line WHERE state = 'open' AND id NOT IN (SELECT line_id FROM money_match)"
    assert _rows(sample, free)[0][0] > 2
    assert _counts(sample, "transfer_proof", "state") == {"waiting": 1}


def test_the_samples_subscriptions_stand_wherever_one_can(sample: Seeder) -> None:
    assert set(_counts(sample, "subscription", "state")) == {"active", "overdue", "lapsed", "paused"}


def test_affiliates_and_instructors_of_the_sample_earn_and_are_paid(sample: Seeder) -> None:
    assert _counts(sample, "payout", "state") == {"paid": 2, "waiting": 1}
    owed = "SELECT payee_kind, payee_id, sum(amount) FROM earning GROUP BY payee_kind, payee_id"
    assert {row[0] for row in _rows(sample, owed)} == {"affiliate", "instructor"}
    assert min(row[2] for row in _rows(sample, owed)) > 0
    earned = "SELECT count(*) FROM earning WHERE payee_kind = 'affiliate' AND kind = 'earned'"
    assert _rows(sample, earned)[0][0] > 10


def test_some_of_the_sample_were_reminded_and_some_are_held(sample: Seeder) -> None:
    assert len(_counts(sample, "payment_reminder", "day")) == 2
    assert 3 < _counts(sample, "access_hold", "state")["standing"] < 40
    assert _counts(sample, "enrolment_cancellation", "state") == {"done": 1}
    assert _counts(sample, "refund_rule", "state") == {"active": 1}
