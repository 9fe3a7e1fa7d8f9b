"""Which HTTP status each error word answers with, and the one shape of every error answer."""

import logging
import math
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.core.database import is_database_gone
from server.core.request_marks import request_id
from shared.core.errors import CampusError
from shared.core.text import text

OK, CREATED, NO_CONTENT, NOT_MODIFIED = 200, 201, 204, 304
FORBIDDEN, UNPROCESSABLE, SERVER_FAULT, AWAY = 403, 422, 500, 503

STATUS: Mapping[str, int] = {
    "malformed": 400,
    "parameter_repeated": 400,
    "cursor_invalid": 400,
    "not_signed_in": 401,
    "password_wrong": 401,
    "signed_out": 401,
    **dict.fromkeys(("suspended", "organisation_suspended"), 401),
    "token_expired": 401,
    "token_invalid": 401,
    "token_reused": 401,
    "device_lost": 403,
    "device_of_another": 403,
    "device_met": 409,
    "order_invalid": 403,
    "device_unproven": 403,
    "not_allowed": 403,
    "own_application": 403,
    "password_change_needed": 403,
    **dict.fromkeys(("factor_enrolment_needed", "fresh_sign_in_needed"), 403),
    "sign_in_over": 401,
    "too_many_codes": 429,
    "not_found": 404,
    "organisation_unknown": 404,
    "operator_access_over": 403,
    "person_unknown": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    **dict.fromkeys(("erasure_kept", "export_taken"), 409),
    "likely_duplicate": 409,
    **dict.fromkeys(("changed_since", "merge_kept", "merged_already", "person_used", "undo_kept"), 409),
    "merge_unknown": 410,
    "organisation_exists": 409,
    "held": 409,
    "clash": 409,
    "slot_taken": 409,
    **dict.fromkeys(("application_decided", "application_exists", "application_sent"), 409),
    **dict.fromkeys(("money_moved", "no_place_left"), 409),
    **dict.fromkeys(("kit_booked", "kit_is_out", "kit_number_taken", "kit_out", "studio_in_class"), 409),
    **dict.fromkeys(("invitation_open", "invitation_settled", "joined_signs_in", "registration_settled"), 409),
    **dict.fromkeys(("registration_closed", "provider_refused", "identity_unlinked"), 403),
    **dict.fromkeys(("invitation_unknown", "registration_unknown", "provider_unknown"), 404),
    **dict.fromkeys(("delivery_unknown", "template_unknown", "report_path_unknown"), 404),
    **dict.fromkeys(("delivery_under_way", "maybe_sent", "secret_gone", "template_changed", "way_missing"), 409),
    **dict.fromkeys(("address_missing", "secret_needed", "template_faulty", "way_faulty"), 422),
    **dict.fromkeys(("payment_unknown", "webhook_unknown", "gateway_missing"), 404),
    **dict.fromkeys(("gateway_away", "gateway_key_refused"), 503),
    **dict.fromkeys(("gateway_in_test", "gateway_refused", "charge_settled"), 409),
    **dict.fromkeys(("email_needed", "gateway_key_faulty"), 422),
    **dict.fromkeys(("phone_faulty", "network_unknown", "code_refused"), 422),
    "code_not_asked": 409,
    "form_published": 409,
    **dict.fromkeys(("invoice_unnumbered", "receipt_needed", "send_to_faulty", "send_to_single"), 422),
    "receipt_key_missing": 409,
    "too_many_prompts": 429,
    **dict.fromkeys(("payment_decided", "entry_reversed"), 409),
    **dict.fromkeys(("statement_known", "statement_totals", "line_settled", "goal_settled", "difference_unnamed"), 409),
    **dict.fromkeys(("proof_known", "proof_missing"), 409),
    **dict.fromkeys(("match_currency", "match_direction", "line_test_money", "line_exceeded"), 409),
    "webhook_refused": 400,
    "command_id_reused": 409,
    "value_taken": 409,
    "gone": 410,
    "stale": 412,
    "built_upon": 409,
    "repeated": 409,
    "too_large": 413,
    **dict.fromkeys(("file_too_large", "file_quota_full"), 413),
    "file_purpose_unknown": 422,
    "range_unsatisfiable": 416,
    "upload_offset_wrong": 409,
    "upload_busy": 423,
    "upload_checksum_wrong": 460,
    **dict.fromkeys(("file_hash_wrong", "file_size_wrong"), 422),
    **dict.fromkeys(("upload_chunked", "upload_settled", "upload_not_arrived"), 409),
    "tus_version_unknown": 412,
    **dict.fromkeys(("preview_missing", "preview_waiting"), 404),
    "file_link_invalid": 403,
    "link_over": 410,
    **dict.fromkeys(("media_type_unknown", "file_type_unknown"), 415),
    "locked": 423,
    "client_too_old": 426,
    "server_too_old": 426,
    "busy": 429,
    "locked_out": 429,
    "too_many_requests": 429,
    **dict.fromkeys(("too_many_exports", "too_many_sends"), 429),
    **dict.fromkeys(("role_exists", "identity_taken", "identity_last_way"), 409),
    "server_fault": SERVER_FAULT,
    "keys_unreadable": SERVER_FAULT,
    "not_set_up": SERVER_FAULT,
    "replica_unusable": SERVER_FAULT,
    "seal_broken": SERVER_FAULT,
    "secret_exposed": SERVER_FAULT,
    "database_away": AWAY,
    "database_moved": AWAY,
    "database_newer": AWAY,
    "database_not_ready": AWAY,
    "server_disk_full": AWAY,
    **dict.fromkeys(("file_store_away", "scanner_away"), AWAY),
    "import_running": 409,
    "undo_of_undo": 409,
    "undone_already": 409,
    **dict.fromkeys(
        (
            "base_missing",
            "code_wrong",
            "enrolment_over",
            "factor_required",
            "file_fetches",
            "file_infected",
            "file_type_lies",
            "identity_flow_over",
            "identity_refused",
            "kind_unknown",
            "logo_invalid",
            "no_address",
            "no_factor",
            "nothing_given",
            "period_too_short",
            "provider_address",
            "provider_away",
            "reason_missing",
            "role_unknown",
            "batch_refused",
            "calendar_unreadable",
            "current_password_wrong",
            "days_invalid",
            "event_unreadable",
            "field_invalid",
            "filter_unknown",
            "import_not_confirmed",
            "invalid",
            "organisation_unclear",
            "period_invalid",
            "password_refused",
            "roster_mapping_invalid",
            "sealed_unreadable",
            "name_missing",
            "rule_invalid",
            "subject_unclear",
            "times_invalid",
            "too_many",
            "too_many_events",
            "temporary_password_expired",
            "aim_missing",
            "install_renewed",
            "code_taken",
            "cohort_unknown",
            "network_needed",
            "term_invalid",
        ),
        UNPROCESSABLE,
    ),
}
"""Words that aren't named here answer 422: the request was understood and what it asks can't be done."""

