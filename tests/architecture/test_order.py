"""The order of the tests: files with slow ones first, and otherwise as they were."""

from pathlib import Path
from types import SimpleNamespace

from tests.fixtures.order import pytest_collection_modifyitems


def _test(path, name, *, slow=False):
    more = {"get_closest_marker": lambda mark: slow if mark == "slow" else None, "marks": []}
    return SimpleNamespace(path=Path(path), name=name, add_marker=more["marks"].append, **more)


def test_whole_files_with_a_slow_test_go_first():
    items = [_test("a", "one"), _test("b", "two"), _test("b", "three", slow=True), _test("c", "four")]
    pytest_collection_modifyitems(items)
    assert [item.name for item in items] == ["two", "three", "one", "four"]


def test_slow_tests_have_more_time():
    items = [_test("a", "one"), _test("b", "two", slow=True)]
    pytest_collection_modifyitems(items)
    assert [(item.name, [mark.name for mark in item.marks]) for item in items] == [("two", ["timeout"]), ("one", [])]
