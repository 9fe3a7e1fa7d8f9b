"""What simulated stores know of rows and commands: the shared rules of every area, and nothing of screens."""

from desktop.core.area import KindSpec, StoreArea
from desktop.core.conflicts import core_area
from desktop.finance import lines, plan_lines, till_lines
from server.areas import KINDS
from shared.attendance import check_in, leave_commands, leave_rules
from shared.attendance import commands as attendance_commands
from shared.attendance import rules as attendance
from shared.finance import commands as money_commands
from shared.finance import fee_commands, plan_projections
from shared.finance import projections as finance
from shared.grading import commands as grading_commands
from shared.grading import projections as grading
from shared.learning import commands as learning_commands
from shared.learning import rules as learning
from shared.messaging import commands as messaging_commands
from shared.messaging import rules as messaging
from shared.people import card_commands
from shared.people import commands as people_commands
from shared.people import rules as people
from shared.timetable import commands as timetable_commands
from shared.timetable import rules as timetable

STORE_AREAS = (
    StoreArea(
        kinds={
            **{kind: KindSpec() for kind in sorted(KINDS - set(core_area().kinds))},
            **lines.KINDS,
            **plan_lines.KINDS,
            **till_lines.KINDS,
        },
        projections={
            **people.PROJECTIONS,
            **card_commands.PROJECTIONS,
            **learning.PROJECTIONS,
            **timetable.PROJECTIONS,
            **attendance.PROJECTIONS,
            **leave_rules.PROJECTIONS,
            **check_in.PROJECTIONS,
            **grading.PROJECTIONS,
            **messaging.PROJECTIONS,
            **finance.PROJECTIONS,
            **plan_projections.PROJECTIONS,
            **till_lines.PROJECTIONS,
        },
        type_versions={
            **people_commands.TYPE_VERSIONS,
            **card_commands.TYPE_VERSIONS,
            **learning_commands.TYPE_VERSIONS,
            **timetable_commands.TYPE_VERSIONS,
            **attendance_commands.TYPE_VERSIONS,
            **leave_commands.TYPE_VERSIONS,
            **check_in.TYPE_VERSIONS,
            **grading_commands.TYPE_VERSIONS,
            **messaging_commands.TYPE_VERSIONS,
            **till_lines.TYPE_VERSIONS,
            **plan_lines.TYPE_VERSIONS,
            **dict.fromkeys((*money_commands.PAYLOADS, *fee_commands.PAYLOADS), 1),
        },
        numbers=till_lines.NUMBERS,
    ),
)
