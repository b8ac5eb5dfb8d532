"""The OpenAPI 3.1 document of the HTTP routes: what operators poll and developers read.

Everything live is on sockets and stands in `server.asyncapi`.
"""

from importlib.metadata import version
from typing import Any

from server import rest_schema
from server.component import refusals
from server.schema import Schema, closed

DESCRIPTION = """\
The HTTP side of Comanda: what customers at home do about their phone number and their addresses, health, metrics,
documents and pages. Tables, carts, orders and the kitchen are on sockets, described by `/asyncapi.json`. Every error
has the shape of `Refused`, as in the ack of a socket command; its message is in the language of `Accept-Language`,
Romanian or English. Calls that a browser makes come from listed origins only."""


def document() -> dict[str, Any]:
    """Return the document."""
    errors = refusals()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comanda",
            "version": version("comanda"),
            "summary": "What is not on sockets.",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "tags": [
            rest_schema.TAG,
            {"name": "operation", "description": "For load balancers and monitoring."},
            {"name": "reading", "description": "For people and for generators of clients."},
        ],
        "paths": {
            **rest_schema.paths(),
            "/healthz": _get("health", "operation", "Whether the process lives.", {"200": _json("It does.", "Health")}),
            "/readyz": _get(
                "readiness",
                "operation",
                "Whether the process can serve: send it nobody while it cannot.",
                {
                    "200": _json("It can.", "Readiness"),
                    "503": _json("It cannot; `missing` says what for.", "Readiness"),
                },
            ),
            "/metrics": _get(
                "metrics",
                "operation",
                "Figures of this process, for Prometheus.",
                {"200": _text("Prometheus' text format.", "text/plain")},
            ),
            "/asyncapi.json": _document("asyncapi", "The AsyncAPI 3.0 document of the sockets."),
            "/openapi.json": _document("openapi", "This document."),
            "/docs": _page("reference", "The protocol of the sockets, to read."),
            "/docs/style.css": _get(
                "style", "reading", "How the pages look.", {"200": _text("A style sheet.", "text/css")}
            ),
            "/webhooks/stripe": {
                "post": {
                    "operationId": "stripeWebhook",
                    "tags": ["operation"],
                    "summary": "Where Stripe tells what became of payments; there only where the server has its keys.",
                    "parameters": [
                        {
                            "name": "Stripe-Signature",
                            "in": "header",
                            "required": True,
                            "description": "Over the bytes of the body, at most five minutes old.",
                            "schema": {"type": "string"},
                        }
                    ],
                    "requestBody": {
                        "required": True,
                        "description": "An event of Stripe's, at most 64 KB; what is none of our business is ignored.",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                    "responses": {
                        "200": _json("It is written down, or none of our business.", "Received"),
                        "400": _json("The signature is wrong or too old, or it cannot be read.", "Received"),
                        "503": _json("It could not be written down: send it again.", "Received"),
                        "default": _json("A body that is too large, or a fault.", "Refused"),
                    },
                }
            },
            **_reports(),
            "/": _page("home", "Where to find what."),
            "/kitchen": _page("kitchen", "The kitchen display."),
            "/floor": _page("floor", "The page of waiters, cashiers and managers."),
            "/order": _page("order", "The page for orders from home."),
            "/t/{token}": {
                "parameters": [
                    {
                        "name": "token",
                        "in": "path",
                        "required": True,
                        "description": "The table's token, the page's `auth.table`. It is not looked at here.",
                        "schema": {"type": "string"},
                    }
                ],
                **_page("table", "The diner's page, where the QR code of a table leads; the same for every token."),
            },
        },
        "components": {
            "securitySchemes": rest_schema.SECURITY,
            "schemas": {
                **rest_schema.components(),
                "Health": closed({"status": {"const": "ok"}}, "Health"),
                "Readiness": closed(
                    {
                        "ready": {"type": "boolean"},
                        "missing": {
                            "type": "array",
                            "items": {"type": "string", "examples": ["database", "change stream", "draining"]},
                        },
                    },
                    "Readiness",
                ),
                "MessageReport": _message_report(),
                "Received": closed({"received": {"type": "boolean"}}, "Received"),
                "Refused": errors["Refused"],
                "Error": errors["Error"],
            },
        },
    }


def _reports() -> dict[str, Any]:
    """Return where providers of messages tell what became of them."""
    names = ("restaurant", "message", "epoch")
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    report = {"application/json": {"schema": {"$ref": "#/components/schemas/MessageReport"}}}
    signed = "Over id, time and body: https://www.standardwebhooks.com."
    return {
        "/webhooks/twilio/{restaurant}/{message}/{epoch}": {
            "parameters": [
                {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "description": "As it stood in the StatusCallback of the message.",
                    "schema": {"type": "string"},
                }
                for name in names
            ],
            **_report(
                "twilioReport",
                "Where Twilio tells what became of a message",
                form,
                {
                    "X-Twilio-Signature": "Over the public address and the form, with the account's token.",
                },
            ),
        },
        "/webhooks/messages": _report(
            "messageReport",
            "Where a service of the house tells the same",
            report,
            {
                "webhook-id": "What the sender calls this report.",
                "webhook-timestamp": "In seconds since 1970, at most five minutes off.",
                "webhook-signature": signed,
            },
        ),
    }


def _message_report() -> dict[str, Any]:
    states = ["accepted", "sent", "delivered", "failed"]
    fields: dict[str, Schema] = {"id": {"type": "string"}, "status": {"enum": states}, "reason": {"type": "string"}}
    return {**closed(fields, "MessageReport"), "required": ["id", "status"]}


def _report(operation: str, summary: str, content: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    return {
        "post": {
            "operationId": operation,
            "tags": ["operation"],
            "summary": f"{summary}; there only where the server has its keys.",
            "parameters": [
                {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
                for name, text in headers.items()
            ],
            "requestBody": {"required": True, "content": content},
            "responses": {
                "204": {"description": "It is written down, or says nothing new, or is about nothing of ours."},
                "400": {"description": "It cannot be read."},
                "403": {"description": "The signature is wrong or too old."},
                "503": {"description": "It could not be written down: send it again."},
                "default": _json("A body that is too large, or a fault.", "Refused"),
            },
        }
    }


def _get(operation: str, tag: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    refused = _json("A request that no route takes, or a fault; nothing but its reference is told.", "Refused")
    return {
        "get": {
            "operationId": operation,
            "tags": [tag],
            "summary": summary,
            "responses": {**responses, "default": refused},
        }
    }


def _document(operation: str, summary: str) -> dict[str, Any]:
    shown: Schema = {"type": "object"}
    answer = {"description": "Made from the code that answers.", "content": {"application/json": {"schema": shown}}}
    return _get(operation, "reading", summary, {"200": answer})


def _page(operation: str, summary: str) -> dict[str, Any]:
    return _get(operation, "reading", summary, {"200": _text("A page.", "text/html")})


def _json(text: str, name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _text(text: str, kind: str) -> dict[str, Any]:
    return {"description": text, "content": {kind: {"schema": {"type": "string"}}}}
