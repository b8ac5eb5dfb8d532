"""A stand-in for Twilio's Messages API that speaks its documented interface, as a program of its own.

    cd tests; python -m messages.twilio_simulator

prints the address at which it listens. https://www.twilio.com/docs/messaging/api/message-resource describes the form,
the resource and the errors, https://www.twilio.com/docs/usage/security the signature of callbacks, which is computed
here by that description and not by the code that is tested. What goes wrong is asked for as in `messages.stage`:
`busy`, `fail`, `revoked`, `reset` (not done), `lose` (done, and not answered), `slow` (done, and answered late),
`garbled` (done, and answered with no JSON).
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from messages.stage import Stage, cut, serve

ACCOUNT = "AC" + "5e" * 16
TOKEN = "0123456789abcdef0123456789abcdef"
FORMER_TOKEN = "fedcba9876543210fedcba9876543210"
KEY, KEY_SECRET = "SK" + "7a" * 16, "simulatedKeySecret0X1y2Z3w4"
SENDER, SERVICE = "+40700000000", "MG" + "9c" * 16

REFUSED_TO = {
    "+15005550001": (21211, "The 'To' number {} is not a valid phone number."),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled for the region of {}."),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient {}"),
    "+15005550009": (21614, "'To' number {} is not a valid mobile number"),
}
"""The numbers that Twilio has for tests: https://www.twilio.com/docs/iam/test-credentials"""

NO_SENDER = "+15005550001"

ERRORS = {
    "busy": (429, 20429, "Too Many Requests"),
    "fail": (500, 20500, "Internal Server Error"),
    "revoked": (401, 20003, "Authenticate"),
}


class Simulator(Stage):
    """The interface."""

    def __init__(self) -> None:
        super().__init__(_encoded, TOKEN, ["sent", "delivered"], sends_again=False)

    def application(self) -> web.Application:
        """Return it as a web application."""
        app, base = super().application(), "/2010-04-01/Accounts/{account}/Messages"
        app.router.add_post(f"{base}.json", self.create)
        app.router.add_get(f"{base}/{{sid}}.json", self.fetch)
        return app

    async def create(self, request: web.Request) -> web.Response:
        """Take a message."""
        form, fault = dict(await request.post()), self.fault("create")
        assert request.transport is not None
        connection = request.transport.get_extra_info("peername")[1]
        self.requests.append({"operation": "create", "form": form, "connection": connection})
        kind = fault.kind if fault else ""
        if kind == "reset":
            return cut(request)
        if kind in ERRORS:
            return _error(*ERRORS[kind], headers={"Retry-After": "7"} if kind == "busy" else {})
        if (refusal := _refusal(request, form)) is not None:
            return refusal
        message = _resource(form)
        self.messages.append(message)
        answer = web.json_response(message, status=201)
        self._go_on(message, str(form.get("StatusCallback", "")))
        if kind == "lose":
            return cut(request)
        if fault and kind == "slow":
            await asyncio.sleep(fault.seconds)
        return web.Response(text="<html>", status=201) if kind == "garbled" else answer

    async def fetch(self, request: web.Request) -> web.Response:
        """Tell how far a message is."""
        sid, fault = request.match_info["sid"], self.fault("fetch")
        self.requests.append({"operation": "fetch", "sid": sid})
        if fault:
            return _error(*ERRORS[fault.kind])
        if not _is_known(request):
            return _error(*ERRORS["revoked"])
        found = next((one for one in self.messages if one["sid"] == sid), None)
        return web.json_response(found) if found else _error(404, 20404, f"The requested resource {sid} was not found")

    def _go_on(self, message: dict[str, Any], callback: str) -> None:
        """Let a message get as far as it does; each state is told."""
        reports = []
        for state in self.course:
            has_failed = state in ("failed", "undelivered")
            message.update(status=state, error_code=int(self.why) if has_failed and self.why else None)
            reports.append(_report(message, callback))
        if callback:
            self.outbox.put(reports)


def _report(message: dict[str, Any], callback: str) -> dict[str, Any]:
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": message["from"] or SENDER,
        "MessageSid": message["sid"],
        "MessageStatus": message["status"],
        "SmsSid": message["sid"],
        "SmsStatus": message["status"],
        "To": message["to"],
    }
    if message["error_code"]:
        form["ErrorCode"] = str(message["error_code"])
    return {"url": callback, "form": form}


def _encoded(report: dict[str, Any], secret: str, age: int) -> tuple[dict[str, str], bytes]:
    """Sign a callback with the account's token; there is no time in it."""
    text = report["url"]
    for name in sorted(report["form"]):
        text += name + report["form"][name]
    digest = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"X-Twilio-Signature": digest, "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return headers, urlencode(report["form"]).encode()


def _resource(form: dict[str, Any]) -> dict[str, Any]:
    sid, at = f"SM{secrets.token_hex(16)}", format_datetime(datetime.now(UTC))
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": form["Body"],
        "date_created": at,
        "date_sent": None,
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": "0",
        "num_segments": "1" if "From" in form else "0",
        "price": None,
        "price_unit": None,
        "sid": sid,
        "status": "queued" if "From" in form else "accepted",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": form["To"],
        "uri": f"{uri}.json",
    }


def _refusal(request: web.Request, form: dict[str, Any]) -> web.Response | None:
    """Return why a message is not taken."""
    if not _is_known(request):
        return _error(*ERRORS["revoked"])
    if request.match_info["account"] != ACCOUNT:
        return _error(404, 20404, "The requested resource was not found")
    if form.get("To") in REFUSED_TO:
        code, text = REFUSED_TO[form["To"]]
        return _error(400, code, text.format(form["To"]))
    if form.get("From") == NO_SENDER:
        return _error(400, 21212, f"The 'From' number {NO_SENDER} is not a valid phone number.")
    if not form.get("Body"):
        return _error(400, 21602, "Message body is required.")
    if (form.get("From") or form.get("MessagingServiceSid")) not in (SENDER, SERVICE):
        return _error(400, 21606, "The 'From' phone number provided is not valid for this account.")
    if not 1 <= int(form.get("ValidityPeriod", 36000)) <= 36000:
        return _error(400, 21623, "The ValidityPeriod is out of range.")
    host = urlsplit(form["StatusCallback"]).hostname if "StatusCallback" in form else "none.example"
    if not host or "." not in host:
        return _error(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
    return None


def _is_known(request: web.Request) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    known = (f"{ACCOUNT}:{TOKEN}", f"{ACCOUNT}:{FORMER_TOKEN}", f"{KEY}:{KEY_SECRET}")
    return scheme == "Basic" and base64.b64decode(given).decode() in known


def _error(status: int, code: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": text, "more_info": more, "status": status}
    return web.json_response(body, status=status, headers=headers)


if __name__ == "__main__":
    asyncio.run(serve(Simulator()))
