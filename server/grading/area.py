"""Registers marking with the server."""

from server.core.area import Area
from server.grading import (
    assignment_service,
    comment_service,
    file_access,
    kinds,
    mark_release,
    mark_service,
    routes,
    rubric_service,
    scheme_service,
    whole_rows,
    work_files,
    work_service,
)
from shared.grading.permissions import sees_marks
from shared.grading.vocabulary import ASSIGNMENT, EXTENSION, GRADE_SCHEME, MARK, SAVED_COMMENT, WORK_COMMENT

_OF_MARKS = (
    *work_service.COMMANDS,
    *mark_service.COMMANDS,
    *mark_release.COMMANDS,
    *comment_service.COMMANDS,
)
AREA = Area(
    name="grading",
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
        WORK_COMMENT: comment_service.settle,
        EXTENSION: whole_rows.settler(kinds.EXTENSION_KIND),
        SAVED_COMMENT: whole_rows.settler(kinds.SAVED_KIND),
    },
    guarded=dict.fromkeys((*kinds.GUARDED, *(one.name for one in _OF_MARKS)), sees_marks),
    routers=routes.routers,
    file_readers=(file_access.may_read,),
    file_settled=work_files.file_settled,
)
