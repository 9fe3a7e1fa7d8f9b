"""Makes requests from the published description of the API: with what it allows, and with rows that are there."""

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import Request

from tests.fuzz.known_rows import Known

_SENTENCE_LIMIT = 5_000
_JSON = "application/json"
STRANGE: tuple[Any, ...] = (
    "", " ", "x" * 10_001, "a\x00b", "\u202eabc", "\U0001f600" * 40, "<script>alert(1)</script>", "' OR 1=1 --",
    "=1+1", "\ud800", None, -1, 0, 1 << 63, 1e308, True, [], {}, "NaN", "../../etc/passwd", "%00", "{name}",
)  # fmt: skip
"""What people and programs put into fields that are meant for something else."""
HEADERS = {"tus-resumable": "1.0.0", "upload-offset": "0"}
"""Headers of which the description allows one value."""


@dataclass(frozen=True)
class Asked:
    """One request, ready to go over the wire."""

    operation: str
    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Drawn:
    """The parts of one case that the description allows."""

    case: Any
    places: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any


def load(app: Any, description: dict[str, Any]) -> list[Any]:
    """All operations of a description."""
    schema = schemathesis.openapi.from_dict(description)
    schema.app = app
    found = [one.ok() for one in schema.get_all_operations()]
    return sorted(found, key=lambda one: (one.path, one.method))


def drawn_of(operation: Any, count: int, number: int) -> list[Drawn]:
    """`count` cases of an operation, the same ones for the same number."""
    made: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: Any) -> None:
        made.append(data.draw(operation.as_strategy()))

    collect()
    return [_parts(case) for case in made]


def _parts(case: Any) -> Drawn:
    headers = {str(k): str(v) for k, v in (case.headers or {}).items() if str(v).isascii() and str(v).isprintable()}
    kept = {name: value for name, value in headers.items() if name.lower() not in {"authorization", "if-match"}}
    query = {name: value for name, value in dict(case.query or {}).items() if value is not None}
    return Drawn(case, dict(case.path_parameters or {}), query, kept, case.body)


