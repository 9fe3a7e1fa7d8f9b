"""Programs in which one check of a permission is missing; each must let somebody in whom the table keeps out."""

import ast
import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType

from shared.core.actor import Actor
from shared.people.vocabulary import Permission
from tests.authorisation.cells import Asking, Cell, Outcome
from tests.authorisation.platform_people import RELATIONS
from tests.authorisation.table import ENTRIES
from tests.authorisation.world import World

ROOT = Path(__file__).resolve().parents[2]
_WORDS = {member.name: str(member) for member in Permission}


@dataclass(frozen=True)
class Site:
    """A place in the program that asks for a permission; `words` are all that it may ask for (none: not said there)."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    words: frozenset[str]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {', '.join(sorted(self.words)) or 'any permission'}"


def sites() -> list[Site]:
    """Return every place of the server and of what both sides share that asks `may`."""
    found = []
    for folder in ("shared", "server"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith("server/migrations") or name == "shared/core/actor.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named = _named(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "may":
                    place = (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
                    found.append(Site(name, *place, _asked(node) or _behind(node, named)))
    return found


def _behind(node: ast.Call, named: dict[str, frozenset[str]]) -> frozenset[str]:
    first = node.args[0] if node.args else None
    return named.get(first.id, frozenset()) if isinstance(first, ast.Name) else frozenset()


def _asked(node: ast.Call) -> frozenset[str]:
    names = {part.attr for part in ast.walk(node.args[0]) if isinstance(part, ast.Attribute)} if node.args else set()
    return frozenset(_WORDS[name] for name in names & set(_WORDS))


def _named(tree: ast.Module) -> dict[str, frozenset[str]]:
    """Return the permissions behind a module's own names, as in `_SETS_UP = Permission.ORGANISATION_EDIT`."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names = {part.attr for part in ast.walk(node.value) if isinstance(part, ast.Attribute)}
            found[node.targets[0].id] = frozenset(_WORDS[name] for name in names & set(_WORDS))
    return found


@lru_cache(maxsize=1)
def _functions() -> dict[tuple[str, str, int], list[FunctionType]]:
    """Return the living functions of the program by file, name and line; routes are closures, found nowhere else."""
    known: dict[tuple[str, str, int], list[FunctionType]] = {}
    gc.unfreeze()  # what a server that started in this process took out of the collector's sight counts, too
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(ROOT)):
            code = one.__code__
            known.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)
    return known


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


@contextmanager
def without_site(site: Site, asking: Asking) -> Iterator[bool]:
    """Let one place say yes to everybody; gives whether a function of the running program was changed."""
    path = ROOT / site.path
    importlib.import_module(site.path[:-3].replace("/", "."))
    lines = path.read_bytes().splitlines(keepends=True)
    at = [sum(map(len, lines[: line - 1])) for line in (site.line, site.end_line)]
    whole = b"".join(lines)
    begin, end = at[0] + site.column, at[1] + site.end_column
    changed = whole[:begin] + b"(" + whole[begin:end] + b" or True)" + whole[end:]
    new = {(one.co_qualname, one.co_firstlineno): one for one in _codes(compile(changed, str(path), "exec"))}
    touched: list[tuple[FunctionType, CodeType]] = []
    for (name, qualname, line), functions in _functions().items():
        code = new.get((qualname, line)) if name == str(path) else None
        for function in functions if code is not None else ():
            if code is not None and function.__code__ != code:
                touched.append((function, function.__code__))
                function.__code__ = code
    _forget(asking)
    try:
        yield bool(touched)
    finally:
        for function, old in touched:
            function.__code__ = old
        _forget(asking)


@contextmanager
def without_word(word: str, asking: Asking) -> Iterator[bool]:
    """Let everybody hold one permission, wherever it is asked for."""
    asked = Actor.may

    def may(actor: Actor, permission: str) -> bool:
        return permission == word or asked(actor, permission)

    Actor.may = may  # type: ignore[method-assign]  # that is the mutant
    _forget(asking)
    try:
        yield True
    finally:
        Actor.may = asked  # type: ignore[method-assign]  # and this its end
        _forget(asking)


def _forget(asking: Asking) -> None:
    asking.forget()
    asking.world.server.context.book._known.clear()


def cells_of(world: World, words: frozenset[str]) -> list[Cell]:
    """Return the cells that can tell of these permissions: asked by someone who lacks one; all words where none."""
    return [
        Cell(entry, who, relation)
        for entry in ENTRIES
        if not entry.rule.is_public and (entry.rule.words & words if words else entry.rule.words)
        for who in world.whos.values()
        if who.is_in and (entry.rule.words & (words or entry.rule.words)) - who.words
        for relation in RELATIONS
        if not entry.rule.allows(who, relation)
    ]


def caught(asking: Asking, words: frozenset[str]) -> Outcome | None:
    """Return the first cell that shows that something is wrong, None where the mutant gets away."""
    return next((told for cell in cells_of(asking.world, words) if not (told := asking.outcome(cell)).is_right), None)


def words_asked() -> frozenset[str]:
    """Return the permissions that some cell asks for."""
    return frozenset(word for entry in ENTRIES for word in entry.rule.words)