_STARLETTE_WORDS = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type_unknown",
}
_log = logging.getLogger(__name__)


def status_of(code: str) -> int:
    """Return the HTTP status of an error word."""
    return STATUS.get(code, UNPROCESSABLE)


def error_answer(error: CampusError, status: int | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """Return `error` as `{"error", "code", "details"?, "request_id"}`; `details.retry_after` becomes a header too."""
    content: dict[str, Any] = {"error": error.message, "code": error.code, "request_id": request_id()}
    if error.details:
        content["details"] = error.details
    told = dict(headers or {})
    status = status or status_of(error.code)
    if isinstance(error.details.get("retry_after"), int | float):
        told["Retry-After"] = str(max(1, math.ceil(error.details["retry_after"])))
    if status == STATUS["not_signed_in"]:
        told["WWW-Authenticate"] = "Bearer"
    body = orjson.dumps(content, default=str)
    return Response(body, status_code=status, headers=told, media_type="application/json")


def unexpected() -> CampusError:
    """Return what a person is told of a fault of ours; the log has the rest under the same request id."""
    message = text(
        "The server met a fault. Nothing was changed. Try again, or give the office this number: {number}",
        number=request_id(),
    )
    return CampusError("server_fault", message)


def database_away() -> CampusError:
    """Return what a person is told while the database can't be reached."""
    message = text("The server can't reach its database. Work goes on offline and is sent when it is back.")
    return CampusError("database_away", message, {"retry_after": 5})


def for_person(failure: BaseException) -> CampusError:
    """Return any failure as the error that a person is told."""
    if isinstance(failure, CampusError):
        return failure
    if isinstance(failure, PoolTimeoutError) or is_database_gone(failure):
        return database_away()
    return unexpected()


def validation_error(failure: RequestValidationError) -> CampusError:
    """Return what is wrong with a request: `malformed` where it is no JSON, else `invalid` with each field."""
    faults = failure.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return CampusError("malformed", text("The request is not valid JSON."))
    fields = [
        {
            "field": ".".join(str(part) for part in fault["loc"][1:]),
            "place": str(fault["loc"][0]),
            "code": fault["type"],
            "reason": fault["msg"],
        }
        for fault in faults
    ]
    names = ", ".join(sorted({field["field"] or field["place"] for field in fields}))
    message = text("These fields can't be used as they are: {names}. Change them and send it again.", names=names)
    return CampusError("invalid", message, {"fields": fields})


def _of_starlette(failure: HTTPException) -> CampusError:
    word = _STARLETTE_WORDS.get(failure.status_code, "malformed")
    sentences = {
        "not_found": text("There is nothing at this address."),
        "method_not_allowed": text("This address doesn't take that method."),
        "too_large": text("What was sent is larger than the server takes."),
        "media_type_unknown": text("The server takes JSON here."),
    }
    return CampusError(word, sentences.get(word, text("The request can't be understood.")))


async def _tell_denied(request: Request, code: str) -> None:
    """Let the security log know of a signed-in caller who may not do something."""
    claims = request.scope.get("campusdesk.claims")
    context = getattr(request.app.state, "context", None)
    told = context.auth.on_denied if context is not None else None
    if claims is None or claims.expired or told is None:
        return
    path = getattr(request.scope.get("route"), "path", request.url.path)
    where = (request.client.host if request.client else None, request.headers.get("user-agent"))
    await run_in_threadpool(told, claims, (request.method, path), code, where)


def install_error_answers(app: FastAPI) -> None:
    """Make the application answer every error in the one shape."""

    async def campus(request: Request, failure: Exception) -> Response:
        error = for_person(failure)
        if status_of(error.code) == FORBIDDEN:
            await _tell_denied(request, error.code)
        return error_answer(error)

    async def validation(_request: Request, failure: Exception) -> Response:
        if not isinstance(failure, RequestValidationError):
            raise failure
        return error_answer(validation_error(failure))

    async def http(_request: Request, failure: Exception) -> Response:
        if not isinstance(failure, HTTPException):
            raise failure
        return error_answer(_of_starlette(failure), failure.status_code, failure.headers)

    app.add_exception_handler(CampusError, campus)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
