"""The published documents are what they say they are: valid by the official schemas, whole, and without a dead end."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from contract.walk import nodes, resolve
from jsonschema import Draft7Validator, Draft202012Validator

from server import asyncapi, openapi, reference
from server.clock import Clock
from server.message_reports import MessageReports
from server.pages import Pages
from server.payments.webhook import Webhooks
from server.routes import ROUTES
from server.telemetry import Metrics
from server.vocabulary import MEANINGS, SUBJECTS
from server.web import SECURITY, Web
from sms_gateway.providers.twilio import Account, Twilio
from sms_gateway.providers.webhook import Webhook

ROOT = Path(__file__).parents[2]


def test_the_socket_document_is_valid_by_the_official_schema(
    published: dict[str, Any], asyncapi_schema: dict[str, Any]
) -> None:
    assert published["asyncapi"] == "3.0.0"
    assert [error.message for error in Draft7Validator(asyncapi_schema).iter_errors(published)] == []


def test_the_official_schema_of_sockets_notices_a_mistake(
    published: dict[str, Any], asyncapi_schema: dict[str, Any]
) -> None:
    operation = published["operations"]["table.cart.add"] | {"action": "recieve"}
    wrong = published | {"operations": {"table.cart.add": operation}}
    assert not Draft7Validator(asyncapi_schema).is_valid(wrong)


def test_the_http_document_is_valid_by_the_official_schema(
    published_http: dict[str, Any], openapi_schema: dict[str, Any]
) -> None:
    assert published_http["openapi"] == "3.1.0"
    assert [error.message for error in Draft202012Validator(openapi_schema).iter_errors(published_http)] == []


def test_the_http_document_names_exactly_the_routes_that_exist(published_http: dict[str, Any]) -> None:
    async def nothing() -> list[str]:
        return []

    site = web.Application()
    documents = {"/asyncapi.json": asyncapi.document, "/openapi.json": openapi.document}
    pages = {"/docs": reference.page, "/docs/style.css": reference.style}
    Web(Clock(), Metrics(), nothing, documents, pages).attach(site)
    Webhooks(None, None, None, Clock(), Metrics()).attach(site)
    account = Account("AC", ("token",), "AC", "token")
    providers = [Twilio(account, "", None, Clock().now), Webhook("", [], Clock().now)]
    MessageReports(providers, None, Clock(), Metrics()).attach(site)
    Pages().attach(site)
    rest = {(route.path, route.method.lower()) for route in ROUTES}
    routes = {(str(route.resource.canonical), route.method.lower()) for route in site.router.routes() if route.resource}
    files = ("/kitchen/", "/diner/", "/floor/", "/order/", "/ui/", "/client/", "/vendor/")
    routes = {(path, method) for path, method in routes if not path.startswith(files)}
    documented = {
        (path, method) for path, one in published_http["paths"].items() for method in one if method != "parameters"
    }
    assert documented == rest | {(path, method) for path, method in routes if method != "head"}


@pytest.mark.parametrize("which", ["published", "published_http"])
def test_every_reference_in_a_document_leads_somewhere(which: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(which)
    pointers = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    assert pointers
    for pointer in pointers:
        assert resolve(document, pointer)


@pytest.mark.parametrize("which", ["published", "published_http"])
def test_every_schema_is_a_valid_schema(which: str, request: pytest.FixtureRequest) -> None:
    for schema in request.getfixturevalue(which)["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
        Draft202012Validator.check_schema(schema)


def test_every_schema_is_used(published: dict[str, Any]) -> None:
    used = {str(node.get("$ref", "")).rpartition("/")[2] for node in nodes(published)}
    assert set(published["components"]["schemas"]) - used == set()


@pytest.mark.parametrize("which", ["published", "published_http"])
def test_every_field_has_a_meaning(which: str, request: pytest.FixtureRequest) -> None:
    schemas = request.getfixturevalue(which)["components"]["schemas"]
    silent = [
        f"{name}: {field}"
        for name, schema in schemas.items()
        for node in nodes(schema)
        for field, shape in (node.get("properties") or {}).items()
        if isinstance(shape, dict) and not shape.get("description")
    ]
    assert silent == [], "say what they mean, in the vocabulary of their subject (server/*_vocabulary.py)"


def test_a_word_stands_in_the_vocabulary_of_one_subject() -> None:
    assert sum(len(subject) for subject in SUBJECTS) == len(MEANINGS)


def test_the_vocabulary_has_no_word_that_no_message_uses(
    published: dict[str, Any], published_http: dict[str, Any]
) -> None:
    schemas = published["components"]["schemas"] | published_http["components"]["schemas"]
    fields = {
        word
        for name, schema in schemas.items()
        for node in nodes(schema)
        for field in node.get("properties") or {}
        for word in (field, f"{name}.{field}")
    }
    unused = set(MEANINGS) - fields
    # Told in the details of refusals, which have no schema of their own.
    assert unused == {"retryAfter"}


def test_no_type_is_called_by_the_path_of_its_module(published: dict[str, Any]) -> None:
    assert [name for name in published["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []


# ── the reference for people ──────────────────────────────────────────────────────────────────────────────────────────


class Page(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes.update(given)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links |= {given.get("href") or ""} if tag == "a" else set()

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(reference.page()[1])


def test_every_link_of_the_page_leads_somewhere(page: Page) -> None:
    anchors = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert anchors <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {"/asyncapi.json", "/openapi.json"}


def test_no_two_places_of_the_page_have_the_same_anchor(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_the_page_shows_every_operation_every_type_and_every_error(page: Page, published: dict[str, Any]) -> None:
    assert set(published["operations"]) <= set(page.ids)
    assert {f"error.{code}" for code in published["x-errors"]} <= set(page.ids)
    for schema in published["components"]["schemas"].values():
        for field in schema.get("properties", {}):
            assert field in page.text


def test_the_page_needs_nothing_that_its_security_policy_forbids(page: Page) -> None:
    assert "default-src 'none'; style-src 'self'" in SECURITY["Content-Security-Policy"]
    assert page.tags.isdisjoint({"script", "style", "img", "iframe", "object", "form", "base"})
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}


def test_the_style_sheet_loads_nothing(page: Page) -> None:
    kind, text = reference.style()
    assert kind == "text/css"
    assert "url(" not in text
    assert "@import" not in text


def test_no_markup_of_the_outline_is_left_in_the_page(page: Page) -> None:
    assert not re.search(r"\*\*|\]\(#|`", page.text)


def test_the_protocol_in_docs_is_the_one_of_the_code() -> None:
    assert (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8") == reference.markdown(), "run `make protocol`"
