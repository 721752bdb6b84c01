"""Documents and passages on disk: exact, whatever the text; unchanged documents are copied."""

import tempfile
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus.documents import Document, DocumentInfo, Passage, Section
from corpus.errors import CorpusError, SnapshotError
from corpus.passages import Chunking, split
from corpus.sources import make_document
from index.encoding.encoder import Encoder
from index.storage.passage_writer import PassageWriter
from index.storage.passages import DocumentRecord, PassageTable

TABLE = "| k | v |\n|---|---|\n| one | 1 |\n| two | 2 |\n"
WORDS = st.sampled_from(
    ["One. ", "Zwei é", "三。", "\n\n", "= H =\n", "# H\n", "## I\n", TABLE, "- Key: v\n", "1. Go.\n", "---\n", "🙂",
     "e\u0301", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), min_size=1, max_size=25).map("".join)
SHORT = Chunking(max_tokens=12, min_tokens=1, overlap=1)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def documents_of(texts: list[str]) -> list[Document]:
    made = []
    for number, text in enumerate(texts):
        try:
            made.append(make_document(f"d{number}", text))
        except CorpusError:  # only white space, or nothing at all
            continue
    return made


def write(
    folder: Path, documents: list[Document], encoder: Encoder, previous: PassageTable | None = None
) -> PassageTable:
    chunk = partial(split, chunking=SHORT, encoder_tokens=encoder.max_tokens, count_tokens=encoder.count_tokens)
    with closing(PassageWriter(folder, chunk, previous)) as writer:
        for document in documents:
            writer.add(document)
    return PassageTable.open(folder, writer.passages, writer.sentences, writer.blocks)


def new_folder(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=parent))


@shared
@given(st.lists(TEXTS, max_size=4))
@example(["  - a\n  - b"])
def test_every_passage_is_exactly_where_it_says(tmp_path: Path, encoder: Encoder, texts: list[str]) -> None:
    documents = documents_of(texts)
    table = write(folder := new_folder(tmp_path), documents, encoder)
    assert [table.document(number) for number in range(len(documents))] == documents
    cut = [passage for each in documents for passage in split(each, SHORT, encoder.max_tokens, encoder.count_tokens)]
    assert [table.passage(row) for row in range(len(table))] == cut
    data = (folder / "text.bin").read_bytes()
    rows = [row for record in table.documents for row in range(record.first_passage, record.last_passage)]
    assert rows == list(range(len(table)))
    for row in rows:
        passage, raw = table.passage(row), table.passages[row]
        document = documents[int(raw["document"])]
        assert passage.document == document.id
        assert document.text[passage.start : passage.end] == passage.text
        assert data[raw["byte_start"] : raw["byte_end"]].decode() == passage.text
        offsets = [passage.start, *(offset for span in passage.sentences for offset in span), passage.end]
        assert offsets == sorted(offsets)
        has_header = passage.kinds[0] == "row" and passage.lead is not None and passage.lead[0] >= passage.start
        first = (passage.lead if has_header else passage.sentences[0])[0]  # type: ignore[index]
        before = document.text[passage.start : first]  # an item or a line keeps its indentation
        assert not before or (before.isspace() and passage.kinds[0] in ("item", "record"))
        assert passage.sentences[-1][1] == passage.end
        assert passage.section in [s.path for s in document.info.sections if s.start <= passage.sentences[0][0] < s.end]


