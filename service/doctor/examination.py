"""All checks, in order."""

from service.doctor.exposure import check_exposure, settings_in_force
from service.doctor.findings import Report
from service.doctor.machine import check_machine
from service.doctor.served import check_served
from service.settings import Settings


def examine(settings: Settings) -> Report:
    """Look at everything; changes nothing, and connects only to the Milvus server, where one is configured."""
    findings = [*check_machine(), *check_served(settings), *check_exposure(settings)]
    return Report(findings, settings_in_force(settings))
