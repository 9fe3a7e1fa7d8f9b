"""Every text field of every request, one at a time, with what people and programs put there that means something else.

The fields are found in the published description, so that a new one is tried without anybody thinking of it.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from server.core.settings import LimitRule
from tests.fuzz.requests_made import orjson_or
from tests.serving import Answer, TestServer, server_settings

EMPTY, LONG, CONTROL, TURNED = "", "x" * 70_000, "a\x07b", "abc\u202edcba"
KEPT = "=1+1 \U0001f469\U0001f3fe\u200d\U0001f393 <b onclick=x>Ama</b> '; DROP TABLE person --"
VALUES = {"empty": EMPTY, "long": LONG, "control": CONTROL, "turned": TURNED, "kept": KEPT}
NEVER_TAKEN = ("long", "control", "turned")
_JSON = "application/json"
_DEEPEST = 3
_USUAL = {
    "_at": "2026-11-20T07:00:00.000Z",
    "_on": "2026-11-20",
    "until": "2026-12-20",
    "currency": "GHS",
    "email": "somebody@example.org",
}
"""What stands in a field that only takes this sort, by the end of its name."""
Place = tuple[str | int, ...]


class Described:
    """The published description: its operations with a body, and the text fields of each."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._schemas = told["components"]["schemas"]

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """All operations as (method, path, description)."""
        for path, ways in sorted(self._told["paths"].items()):
            for method, operation in sorted(ways.items()):
                if isinstance(operation, dict):
                    yield method.upper(), path, operation

    def body(self, operation: dict[str, Any]) -> dict[str, Any] | None:
        """A body that the server reads: the example, or the least that the model takes; None without a JSON body."""
        content = operation.get("requestBody", {}).get("content", {}).get(_JSON)
        if content is None:
            return None
        schema = content.get("schema", {})
        named = next(iter((content.get("examples") or {}).values()), {})
        shown = content.get("example") or named.get("value") or next(iter(schema.get("examples") or ()), None)
        made = self._least(schema, 0, "")
        found = {**(made if isinstance(made, dict) else {}), **(shown if isinstance(shown, dict) else {})}
        return copy.deepcopy(found)

    def fields(self, operation: dict[str, Any], body: dict[str, Any]) -> list[Place]:
        """The places of text fields in a body: those of the model, and those that only the example shows."""
        schema = operation["requestBody"]["content"][_JSON].get("schema", {})
        return sorted({*self._texts(schema, (), 0), *_shown_texts(body, ())}, key=str)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return self._resolved(self._schemas.get(schema["$ref"].rpartition("/")[2], {}))
        for choice in schema.get("anyOf", ()):
            if choice.get("type") != "null":
                return self._resolved(choice)
        return schema

    def _texts(self, schema: dict[str, Any], place: Place, depth: int) -> Iterator[Place]:
        schema = self._resolved(schema)
        if schema.get("type") == "string" and place:
            yield place
        elif depth < _DEEPEST and schema.get("type") == "array":
            yield from self._texts(schema.get("items", {}), (*place, 0), depth + 1)
        elif depth < _DEEPEST:
            for name, part in schema.get("properties", {}).items():
                yield from self._texts(part, (*place, name), depth + 1)

    def _least(self, schema: dict[str, Any], depth: int, name: str) -> Any:
        schema = self._resolved(schema)
        if "enum" in schema:
            return schema["enum"][0]
        if "properties" in schema and depth < _DEEPEST:
            parts, needed = schema["properties"], schema.get("required", ())
            return {one: self._least(part, depth + 1, one) for one, part in parts.items() if one in needed}
        if schema.get("type") == "array":
            return [self._least(schema.get("items", {}), depth + 1, name)] if schema.get("minItems") else []
        if schema.get("type") == "string":
            return next(
                (value for end, value in _USUAL.items() if name.endswith(end)), "x" * schema.get("minLength", 1)
            )
        return {"integer": 1, "boolean": True}.get(str(schema.get("type")), {})


def _shown_texts(part: Any, place: Place) -> Iterator[Place]:
    if isinstance(part, str) and place:
        yield place
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _shown_texts(value, (*place, name))
    elif isinstance(part, list) and part:
        yield from _shown_texts(part[0], (*place, 0))


def put(body: Any, place: Place, value: str) -> Any:
    """The body with a value at a place; what leads there is made where it isn't."""
    name, rest = place[0], place[1:]
    if isinstance(name, int):
        first = body[0] if isinstance(body, list) and body else {}
        return [put(first, rest, value) if rest else value]
    inside = dict(body) if isinstance(body, dict) else {}
    inside[name] = put(inside.get(name), rest, value) if rest else value
    return inside


