"""The tools stay strict, and each relaxed rule says why."""

import re

import pytest

from server import bootstrap
from tests.architecture.house import ROOT, settings

RULE_LINE = re.compile(r'^\s*"(?P<rule>[A-Z]+\d*)",(?P<rest>.*)$')


def _relaxed_rules():
    """The lines of pyproject.toml that name one relaxed lint rule each."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-builtins]")]
    lines = [line for line in lint.splitlines() if '"ALL"' not in line]
    return [match for line in lines if (match := RULE_LINE.match(line))]


def test_every_relaxed_rule_says_why():
    assert _relaxed_rules()
    assert [rule["rule"] for rule in _relaxed_rules() if not re.search(r"# \w+", rule["rest"])] == []


def test_all_rules_are_on_until_relaxed():
    assert settings()["tool"]["ruff"]["lint"]["select"] == ["ALL"]


def test_types_are_checked_strictly_on_all_sides():
    mypy = settings()["tool"]["mypy"]
    assert mypy["strict"]
    assert mypy["packages"] == ["desktop", "server", "shared"]
    assert "pydantic.mypy" in mypy["plugins"]
    loosened = {name for override in mypy.get("overrides", []) for name in override if name != "module"}
    assert loosened <= {"ignore_missing_imports"}


def test_noise_fails_the_tests():
    pytest_settings = settings()["tool"]["pytest"]["ini_options"]
    assert pytest_settings["filterwarnings"][0] == "error"
    assert pytest_settings["xfail_strict"]
    assert pytest_settings["qt_log_level_fail"] == "WARNING"


def test_a_warning_of_qt_fails_a_test(pytester):
    pytester.makepyfile(
        """
        from PySide6.QtCore import qWarning

        def test_it(qtbot):
            qWarning("a signal nobody made")
        """
    )
    done = pytester.runpytest_subprocess("-o", "qt_log_level_fail=WARNING", "-q")
    done.assert_outcomes(failed=1)


@pytest.mark.parametrize("tool", ["ruff check", "ruff format", "mypy", "import-linter"])
def test_one_command_runs_every_check(tool):
    assert tool in [name for name, _ in bootstrap.CHECKS]


def test_the_build_runs_the_command_that_the_readme_names():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "`make test`" in (ROOT / "README.md").read_text(encoding="utf-8")
