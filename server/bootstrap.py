"""Sets everything up on a machine that has nothing of ours: the one command behind every `make` target.

It needs Python alone, of any version that still parses it, so it imports nothing but the standard library.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "campusdesk.json"
BUILDING = ROOT / ".venv.installer"
LOCKS = {
    "run": ROOT / ".ci" / "requirements.lock",
    "test": ROOT / ".ci" / "requirements-dev.lock",
    "installer": ROOT / ".ci" / "requirements-installer.lock",
}
ON_WINDOWS = os.name == "nt"
PROGRAMS = ENVIRONMENT / ("Scripts" if ON_WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if ON_WINDOWS else "python")
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")

# Debian's names; Qt loads these at run time, and without a font every text is a row of boxes.
QT_PACKAGES = (
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libfontconfig1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libpulse0",
    "libxrandr2",
    "libcups2",
    "fonts-dejavu-core",
)
WINDOW_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
NO_SCREEN_PACKAGES = ("xvfb", "xauth")

CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy", "desktop", "server", "shared"]),
    ("import-linter", ["-c", "from importlinter.cli import lint_imports_command as main; main()"]),
)

# What both sides stand on is tested along every path; a narrower run of the tests can't tell.
SHARED_COVERAGE = ("--cov=shared", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100")


class SetUpError(Exception):
    """Something that a person has to do first; the sentence says what."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; the exit code is that of the program started last."""
    command, rest = _command_line(arguments)
    os.chdir(ROOT)
    try:
        set_up("run" if command in {"run", "installer"} else "test")
        return COMMANDS[command](rest)
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _command_line(arguments: list[str] | None) -> tuple[str, list[str]]:
    parser = argparse.ArgumentParser(prog="python3 -m server.bootstrap", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="handed on to the program that is started")
    given = parser.parse_args(arguments)
    return given.command, given.rest


# ----------------------------------------------------------------------------------------------------------- setting up


def set_up(kind: str) -> None:
    """Install what `kind` ("run" or "test") needs and isn't there; the second time this takes a blink."""
    install_system_packages(missing_packages(wanted_packages(kind)))
    fingerprint = environment_fingerprint(kind)
    if PYTHON.exists() and fingerprint in _stamps():
        return
    make_environment()
    print(f"Installing Campusdesk's libraries into {ENVIRONMENT.name}; the first time takes some minutes.", flush=True)
    install_libraries(PYTHON, LOCKS[kind])
    # The libraries for tests hold those for running, so both are in place after "test".
    done = {fingerprint, environment_fingerprint("run")}
    STAMP.write_text(json.dumps(sorted(done)), encoding="utf-8")


def install_libraries(python: Path, lock_file: Path) -> None:
    """Install the locked libraries and the project itself into the environment of `python`."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    run([*pip, "--require-hashes", "--requirement", str(lock_file)])
    # "compat" writes a plain path; the other way runs an import hook at every start.
    run(
        [
            *pip,
            "--no-deps",
            "--no-build-isolation",
            "--config-settings",
            "editable_mode=compat",
            "--editable",
            str(ROOT),
        ]
    )


def environment_fingerprint(kind: str) -> str:
    """A word that changes with the locked libraries, the entry points and the place of the project."""
    digest = hashlib.sha256(f"{kind}\n{ROOT}\n".encode())
    for source in (LOCKS[kind], ROOT / "pyproject.toml"):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _stamps() -> list[str]:
    try:
        return list(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def make_environment() -> None:
    """Make `.venv`, or make it anew where its Python is gone or too old."""
    if PYTHON.exists() and _answers([str(PYTHON), "-c", _version_question("import pip")]):
        return
    python = suitable_python()
    if not _answers([python, "-c", "import ensurepip, venv"]):
        # Debian cuts this part of Python off into a package of its own.
        install_system_packages(missing_packages(["python3-venv"]))
        if not _answers([python, "-c", "import ensurepip, venv"]):
            message = f"{python} can't make environments: its modules 'venv' and 'ensurepip' are missing. Install them."
            raise SetUpError(message)
    run([python, "-m", "venv", "--clear", str(ENVIRONMENT)])


def suitable_python() -> str:
    """The Python that runs this, or another on this machine, of version 3.11 or later."""
    for candidate in (sys.executable, *NEWER_PYTHONS):
        found = shutil.which(candidate)
        if found and _answers([found, "-c", _version_question()]):
            return found
    oldest = ".".join(map(str, OLDEST_PYTHON))
    message = f"Campusdesk needs Python {oldest} or later, and none is on this machine. Install it and try again."
    raise SetUpError(message)


def _version_question(more: str = "") -> str:
    return f"import sys; {more or 'pass'}; sys.exit(sys.version_info < {OLDEST_PYTHON})"


def wanted_packages(kind: str) -> list[str]:
    """Debian's names of what `kind` needs beside Python."""
    if kind == "run":
        return [*QT_PACKAGES, *WINDOW_PACKAGES, *([] if has_screen() else NO_SCREEN_PACKAGES)]
    return [
        *QT_PACKAGES,
        *([] if has_postgres() else ["postgresql"]),
        *([] if shutil.which("redis-server") else ["redis-server"]),
        *([] if shutil.which("ffmpeg") and shutil.which("ffprobe") else ["ffmpeg"]),
        *([] if shutil.which("clamd") or Path("/usr/sbin/clamd").exists() else ["clamav-daemon"]),
    ]


