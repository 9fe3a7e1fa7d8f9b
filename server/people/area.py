"""Registers the people area with the server."""

from fastapi import APIRouter

from server.core.area import AccessPart, Area
from server.core.context import Context
from server.core.database import Db
from server.people import (
    access_notes,
    agreement,
    audit_list,
    audit_routes,
    backup_routes,
    breach_service,
    bulk_routes,
    computer_routes,
    consent_routes,
    consent_service,
    delivery_routes,
    entry_routes,
    entry_upkeep,
    erasing_job,
    erasing_routes,
    export_routes,
    export_service,
    institute_routes,
    institute_service,
    loss_routes,
    merge_moves,
    merge_record,
    merge_routes,
    merged_people,
    numbering_service,
    photo_routes,
    photo_service,
    platform_routes,
    profile_routes,
    profile_service,
    retention_classes,
    retention_routes,
    retention_service,
    role_routes,
    role_service,
    role_upkeep,
    routes,
    security_list,
    security_routes,
    service,
    set_up_routes,
    sign_in_list_routes,
    sign_in_moves,
    sign_in_routes,
)
from server.people.personal import PERSONAL
from shared.core.actor import Actor
from shared.core.sync import ALL_SCOPE
from shared.people.profile_fields import may_see_private
from shared.people.vocabulary import (
    BRANCH,
    NUMBERING_RULE,
    ORGANISATION,
    PERSON,
    PERSON_PHOTO,
    PRIVATE_PROFILE,
    ROLE,
    Permission,
)


def access(db: Db, actor: Actor) -> AccessPart:
    """Everybody sees the organisation, himself and what he wrote; `core.see_all` sees every row."""
    own = {
        f"{ORGANISATION}:{actor.organisation_id}",
        f"person:{actor.person_id}",
        f"author:{actor.person_id}",
    }
    scopes = frozenset(own | ({ALL_SCOPE} if actor.may(Permission.SEE_ALL) else set()))
    return AccessPart(scopes=scopes, merges=merged_people.is_any(db, actor.organisation_id))


def _routers(context: Context) -> list[APIRouter]:
    context.auth.on_moved = sign_in_moves.Moves(context)
    context.auth.on_denied = access_notes.Denials(context)
    return [
        *sign_in_routes.routers(context),
        sign_in_list_routes.sign_in_list_router(context),
        audit_routes.audit_router(context),
        security_routes.security_router(context),
        delivery_routes.delivery_router(context),
        computer_routes.computer_router(context),
        loss_routes.loss_router(context),
        photo_routes.photo_router(context),
        profile_routes.profile_router(context),
        erasing_routes.erasing_router(context),
        merge_routes.merge_router(context),
        bulk_routes.bulk_router(context),
        export_routes.export_router(context),
        retention_routes.retention_router(context),
        *entry_routes.routers(context),
        institute_routes.institute_router(context),
        set_up_routes.set_up_router(context),
        platform_routes.platform_router(context),
        backup_routes.backup_router(context),
        role_routes.role_router(context),
        *consent_routes.consent_routers(context),
        *routes.routers(context),
    ]


AREA = Area(
    name="people",
    personal=PERSONAL,
    moves_person=merge_moves.MOVES,
    retention=(*retention_classes.CLASSES, *merge_record.CLASSES),
    commands=(
        *service.COMMANDS,
        *numbering_service.COMMANDS,
        *photo_service.COMMANDS,
        *profile_service.COMMANDS,
        *institute_service.COMMANDS,
        *role_service.COMMANDS,
        *consent_service.COMMANDS,
        *breach_service.COMMANDS,
    ),
    access=access,
    agrees=agreement.AGREEMENTS,
    settlers={
        PERSON: service.settle,
        NUMBERING_RULE: numbering_service.settle,
        PERSON_PHOTO: photo_service.settle,
        **profile_service.SETTLERS,
        ORGANISATION: institute_service.settle,
        BRANCH: institute_service.settle_branch,
        ROLE: role_service.settle,
    },
    guarded={PRIVATE_PROFILE: may_see_private},
    routers=_routers,
    jobs=(
        audit_list.JOB,
        entry_upkeep.JOB,
        role_upkeep.JOB,
        *security_list.JOBS,
        erasing_job.JOB,
        export_service.JOB,
        retention_service.JOB,
    ),
)
