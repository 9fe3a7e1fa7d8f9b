"""The published description of the second factor: examples true to their models, and answers true to both."""

import json

import pytest

from server.people import factor_messages as messages
from tests.people.factor_kit import CONFIRM, FACTORS, add_app, half, keep_letters, second_step


@pytest.mark.parametrize(
    ("model", "example"),
    [
        ("FactorAsk", "FACTOR_EXAMPLE"),
        ("SendAsk", "SEND_EXAMPLE"),
        ("AppAsk", "APP_EXAMPLE"),
        ("AddressAsk", "ADDRESS_EXAMPLE"),
        ("FactorNeeded", "NEEDED_EXAMPLE"),
        ("Ways", "WAYS_EXAMPLE"),
        ("SentShown", "SENT_EXAMPLE"),
        ("Confirmed", "CONFIRMED_EXAMPLE"),
        ("Enrolment", "ENROLMENT_EXAMPLE"),
        ("Added", "ADDED_EXAMPLE"),
        ("Factors", "FACTORS_EXAMPLE"),
    ],
)
def test_examples_are_true_to_their_models(model, example):
    shown = getattr(messages, example)
    read = getattr(messages, model).model_validate_json(json.dumps(shown))
    assert json.loads(read.model_dump_json()) == shown


def test_a_password_confirms_as_described():
    assert messages.ConfirmAsk.model_validate_json(json.dumps(messages.CONFIRM_EXAMPLE)).password


def test_answers_are_true_to_the_described_models(sqlite_server):
    from server.people.sign_in_messages import SignedIn

    keep_letters(sqlite_server)
    sqlite_server.add_person("ama", ("instructor",), email="ama@example.org")
    token = sqlite_server.sign_in("ama").data["access_token"]

    def check(model, answer):
        model.model_validate(answer.data, strict=True, extra="forbid")

    check(messages.Enrolment, sqlite_server.post(f"{FACTORS}/app", {}, token))
    app = add_app(sqlite_server, token)
    check(messages.Factors, sqlite_server.get(FACTORS, token))
    check(messages.Ways, sqlite_server.get(CONFIRM, token))
    check(messages.SentShown, sqlite_server.post(f"{FACTORS}/send", {"kind": "mail"}, token))
    check(messages.Confirmed, sqlite_server.post(CONFIRM, {"kind": "recovery", "code": app.recovery[0]}, token))
    check(messages.Added, sqlite_server.post("/api/v1/auth/recovery-codes", None, token))
    device = sqlite_server.device()
    check(messages.FactorNeeded, sqlite_server.sign_in("ama", device))
    attempt = half(sqlite_server, "ama", device)["attempt"]
    check(SignedIn, second_step(sqlite_server, device, attempt, "app", app.code(sqlite_server)))
