"""What payments through gateways add to the server's area of fees and payments."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.personal_data import PersonalTable, impersonal
from server.finance import gateway_refunds, inbox_job, online_service, poll_job
from server.finance.inbox_routes import inbox_router
from server.finance.online_routes import online_routers
from server.finance.online_tables import GATEWAY_ACCOUNT
from shared.finance.vocabulary import REQUEST

COMMANDS = online_service.COMMANDS
FOLLOWERS = {REQUEST: gateway_refunds.follow}
JOBS = (inbox_job.JOB, poll_job.JOB, gateway_refunds.JOB)
PERSONAL = (
    PersonalTable(
        GATEWAY_ACCOUNT.name,
        by={"changed_by": ""},
        secret=("sealed", "token_digest"),
        kept=("gateway", "key_id", "problem"),
    ),
    PersonalTable(
        "online_payment",
        via=(("payment_id", "payment"),),
        blank=("phone_end", "said"),
        kept=("reference", "gateway_id", "paid_id", "url", "problem", "channel", "step"),
    ),
    PersonalTable(
        "gateway_refund",
        via=(("payment_id", "payment"),),
        ids=("request_id",),
        kept=("gateway_id", "problem"),
    ),
    *impersonal("webhook_inbox", "online_till"),
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    return [*online_routers(context), inbox_router(context)]
