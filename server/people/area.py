"""Registers the people area with the server."""

from fastapi import APIRouter

from server.core.area import AccessPart, Area
from server.core.context import Context
from server.core.database import Db
from server.people import (
    computer_routes,
    delivery_routes,
    numbering_service,
    photo_routes,
    photo_service,
    routes,
    service,
    sign_in_routes,
)
from shared.core.actor import Actor
from shared.core.sync import ALL_SCOPE
from shared.people.vocabulary import NUMBERING_RULE, ORGANISATION, PERSON, PERSON_PHOTO, Permission


def access(_db: Db, actor: Actor) -> AccessPart:
    """Everybody sees the organisation, himself and what he wrote; `core.see_all` sees every row."""
    own = {
        f"{ORGANISATION}:{actor.organisation_id}",
        f"person:{actor.person_id}",
        f"author:{actor.person_id}",
    }
    return AccessPart(scopes=frozenset(own | ({ALL_SCOPE} if actor.may(Permission.SEE_ALL) else set())))


def _routers(context: Context) -> list[APIRouter]:
    return [
        *sign_in_routes.routers(context),
        delivery_routes.delivery_router(context),
        computer_routes.computer_router(context),
        photo_routes.photo_router(context),
        *routes.routers(context),
    ]


AREA = Area(
    name="people",
    commands=(*service.COMMANDS, *numbering_service.COMMANDS, *photo_service.COMMANDS),
    access=access,
    settlers={
        PERSON: service.settle,
        NUMBERING_RULE: numbering_service.settle,
        PERSON_PHOTO: photo_service.settle,
    },
    routers=_routers,
)
