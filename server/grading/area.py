"""Registers marking with the server."""

from collections.abc import Sequence

from server.core.area import Area
from server.core.batch import Batch, ChangedRow
from server.core.carrying import TermPart
from server.grading import (
    assignment_service,
    comment_service,
    course_grade_routes,
    course_grade_service,
    figure_routes,
    file_access,
    group_service,
    kinds,
    mark_moves,
    mark_release,
    mark_service,
    moderation_kinds,
    notices,
    part_service,
    peer_service,
    portfolio_service,
    published_results,
    regrade_service,
    reminders,
    routes,
    rubric_service,
    scheme_service,
    skill_files,
    skill_kinds,
    skill_moves,
    skill_routes,
    skill_service,
    whole_rows,
    work_files,
    work_service,
)
from server.grading.moving import MOVES
from server.grading.personal import PERSONAL
from shared.grading.moderation_vocabulary import MARK_PART
from shared.grading.permissions import sees_marks
from shared.grading.vocabulary import (
    ASSIGNMENT,
    EXTENSION,
    GRADE_SCHEME,
    MARK,
    PEER_REVIEW,
    SAVED_COMMENT,
    WORK_COMMENT,
    WORK_GROUP,
)
from shared.learning.vocabulary import ENROLMENT

_OF_MARKS = (
    *work_service.COMMANDS,
    *group_service.COMMANDS,
    *peer_service.COMMANDS,
    *mark_service.COMMANDS,
    *part_service.COMMANDS,
    *regrade_service.COMMANDS,
    *mark_release.COMMANDS,
    *comment_service.COMMANDS,
    *course_grade_service.COMMANDS,
    *skill_service.COMMANDS,
    *portfolio_service.COMMANDS,
)


def _enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Bring what was recorded of walk-ins to those whom the office says that they are."""
    skill_moves.enrolments_changed(batch, rows)
    mark_moves.enrolments_changed(batch, rows)


AREA = Area(
    name="grading",
    personal=PERSONAL,
    moves_person=MOVES,
    rolls_over=TermPart(results=published_results.results),
    commands=(
        *assignment_service.COMMANDS,
        *rubric_service.COMMANDS,
        *scheme_service.COMMANDS,
        *_OF_MARKS,
    ),
    access=kinds.access,
    settlers={
        ASSIGNMENT: assignment_service.settle,
        GRADE_SCHEME: scheme_service.settle,
        MARK: mark_service.settle,
        MARK_PART: part_service.settle,
        WORK_GROUP: group_service.settle,
        PEER_REVIEW: peer_service.settle,
        WORK_COMMENT: comment_service.settle,
        EXTENSION: whole_rows.settler(kinds.EXTENSION_KIND),
        SAVED_COMMENT: whole_rows.settler(kinds.SAVED_KIND),
        **skill_service.SETTLERS,
        **portfolio_service.SETTLERS,
    },
    guarded={
        **dict.fromkeys((*kinds.GUARDED, *(one.name for one in _OF_MARKS)), sees_marks),
        **skill_kinds.GUARDED,
        **moderation_kinds.GUARDED,
    },
    # Enrolments first: students are told of marks that come to them.
    followers={ENROLMENT: _enrolments_changed, **notices.FOLLOWERS},
    jobs=(reminders.JOB,),
    routers=lambda context: (
        *routes.routers(context),
        *course_grade_routes.routers(context),
        *figure_routes.routers(context),
        *skill_routes.routers(context),
    ),
    file_readers=(file_access.may_read, skill_files.may_read),
    file_settled=work_files.file_settled,
)
