"""The published description equals the routing table, and its examples are true to their models."""

import json
import re

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from server.core.openapi import PATH


@pytest.fixture
def described(sqlite_server):
    return sqlite_server.get(PATH).json


def _routes(app):
    found = set()
    pending = list(app.routes)
    while pending:
        route = pending.pop()
        if isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods}
        elif isinstance(route, Mount) or hasattr(route, "routes"):
            pending += list(route.routes)
    return found


def _filled(path):
    return re.sub(r"\{\w+\}", "019a9f3e-7c00-7000-8000-000000000001", path)


def _operations(described):
    return {
        (method.upper(), path): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def test_the_description_equals_the_routing_table(sqlite_server, described):
    from fastapi.openapi.utils import get_openapi

    whole = get_openapi(title="x", version="1", routes=sqlite_server.app.routes)
    operations = set(_operations(described))
    assert operations == set(_operations(whole))
    assert operations >= _routes(sqlite_server.app)
    assert {("POST", "/api/v1/sync"), ("POST", "/api/v1/auth/sign-in"), ("GET", "/api/health")} <= operations


def test_every_described_path_is_really_there(sqlite_server, described):
    for method, path in _operations(described):
        told = sqlite_server.ask(method, _filled(path), {} if method in {"POST", "PATCH", "PUT"} else None)
        assert told.status not in {405, 500}, (method, path, told.body)
        assert told.json.get("error") != "There is nothing at this address.", (method, path)


def test_unversioned_paths_are_health_alone(described):
    assert {path for path in described["paths"] if not path.startswith("/api/v1/")} == {
        "/api/health",
        "/health/live",
        "/health/ready",
    }


def test_every_operation_documents_errors_and_has_a_sentence(described):
    for place, operation in _operations(described).items():
        assert operation.get("summary"), place
        assert operation["responses"]["default"]["content"]["application/json"]["example"]["code"], place


PUBLIC = {
    ("GET", "/api/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/api/v1/office-certificate"),
    ("GET", "/api/v1/organisations/public"),
    # An institute without an administrator: nobody can sign in there yet.
    ("GET", "/api/v1/set-up"),
    ("POST", "/api/v1/set-up/code"),
    ("POST", "/api/v1/set-up"),
    ("POST", "/api/v1/auth/sign-in"),
    ("POST", "/api/v1/auth/refresh"),
    # The second step, for whoever gave the right password on the same device.
    ("POST", "/api/v1/auth/sign-in/factor"),
    ("POST", "/api/v1/auth/sign-in/factor/send"),
    # Coming in without an account: codes that were sent, invitations, registering, and a provider's word.
    ("GET", "/api/v1/auth/ways-in"),
    ("GET", "/api/v1/auth/providers"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
    ("POST", "/api/v1/auth/look-at-invitation"),
    ("POST", "/api/v1/auth/accept-invitation"),
    ("POST", "/api/v1/auth/check-username"),
    ("POST", "/api/v1/typed-codes/check-coming"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/resend-code"),
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/identity/begin"),
    ("POST", "/api/v1/auth/identity/prove"),
    ("POST", "/api/v1/auth/identity/enter"),
    ("POST", "/api/v1/organisations/registrations"),
    # A suspended person's work, proven by the device's signature; and the sample's people, where there is a sample.
    ("POST", "/api/v1/sync/deliver"),
    ("POST", "/api/v1/computers/contact"),
    ("GET", "/api/v1/demo/people"),
    # The SMS provider's reports, on an address that holds a secret.
    ("POST", "/api/v1/letters/reports/{organisation_id}/{token}/delivery"),
    ("POST", "/api/v1/payments/webhooks/{organisation_id}/{token}/{gateway}"),
    ("GET", "/api/v1/payment-checkout/{organisation_id}"),
    ("GET", "/api/v1/payment-return"),
    ("POST", "/api/v1/payment-return"),
    ("POST", "/api/v1/devices/orders"),
    ("POST", "/api/v1/devices/wiped"),
    ("POST", "/api/v1/letters/reports/{organisation_id}/{token}/opt-out"),
    # A calendar for whoever knows its secret address.
    ("GET", "/api/v1/calendars/{secret}.ics"),
    # A file for whoever knows a link that ends within minutes.
    ("GET", "/api/v1/file-links/{ticket}"),
}


def test_what_is_public_is_a_short_list(described):
    public = {place for place, operation in _operations(described).items() if operation.get("security") == []}
    assert public == PUBLIC


def test_all_that_isnt_public_refuses_strangers(sqlite_server, described):
    for (method, path), operation in _operations(described).items():
        if operation.get("security") == []:
            continue
        told = sqlite_server.ask(method, _filled(path), {} if method in {"POST", "PATCH", "PUT"} else None)
        assert told.status in {401, 422, 429}, (method, path, told.body)
        sqlite_server.clock.advance(10)


@pytest.mark.parametrize(
    ("model", "example"),
    [("SignInAsk", "SIGN_IN_EXAMPLE"), ("RefreshAsk", "REFRESH_EXAMPLE"), ("SignedIn", "SIGNED_IN_EXAMPLE"),
     ("Me", "ME_EXAMPLE"), ("OrganisationShown", "ORGANISATION_EXAMPLE"), ("PersonShown", "PERSON_EXAMPLE")],
)  # fmt: skip
def test_examples_are_true_to_their_models(model, example):
    from server.people import sign_in_messages

    shown = getattr(sign_in_messages, example)
    read = getattr(sign_in_messages, model).model_validate_json(json.dumps(shown))
    assert json.loads(read.model_dump_json()) == shown


def test_ready_bytes_are_true_to_the_described_models(sqlite_server):
    from server.core.health import Health
    from server.people.sign_in_messages import Me, OrganisationShown, SignedIn

    sqlite_server.add_person("ama")
    signed = sqlite_server.sign_in("ama").data
    SignedIn.model_validate(signed, strict=True, extra="forbid")
    Me.model_validate(sqlite_server.get("/api/v1/auth/me", signed["access_token"]).data, strict=True, extra="forbid")
    public = sqlite_server.get("/api/v1/organisations/public?slug=km-media").data
    OrganisationShown.model_validate(public, strict=True, extra="forbid")
    Health.model_validate(sqlite_server.get("/api/health").data, strict=True, extra="forbid")


def test_every_number_in_a_query_says_how_large_it_may_be(described):
    """Without a bound a number of thirty digits goes as far as the database, which can't hold it."""
    open_ended = [
        (method, path, given["name"])
        for (method, path), operation in _operations(described).items()
        for given in operation.get("parameters", [])
        for form in given["schema"].get("anyOf", [given["schema"]])
        if form.get("type") == "integer" and "maximum" not in form
    ]
    assert open_ended == []
