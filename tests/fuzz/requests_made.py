"""Makes requests from the published description of the API: with what it allows, and with rows that are there."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import Request

_FAMILIES = {
    "person_id": "users",
    "cohort_id": "cohorts",
    "course_id": "courses",
    "session_id": "class-sessions",
    "assignment_id": "assignments",
    "enrolment_id": "enrolments",
    "key": "roles",
    "computer_id": "computers",
}
"""Whose rows a place in a path means, by its name; others mean those of the path's own family."""
KEPT = 60
"""So many ids of each family are remembered."""
_SENTENCE_LIMIT = 5_000


@dataclass(frozen=True)
class Asked:
    """One request, ready to go over the wire."""

    operation: str
    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Known:
    """Ids and revisions of rows that answers showed, by the family of their path."""

    rows: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, path: str, body: bytes) -> None:
        """Remember the rows of an answer to a GET."""
        try:
            told = orjson.loads(body).get("data")
        except (ValueError, AttributeError):
            return
        found = told if isinstance(told, list) else [told]
        family = family_of(path)
        for one in found:
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                kept = self.rows[family]
                kept.append((one["id"], str(one.get("revision") or "")))
                del kept[:-KEPT]

    def some(self, family: str, chance: random.Random) -> tuple[str, str]:
        """A row of a family, or of any where none of it is known."""
        families = [family] if self.rows.get(family) else [name for name, rows in self.rows.items() if rows]
        return chance.choice(self.rows[chance.choice(families)]) if families else ("none", "")


def family_of(path: str) -> str:
    """The word behind `/api/v1/`."""
    parts = path.partition("?")[0].strip("/").split("/")
    return parts[2] if len(parts) > 2 else parts[-1]


def load(app: Any, description: dict[str, Any]) -> list[Any]:
    """All operations of a description."""
    schema = schemathesis.openapi.from_dict(description)
    schema.app = app
    found = [one.ok() for one in schema.get_all_operations()]
    return sorted(found, key=lambda one: (one.path, one.method))


def cases_of(operation: Any, count: int, number: int) -> Iterator[Any]:
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
    yield from made[:count]


def asked_by(case: Any, known: Known, chance: random.Random, token: str) -> Asked:
    """The request of a case: rows that are there in the places of ids, more often than not."""
    family = family_of(case.operation.path)
    row_id, revision = known.some(family, chance)
    for name in list(case.path_parameters or {}):
        if chance.random() < 0.9:
            named = _FAMILIES.get(name)
            case.path_parameters[name] = known.some(named, chance)[0] if named and named != family else row_id
    headers = {str(k): str(v) for k, v in (case.headers or {}).items() if str(v).isascii() and str(v).isprintable()}
    headers = {name: value for name, value in headers.items() if name.lower() not in {"authorization", "if-match"}}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if revision and chance.random() < 0.8:
        headers["If-Match"] = revision
    example = example_of(case.operation)
    if example is not None and chance.random() < 0.5:
        case.body = _changed(example, case.body, chance)
    if isinstance(case.body, dict):
        case.body = _with_rows(case.body, known, chance)
    if case.query and chance.random() < 0.6:
        # Lists with everything strange at once answer nothing but a refusal; one strange thing at a time says more.
        names = list(case.query)
        kept = chance.sample(names, chance.randrange(len(names)))
        case.query = {name: case.query[name] for name in kept}
    case.headers = None
    told = case.as_transport_kwargs(base_url="http://localhost")
    told.pop("cookies", None)
    told["headers"] = {**{str(k): str(v) for k, v in (told.get("headers") or {}).items()}, **headers}
    made = Request(**{name: told.get(name) for name in ("method", "url", "headers", "params", "json", "data", "files")})
    ready = made.prepare()
    body = ready.body or b""
    sent = {str(name): str(value) for name, value in ready.headers.items()}
    path = (ready.path_url or "/")[:_SENTENCE_LIMIT]
    return Asked(
        operation=f"{case.operation.method.upper()} {case.operation.path}",
        method=str(ready.method),
        path=path,
        body=body if isinstance(body, bytes) else str(body).encode(),
        headers={name: value for name, value in sent.items() if name.lower() != "content-length"},
    )


def example_of(operation: Any) -> dict[str, Any] | None:
    """The body that the description shows for an operation, where it shows one."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    shown = content.get("example") or next(iter(content.get("examples") or ()), None)
    if isinstance(shown, str):
        shown = content["examples"][shown].get("value")
    if shown is None:
        shown = next(iter(content.get("schema", {}).get("examples") or ()), None)
    return dict(shown) if isinstance(shown, dict) else None


def _changed(example: dict[str, Any], made: Any, chance: random.Random) -> dict[str, Any]:
    """The example as it is, or with one field of what was made up."""
    if not isinstance(made, dict) or not made or chance.random() < 0.6:
        return dict(example)
    name = chance.choice(list(made))
    return {**example, name: made[name]}


def _with_rows(body: dict[str, Any], known: Known, chance: random.Random) -> dict[str, Any]:
    """A body whose ids are, half of the time, those of rows that are there."""
    changed = dict(body)
    for name, value in body.items():
        if isinstance(value, str) and name.endswith("_id") and chance.random() < 0.5:
            changed[name] = known.some(f"{name[:-3]}s", chance)[0]
        elif isinstance(value, list) and name.endswith("ids") and chance.random() < 0.5:
            changed[name] = [known.some(f"{name[:-4]}s", chance)[0] for _ in range(min(3, len(value) or 1))]
    return changed
