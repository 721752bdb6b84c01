"""What a check finds, as a value, for people and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["ok", "note", "problem"]
"""A note is worth knowing and needs nothing done; the text of a problem ends with what to do next."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a line; `values` are the same for programs, as JSON has them."""

    check: str
    state: State
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order in which they were made, and the settings in force."""

    findings: Sequence[Finding]
    settings: Mapping[str, Any]

    @property
    def problems(self) -> int:
        """How many findings are problems."""
        return sum(finding.state == "problem" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        findings = [asdict(finding) for finding in self.findings]
        return {"good": not self.problems, "problems": self.problems, "findings": findings, "settings": self.settings}

    def lines(self) -> Iterable[str]:
        """The report for people."""
        for finding in self.findings:
            yield f"{finding.state:8} {finding.check:12} {finding.text}"
        yield ""
        for name, value in self.settings.items():
            yield f"{name:26} {'none' if value is None else value}"
        yield ""
        yield f"{self.problems} {'problem' if self.problems == 1 else 'problems'}"
