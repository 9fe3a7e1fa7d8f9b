"""What an institute installs: complete, the same each time, and refused with a sentence where a tool is missing."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib

import pytest

from server import installer
from server.core import passwords
from tests.architecture.house import ROOT

SPEC = (ROOT / "build_installer.spec").read_text()


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder as the build leaves it, and places of its own for what is made of it."""
    folder = tmp_path / "dist" / "campusdesk"
    (folder / "_internal").mkdir(parents=True)
    for program in ("campusdesk", "campusdesk-server"):
        made = folder / program
        made.write_text(f'#!/bin/sh\necho "$0 $*" >> "{tmp_path}/diary"\n')
        made.chmod(0o755)
    (folder / "_internal" / "library.so.6").write_text("code")
    (folder / "_internal" / "library.so").symlink_to("library.so.6")
    monkeypatch.setattr(installer, "DIST", tmp_path / "dist")
    monkeypatch.setattr(installer, "BUILD", tmp_path / "build")
    monkeypatch.setattr(installer, "FOLDER", folder)
    return folder


def test_both_programs_are_started_before_anything_is_packed(built, tmp_path):
    installer.check_built(built)
    diary = (tmp_path / "diary").read_text().splitlines()
    assert [line.rpartition("/")[2] for line in diary] == ["campusdesk-server --version", "campusdesk --self-check"]


def test_a_program_that_fails_its_check_is_not_packed(built):
    (built / "campusdesk").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(installer.BuildError, match="--self-check"):
        installer.check_built(built)


def test_the_same_folder_makes_the_same_archive(built):
    first = installer.pack_tar().read_bytes()
    os.utime(built / "campusdesk", (1, 1))
    packed = installer.pack_tar()
    assert packed.read_bytes() == first
    with tarfile.open(packed) as archive:
        names = {entry.name: entry for entry in archive}
    top = f"campusdesk-{installer.version()}"
    assert names[f"{top}/campusdesk"].mode & 0o111
    assert names[f"{top}/_internal/library.so"].issym()
    assert {entry.uid for entry in names.values()} == {0}


def test_the_debian_package_puts_both_programs_on_the_path(built, tmp_path):
    packed = installer.pack_debian()
    out = tmp_path / "out"
    subprocess.run(["dpkg-deb", "--extract", str(packed), str(out)], check=True)
    for program in ("campusdesk", "campusdesk-server"):
        assert str((out / "usr" / "bin" / program).readlink()) == f"/opt/campusdesk/{program}"
        assert os.access(out / "opt" / "campusdesk" / program, os.X_OK)
    told = subprocess.run(["dpkg-deb", "--field", str(packed)], check=True, capture_output=True, text=True).stdout
    assert f"Version: {installer.version()}\n" in told
    assert re.search(r"^Depends: .*libxcb-cursor0", told, re.MULTILINE)
    service = (out / "usr" / "lib" / "systemd" / "system" / "campusdesk-server.service").read_text()
    assert "ExecStart=/opt/campusdesk/campusdesk-server serve" in service


def test_a_missing_tool_is_named(built, monkeypatch):
    monkeypatch.setenv("PATH", str(built))
    with pytest.raises(installer.BuildError, match="dpkg-deb"):
        installer.pack_debian()
    with pytest.raises(installer.BuildError, match="Inno Setup"):
        installer.pack_windows()


def test_the_version_is_that_of_the_project():
    assert installer.version() == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_nothing_is_stripped_and_the_libraries_of_the_camera_stay():
    assert "strip=True" not in SPEC
    assert not re.search(r"libQt6(Quick|Qml)", SPEC)


def test_every_module_that_is_loaded_by_name_is_told_to_the_build():
    by_name = set()
    for path in [ROOT / "desktop" / "app.py"]:
        by_name |= set(re.findall(r'"(desktop\.[a-z_.]+)"', path.read_text()))
    assert by_name
    assert {name for name in by_name if f'"{name}"' not in SPEC} == set()


def test_every_folder_of_resources_is_carried():
    folders = {path.name for path in (ROOT / "resources").iterdir() if path.is_dir()} - {"installer"}
    assert {name for name in folders if f'"{name}"' not in SPEC} == set()


def test_a_packaged_server_starts_itself_to_check_passwords(monkeypatch):
    assert passwords.worker_command() == [sys.executable, "-m", "server.core.password_worker"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert passwords.worker_command() == [sys.executable, passwords.WORKER_WORD]


def test_the_servers_program_can_be_the_password_worker():
    words = [sys.executable, "-m", "server.command_line", passwords.WORKER_WORD]
    told = subprocess.run(words, input=b"7 hash secret 4\n", capture_output=True, timeout=240, check=True, cwd=ROOT)
    assert told.stdout.startswith(b"7 $2b$04$")
