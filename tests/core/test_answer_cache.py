"""Kept answers: never older than the rows, and small."""

from server.core.answer_cache import AnswerCache
from tests.institute import Institute


def test_a_change_of_the_kind_moves_its_version_and_another_kind_doesnt(institute: Institute) -> None:
    cache = AnswerCache()

    def version(kind: str) -> str | None:
        with institute.parts.database.read() as db:
            return cache.version(db, institute.organisation_id, kind)

    before = version("course")
    institute.ama.send(institute.mark(institute.ama, 0, "present"))
    assert version("course") == before
    institute.system.do("AddCourse", institute.parts.new_id(), {"code": "RAD", "title": "Radio"})
    after = version("course")
    assert after is not None
    assert before is not None
    assert int(after.split()[0]) > int(before.split()[0])
    assert after.split()[1] == before.split()[1], "the epoch"
    assert version("person") is None


def test_an_answer_of_another_version_isnt_given() -> None:
    cache = AnswerCache()
    cache.put("courses", "3", b"three")
    assert (cache.get("courses", "3"), cache.get("courses", "4"), cache.get("cohorts", "3")) == (b"three", None, None)
    cache.put("courses", "4", b"four")
    assert (cache.get("courses", "3"), cache.get("courses", "4")) == (None, b"four")


def test_the_least_used_go_first_when_it_grows() -> None:
    cache = AnswerCache(largest_bytes=100)
    for at in range(12):
        cache.put(at, "1", b"0123456789")
        cache.get(0, "1")
    assert cache.get(0, "1") is not None
    assert cache.get(1, "1") is None
    assert cache.get(11, "1") is not None
    cache.put("huge", "1", b"x" * 50)
    assert cache.get("huge", "1") is None
