"""What instalment plans and discounts add to the server's area of fees and payments."""

from server.core.personal_data import PersonalTable
from server.finance import discount_service, plan_routes, plan_service
from server.finance.plan_kinds import GUARDED
from shared.finance.vocabulary import DISCOUNT

COMMANDS = (*plan_service.COMMANDS, *discount_service.COMMANDS)
SETTLERS = {DISCOUNT: discount_service.settle}
PERSONAL = (
    PersonalTable("instalment_plan", own=("person_id",), kept=("charge_ids", "parts")),
    PersonalTable("discount", ids=("course_id", "cohort_id"), kept=("name", "code")),
    PersonalTable("discount_use", own=("person_id",), ids=("discount_id", "charge_id", "entry_id")),
)
routers = plan_routes.routers

__all__ = ["COMMANDS", "GUARDED", "PERSONAL", "SETTLERS", "routers"]
