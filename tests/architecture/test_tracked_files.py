"""What may lie in the project at all: its top level, and no traces of where it was built."""

import re

import pytest

from tests.architecture.house import ROOT, modules, tracked_files

TOP_LEVEL = {
    "desktop", "server", "shared", "resources", "tests", "benchmarks", "docs", ".ci",
    "pyproject.toml", "build_installer.spec", "README.md", "Makefile", "LICENSE", ".gitignore", ".gitattributes",
}  # fmt: skip
# One letter of each stands in brackets, so that this file doesn't find itself.
REGISTRY = re.compile(r"py[p]i\.(org|python)|pythonhoste[d]\.org|npmj[s]\.(org|com)|(deb|security)\.debia[n]\.org")
MACHINE_PATH = re.compile(r"(?<![\w.])/(wor[k]|roo[t]|hom[e]|far[m]|tm[p]|User[s])/")
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b|raise NotImplementedErro[r]")
BARE_NOQA = re.compile(r"#\s*noq[a](?!: [A-Z]+\d+(, [A-Z]+\d+)* - \w)", re.IGNORECASE)
BARE_IGNORE = re.compile(r"#\s*type:\s*ignor[e](?!\[[a-z, -]+\]\s+#\s*\w)")
SLEEP = re.compile(r"qtbot\.wai[t]\(|time\.slee[p]\(|qWai[t]\(")


def _text(path):
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _found(pattern, texts):
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def _all_texts():
    return [(path.as_posix(), _text(path)) for path in tracked_files()]


def _python():
    return [(module.name, module.source) for module in modules()]


def test_nothing_else_lies_at_the_top():
    assert {path.parts[0] for path in tracked_files()} - TOP_LEVEL == set()


def test_no_file_names_a_package_registry():
    assert _found(REGISTRY, _all_texts()) == []


def test_no_file_names_a_place_on_the_machine_it_was_written_on():
    assert _found(MACHINE_PATH, _all_texts()) == []


def test_nothing_is_left_for_later():
    assert _found(UNFINISHED, _python()) == []


def test_every_silenced_check_says_why():
    assert _found(BARE_NOQA, _python()) == []
    assert _found(BARE_IGNORE, _python()) == []


def test_nothing_waits_by_sleeping():
    assert _found(SLEEP, _python()) == []


@pytest.mark.parametrize(
    ("pattern", "line", "is_found"),
    [
        (BARE_NOQA, "run()  # " + "noqa", True),
        (BARE_NOQA, "run()  # " + "noqa: S603", True),
        (BARE_NOQA, "run()  # " + "noqa: S603, S607 - our own command", False),
        (BARE_IGNORE, "run()  # " + "type: ignore", True),
        (BARE_IGNORE, "run()  # " + "type: ignore[arg-type]", True),
        (BARE_IGNORE, "run()  # " + "type: ignore[arg-type]  # the stub is wrong", False),
        (MACHINE_PATH, "open('/" + "tmp/x')", True),
        (MACHINE_PATH, "GET /api/" + "work/1", False),
        (REGISTRY, "https://" + "pypi" + ".org/simple", True),
        (UNFINISHED, "# " + "TO" + "DO: later", True),
    ],
)
def test_the_patterns_find_what_they_mean(pattern, line, is_found):
    assert bool(pattern.search(line)) is is_found
