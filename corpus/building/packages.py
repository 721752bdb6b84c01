"""Files that are zip archives of XML: checked before a parser unpacks them."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from corpus.building.builder import Builder
from corpus.errors import CorpusError

MAX_UNPACKED = 500_000_000  # bytes of all files of an archive
MAX_XML = 150_000_000  # bytes of one XML file in it: a parser takes ten times that
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of old and of encrypted Office files


def open_archive(data: bytes, max_unpacked: int = MAX_UNPACKED, max_xml: int = MAX_XML) -> ZipFile:
    """The archive; raises CorpusError where it is encrypted, damaged or would fill the memory."""
    if data.startswith(_OLE):
        raise CorpusError("is encrypted, or of an Office before 2007: save it again, without a password")
    try:
        archive = ZipFile(BytesIO(data))
        entries = archive.infolist()
    except (BadZipFile, ValueError, EOFError, OSError) as error:
        raise CorpusError(f"is damaged ({error}): save it again with the program that made it") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise CorpusError("is encrypted: save it without a password")
    unpacked = sum(entry.file_size for entry in entries)
    largest = max(
        (entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels", "html"))), default=0
    )
    if unpacked > max_unpacked or largest > max_xml:
        raise CorpusError(f"unpacks to {unpacked} bytes, more than may be read: split it into smaller files")
    return archive


def describe_properties(builder: Builder, properties: object) -> None:
    """Add the properties of an Office document to the metadata, dates as days."""
    for name in ("author", "created", "modified", "title", "subject", "keywords"):
        value = getattr(properties, name)
        builder.describe(name, value.date().isoformat() if hasattr(value, "date") else value)