class Maker:
    """Makes requests of one operation out of the parts of its cases, of its example and of rows that are there."""

    def __init__(self, operation: Any, count: int, number: int, known: Known) -> None:
        self.operation = operation
        self.name = f"{operation.method.upper()} {operation.path}"
        self._cases = drawn_of(operation, count, number)
        self._known = known
        self._example = example_of(operation)
        needed = operation.definition.raw.get("parameters") or []
        self._needed = {one.get("name") for one in needed if one.get("in") == "query" and one.get("required")}

    def asked(self, chance: random.Random, token: str, own: Mapping[str, Any]) -> Asked:
        """One request; `own` are fields that only the caller knows, such as the id of the computer."""
        case, other = chance.choice(self._cases), chance.choice(self._cases)
        headers = self._headers(case, chance)
        if token:
            headers["authorization"] = f"Bearer {token}"
        body, kind = self._body(case, other, chance, own)
        if kind:
            headers["content-type"] = kind
        path = self._path(case, chance) + self._query(case, other, chance, own)
        return Asked(self.name, self.operation.method.upper(), path[:_SENTENCE_LIMIT], body, headers)

    @property
    def wants_base(self) -> bool:
        """Whether a client first reads what it changes."""
        return self.operation.method.lower() == "patch"

    def _path(self, case: Drawn, chance: random.Random) -> str:
        path, names = self.operation.path, list(case.places)
        found = self._known.places(path, names, chance) if chance.random() < 0.92 else {}
        for name in names:
            given = found.get(name, case.places[name])
            path = path.replace(f"{{{name}}}", quote(str(given), safe="", errors="replace"))
        return str(path)

    def _query(self, case: Drawn, other: Drawn, chance: random.Random, own: Mapping[str, Any]) -> str:
        # Lists with everything strange at once answer nothing but a refusal; one strange thing at a time says more.
        told = {name: value for name, value in {**other.query, **case.query}.items() if name in self._needed}
        extra = [name for name in case.query if name not in self._needed]
        for name in chance.sample(extra, min(len(extra), chance.choice((0, 0, 1, 1, 2, 9)))):
            told[name] = case.query[name]
        for name in list(told):
            told[name] = self._real(name, told[name], chance, own)
        if told and chance.random() < 0.05:
            told[chance.choice(list(told))] = chance.choice(STRANGE)
        plain = {name: value if isinstance(value, list) else str(value) for name, value in told.items()}
        return f"?{urlencode(plain, doseq=True, errors='replace')}" if plain else ""

    def _headers(self, case: Drawn, chance: random.Random) -> dict[str, str]:
        headers = {name.lower(): value for name, value in case.headers.items()}
        if "idempotency-key" in headers and chance.random() < 0.9:
            headers["idempotency-key"] = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        for name, value in HEADERS.items():
            if name in headers and chance.random() < 0.9:
                headers[name] = value
        return headers

    def _body(self, case: Drawn, other: Drawn, chance: random.Random, own: Mapping[str, Any]) -> tuple[bytes, str]:
        body: Any = case.body
        if self._example is not None and (not isinstance(body, dict) or chance.random() < 0.7):
            body = self._shown(other.body, chance)
        elif isinstance(body, dict) and isinstance(other.body, dict) and other.body and chance.random() < 0.3:
            name = chance.choice(list(other.body))
            body = {**body, name: other.body[name]}
        if isinstance(body, dict):
            body = {name: self._real(name, value, chance, own) for name, value in body.items()}
            if body and chance.random() < 0.1:
                body[chance.choice(list(body))] = chance.choice(STRANGE)
            return orjson_or(body), _JSON
        return _carried(case.case)

    def _shown(self, made: Any, chance: random.Random) -> dict[str, Any]:
        """The example as it is, part of it where a row is changed, or with one field of what was made up."""
        example = dict(self._example or {})
        if self.wants_base and chance.random() < 0.7 and example:
            names = chance.sample(list(example), min(len(example), chance.choice((1, 1, 2))))
            return {name: example[name] for name in names}
        if isinstance(made, dict) and made and chance.random() < 0.2:
            name = chance.choice(list(made))
            example[name] = made[name]
        return example

    def _real(self, name: str, value: Any, chance: random.Random, own: Mapping[str, Any]) -> Any:
        """What a client that knows the institute puts here, mostly."""
        if chance.random() < 0.08:
            return value
        if name in own:
            return own[name]
        if isinstance(value, str) and name.endswith("_id"):
            return self._known.some(name, chance)
        if isinstance(value, list) and name.endswith("ids") and value:
            name = "person_ids" if name == "ids" and "/users" in self.operation.path else name
            return [self._known.some(name, chance) for _ in range(min(3, len(value)))]
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return [{key: self._real(key, part, chance, own) for key, part in one.items()} for one in value]
        return value


def orjson_or(body: Any) -> bytes:
    """JSON as a client of another make may write it, with whatever no other program would."""
    try:
        return orjson.dumps(body)
    except (TypeError, ValueError):
        # Half letters, and numbers that orjson rightly won't write.
        return json.dumps(body, default=str).encode("utf-8", "surrogatepass")


def _carried(case: Any) -> tuple[bytes, str]:
    """The body of a case that isn't JSON, with its kind."""
    case.headers = None
    told = case.as_transport_kwargs(base_url="http://localhost")
    parts = {name: told.get(name) for name in ("method", "url", "json", "data", "files")}
    ready = Request(**{**parts, "params": None, "url": "http://localhost/"}).prepare()
    body = ready.body or b""
    sent = told.get("headers") or {}
    kind = str(ready.headers.get("Content-Type") or sent.get("Content-Type") or "")
    return body if isinstance(body, bytes) else str(body).encode(), kind if body else ""


def example_of(operation: Any) -> dict[str, Any] | None:
    """The body that the description shows for an operation, where it shows one."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {}).get(_JSON, {})
    shown = content.get("example") or next(iter(content.get("examples") or ()), None)
    if isinstance(shown, str):
        shown = content["examples"][shown].get("value")
    if shown is None:
        shown = next(iter(content.get("schema", {}).get("examples") or ()), None)
    return dict(shown) if isinstance(shown, dict) else None
