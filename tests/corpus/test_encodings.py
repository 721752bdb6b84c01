"""Bytes of any age become text, or a refusal that says where they are wrong."""

import pytest

from corpus.encodings import decode
from corpus.errors import CorpusError

GERMAN = "Die Straße nach Köln führt über Würzburg, sagt Jürgen Größe."


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8"),
        (GERMAN, "utf-16", "utf-16-le"),
        (GERMAN, "utf-32", "utf-32-le"),
        (GERMAN, "iso-8859-1", "iso-8859-1"),
        ("Größe", "iso-8859-1", "iso-8859-1"),
        ("Le café coûte 3,50 € – déjà « payé »…", "cp1252", "cp1252"),
        ("¿Dónde está el niño? El año pasado costó 5 €.", "cp1252", "cp1252"),
        ("Привет мир, это текст на русском языке для проверки.", "cp1251", "cp1251"),
        ("日本語のテキストです。これは長い文です。", "shift_jis", "cp932"),
    ],
)
def test_encodings(text: str, written: str, said: str) -> None:
    decoded = decode(text.encode(written))
    assert (decoded.text, decoded.encoding) == (text, said)


def test_utf_16_of_the_other_order() -> None:
    assert decode(b"\xfe\xff" + "é".encode("utf-16-be")).text == "é"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\n\n\x00", r"is binary \(NUL at byte 2, line 3\): save it as plain text in UTF-8"),
        (b"\xff\xfea", "is not UTF-16-LE at byte 0: save it as UTF-8"),
        ("Größe, Köln und Würzburg".encode() + b"\xff", "is not UTF-8 at byte 28, line 1: save it as UTF-8"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=f"^{message}$"):
        decode(data)
