"""Where gateways' events come in, and the pages that a payer's browser sees: none of it asks for a sign-in."""

import secrets
from base64 import b64encode
from hashlib import sha256
from html import escape

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from server.core.context import Context
from server.core.isolation import acting_for
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.finance.gateway_account import CHECKOUT, WEBHOOKS, account_of
from server.finance.inbox_service import take_event
from server.finance.online_begin import RETURN
from shared.core.errors import CampusError
from shared.core.ids import is_id
from shared.core.text import text
from shared.finance.vocabulary import Method

LARGEST = 262_144
_ORDER = "SELECT 1 FROM online_payment WHERE organisation_id = :o AND gateway = :gateway AND gateway_id = :order"
_SCRIPT = "https://checkout.razorpay.com"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 Inter,system-ui,sans-serif;margin:20vh auto 0;max-width:420px;padding:0 20px;text-align:center}"
    "h1{font-size:20px;font-weight:600;margin:0 0 8px}"
)
_STYLE_HASH = f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
"""What lets this one style through a policy that allows none."""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head><body><main><h1>{title}</h1><p>{words}</p></main>{more}</body></html>
"""
_CHECKOUT = """<script nonce="{nonce}" src="{script}/v1/checkout.js"></script>
<script nonce="{nonce}">new Razorpay({options}).open();</script>"""


def inbox_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(tags=["online-payments"])
    _add_events(router, context)
    _add_pages(router, context)
    return router


def _add_events(router: APIRouter, context: Context) -> None:
    @router.post(
        f"{WEBHOOKS}/{{organisation_id}}/{{token}}/{{gateway}}",
        openapi_extra=PUBLIC,
        summary="Take a payment gateway's event",
        **described(None, {"taken": True}),
    )
    async def event(organisation_id: str, token: str, gateway: str, request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST:
            raise CampusError("too_large", text("This is larger than any event."))
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken = await run_in_threadpool(take_event, context, organisation_id, token, gateway, headers, body)
        return answer(None, {"taken": taken})


def _add_pages(router: APIRouter, context: Context) -> None:
    @router.get(
        f"{CHECKOUT}/{{organisation_id}}",
        openapi_extra=PUBLIC,
        response_class=HTMLResponse,
        summary="The page that opens Razorpay's checkout for an order",
    )
    def checkout(organisation_id: str, order: str = "") -> Response:
        key_id = _key_of(context, organisation_id, order)
        nonce = secrets.token_urlsafe(16)
        options = {"key": key_id, "order_id": order, "redirect": True, "callback_url": RETURN}
        script = _CHECKOUT.format(nonce=nonce, script=_SCRIPT, options=_for_script(options))
        words = text("Razorpay's window opens here. Close this page when you have paid.")
        return _page(text("Pay"), words, script, nonce)

    @router.get(
        RETURN,
        openapi_extra=PUBLIC,
        response_class=HTMLResponse,
        summary="Where a gateway sends the browser back to",
    )
    def back() -> Response:
        return _returned()

    @router.post(
        RETURN,
        openapi_extra=PUBLIC,
        response_class=HTMLResponse,
        summary="Where Razorpay's checkout sends the browser back to",
    )
    def back_again() -> Response:
        return _returned()


def _returned() -> Response:
    # What a browser brings back decides nothing: the gateway is asked.
    words = text("Campusdesk asks the gateway whether the payment came. Close this page and look there.")
    return _page(text("Back to Campusdesk"), words)


def _key_of(context: Context, organisation_id: str, order: str) -> str:
    unknown = CampusError("payment_unknown", text("This payment isn't there."))
    if not is_id(organisation_id) or not order or len(order) > 60:
        raise unknown
    with acting_for(organisation_id), context.database.read() as db:
        account = account_of(db, organisation_id, Method.RAZORPAY)
        known = db.one(_ORDER, o=organisation_id, gateway=str(Method.RAZORPAY), order=order)
    if account is None or not account.sealed or known is None:
        raise unknown
    return account.key_id


def _for_script(options: dict[str, object]) -> str:
    return orjson.dumps(options).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _page(title: str, words: str, more: str = "", nonce: str = "") -> Response:
    content = _PAGE.format(title=escape(title), words=escape(words), more=more, style=_STYLE)
    policy = f"default-src 'none'; style-src {_STYLE_HASH}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    if nonce:
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}' {_SCRIPT}; frame-src https://*.razorpay.com;"
            " connect-src https://*.razorpay.com; img-src https: data:; style-src 'unsafe-inline';"
            " form-action 'self' https://*.razorpay.com; frame-ancestors 'none'; base-uri 'none'"
        )
    return HTMLResponse(content, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})
