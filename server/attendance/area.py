"""Registers the attendance area with the server."""

from server.attendance import check_in_routes, check_in_service, class_code_service, routes, service
from server.core.area import Area
from shared.attendance.vocabulary import OBSERVATION
from shared.timetable.vocabulary import CLASS_SESSION

AREA = Area(
    name="attendance",
    commands=(*service.COMMANDS, *check_in_service.COMMANDS),
    settlers={OBSERVATION: service.settle},
    followers={CLASS_SESSION: class_code_service.make_codes},
    routers=lambda context: (*routes.routers(context), *check_in_routes.routers(context)),
)