def has_postgres() -> bool:
    """Whether a PostgreSQL server's programs are here, wherever they come from."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None


def has_screen() -> bool:
    """Whether a window can be opened."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing_packages(wanted: list[str]) -> list[str]:
    """Those of `wanted` that Debian or Ubuntu doesn't have installed; none on any other system."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return []
    # Some libraries were renamed when their clock went to 64 bits.
    names = [*wanted, *(f"{name}t64" for name in wanted)]
    question = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *names]
    answer = subprocess.run(question, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed and f"{name}t64" not in installed]


def install_system_packages(missing: list[str]) -> None:
    """Install Debian packages where that is allowed; otherwise say how, and go on as far as it goes."""
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    allowed = may_install()
    if allowed is None:
        print(f"Missing on this machine: {', '.join(missing)}. To install them, run: sudo {' '.join(install)}")
        return
    print(f"Installing {', '.join(missing)}.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if run([*allowed, *install], environment=environment, check=False):
        # A fresh machine knows no packages, or only those of long ago.
        run([*allowed, "apt-get", "update"], environment=environment)
        run([*allowed, *install], environment=environment)


def may_install() -> list[str] | None:
    """What to put before a command so that it may install packages; None where that isn't allowed."""
    if ON_WINDOWS:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and _answers([sudo, "-n", "true"]) else None


# ------------------------------------------------------------------------------------------------------------- commands


def start_desktop(rest: list[str]) -> int:
    """Open the desktop on the sample institute, with a server of its own."""
    if not has_screen():
        message = "This machine has no screen. To open Campusdesk on one in memory, run: xvfb-run -a make run"
        raise SetUpError(message)
    program = shutil.which("campusdesk", path=str(PROGRAMS)) or str(PROGRAMS / "campusdesk")
    return run([program, "--demo", *rest], check=False, stdin=None)


def check(_rest: list[str]) -> int:
    """Run every check, so that one visit shows all that is wrong."""
    return _verdict(_failed_checks())


def test(rest: list[str]) -> int:
    """Run the checks, then the tests; the last line names every step that failed."""
    # The tests start a hundred servers, each of which would compile all our modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    failed = _failed_checks()
    workers = str(max(1, min(4, os.cpu_count() or 1)))
    # The tests put themselves in order, long files first.
    words = [str(PYTHON), "-m", "pytest", "-q", "--numprocesses", workers, "--dist", "loadfile"]
    words += ["--no-loadscope-reorder", "--durations", "30", "--durations-min", "5"]
    words += rest
    if _step("pytest", words):
        failed.append("pytest")
    return _verdict(failed)


def coverage(rest: list[str]) -> int:
    """Run all tests and count every path of `shared`: a fifth slower, so that a build does without."""
    return test([*SHARED_COVERAGE, *rest])


def lock(rest: list[str]) -> int:
    """Write both lock files anew: for every system and Python we serve, with hashes, and with no address in them."""
    words = [
        str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--python-version", ".".join(map(str, OLDEST_PYTHON)),
        "--custom-compile-command", "make lock", *rest, "pyproject.toml",
    ]  # fmt: skip
    run([*words, "--extra", "install", "--output-file", str(LOCKS["run"])])
    run([*words, "--extra", "dev", "--constraint", str(LOCKS["run"]), "--output-file", str(LOCKS["test"])])
    run([*words, "--extra", "installer", "--constraint", str(LOCKS["run"]), "--output-file", str(LOCKS["installer"])])
    return 0


def set_up_only(_rest: list[str]) -> int:
    """Leave it at setting up."""
    print("Everything is installed.")
    return 0


def installer(_rest: list[str]) -> int:
    """Build the installed program in an environment of its own, because it takes along whatever it finds there."""
    install_system_packages(missing_packages(["binutils"]))
    run([str(PYTHON), "-m", "venv", "--clear", str(BUILDING)])
    python = BUILDING / PROGRAMS.name / PYTHON.name
    install_libraries(python, LOCKS["installer"])
    return run([str(python), "-m", "server.installer"], check=False)


def bench(rest: list[str]) -> int:
    """Run the benchmarks."""
    return run([str(PYTHON), "-m", "benchmarks", *rest], check=False)


def simulate(rest: list[str]) -> int:
    """Run the sync simulator."""
    return run([str(PYTHON), "-m", "tests.simulator", *rest], check=False)


COMMANDS = {
    "setup": set_up_only,
    "run": start_desktop,
    "check": check,
    "test": test,
    "coverage": coverage,
    "lock": lock,
    "bench": bench,
    "simulate": simulate,
    "installer": installer,
}


# ----------------------------------------------------------------------------------------------------------- processes


def run(
    words: list[str],
    *,
    check: bool = True,
    environment: dict[str, str] | None = None,
    stdin: int | None = subprocess.DEVNULL,
) -> int:
    """Run a program in front of the person; its exit code."""
    code = subprocess.run(words, check=False, cwd=ROOT, env=environment, stdin=stdin).returncode
    if check and code:
        message = f"This command failed with {code}: {' '.join(words)}"
        raise SetUpError(message)
    return code


def _failed_checks() -> list[str]:
    return [name for name, words in CHECKS if _step(name, [str(PYTHON), *words])]


def _verdict(failed: list[str]) -> int:
    """Say what failed as the last line: whoever reads only the end of a long log sees why it is red."""
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def _step(name: str, words: list[str]) -> int:
    print(f"== {name}", flush=True)
    return run(words, check=False)


def _answers(words: list[str]) -> bool:
    try:
        return subprocess.run(words, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
