"""What no code of ours does, whoever writes it: run text as code, trust a certificate blindly, follow a redirect."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined] # the typing stubs leave it out
from re import _parser as parser  # type: ignore[attr-defined] # the same

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("server", "desktop", "shared")
_CALLS = {"eval", "exec", "compile", "__import__", "input"}
_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "jinja2", "xmlrpc", "telnetlib", "ftplib"}
_ATTRIBUTES = {
    "os.system",
    "os.popen",
    "tempfile.mktemp",
    "uuid.uuid1",
    "uuid.uuid4",
    "ssl._create_unverified_context",
    "ssl.CERT_NONE",
    "xml.dom",
}
_VERBS = {"get", "post", "put", "patch", "delete", "request", "head"}


_KINDS = (ast.Call, ast.Import, ast.ImportFrom, ast.Attribute, ast.Compare)


@lru_cache(1)
def _nodes() -> list[tuple[str, ast.AST]]:
    """All nodes of our code that are looked at here; each file is read once for all tests."""
    found: list[tuple[str, ast.AST]] = []
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            shown, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
            found += [(shown, node) for node in ast.walk(tree) if isinstance(node, _KINDS)]
    return found


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path, node in _nodes():
        if isinstance(node, ast.Call):
            yield f"{path}:{node.lineno}", node


def _imports() -> Iterator[tuple[str, str]]:
    for path, node in _nodes():
        if isinstance(node, ast.Import):
            yield from ((f"{path}:{node.lineno}", one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{path}:{node.lineno}", f"{node.module}.{one.name}") for one in node.names)


def test_no_text_is_run_as_code() -> None:
    """Formulas, templates and settings are data with a reader of our own."""
    assert [place for place, call in _calls() if _name(call.func) in _CALLS] == []


def test_nothing_unpacks_what_could_be_code() -> None:
    """No pickle, no YAML, no template language: JSON alone goes over a wire or into a cache."""
    assert [(place, name) for place, name in _imports() if name.split(".")[0] in _MODULES] == []


def test_no_command_goes_through_a_shell() -> None:
    """Other programs get lists of arguments."""
    shells = [place for place, call in _calls() for word in call.keywords if word.arg == "shell"]
    assert shells == []


def test_no_call_that_is_never_right() -> None:
    """Names, ids and files are made from the system's own randomness, and certificates are always checked.

    One place looks at a certificate that isn't trusted yet, to show its fingerprint; it sends nothing.
    """
    found = [
        (f"{path}:{node.lineno}", _name(node))
        for path, node in _nodes()
        if isinstance(node, ast.Attribute) and _name(node) in _ATTRIBUTES
    ]
    assert [one for one in found if not one[0].startswith("desktop/core/certificates.py")] == []


def test_xml_is_read_with_entities_off() -> None:
    """The standard library's readers follow entities; only the names of its errors are taken from it."""
    harmless = ("ParseError", "ElementTree.Element", "saxutils.escape")
    assert [one for one in _imports() if one[1].startswith("xml.") and not one[1].endswith(harmless)] == []


def test_requests_wait_for_a_time_and_follow_nobody() -> None:
    """A provider that sends us elsewhere, or never answers, is refused."""
    careless = []
    for place, call in _calls():
        name = _name(call.func)
        if not re.fullmatch(r"requests\.\w+", name) or name.split(".")[-1] not in _VERBS:
            continue
        given = {word.arg: word.value for word in call.keywords}
        follows = given.get("allow_redirects")
        if "timeout" not in given or not isinstance(follows, ast.Constant) or follows.value is not False:
            careless.append(place)
    assert careless == []


def test_weak_hashes_guard_nothing() -> None:
    """MD5 and SHA-1 stand where another's format asks for them, and say so."""
    weak = [
        place
        for place, call in _calls()
        if _name(call.func) in {"hashlib.md5", "hashlib.sha1"}
        and not any(word.arg == "usedforsecurity" for word in call.keywords)
    ]
    assert weak == []


def test_comparing_a_secret_takes_the_same_time_whatever_it_is() -> None:
    """Names that end in what a caller must know are compared by `compare_digest`."""
    secret = re.compile(r"(token|secret|signature|password|digest|code_hash)$")
    found = []
    for path, node in _nodes():
        if not path.startswith("server/") or not isinstance(node, ast.Compare):
            continue
        sides = [_name(node.left), _name(node.comparators[0])]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq) and all(secret.search(one) for one in sides):
            found.append(f"{path}:{node.lineno}")
    assert found == []


def _patterns() -> Iterator[tuple[str, str]]:
    for place, call in _calls():
        if _name(call.func).startswith("re.") and call.args and isinstance(call.args[0], ast.Constant):
            pattern = call.args[0].value
            if isinstance(pattern, str):
                yield place, pattern


def _nested(items: object, inside: bool = False) -> bool:
    """Tell whether an endless repetition stands within an endless repetition of the same thing."""
    for kind, value in items:  # type: ignore[attr-defined] # the library's parse tree has no types
        if kind in {constants.MAX_REPEAT, constants.MIN_REPEAT}:
            _least, most, part = value
            endless = most is constants.MAXREPEAT
            if endless and inside:
                return True
            if _nested(part, inside or (endless and not _is_parted(part))):
                return True
        elif kind is constants.SUBPATTERN:
            if _nested(value[-1], inside):
                return True
        elif kind is constants.BRANCH and any(_nested(one, inside) for one in value[1]):
            return True
    return False


def test_no_pattern_takes_for_ever() -> None:
    """A repetition within a repetition tries each way of sharing what it reads: 30 letters are a billion ways."""
    assert [(place, pattern) for place, pattern in _patterns() if _nested(parser.parse(pattern))] == []


def _is_parted(items: object) -> bool:
    """Tell whether a group begins or ends with one certain sign: then what it repeats is shared out in one way."""
    parts = list(items)  # type: ignore[call-overload] # the library's parse tree has no types
    if len(parts) == 1 and parts[0][0] is constants.SUBPATTERN:
        return _is_parted(parts[0][1][-1])
    return bool(parts) and constants.LITERAL in {parts[0][0], parts[-1][0]}


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"([a-z]+)*x", r"(?:\d+|\w+)+"])
def test_the_watch_on_patterns_sees_the_known_bad_ones(pattern: str) -> None:
    """A watch that sees nothing would be green for ever."""
    assert _nested(parser.parse(pattern))
