"""Registers the attendance area with the server."""

from server.attendance import (
    check_in_routes,
    check_in_service,
    class_code_service,
    leave_routes,
    leave_service,
    report_routes,
    routes,
    service,
)
from server.attendance.moving import MOVES
from server.attendance.personal import PERSONAL
from server.core.area import Area
from shared.attendance.check_in import CLASS_CODE_SEED
from shared.attendance.permissions import takes_registers
from shared.attendance.vocabulary import ATTENDANCE_POLICY, LEAVE_REQUEST, OBSERVATION
from shared.timetable.vocabulary import CLASS_SESSION

AREA = Area(
    name="attendance",
    personal=PERSONAL,
    moves_person=MOVES,
    commands=(*service.COMMANDS, *check_in_service.COMMANDS, *leave_service.COMMANDS),
    settlers={
        OBSERVATION: service.settle,
        LEAVE_REQUEST: leave_service.settle,
        ATTENDANCE_POLICY: leave_service.settle_policy,
    },
    guarded={CLASS_CODE_SEED: takes_registers},
    followers={CLASS_SESSION: class_code_service.make_codes},
    routers=lambda context: (
        *routes.routers(context),
        *check_in_routes.routers(context),
        *leave_routes.routers(context),
        *report_routes.routers(context),
    ),
)
