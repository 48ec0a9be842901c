"""The OpenAPI document: committed, complete, the same for the same code."""

import json
from pathlib import Path
from typing import Any

import pytest

from zhijia.faces.api import derive, document

from .conftest import Api

COMMITTED = Path(__file__).parents[3] / "docs/openapi.json"


@pytest.fixture(scope="module")
def text() -> str:
    return document.document()


@pytest.fixture(scope="module")
def written(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def operations(written: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in written["paths"].values() for operation in methods.values()]


def test_committed_document_is_what_the_code_says(text: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text, "stale: run zhijia openapi"


def test_document_is_the_same_twice(text: str) -> None:
    assert document.document() == text


def test_every_operation_has_its_own_id_a_tag_and_words(written: dict[str, Any]) -> None:
    found = operations(written)
    assert len({o["operationId"] for o in found}) == len(found)
    assert [o["operationId"] for o in found if not (o["tags"] and o["summary"])] == []


def test_every_reference_leads_somewhere(text: str, written: dict[str, Any]) -> None:
    references = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    missing = []
    for reference in references:
        node: Any = written
        for step in reference.removeprefix("#/").split("/"):
            node = node.get(step, {})
        if not node:
            missing.append(reference)
    assert missing == []


def test_every_transition_is_a_typed_operation(written: dict[str, Any]) -> None:
    for key, owners in derive.transitions().items():
        body = written["paths"][f"/api/v1/cases/{{no}}/actions/{key}"]["post"]["requestBody"]
        reference = json.dumps(body).split("#/components/schemas/")[1].split('"')[0]
        schema = written["components"]["schemas"][reference]
        fields = [list(described["properties"]) for described in schema.get("anyOf", [schema])]
        assert fields == [[ask.name for ask in t.ask] for _service, t in owners][: len(fields)], key
        assert len(fields) in (1, len(owners))


def test_intake_asks_what_the_service_asks(written: dict[str, Any]) -> None:
    schema = written["components"]["schemas"]["HotlineIntake"]
    assert schema["required"] == ["story", "category", "region"]
    assert "wages" in schema["properties"]["category"]["enum"]


def test_served_document_speaks_the_callers_language(api: Api) -> None:
    titles = {}
    for language in ("en", "zh-hans"):
        served = api.client.get("/api/v1/openapi.json", headers={"accept-language": language}).json()
        titles[language] = served["components"]["schemas"]["HotlineIntake"]["properties"]["category"]["title"]
    assert titles["en"] == "What it is about"
    assert "\u4e00" <= titles["zh-hans"][0] <= "\u9fff"
