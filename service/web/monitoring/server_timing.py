"""The header Server-Timing, which says what a reply took: browsers and proxies show it."""

from service.runtime.render import Outcome


def server_timing(outcome: Outcome) -> dict[str, str]:
    """The header: each stage and the whole, in milliseconds, without the queue and the way here."""
    stages = [f"{stage};dur={1000 * seconds:.2f}" for stage, seconds in outcome.stages.items()]
    remembered = ['cache;desc="remembered"'] if outcome.remembered else []
    return {"server-timing": ", ".join([*remembered, *stages, f"total;dur={outcome.took_ms:.2f}"])}
