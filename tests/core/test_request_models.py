"""Request bodies take no field that isn't theirs; rows take no column that a form doesn't offer."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.core.strict import StrictModel
from shared.finance.bank_commands import DecideReturn, SetLineAside
from shared.finance.commands import ConfirmPayment
from shared.finance.earning_commands import DecidePayout
from shared.finance.proof_commands import DecideProof
from shared.finance.till_commands import DecideRequest
from tests.serving import TestServer

PAYLOADS = frozenset(
    {
        "Cursor", "FeeLine", "GoesTo", "IssuedReceipt", "MatchGoal", "PaidFor", "PlanPart", "SettleConflict",
        "SnapshotTask", "TaxLine", "TaxRate", "Tender",
    }
)  # fmt: skip
"""Parts of commands and of the sync exchange: a newer program's fields are kept with the command and reach no row."""
UPLOADS = ("Body_",)
"""Forms of files and of the SMS provider, of which only the named fields are read."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from server.app import create_app
    from tests.serving import prepare, server_settings

    settings = server_settings(tmp_path_factory.mktemp("described"))
    prepare(settings)
    app = create_app(settings)
    yield app.openapi()
    app.state.context.close()


def _names(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if "$ref" in part else set()
        return own.union(*map(_names, part.values()))
    return set().union(*map(_names, part)) if isinstance(part, list) else set()


def test_every_model_of_a_request_refuses_unknown_fields(schema: Any) -> None:
    known = schema["components"]["schemas"]
    waiting = {
        name
        for path in schema["paths"].values()
        for route in path.values()
        if isinstance(route, dict)
        for name in _names(route.get("requestBody", {}))
    }
    seen: set[str] = set()
    open_ones = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        model = known.get(name, {})
        if model.get("type") == "object" and model.get("additionalProperties") is not False:
            open_ones.add(name)
        waiting |= _names(model) - seen
    assert len(seen) > 60, "there are requests to look at"
    assert {name for name in open_ones - PAYLOADS if not name.startswith(UPLOADS)} == set()


def test_a_row_takes_no_column_that_its_form_does_not_offer(sqlite_server: TestServer) -> None:
    sqlite_server.add_person("akua")
    token = sqlite_server.sign_in("akua").data["access_token"]
    other = sqlite_server.new_id()
    strange = {"organisation_id": other, "revision": other, "archived": True, "is_free": True}
    told = sqlite_server.post("/api/v1/courses", {"code": "PHOTO", "title": "Photography", **strange}, token)
    if told.status == 201:
        row = sqlite_server.get(f"/api/v1/courses/{told.data['id']}", token).data
        assert (row["archived"], row["revision"] == other, "is_free" in row) == (False, False, False)
    else:
        assert told.status == 422


@pytest.mark.parametrize(
    ("decision", "field"),
    [(ConfirmPayment, "came"), (DecidePayout, "paid"), (DecideProof, "approved"), (DecideRequest, "approved"),
     (DecideReturn, "approved"), (SetLineAside, "aside")],
)  # fmt: skip
def test_a_decision_about_money_is_true_or_false_and_nothing_that_reads_like_it(
    decision: type[StrictModel], field: str
) -> None:
    for word in (0, 1, 1.0, "1", "true", "yes", "off", None, []):
        with pytest.raises(ValidationError) as refused:
            decision.model_validate({field: word})
        assert ("bool_type", (field,)) in {(one["type"], one["loc"]) for one in refused.value.errors()}, word


def test_a_number_is_no_word_and_no_truth(sqlite_server: TestServer) -> None:
    sqlite_server.add_person("akua")
    token = sqlite_server.sign_in("akua").data["access_token"]
    for days in ("365", True, 365.0):
        told = sqlite_server.ask("PUT", "/api/v1/retention/left_students", {"days": days}, token)
        assert (told.status, told.code) == (422, "invalid"), days
