"""Registers notices with the server."""

from server.core.area import Area
from server.messaging import courier, posting, routes, service
from server.messaging.personal import PERSONAL
from shared.core.actor import Actor
from shared.messaging.vocabulary import NOTICE


def _nobody(_actor: Actor) -> bool:
    """Notices are their person's own: whoever sees the whole institute doesn't see those of others."""
    return False


AREA = Area(
    name="messaging",
    personal=PERSONAL,
    commands=service.COMMANDS,
    guarded={NOTICE: _nobody},
    routers=routes.routers,
    post=posting.post_for,
    jobs=(courier.JOB,),
)
