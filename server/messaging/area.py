"""Registers notices and letters with the server."""

from fastapi import APIRouter

from server.core.area import Area
from server.core.context import Context
from server.messaging import (
    courier,
    film_notices,
    letter_routes,
    posting,
    report_routes,
    retention_classes,
    routes,
    service,
    template_routes,
    way_routes,
)
from server.messaging.moving import MOVES
from server.messaging.personal import PERSONAL
from shared.core.actor import Actor
from shared.messaging.vocabulary import NOTICE


def _nobody(_actor: Actor) -> bool:
    """Notices are their person's own: whoever sees the whole institute doesn't see those of others."""
    return False


def _routers(context: Context) -> list[APIRouter]:
    # A letter's id and the word of reports stand at the same place: reports come first.
    return [
        *routes.routers(context),
        report_routes.report_router(context),
        letter_routes.letter_router(context),
        letter_routes.wish_router(context),
        template_routes.template_router(context),
        way_routes.way_router(context),
    ]


AREA = Area(
    name="messaging",
    personal=PERSONAL,
    moves_person=MOVES,
    retention=retention_classes.CLASSES,
    commands=service.COMMANDS,
    guarded={NOTICE: _nobody},
    routers=_routers,
    post=posting.post_for,
    jobs=(courier.JOB,),
    film_unread=film_notices.tell_of_film,
)
