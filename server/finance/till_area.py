"""What the cash desk adds to the server's area of fees and payments."""

from server.finance import (
    receipt_letters,
    receipt_requests,
    receipt_service,
    shift_service,
    till_personal,
    till_routes,
    till_service,
)
from server.finance.payment_service import command
from server.finance.till_kinds import GUARDED

COMMANDS = (
    command(receipt_service.check, receipt_service.write),
    *till_service.COMMANDS,
    *shift_service.COMMANDS,
    *receipt_requests.COMMANDS,
)
PERSONAL = till_personal.PERSONAL
JOBS = (receipt_letters.JOB,)
routers = till_routes.routers

__all__ = ["COMMANDS", "GUARDED", "JOBS", "PERSONAL", "routers"]
