"""Setting up a bare machine: what is missing is installed or named, and what is done isn't done twice."""

import ast
import os
import stat
import subprocess
import sys

import pytest

from server import bootstrap
from tests.architecture.house import ROOT


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH of our own; `programs(name, script)` puts a program there that keeps a diary of its calls."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DIARY", str(tmp_path / "diary"))

    def add(name, script="exit 0"):
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> "$DIARY"\n{script}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    return add


@pytest.fixture
def diary(tmp_path):
    def read():
        file = tmp_path / "diary"
        return file.read_text().splitlines() if file.exists() else []

    return read


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of two lock files and no environment yet."""
    locks = {"run": tmp_path / "run.lock", "test": tmp_path / "test.lock"}
    for kind, file in locks.items():
        file.write_text(f"# {kind}\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    environment = tmp_path / ".venv"
    environment.mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCKS", locks)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", environment)
    monkeypatch.setattr(bootstrap, "STAMP", environment / "campusdesk.json")
    monkeypatch.setattr(bootstrap, "PYTHON", environment / "python")
    return tmp_path


def _python_that_writes(project, programs):
    """An environment whose Python only notes what it was asked."""
    program = programs("python")
    bootstrap.PYTHON.write_bytes(program.read_bytes())
    bootstrap.PYTHON.chmod(0o700)


def test_it_imports_the_standard_library_alone():
    tree = ast.parse((ROOT / "server" / "bootstrap.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names) == set()


def test_the_first_time_installs_the_locked_libraries_with_hashes_and_the_second_time_nothing(project, programs, diary):
    _python_that_writes(project, programs)
    bootstrap.set_up("test")
    first = diary()
    assert any("--require-hashes --requirement" in line and "test.lock" in line for line in first)
    assert any("--editable" in line and "--no-deps" in line for line in first)
    bootstrap.set_up("test")
    assert diary() == first


def test_what_is_there_for_tests_is_enough_for_running(project, programs, diary):
    _python_that_writes(project, programs)
    bootstrap.set_up("test")
    first = diary()
    bootstrap.set_up("run")
    assert diary() == first


def test_what_is_there_for_running_is_not_enough_for_tests(project, programs, diary):
    _python_that_writes(project, programs)
    bootstrap.set_up("run")
    first = diary()
    bootstrap.set_up("test")
    assert len(diary()) > len(first)


@pytest.mark.parametrize("changed", ["test.lock", "pyproject.toml"])
def test_a_change_of_the_libraries_installs_again(project, programs, diary, changed):
    _python_that_writes(project, programs)
    bootstrap.set_up("test")
    first = diary()
    (project / changed).write_text("# newer\n")
    bootstrap.set_up("test")
    assert len(diary()) > len(first)


def test_a_damaged_stamp_installs_again(project, programs, diary):
    _python_that_writes(project, programs)
    bootstrap.set_up("test")
    first = diary()
    bootstrap.STAMP.write_text("{")
    bootstrap.set_up("test")
    assert len(diary()) > len(first)


def test_a_failed_installation_leaves_no_stamp(project, programs):
    _python_that_writes(project, programs)
    bootstrap.PYTHON.write_text('#!/bin/sh\ncase "$*" in *require-hashes*) exit 7;; esac\n')
    with pytest.raises(bootstrap.SetUpError, match="failed with 7"):
        bootstrap.set_up("test")
    assert not bootstrap.STAMP.exists()


def test_missing_packages_are_those_that_debian_lacks(programs):
    programs("apt-get")
    programs("dpkg-query", 'echo "libegl1 installed"; echo "libglib2.0-0t64 installed"; echo "libgl1 not-installed"')
    assert bootstrap.missing_packages(["libegl1", "libgl1", "libglib2.0-0", "xvfb"]) == ["libgl1", "xvfb"]


def test_other_systems_have_no_debian_packages(programs):
    assert bootstrap.missing_packages(["libegl1"]) == []


def test_packages_are_installed_after_an_update_where_the_machine_knew_none(programs, diary, monkeypatch, project):
    monkeypatch.setattr(bootstrap, "may_install", list)
    programs("apt-get", 'case "$*" in update) : > "$DIARY.fresh";; *) [ -e "$DIARY.fresh" ];; esac')
    bootstrap.install_system_packages(["xvfb"])
    install = "apt-get install --yes --no-install-recommends xvfb"
    assert diary() == [install, "apt-get update", install]


def test_nothing_missing_asks_nobody(programs, diary):
    bootstrap.install_system_packages([])
    assert diary() == []


def test_without_rights_the_command_is_said_and_work_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "may_install", lambda: None)
    bootstrap.install_system_packages(["xvfb", "xauth"])
    said = capsys.readouterr().out
    assert "sudo apt-get install --yes --no-install-recommends xvfb xauth" in said


def test_an_ordinary_user_needs_sudo_without_a_password(programs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert bootstrap.may_install() is None
    refusing = programs("sudo", "exit 1")
    assert bootstrap.may_install() is None
    programs("sudo", "exit 0")
    assert bootstrap.may_install() == [str(refusing), "-n"]


def test_root_needs_nothing(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert bootstrap.may_install() == []


def test_a_python_that_is_too_old_is_passed_over(programs, monkeypatch):
    old = programs("ancient", "exit 1")
    fitting = programs("python3.12", "exit 0")
    monkeypatch.setattr(sys, "executable", str(old))
    assert bootstrap.suitable_python() == str(fitting)


def test_without_any_python_the_sentence_says_which_to_install(programs, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(programs("ancient", "exit 1")))
    with pytest.raises(bootstrap.SetUpError, match=r"needs Python 3\.11 or later"):
        bootstrap.suitable_python()


def test_a_machine_without_a_screen_is_told_how_to_start(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(bootstrap.SetUpError, match="xvfb-run -a make run"):
        bootstrap.start_desktop([])


def test_a_machine_without_a_screen_gets_one_in_memory(monkeypatch):
    monkeypatch.setattr(bootstrap, "has_screen", lambda: False)
    assert "xvfb" in bootstrap.wanted_packages("run")
    monkeypatch.setattr(bootstrap, "has_screen", lambda: True)
    assert "xvfb" not in bootstrap.wanted_packages("run")


def test_a_check_that_fails_doesnt_hide_the_others(project, programs, diary, capfd):
    _python_that_writes(project, programs)
    bootstrap.PYTHON.write_text(bootstrap.PYTHON.read_text().replace("exit 0", 'case "$*" in *mypy*) exit 1;; esac'))
    assert bootstrap.check([]) == 1
    assert [line for line in diary() if "importlinter" in line]
    assert "Failed: mypy." in capfd.readouterr().out


def test_the_second_start_is_quick():
    began = sum(os.times()[:4])  # its own time and its children's: how busy the machine is says nothing
    subprocess.run([sys.executable, "-m", "server.bootstrap", "--help"], cwd=ROOT, check=True, capture_output=True)
    bootstrap.missing_packages(bootstrap.wanted_packages("run"))
    bootstrap.environment_fingerprint("run")
    assert sum(os.times()[:4]) - began < 1
