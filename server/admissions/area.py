"""Registers admissions with the server."""

from server.admissions import (
    application_service,
    decision_service,
    enquiry_service,
    fees,
    files,
    forgetting,
    form_service,
    kinds,
    letters,
    review_service,
    routes,
)
from server.admissions.moving import MOVES
from server.admissions.personal import PERSONAL
from server.core.area import Area
from shared.admissions.permissions import may_see_admissions
from shared.admissions.vocabulary import APPLICATION, APPLICATION_FORM, ENQUIRY

_COMMANDS = (
    *enquiry_service.COMMANDS,
    *form_service.COMMANDS,
    *application_service.COMMANDS,
    *review_service.COMMANDS,
    *decision_service.COMMANDS,
    *forgetting.COMMANDS,
)
AREA = Area(
    name="admissions",
    personal=PERSONAL,
    moves_person=MOVES,
    commands=_COMMANDS,
    access=kinds.access,
    settlers={
        ENQUIRY: enquiry_service.settle,
        APPLICATION_FORM: form_service.settle,
        APPLICATION: decision_service.settle,
    },
    guarded=dict.fromkeys((*kinds.GUARDED, *(one.name for one in _COMMANDS)), may_see_admissions),
    followers=fees.FOLLOWERS,
    jobs=(letters.JOB,),
    routers=routes.routers,
    file_readers=(files.may_read,),
    file_settled=files.file_settled,
)
