"""The ladder between areas and the walls between sides, as the tool keeps them, and the ladder's own completeness."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.house import NOT_AREAS, ROOT, SIDES, areas, ladder, modules, tracked_files

PURE = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "shared"}
# Repeat rules are dateutil's to expand, on both sides alike: pure, and loaded at first use. So are papers that the
# server mails and the desktop prints: one drawing for both.
ALLOWED_IN = {
    "shared/timetable/recurrence.py": {"dateutil"},
    "shared/core/paper_text.py": {"reportlab", "threading"},
    "shared/finance/paper_pen.py": {"reportlab"},
    "shared/finance/receipt_paper.py": {"reportlab", "segno"},
    "shared/finance/statement_paper.py": {"reportlab"},
}
IMPURE_STANDARD_LIBRARY = {
    "asyncio", "ftplib", "glob", "http", "multiprocessing", "os", "pathlib", "select", "shutil", "smtplib", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "urllib",
}  # fmt: skip


def _imported_packages(module):
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_every_contract_of_the_import_linter_holds():
    # A program of its own: in this one it would silence every log for the tests after it.
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("side", SIDES)
def test_every_area_has_a_rung(side):
    assert areas(side) - set(ladder(side)) == set()


def test_the_ladder_has_the_same_order_on_every_side():
    orders = [[rung for rung in ladder(side) if rung in areas(side) - NOT_AREAS] for side in SIDES]
    for rungs in orders:
        for others in orders:
            both = set(rungs) & set(others)
            assert [rung for rung in rungs if rung in both] == [rung for rung in others if rung in both]


@pytest.mark.parametrize("side", ["desktop", "server"])
def test_every_area_with_a_face_is_named_in_areas(side):
    named = {line.split()[1] for module in modules(side) if module.name == f"{side}/areas.py" for line in module.lines
             if line.startswith(("from ", "import "))}  # fmt: skip
    registered = {path.parts[1] for path in tracked_files() if path.parts[0] == side and path.name == "area.py"}
    missing = {area for area in registered - {"core"} if not any(f"{side}.{area}" in name for name in named)}
    assert missing == set(), f"one line each in {side}/areas.py"


def test_shared_is_pure():
    allowed = (set(sys.stdlib_module_names) - IMPURE_STANDARD_LIBRARY) | PURE
    impure = {
        f"{module.name} imports {package}"
        for module in modules("shared")
        for package in _imported_packages(module)
        if package not in allowed | ALLOWED_IN.get(module.name, set())
    }
    assert impure == set()


def test_the_desktop_keeps_qt_out_of_its_core_its_actions_and_its_stores():
    stained = {
        module.name
        for module in modules("desktop")
        if module.name.startswith("desktop/core/") or module.name.endswith(("/actions.py", "/store.py"))
        if {"PySide6", "shiboken6"} & set(_imported_packages(module))
    }
    assert stained == set()
