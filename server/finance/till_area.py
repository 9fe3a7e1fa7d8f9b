"""What the cash desk adds to the server's area of fees and payments."""

from server.finance import (
    office_receipts,
    receipt_letters,
    receipt_prints,
    receipt_requests,
    receipt_service,
    shift_service,
    till_personal,
    till_routes,
    till_service,
)
from server.finance.payment_service import command
from server.finance.receipt_papers import RECEIPT, receipt_paper
from server.finance.till_kinds import GUARDED

COMMANDS = (
    command(receipt_service.check, receipt_service.write),
    *till_service.COMMANDS,
    *shift_service.COMMANDS,
    *receipt_requests.COMMANDS,
    *receipt_prints.COMMANDS,
)
FOLLOWERS = office_receipts.FOLLOWERS
PERSONAL = till_personal.PERSONAL
JOBS = (office_receipts.JOB, receipt_letters.JOB)
PAPERS = {RECEIPT: receipt_paper}
routers = till_routes.routers

__all__ = ["COMMANDS", "FOLLOWERS", "GUARDED", "JOBS", "PAPERS", "PERSONAL", "routers"]
