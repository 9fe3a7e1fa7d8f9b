"""The house as its own tests see it: the files kept in version control, their lines and their syntax trees."""

import ast
import functools
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIDES = ("desktop", "server", "shared")
PYTHON_FOLDERS = (*SIDES, "tests", "benchmarks")
# What stands on a side without being an area of the institute's work.
NOT_AREAS = {"core", "widgets", "shell", "migrations"}


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its path from the top of the project."""

    name: str
    source: str

    @property
    def lines(self) -> list[str]:
        return self.source.splitlines()

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.name)

    @property
    def is_package_file(self) -> bool:
        return self.name.endswith("__init__.py")


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """Every file in version control that is still there, as paths from the top."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(Path(name) for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file())


@functools.cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The Python files below `folders`; of all that hold Python where none is named."""
    wanted = folders or PYTHON_FOLDERS
    return tuple(
        Module(path.as_posix(), (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.suffix == ".py" and path.parts[0] in wanted
    )


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, the inner ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def areas(side: str) -> set[str]:
    """The area folders of one side."""
    return {
        path.parts[1]
        for path in tracked_files()
        if path.parts[0] == side and len(path.parts) > 2 and path.suffix == ".py" and path.parts[1] not in NOT_AREAS
    }


@functools.cache
def settings() -> dict:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def ladder(side: str) -> list[str]:
    """The layers of one side, lowest first."""
    for contract in settings()["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract["containers"] == [side]:
            rungs = [name.strip("() ") for layer in contract["layers"] for name in layer.split("|")]
            return rungs[::-1]
    message = f"pyproject.toml holds no ladder for {side}"
    raise LookupError(message)
