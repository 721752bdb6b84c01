"""reStructuredText, also as Sphinx has it."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.formats.restructured import read
from corpus.reading.isolation import Parsers
from tests.corpus.samples import blocks_of

TEXT = """=====
Guide
=====

:Author: Ann
:Version: 1.2

Intro with *emphasis*, :ref:`the label <x>` and ``code`` [1]_.

.. toctree::
   :maxdepth: 2

   other

.. versionadded:: 3.2
   A new thing.

.. note:: Take care.

.. a comment

Section
-------

We need:

- one

  - inner
- two

VPN
  A tunnel.

====  =====
Item  Price
====  =====
Bolt  3
Nut   4
====  =====

.. code-block:: python

   x = 1

He spoke.

  Said he.

.. [1] The note.
"""


def test_structure() -> None:
    parsed = read(TEXT.encode())
    assert blocks_of(parsed) == [
        ("heading", 1, "Guide", ""),
        ("paragraph", 0, "Intro with emphasis, the label and code 1.", ""),
        ("paragraph", 0, "3.2", ""),
        ("paragraph", 0, "A new thing.", ""),
        ("paragraph", 0, "Take care.", ""),
        ("heading", 1, "Section", ""),
        ("paragraph", 0, "We need:", ""),
        ("item", 1, "one", "We need:"),
        ("item", 2, "inner", "one"),
        ("item", 1, "two", "We need:"),
        ("item", 1, "VPN\nA tunnel.", ""),
        ("row", 0, "Bolt\t3", "Item\tPrice"),
        ("row", 0, "Nut\t4", "Item\tPrice"),
        ("code", 0, "x = 1", ""),
        ("paragraph", 0, "He spoke.", ""),
        ("quotation", 0, "Said he.", ""),
        ("paragraph", 0, "The note.", ""),
    ]
    assert parsed.structure.metadata == {"author": "Ann", "version": "1.2"}


def test_no_other_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words", encoding="utf-8")
    text = f"One.\n\n.. include:: {tmp_path}/secret\n\n.. raw:: html\n   :file: {tmp_path}/secret\n\n.. csv-table::\n   :file: {tmp_path}/secret\n\nTwo."  # noqa: E501
    assert read(text.encode()).text == "One.\n\nTwo."


def test_what_is_wrong_in_a_text_does_not_hide_the_rest() -> None:
    assert read(b"Title\n==\n\nText with `an open role and :unknown:`word`.").text.endswith("word.")


def test_lists_nested_without_end_are_refused() -> None:
    with Parsers() as parsers, pytest.raises(CorpusError, match="nested too deep"):
        parsers.read(".rst", b"- " * 3000 + b"x")
