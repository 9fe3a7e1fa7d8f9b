"""Builds what an institute installs: one folder with both programs, and of it a package for this system.

It needs the standard library alone, as the set-up does, which makes the environment that it builds in.
"""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
FOLDER = DIST / "campusdesk"
PARTS = ROOT / "resources" / "installer"
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_DEPENDS = (
    *("libegl1", "libgl1", "libfontconfig1", "libxkbcommon0", "libdbus-1-3", "libxcb-cursor0", "libxcb-icccm4"),
    *("libxcb-keysyms1", "libxcb-shape0", "libxcb-xkb1", "libxkbcommon-x11-0", "libc6"),
)
# Debian gave these another name when their clock went to 64 bits.
_DEPENDS_EITHER = ("libglib2.0-0t64 | libglib2.0-0", "libcups2t64 | libcups2")


def main() -> int:
    """Build with the Python that runs this, and tell what there is to hand out."""
    try:
        made = build(Path(sys.executable))
    except BuildError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for path in made:
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.0f} MB\n")
    return 0


class BuildError(Exception):
    """Something that has to be put right first; the sentence says what."""


def build(python: Path, *, check: bool = True) -> list[Path]:
    """Build everything for this system with the environment's `python`; returns the files to hand out.

    With `check` the built programs are started before anything is packed. Raises BuildError.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    words = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--distpath", str(DIST), "--workpath", str(BUILD), str(ROOT / "build_installer.spec")]
    _run([*words, *places], {**os.environ, "CAMPUSDESK_VERSION": version(), "PYTHONHASHSEED": "1"})
    if check:
        check_built(FOLDER)
    return PACKERS.get(sys.platform, lambda: [pack_tar()])()


def version() -> str:
    """The version in pyproject.toml."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def check_built(folder: Path) -> None:
    """Start both programs as they will be installed: every page of the desktop, and the server's own version."""
    ending = ".exe" if os.name == "nt" else ""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    _run([str(folder / f"campusdesk-server{ending}"), "--version"], plain)
    _run([str(folder / f"campusdesk{ending}"), "--self-check"], {**plain, "QT_QPA_PLATFORM": "offscreen"})


def name(ending: str) -> Path:
    """Where a package of this version for this system goes."""
    systems = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    system = systems.get(sys.platform, sys.platform)
    return DIST / f"campusdesk-{version()}-{system}-{_MACHINES.get(platform.machine(), platform.machine())}{ending}"


def pack_tar() -> Path:
    """The folder as one file that is unpacked anywhere and needs no rights."""
    packed = name(".tar.gz")
    with (
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,
    ):
        archive.add(FOLDER, f"campusdesk-{version()}", filter=_plain)
    return packed


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = 0
    return entry


def pack_debian() -> Path:
    """A Debian package: the folder under /opt, both programs on the path, a menu entry, and a service that is off."""
    if shutil.which("dpkg-deb") is None:
        raise BuildError("The program 'dpkg-deb' is missing, which makes Debian packages. Install the package 'dpkg'.")
    tree = BUILD / "debian"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(FOLDER, tree / "opt" / "campusdesk", symlinks=True)
    for program in ("campusdesk", "campusdesk-server"):
        link = tree / "usr" / "bin" / program
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"/opt/campusdesk/{program}")
    for part, place in (
        ("campusdesk.desktop", "usr/share/applications"),
        ("campusdesk.svg", "usr/share/icons/hicolor/scalable/apps"),
        ("campusdesk-server.service", "usr/lib/systemd/system"),
    ):
        (tree / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(PARTS / part, tree / place / part)
    licence = tree / "usr" / "share" / "doc" / "campusdesk" / "copyright"
    licence.parent.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", licence)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control(_kilobytes(tree)), encoding="utf-8")
    packed = name(".deb")
    _run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", str(tree), str(packed)], dict(os.environ))
    shutil.rmtree(tree)
    return packed


def control(kilobytes: int) -> str:
    """The package's own description, in the form of deb-control(5)."""
    fields = {
        "Package": "campusdesk",
        "Version": version(),
        "Architecture": _MACHINES.get(platform.machine(), platform.machine()),
        "Maintainer": "Campusdesk <office@campusdesk.invalid>",
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join((*_DEPENDS, *_DEPENDS_EITHER)),
        "Recommends": "gnome-keyring | kwalletmanager, libpulse0, fonts-dejavu-core",
        "Section": "education",
        "Priority": "optional",
        "Description": "runs a training institute, with or without a network\n"
        " The desktop for office staff, instructors and students, which goes on working\n"
        " without a network and loses nothing, and the server that it syncs with.",
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items())


def pack_windows() -> Path:
    """The set-up program, by Inno Setup."""
    compiler = shutil.which("iscc") or shutil.which("ISCC", path=r"C:\Program Files (x86)\Inno Setup 6")
    if compiler is None:
        raise BuildError("Inno Setup 6 is missing, which makes the set-up program. Install it and try again.")
    script = PARTS / "campusdesk.iss"
    _run([compiler, f"/DVersion={version()}", f"/DSource={FOLDER}", str(script)], dict(os.environ))
    return DIST / f"campusdesk-{version()}-windows-x64.exe"


def pack_mac() -> Path:
    """The disk image with the application in it."""
    image = name(".dmg")
    image.unlink(missing_ok=True)
    words = ["hdiutil", "create", "-volname", "Campusdesk", "-srcfolder", str(DIST / "Campusdesk.app")]
    _run([*words, "-format", "UDZO", str(image)], dict(os.environ))
    return image


PACKERS: dict[str, Callable[[], list[Path]]] = {
    "linux": lambda: [pack_tar(), pack_debian()],
    "win32": lambda: [pack_windows()],
    "darwin": lambda: [pack_mac()],
}


def _kilobytes(tree: Path) -> int:
    return sum(path.lstat().st_size for path in tree.rglob("*") if not path.is_dir()) // 1024


def _run(words: list[str], environment: dict[str, str]) -> None:
    asked = subprocess.run(words, check=False, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    code = asked.returncode
    if code:
        raise BuildError(f"This command failed with {code}: {' '.join(words)}")


if __name__ == "__main__":
    sys.exit(main())
