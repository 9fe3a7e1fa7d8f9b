"""Everything by which people come in, beside signing in itself."""

from fastapi import APIRouter

from server.core.context import Context
from server.people import (
    founding_routes,
    handover_routes,
    identity_routes,
    invitation_routes,
    registration_routes,
    reset_routes,
    ways_routes,
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of coming in."""
    return [
        ways_routes.ways_router(context),
        founding_routes.founding_router(context),
        *reset_routes.reset_routers(context),
        handover_routes.handover_router(context),
        *invitation_routes.routers(context),
        *registration_routes.routers(context),
        *identity_routes.routers(context),
    ]
