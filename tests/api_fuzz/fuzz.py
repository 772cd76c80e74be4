"""Calls made up by schemathesis from the description, and what was wrong with their answers."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import hypothesis
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from backend.accounts.roles import Role
from tests.api_fuzz.scene import Known

HIT_KNOWN = 0.7
"""Share of calls whose ids are those of rows that exist."""


class Defect(Failure):
    """We broke. 503 is an honest answer: a part that is needed is away."""


def no_defect(_ctx: Any, response: Any, case: Any) -> None:
    """Any answer of 500 and above but that one is a finding."""
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        raise Defect(operation=case.operation.label, title="Defect", message=response.text)


CHECKS = (
    no_defect,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
"""Whether input is rightly refused is the domain's: what fits a schema may still be late, full or
foreign. So answers are judged, not decisions."""


@dataclass(frozen=True)
class Finding:
    """One kind of wrong answer of one operation, and a call that shows it."""

    operation: str
    title: str
    status: int
    call: str
    detail: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.title} ({self.status})\n  {self.call}\n  {self.detail}"


@dataclass
class Fuzz:
    """Random calls of one application, each in the name of somebody who may make them."""

    app: Flask
    known: Known
    tokens: dict[Role, str]
    seed: int = 1
    examples: int = 10
    before_each: Callable[[], None] = lambda: None
    """Before the calls of one operation: counters of the minute begin anew."""
    tell: Callable[[str], object] = lambda _line: None
    """Hears of each finding at once."""
    say_done: Callable[[str], object] = lambda _line: None
    """Hears of each operation that was called often enough."""
    calls: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    findings: dict[tuple[str, str, int], Finding] = field(default_factory=dict)

    def operations(self, only: str = "") -> Iterator[Any]:
        """Every operation of the description whose label holds a text."""
        schema = schemathesis.openapi.from_wsgi("/openapi.json", self.app)
        for found in schema.get_all_operations():
            operation = found.ok()
            if only in operation.label:
                yield operation

    def run(self, operation: Any) -> None:
        """Makes calls of one operation: mostly such as the description allows, then others."""
        self.before_each()
        for mode, share in ((GenerationMode.POSITIVE, 0.7), (GenerationMode.NEGATIVE, 0.3)):
            if mode is GenerationMode.NEGATIVE and not _has_input(operation):
                continue
            self._run(operation, mode, max(1, round(self.examples * share)))

    def _run(self, operation: Any, mode: GenerationMode, examples: int) -> None:
        drawn = random.Random(f"{self.seed} {operation.label} {mode}")

        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Any) -> None:
            self._call(case, drawn)

        with suppress(Unsatisfiable):  # where whatever is sent fits, nothing can be wrong
            call()

    def _call(self, case: Any, drawn: random.Random) -> None:
        if drawn.random() < HIT_KNOWN:
            for name in case.path_parameters or {}:
                if values := self.known.get(name):
                    case.path_parameters[name] = drawn.choice(values)
        answer = case.call(headers=self._signed_in(case.operation, drawn))
        self.calls += 1
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        try:
            case.validate_response(answer, checks=list(CHECKS))
        except FailureGroup as group:
            for failure in group.exceptions:
                self._keep(case, answer.status_code, failure)

    def _signed_in(self, operation: Any, drawn: random.Random) -> dict[str, str]:
        roles = [Role(name) for name in operation.definition.raw.get("x-roles", [])]
        mine = [role for role in roles if role in self.tokens]
        return {"Authorization": f"Bearer {self.tokens[drawn.choice(mine)]}"} if mine else {}

    def _keep(self, case: Any, status: int, failure: Any) -> None:
        title = getattr(failure, "title", type(failure).__name__)
        call = f"{case.method} {quote(case.formatted_path, safe='/%')} {case.query} {case.body!r}"
        finding = Finding(
            operation=case.operation.label,
            title=title,
            status=status,
            call=call[:800],
            detail=str(failure)[:800],
        )
        key = (finding.operation, title, status)
        if key not in self.findings:
            self.findings[key] = finding
            self.tell(f"{finding}\n")


def _has_input(operation: Any) -> bool:
    parts = (operation.path_parameters, operation.query, operation.body)
    return any(len(list(part)) for part in parts)
