"""Registers the timetable with the server."""

from server.core.area import Area
from server.timetable import routes, service
from shared.timetable.vocabulary import CLASS_SESSION

AREA = Area(
    name="timetable", commands=service.COMMANDS, settlers={CLASS_SESSION: service.settle}, routers=routes.routers
)
