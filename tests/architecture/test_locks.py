"""The lock files: complete, hashed, the same for running and for tests, and silent about where they came from."""

import re

import pytest

from tests.architecture.house import ROOT, settings

RUN = ROOT / ".ci" / "requirements.lock"
TEST = ROOT / ".ci" / "requirements-dev.lock"
INSTALLER = ROOT / ".ci" / "requirements-installer.lock"
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)( ; .+?)? \\$", re.MULTILINE)
QT_BEFORE_3_12 = "6.11"


def _pins(file):
    """Each pinned release as (name, version, marker)."""
    return {match.groups(default="") for match in PIN.finditer(file.read_text())}


def _name(requirement):
    return re.split(r"[\[<>=; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_every_dependency_is_locked():
    wanted = {_name(requirement) for requirement in settings()["project"]["dependencies"]}
    assert wanted - {name for name, _, _ in _pins(RUN)} == set()
    extra = {_name(requirement) for requirement in settings()["project"]["optional-dependencies"]["dev"]}
    assert extra - {name for name, _, _ in _pins(TEST)} == {"campusdesk"}


def test_tests_run_with_the_releases_that_people_run():
    missing = _pins(RUN) - _pins(TEST)
    assert missing == set()


def test_the_installed_program_holds_the_releases_that_people_run():
    assert _pins(RUN) - _pins(INSTALLER) == set()
    assert "pyinstaller" in {name for name, _, _ in _pins(INSTALLER) - _pins(RUN)}


@pytest.mark.parametrize("file", [RUN, TEST, INSTALLER], ids=["run", "test", "installer"])
def test_every_release_has_its_hashes(file):
    for block in re.split(r"\n(?=[a-z])", file.read_text()):
        if not block.startswith("#"):
            assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("file", [RUN, TEST, INSTALLER], ids=["run", "test", "installer"])
def test_no_address_is_in_a_lock_file(file):
    assert re.findall(r"\w+://\S+|--(?:index|find-links|extra-index)\S*| @ \S+", file.read_text()) == []


def test_older_pythons_get_the_qt_that_keeps_its_references():
    old = {version for name, version, marker in _pins(RUN) if name.startswith("pyside6") and "< '3.12'" in marker}
    assert old
    assert all(version.startswith(QT_BEFORE_3_12) for version in old)
