"""Everything by which people come in, beside signing in itself."""

from fastapi import APIRouter

from server.core.context import Context
from server.people import reset_routes


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of coming in."""
    return [reset_routes.reset_router(context)]
