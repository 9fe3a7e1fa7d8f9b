"""The provider's callbacks: reports of deliveries and wishes to get no more, on paths that hold a secret."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.messaging.report_service import Report, take_opt_out, take_report
from server.messaging.way_service import REPORTS, is_report_path
from shared.core.errors import CampusError
from shared.core.ids import is_id
from shared.core.text import text

_EXAMPLE = {"taken": True}
_LONGEST_TOKEN = 100
Word = Annotated[str, Form(max_length=120)]


def report_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix=REPORTS, tags=["letters"])
    _add_delivery(router, context)
    _add_opt_out(router, context)
    return router


def _taken(context: Context, organisation_id: str, token: str, take: Callable[[Db], bool]) -> Response:
    """Take a callback on the institute's own path; raises CampusError `report_path_unknown` on any other one."""
    unknown = CampusError("report_path_unknown", text("There is nothing here."))
    if not is_id(organisation_id) or len(token) > _LONGEST_TOKEN:
        raise unknown

    def work(db: Db) -> bool:
        if not is_report_path(db, organisation_id, token):
            raise unknown
        return take(db)

    with acting_for(organisation_id):
        return answer(None, {"taken": context.database.write(work)})


def _add_delivery(router: APIRouter, context: Context) -> None:
    @router.post(
        "/{organisation_id}/{token}/delivery",
        openapi_extra=PUBLIC,
        summary="Take the SMS provider's report of a letter",
        **described(None, _EXAMPLE),
    )
    def delivery(
        organisation_id: str,
        token: str,
        id: Word,
        status: Word,
        failureReason: Word = "",  # noqa: N803 - the provider's own name
    ) -> Response:
        report = Report(id, status, failureReason)
        now = context.clock.now()
        return _taken(context, organisation_id, token, lambda db: take_report(db, organisation_id, report, now))


def _add_opt_out(router: APIRouter, context: Context) -> None:
    @router.post(
        "/{organisation_id}/{token}/opt-out",
        openapi_extra=PUBLIC,
        summary="Take the wish of a number's owner to get no more SMS",
        **described(None, _EXAMPLE),
    )
    def opt_out(
        organisation_id: str,
        token: str,
        phoneNumber: Word,  # noqa: N803 - the provider's own name
        senderId: Word = "",  # noqa: N803 - the provider's own name
    ) -> Response:
        now = context.clock.now()
        return _taken(
            context, organisation_id, token, lambda db: take_opt_out(db, organisation_id, phoneNumber, senderId, now)
        )