class Office:
    """A server with an administrator and a student, and what was made of each request as the description shows it."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.boss_id = server.add_person("boss", email="boss@example.org")
        self.person_id = server.add_person("kofi", ("student",), email="kofi@example.org")
        self.token = ""
        self.enter()
        self.described = Described(server.app.openapi())
        self._rows: dict[str, str] = {}

    def enter(self) -> None:
        """Sign the administrator in, again after a request that ended that, held it up or gave another password."""
        told = self.server.sign_in("boss")
        while told.status != 200:
            self.server.set_password(self.boss_id)
            self.server.clock.advance(600)
            told = self.server.sign_in("boss")
        self.token = told.data["access_token"]

    def body(self, operation: dict[str, Any]) -> dict[str, Any] | None:
        """A body for an operation, with the student wherever a person is meant."""
        body = self.described.body(operation)
        if body is not None:
            body.update({name: self.person_id for name in body if name in {"person_id", "id"}})
            body.update(
                {name: "https://127.0.0.1:1" for name in body if name == "issuer"}
            )  # nothing leaves this machine
            body.update({name: [self.person_id] for name in body if name in {"ids", "person_ids"}})
        return body

    def path(self, path: str) -> str:
        """A path with its places filled: the student, or the first row of the list that the path goes on from."""
        parts = path.split("/")
        known = {"{person_id}": self.person_id, "{organisation_id}": self.server.organisation_id}
        for at, part in enumerate(parts):
            if part[:1] == "{":
                parts[at] = known.get(part) or self._row("/".join(parts[:at]))
        return "/".join(parts)

    def _row(self, path: str) -> str:
        if path not in self._rows:
            told = self.ask("GET", path)
            found = told.json.get("data") if told.status == 200 else None
            first = next(iter(found), None) if isinstance(found, list) else None
            row = str(first.get("id") or first.get("key") or "") if isinstance(first, dict) else ""
            self._rows[path] = self.person_id if path.endswith("/users") else row or self.server.new_id()
        return self._rows[path]

    def base(self, method: str, path: str) -> str:
        """What a change stands on: the revision of the row."""
        if method != "PATCH":
            return ""
        told = self.ask("GET", path)
        shown = told.json.get("data") if told.status == 200 else None
        return str(shown.get("revision") or "") if isinstance(shown, dict) else ""

    def ask(self, method: str, path: str, body: Any = None, base: str = "") -> Answer:
        """Send a request as the administrator."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": _JSON}
        if base:
            headers["if-match"] = f'"{base}"'
        told = self.server.wire.ask(method, path, b"" if body is None else orjson_or(body), headers)
        if told.status == 401 and told.code == "signed_out":
            self.enter()
        return told


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    free = (LimitRule(path="/", anonymous=None, person=None),)
    server = TestServer(server_settings(tmp_path_factory.mktemp("fields"), limits=free, max_body_bytes=200_000))
    yield Office(server)
    server.close()


def _comes_back(value: str, told: Answer) -> bool:
    """Whether what was sent is shown again: a search, a lookup and what is sealed may hold any letters."""
    if not told.headers.get("content-type", "").startswith(_JSON):
        return value.encode() in told.body
    return value in _texts_of(told.json)


def _texts_of(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [one for inside in part.values() for one in _texts_of(inside)]
    if isinstance(part, list):
        return [one for inside in part for one in _texts_of(inside)]
    return [part] if isinstance(part, str) else []


def test_every_text_field_of_every_request(office: Office, expect_log: Any) -> None:
    expect_log("locked-out sign-in")
    asked, faults = Counter[str](), []
    for method, path, operation in office.described.operations():
        body = office.body(operation)
        if body is None:
            continue
        target = office.path(path)
        asked["read"] += office.ask(method, target, body, office.base(method, target)).status < 300
        for place in office.described.fields(operation, body):
            for kind, value in VALUES.items():
                sent = put({place[0]: body.get(place[0])} if method == "PATCH" else body, place, value)
                told = office.ask(method, target, sent, office.base(method, target))
                asked[kind] += 1
                where = f"{method} {path} {'.'.join(map(str, place))} {kind}: {told.status}"
                if told.status >= 500:
                    faults.append(where)
                elif told.status < 300:
                    asked["2xx"] += 1
                    if kind in NEVER_TAKEN and _comes_back(value, told):
                        faults.append(where)
                elif not told.code or not told.json.get("error"):
                    faults.append(f"{where} without a sentence")
    print(asked)
    assert faults == []
    assert asked["kept"] > 700
    assert asked["read"] > 40, "enough requests are taken as the description shows them"


def test_every_text_in_a_path_or_a_query(office: Office, caplog: Any) -> None:
    caplog.set_level("CRITICAL")
    asked, faults = 0, []
    for method, path, operation in office.described.operations():
        if method != "GET":
            continue
        names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        for kind, value in VALUES.items():
            sent = quote(value[:4_000], safe="")
            tries = [f"{office.path(path)}?{name}={sent}" for name in names]
            if "{" in path and value:
                tries.append("/".join(sent if part[:1] == "{" else part for part in path.split("/")))
            for target in tries:
                told = office.ask(method, target)
                asked += 1
                if told.status >= 500 or (told.status >= 400 and not told.code):
                    faults.append(f"{method} {target[:120]} {kind}: {told.status}")
    print(asked)
    assert faults == []
    assert asked > 1_000