@shared
@given(st.lists(TEXTS, max_size=4), st.randoms(use_true_random=False))
def test_copied_passages_are_those_that_chunking_gives(
    tmp_path: Path, encoder: Encoder, texts: list[str], random: Random
) -> None:
    documents = documents_of(texts)
    before = write(new_folder(tmp_path), documents, encoder)
    random.shuffle(documents)
    kept = documents[1:]
    copied, fresh = new_folder(tmp_path), new_folder(tmp_path)
    write(copied, kept, encoder, before)
    write(fresh, kept, encoder)
    for file in fresh.iterdir():
        assert (copied / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_table_right_below_a_heading_keeps_it(tmp_path: Path, encoder: Encoder) -> None:
    table = "| ticket | price |\n|---|---|\n| single | {} |\n| season | {} |\n"
    text = f"# Ferry\n\nAll year.\n\n## Adults\n\n{table.format(8, 90)}\n## Children\n\n{table.format(3, 40)}"
    document = make_document("prices", text, suffix=".md")
    written = write(tmp_path, [document], encoder)
    passages = [written.passage(row) for row in range(len(written))]
    assert list(dict.fromkeys(passage.section for passage in passages)) == [(), ("Adults",), ("Children",)]
    assert passages == split(document, SHORT, 254, encoder.count_tokens)
    inputs = [written.encoder_input(row) for row in range(len(passages))]
    assert [each.context for each in inputs] == [passage.context for passage in passages]


def test_an_unchanged_document_is_not_chunked_again(tmp_path: Path, encoder: Encoder) -> None:
    documents = documents_of(["One. Two.", "Three."])
    previous = write(new_folder(tmp_path), documents, encoder)
    changed = [documents[0], make_document("d1", "Four.")]
    chunked: list[str] = []

    def chunk(document: Document) -> list[Passage]:
        chunked.append(document.id)
        return split(document, SHORT, 254, encoder.count_tokens)

    with closing(PassageWriter(new_folder(tmp_path), chunk, previous)) as writer:
        for document in changed:
            writer.add(document)
    assert chunked == ["d1"]


def test_the_same_text_in_another_format_is_chunked_again(tmp_path: Path, encoder: Encoder) -> None:
    text = "One.\n\n    two three = 4\n\n# Head\n\nx\n"
    plain, markdown = (make_document("d", text, suffix=suffix) for suffix in (".txt", ".md"))
    previous = write(new_folder(tmp_path), [plain], encoder)
    copied = write(new_folder(tmp_path), [markdown], encoder, previous)
    fresh = write(new_folder(tmp_path), [markdown], encoder)
    assert [copied.passage(row) for row in range(len(copied))] == [fresh.passage(row) for row in range(len(fresh))]


TITLES = [
    "plain",
    "two\nlines",
    "line\u2028separator\u2029s",
    "next\x85line\x0b\x0c\x1c\x1d\x1e",
    '"quoted" \\ 🙂',
    "\r\n",
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_comes_back(tmp_path: Path, encoder: Encoder, title: str) -> None:
    made = make_document("d", "= A =\nOne.\n= B =\nTwo.")
    document = replace(made, info=replace(made.info, title=title))
    table = write(tmp_path, [document, make_document("e", "Three.")], encoder)
    assert table.document(0) == document
    assert [table.passage(row).title for row in range(len(table))] == [title] * 2 + ["e"]


@given(st.text(), st.lists(st.tuples(st.lists(st.text(max_size=5)), st.integers(0), st.integers(0)), max_size=3))
def test_a_record_is_one_line_that_reads_back(title: str, sections: list[tuple[list[str], int, int]]) -> None:
    parsed = tuple(Section(tuple(path), start, end) for path, start, end in sections)
    record = DocumentRecord(DocumentInfo("a/b", title, "0" * 64, 7, parsed), 1, 2, 3, 4, 5, 6)
    line = record.to_json()
    assert "\n" not in line
    assert DocumentRecord.from_json(line) == record


def test_bytes_are_counted_where_passages_overlap(tmp_path: Path, encoder: Encoder) -> None:
    text = "Ää öö üü ßß éé. " * 9
    table = write(tmp_path, [make_document("d", text)], encoder)
    starts = table.passages["byte_start"].tolist()
    assert starts[1] < int(table.passages["byte_end"][0])
    assert [table.passage(row).text for row in range(len(table))] == ["Ää öö üü ßß éé. Ää öö üü ßß éé."] * 8


def test_what_the_encoder_and_the_terms_read(tmp_path: Path, encoder: Encoder) -> None:
    table = write(tmp_path, [make_document("d", "# Title\nIntro.\n## Part\nOne two. Three!")], encoder)
    read = table.encoder_input(1)
    assert (read.context, read.text, read.sentences) == ("Title > Part", "One two. Three!", ((0, 8), (9, 15)))
    assert list(table.searched_texts(np.array([1, 0]))) == ["Title > Part\nOne two. Three!", "Title\nIntro."]


def test_the_key_is_of_what_the_encoder_sees_and_nothing_else(tmp_path: Path, encoder: Encoder) -> None:
    texts = {"a": "# T\nSame.", "b": "# T\n\n\nSame.", "c": "# U\nSame.", "d": "# T\nOther."}
    table = write(tmp_path, [make_document(name, text) for name, text in texts.items()], encoder)
    a, b, c, d = (tuple(key) for key in table.passages["key"].tolist())
    assert a == b
    assert len({a, c, d}) == 3


def test_two_documents_with_one_id_are_refused(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(CorpusError, match="d0: two documents have this id"):
        write(tmp_path, documents_of(["One."]) * 2, encoder)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("documents.jsonl", b"\xff"),
        ("documents.jsonl", b"{"),
        ("documents.jsonl", b"[1, 2]\n"),
        ("documents.jsonl", b'["d", "t", "0", 4, [[1, 2]], 0, 4, 0, 1]\n'),
        ("documents.jsonl", b"3\n"),
        ("documents.jsonl", None),
        ("text.bin", None),
        ("passages.bin", b""),
        ("sentences.bin", b"123"),
        ("blocks.bin", b"123"),
        ("blocks.bin", None),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, encoder: Encoder, name: str, data: bytes | None) -> None:
    table = write(tmp_path, documents_of(["One."]), encoder)
    (tmp_path / name).unlink()
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SnapshotError, match="build again"):
        PassageTable.open(tmp_path, len(table), len(table.sentences), len(table.blocks))
