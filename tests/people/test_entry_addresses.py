"""Nothing that opens a door stands in an address: codes, tokens and passwords travel in bodies and headers."""

import inspect

from server.people import (
    entry_messages,
    founding_routes,
    handover_routes,
    identity_routes,
    invitation_routes,
    registration_routes,
    reset_routes,
)
from shared.core.strict import StrictModel

SECRETS = {
    "code",
    "token",
    "password",
    "secret",
    "ticket",
    "new",
    "current",
    "flow_secret",
    "refresh_token",
    "state_token",
}


def test_no_route_takes_a_secret_in_its_address(sqlite_server):
    described = sqlite_server.app.openapi()["paths"]
    found = [
        (path, one["name"])
        for path, methods in described.items()
        for operation in methods.values()
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one["name"].lower() in SECRETS
    ]
    assert described
    assert found == []


def test_every_request_of_coming_in_forbids_what_nobody_named():
    modules = (entry_messages, founding_routes, handover_routes, identity_routes, invitation_routes,
               registration_routes, reset_routes)  # fmt: skip
    asks = [
        model
        for module in modules
        for name, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, StrictModel) and (name.endswith(("Ask", "Back")))
    ]
    assert len(asks) > 10
    assert [model.__name__ for model in asks if model.model_config.get("extra") != "forbid"] == []
