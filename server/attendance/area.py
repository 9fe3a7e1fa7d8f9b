"""Registers the attendance area with the server."""

from server.attendance import routes, service
from server.core.area import Area
from shared.attendance.vocabulary import OBSERVATION

AREA = Area(
    name="attendance", commands=service.COMMANDS, settlers={OBSERVATION: service.settle}, routers=routes.routers
)
