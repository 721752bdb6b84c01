"""The OpenAPI document is true of every reply."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.result import Ok

from tests.service.web.common import Start

# JSON Schema cannot say that ids must differ, nor what is a relative path, nor where a quote stands.
BEYOND = ("POST /v1/snapshots", "PUT /v1/documents/{document}", "POST /v1/feedback")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_reply_is_documented(start: Start, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", start(admin_key="admin", ask_key="ask").app)

    def check(case: Case[Any]) -> None:
        beyond = [positive_data_acceptance] if case.operation.label in BEYOND else []
        case.call_and_validate(headers={"Authorization": "Bearer admin"}, excluded_checks=beyond)

    settings = hypothesis.settings(max_examples=5, deadline=None, derandomize=True, database=None)
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) == 24
    for operation in operations:
        if mode is GenerationMode.POSITIVE or operation.body:
            settings(hypothesis.given(operation.as_strategy(generation_mode=mode))(check))()
