"""Making and reading notices on both databases: told once, in one statement, and read for good."""

from datetime import timedelta

import pytest

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.database import Db
from server.messaging.service import NewNotice, known_notices, notify
from shared.core.clock import instant_text
from shared.core.outcome import Outcome
from tests.institute import Device, Institute, targets


def told(institute: Institute, *notices: NewNotice) -> tuple[int, int]:
    """Make notices in a transaction of their own; returns how many are new, and the statements that it took."""

    def work(db: Db) -> tuple[int, int]:
        now = instant_text(institute.clock.now())
        batch = Batch(db, institute.system.actor, Origin(""), now, institute.parts.new_id)
        made = notify(batch, notices)
        taken = db.statements
        feeds.write(batch, [], "test")
        return made, taken

    return institute.parts.database.write(work)


def notice(institute: Institute, at: int = 0, what: str = "hello") -> NewNotice:
    return NewNotice(institute.students[at], ("test", what), "Hello")


def stored(institute: Institute) -> list[tuple[str, str | None]]:
    with institute.parts.database.read() as db:
        return [(row[0], row[1]) for row in db.rows("SELECT id, read_at FROM notice ORDER BY id")]


def reader(institute: Institute, at: int = 0) -> Device:
    """A student at a device."""
    made = institute.ama
    actor = made.actor.model_copy(update={"person_id": institute.students[at], "permissions": frozenset()})
    return Device(institute, actor, Origin(institute.parts.new_id(), "Lab 3"))


def read(who: Device, *ids: str, **more: object) -> list[Outcome]:
    return who.send(who.command("MarkNoticesRead", ids[0], {}, more_targets=targets(*ids[1:]), **more))


@pytest.mark.parametrize("count", [1, 5])
def test_any_number_of_notices_takes_one_statement(institute: Institute, count: int) -> None:
    assert told(institute, *(notice(institute, at) for at in range(count))) == (count, 1)
    assert len(stored(institute)) == count


def test_nothing_to_tell_asks_the_database_nothing(institute: Institute) -> None:
    assert told(institute) == (0, 0)


def test_the_same_thing_is_told_once_whether_in_one_go_or_in_two(institute: Institute) -> None:
    assert told(institute, notice(institute), notice(institute))[0] == 1
    assert told(institute, notice(institute), notice(institute, what="more"))[0] == 1
    assert len(stored(institute)) == 2


def test_what_is_known_is_told_apart_from_what_is_not(institute: Institute) -> None:
    first, other = notice(institute), notice(institute, what="more")
    told(institute, first)
    with institute.parts.database.read() as db:
        assert known_notices(db, institute.organisation_id, [first.id, other.id]) == {first.id}
        assert known_notices(db, institute.organisation_id, []) == set()
    with institute.parts.database.read() as db:
        assert known_notices(db, institute.parts.new_id(), [first.id]) == set()


def test_a_title_that_is_too_long_is_cut(institute: Institute) -> None:
    told(institute, NewNotice(institute.students[0], ("long",), "x" * 400))
    with institute.parts.database.read() as db:
        assert db.one("SELECT title FROM notice") in (("x" * 300,), ["x" * 300])


def test_several_are_read_at_once_and_stay_read_as_first_told(institute: Institute) -> None:
    wanted = [notice(institute), notice(institute, what="more")]
    told(institute, *wanted)
    who = reader(institute)
    ids = sorted(one.id for one in wanted)
    assert [one.verdict for one in read(who, *ids)] == ["applied", "applied"]
    first = dict(stored(institute))
    assert set(first.values()) == {instant_text(institute.clock.now())}
    institute.clock.advance(60)
    assert [one.verdict for one in read(reader(institute), *ids)] == ["agreed", "agreed"]
    assert dict(stored(institute)) == first


def test_reading_offline_counts_at_its_own_time_set_right_and_never_in_the_future(institute: Institute) -> None:
    wanted = [notice(institute), notice(institute, what="more")]
    told(institute, *wanted)
    now = institute.clock.now()
    who = reader(institute)
    behind = instant_text(now - timedelta(hours=5))
    read(who, wanted[0].id, observed_at=behind, clock_offset=3_600_000)
    read(who, wanted[1].id, observed_at=instant_text(now + timedelta(days=3)))
    at = dict(stored(institute))
    assert at[wanted[0].id] == instant_text(now - timedelta(hours=4))
    assert at[wanted[1].id] == instant_text(now)


def test_nobody_reads_the_notice_of_another_not_even_the_office(institute: Institute) -> None:
    mine = notice(institute)
    told(institute, mine)
    for who in (reader(institute, 1), institute.registrar, institute.system):
        told_of = read(who, mine.id)[0]
        assert (told_of.verdict, told_of.code) == ("rejected", "notice_unknown")
    assert stored(institute) == [(mine.id, None)]


def test_a_notice_that_is_not_there_blocks_no_other(institute: Institute) -> None:
    mine = notice(institute)
    told(institute, mine)
    gone = institute.parts.new_id()
    assert [one.verdict for one in read(reader(institute), gone, mine.id)] == ["rejected", "applied"]
