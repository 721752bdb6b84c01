"""The writer that the settings name."""

from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from service.runtime.writing.writer import Writer


def open_writer(settings: Settings) -> "Writer | None":
    """The writer, which asks nobody yet; None where no language model is configured. Raises InputError.

    What it needs is imported only where there is one: it would make every other start slower.
    """
    if settings.llm == "off" and settings.llm_base_url is None:
        return None
    from service.runtime.writing.embedded import EmbeddedModel, require
    from service.runtime.writing.model_server import Address, ModelServer
    from service.runtime.writing.writer import Writer

    seats, seconds = settings.llm_seats, settings.llm_seconds
    if settings.llm_file:
        require(settings.llm_file)
        embedded = EmbeddedModel(settings.llm_file)
        # The child writes one answer at a time.
        return Writer(ModelServer(settings.llm_file.stem, embedded.address, seconds), 1, seconds, embedded.close)
    url, key = (settings.llm_base_url or "").rstrip("/"), settings.llm_key
    address = Address(url, key.get_secret_value() if key else "")

    async def fixed() -> Address:
        return address

    return Writer(ModelServer(settings.llm_model or "", fixed, seconds), seats, seconds)
