"""Student numbers: the rule, the next number, and what is typed by hand meanwhile."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.clock import parse_instant
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.people.card_commands import PROJECTIONS
from shared.people.numbering import DEFAULT_RULE, count_of, numbered, numbering_id, rule_error, series
from shared.people.vocabulary import Role
from tests.institute import Institute, targets

RULES = st.fixed_dictionaries(
    {
        "prefix": st.from_regex(r"[A-Za-z0-9./-]{0,12}", fullmatch=True),
        "year": st.sampled_from(("none", "short", "long")),
        "digits": st.integers(1, 8),
        "start": st.integers(1, 999),
    }
)


@given(RULES, st.integers(2000, 2099), st.integers(0, 10**8 - 1))
def test_a_number_says_what_it_counts_again(rule: dict[str, Any], year: int, count: int) -> None:
    assert rule_error(rule) is None
    made = numbered(rule, year, count)
    assert made.startswith(series(rule, year))
    assert count_of(rule, year, made) == count
    assert count_of(rule, year, made.lower()) == count
    assert len(made) <= 40


@pytest.mark.parametrize(("style", "made"), [("none", "S-0042"), ("short", "S-26-0042"), ("long", "S-2026-0042")])
def test_the_year_stands_as_chosen(style: str, made: str) -> None:
    assert numbered({**DEFAULT_RULE, "year": style}, 2026, 42) == made


def test_a_count_that_outgrows_its_digits_is_printed_whole() -> None:
    assert numbered({**DEFAULT_RULE, "digits": 2}, 2026, 1234) == "S-2026-1234"


@pytest.mark.parametrize("other", ["", "T-2026-0001", "S-2025-0001", "S-2026-00x1", "S-2026-", "S-2026-123456789"])
def test_numbers_of_another_form_count_nothing(other: str) -> None:
    assert count_of(DEFAULT_RULE, 2026, other) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prefix": "S 1"}, "12 letters"),
        ({"prefix": None}, "12 letters"),
        ({"prefix": "S" * 13}, "12 letters"),
        ({"year": "roman"}, "year"),
        ({"digits": 0}, "1 to 8"),
        ({"digits": 9}, "1 to 8"),
        ({"digits": True}, "1 to 8"),
        ({"digits": "4"}, "1 to 8"),
        ({"start": 0}, "at least 1"),
        ({"start": False}, "at least 1"),
        ({"start": 10**8}, "at least 1"),
    ],
)
def test_a_rule_that_cant_be_used_is_told(change: dict[str, Any], said: str) -> None:
    assert said in str(rule_error({**DEFAULT_RULE, **change}))


def _set(institute: Institute, **rule: Any) -> Any:
    changes = {name: {"old": None, "new": value} for name, value in {**DEFAULT_RULE, **rule}.items()}
    return institute.system.do("SetNumbering", numbering_id(institute.organisation_id), {"changes": changes})


def _add(institute: Institute, given_name: str = "Esi", **more: Any) -> tuple[str, Any]:
    person_id = institute.parts.new_id()
    return person_id, institute.registrar.do("AddPerson", person_id, {"given_name": given_name, **more})


def _number(institute: Institute, person_id: str) -> str | None:
    with institute.parts.database.read() as db:
        row = db.one("SELECT number FROM person WHERE id = :id", id=person_id)
    assert row is not None
    return row[0]


def test_without_a_rule_nobody_gets_a_number(institute: Institute) -> None:
    person_id, outcome = _add(institute)
    assert outcome.verdict == "applied"
    assert _number(institute, person_id) is None


def test_students_get_the_next_number_and_staff_and_walk_ins_none(institute: Institute) -> None:
    assert _set(institute, start=7).verdict == "applied"
    first, _ = _add(institute)
    typed, _ = _add(institute, number="OLD-1")
    second, _ = _add(institute)
    staff = institute.parts.new_id()
    institute.system.do("AddPerson", staff, {"given_name": "Yaw", "roles": ["instructor"]})
    guest, _ = _add(institute, provisional=True)
    assert [_number(institute, one) for one in (first, typed, second, staff, guest)] == [
        "S-2026-0007", "OLD-1", "S-2026-0008", None, None,
    ]  # fmt: skip


def test_a_batch_of_students_is_numbered_in_order(institute: Institute) -> None:
    _set(institute)
    ids = [institute.parts.new_id() for _ in range(20)]
    sent = institute.registrar.send(
        *(institute.registrar.command("AddPerson", one, {"given_name": f"N{at}"}) for at, one in enumerate(ids))
    )
    assert {outcome.verdict for outcome in sent} == {"applied"}
    assert [_number(institute, one) for one in ids] == [f"S-2026-{at:04}" for at in range(1, 21)]


def test_numbers_typed_by_hand_are_gone_around(institute: Institute) -> None:
    _set(institute)
    _add(institute, number="s-2026-0001")
    _add(institute, number="S-2026-0230")
    _add(institute, number="S-2026-9x")
    assert _number(institute, _add(institute)[0]) == "S-2026-0231"
    assert _number(institute, _add(institute)[0]) == "S-2026-0232"


def test_the_same_command_again_gives_no_second_number(institute: Institute) -> None:
    _set(institute)
    person_id = institute.parts.new_id()
    command = institute.registrar.command("AddPerson", person_id, {"given_name": "Esi"})
    assert institute.registrar.send(command)[0].verdict == "applied"
    assert institute.registrar.send(command)[0].verdict == "applied"
    assert _number(institute, person_id) == "S-2026-0001"
    assert _number(institute, _add(institute)[0]) == "S-2026-0002"


def test_the_year_is_the_institutes(institute: Institute) -> None:
    _set(institute)
    with institute.parts.database.read() as db:
        assert db.one("SELECT time_zone FROM organisation") == ("Africa/Accra",)
    institute.clock.set(parse_instant("2026-12-31T23:59:00Z"))
    assert _number(institute, _add(institute)[0]) == "S-2026-0001"
    institute.clock.set(parse_instant("2027-01-01T00:01:00Z"))
    assert _number(institute, _add(institute)[0]) == "S-2027-0001"


def test_a_mail_address_that_is_taken_asks_nobody_to_change_number(institute: Institute) -> None:
    _set(institute)
    _add(institute, email="esi@example.org", number="OLD-1")
    _, outcome = _add(institute, email="esi@example.org")
    assert outcome.verdict == "conflict"
    with institute.parts.database.read() as db:
        body = db.one("SELECT body FROM conflict")
    assert body is not None
    assert "S-2026" not in body[0]


def test_people_without_a_number_get_one_on_demand(institute: Institute) -> None:
    ids = [_add(institute, f"N{at}")[0] for at in range(3)]
    registrar = institute.registrar
    refused = registrar.do("GiveNumbers", ids[0], {})
    assert (refused.verdict, refused.code) == ("rejected", "no_numbering")
    _set(institute)
    command = registrar.command("GiveNumbers", ids[0], {}, more_targets=targets(*ids[1:], institute.students[0]))
    verdicts = [outcome.verdict for outcome in registrar.send(command)]
    assert verdicts == ["applied", "applied", "applied", "agreed"]
    assert [_number(institute, one) for one in ids] == ["S-2026-0001", "S-2026-0002", "S-2026-0003"]
    assert _number(institute, institute.students[0]) == "S-0000"


def test_who_may_not_is_refused(institute: Institute) -> None:
    _set(institute)
    person_id, _ = _add(institute, number=None)
    told = institute.ama.do("GiveNumbers", person_id, {})
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    changes = {"changes": {"digits": {"old": 4, "new": 5}}}
    told = institute.registrar.do("SetNumbering", numbering_id(institute.organisation_id), changes)
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    assert institute.registrar.do("GiveNumbers", institute.parts.new_id(), {}).verdict == "held"


def test_a_rule_is_checked_and_two_that_differ_are_a_conflict(institute: Institute) -> None:
    place = numbering_id(institute.organisation_id)
    boss = institute.device("boss", Role.ADMINISTRATOR, "Akua Boahen")
    bad = boss.edit("SetNumbering", place, None, digits=(4, 99))
    assert (bad.verdict, bad.code) == ("rejected", "field_invalid")
    first = boss.edit("SetNumbering", place, None, digits=(None, 5))
    assert first.verdict == "applied"
    assert boss.edit("SetNumbering", place, first.revision, digits=(5, 99)).code == "field_invalid"
    assert boss.edit("SetNumbering", place, first.revision, colour=(None, "red")).code == "field_unknown"
    clash = boss.edit("SetNumbering", place, None, digits=(4, 6))
    assert clash.verdict == "conflict"
    with institute.parts.database.read() as db:
        row = db.one("SELECT body FROM conflict WHERE id = :id", id=clash.conflict_id)
    assert row is not None
    settled = boss.do("SettleConflict", str(clash.conflict_id), {"choices": {"digits": clash.command_id}})
    assert settled.verdict == "applied"
    person_id, _ = _add(institute)
    assert _number(institute, person_id) == "S-2026-000001"


def _command(kind: str, payload: dict[str, Any]) -> Command:
    one = derived_id("any", "one")
    return Command(
        id=derived_id("any", "two"), device_id=one, install_epoch=1, device_seq=1, type=kind, type_version=1,
        target_id=one, payload=payload, observed_at="2026-11-20T08:30:00Z",
    )  # fmt: skip


def test_the_rule_shows_before_the_server_has_spoken_and_numbers_do_not() -> None:
    command = _command("SetNumbering", {"changes": {"digits": {"old": 4, "new": 5}}})
    draft = PROJECTIONS["SetNumbering"](command, lambda _kind, _id: None)[0]
    assert draft.body is not None
    assert (draft.body["prefix"], draft.body["digits"], draft.body["revision"]) == ("S-", 5, command.id)
    assert PROJECTIONS["GiveNumbers"](_command("GiveNumbers", {}), lambda _kind, _id: None) == []
