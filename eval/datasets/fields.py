"""The three formats of labelled questions: the product's JSON lines, SQuAD 2.0 JSON, BEIR folders.

What cannot be read raises DatasetError with file and line (SQuAD: and JSON path); what can be read but not used ends
up in the dataset's notes.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeVar

from corpus.canonical import canonical
from corpus.documents import Document
from corpus.errors import CorpusError, DatasetError
from corpus.sources import MAX_ID, make_document
from eval.datasets.json_paths import with_lines
from eval.datasets.questions import Dataset, Gold, Question, Unit, fingerprint, locate

T = TypeVar("T")

_KINDS = {str: "text", bool: "true or false", int: "a whole number", list: "a list"}


def read_lines(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """One question a line, labelled with spans of the documents that the snapshot in use holds."""
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files, and this set has no documents of its own")
    questions: dict[str, Question] = {}
    for where, line in _json_lines(path):
        question = _line_question(line, where)
        if question.id in questions:
            raise DatasetError(f"{where}: id {question.id!r} is taken; give every question its own")
        questions[question.id] = question
    return _dataset(path.stem, None, questions, "span", [path])


def _line_question(line: object, where: str) -> Question:
    identity, text, answerable = (
        _text(line, "id", where),
        _text(line, "question", where),
        _get(line, "answerable", bool, where),
    )
    gold = tuple(_evidence(item, where) for item in _get(line, "evidence", list, where))
    if answerable != bool(gold):
        raise DatasetError(f"{where}: answerable questions need evidence, and others must have none")
    split, group = _get(line, "split", str, where, ""), _get(line, "fact", str, where, "") or identity
    if split not in ("", "dev", "test"):
        raise DatasetError(f"{where}: split should be dev or test, not {split!r}")
    return Question(identity, text, answerable, gold, _get(line, "kind", str, where, ""), split, group)


def _evidence(item: object, where: str) -> Gold:
    document, quote = _text(item, "document", where), _text(item, "quote", where)
    start, end = _get(item, "start", int, where), _get(item, "end", int, where)
    if start < 0 or end - start != len(quote):
        raise DatasetError(f"{where}: {start}..{end} is no span of the {len(quote)} characters in quote")
    return Gold(document, start, end, quote)


def read_squad(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """SQuAD 2.0 (or 1.1): every distinct context becomes a document, named after its article."""
    contexts, questions, notes = _Contexts(), dict[str, Question](), list[str]()
    with with_lines(path):
        for where, title, paragraph in _paragraphs(path):
            context = _text(paragraph, "context", where)
            document = contexts.add(context, title, where)
            for at, item in enumerate(_get(paragraph, "qas", list, where)):
                question = _squad_question(item, f"{where}.qas[{at}]", len(context), document, notes)
                if question.id in questions:
                    raise DatasetError(f"{where}.qas[{at}]: id {question.id!r} is taken; give every question its own")
                questions[question.id] = question
    for further in distractors:
        with with_lines(further):
            for where, title, paragraph in _paragraphs(further):
                contexts.add(_text(paragraph, "context", where), title, where)
    name = "+".join(file.stem for file in (path, *distractors))
    return _dataset(name, contexts.documents, questions, "span", [path, *distractors], notes, by_text=True)


def _paragraphs(path: Path) -> Iterator[tuple[str, str, object]]:
    """Each paragraph with its JSON path and its article's title."""
    for at, article in enumerate(_get(_parse(_read(path), str(path)), "data", list, f"{path}: top level")):
        where = f"{path}: data[{at}]"
        title = _get(article, "title", str, where, "") or path.stem
        for index, paragraph in enumerate(_get(article, "paragraphs", list, where)):
            yield f"{where}.paragraphs[{index}]", title, paragraph


@dataclass(slots=True)
class _Contexts:
    """Distinct contexts as documents, numbered within their title."""

    documents: dict[str, Document] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)

    def add(self, context: str, title: str, where: str) -> Document:
        key = canonical(context)
        if key not in self.documents:
            name = _name(title)[: MAX_ID - 10]
            self.documents[key] = _document(f"{name}/{self.numbers[name]}", context, title, where)
            self.numbers[name] += 1
        return self.documents[key]


def _squad_question(item: object, where: str, length: int, document: Document, notes: list[str]) -> Question:
    article = document.id.rpartition("/")[0]
    identity, text = _text(item, "id", where), _text(item, "question", where)
    if _get(item, "is_impossible", bool, where, False):
        return Question(identity, text, False, (), "", "", article)
    answers = _get(item, "answers", list, where)
    if not answers:
        raise DatasetError(f"{where}: neither answers nor is_impossible: give it one of them")
    gold: dict[Gold, None] = {}
    for at, answer in enumerate(answers):
        path = f"{where}.answers[{at}]"
        given, start = canonical(_text(answer, "text", path)), _get(answer, "answer_start", int, path)
        quote = given.strip()
        found = locate(document.text, (start + given.index(quote)) * len(document.text) / length, quote)
        if found is None:
            notes.append(f"{path}: {quote!r} does not stand in its context")
        else:
            gold[Gold(document.id, found, found + len(quote), quote)] = None
    return Question(identity, text, True, tuple(gold), "", "", article)


def read_beir(path: Path, distractors: Sequence[Path] = ()) -> Dataset:
    """A BEIR folder: corpus.jsonl, queries.jsonl and the judgements of qrels/test.tsv, whole documents each."""
    if distractors:
        raise DatasetError(f"{path}: distractors go with SQuAD files; add documents to corpus.jsonl instead")
    corpus, queries, qrels = files = path / "corpus.jsonl", path / "queries.jsonl", path / "qrels" / "test.tsv"
    documents, empty = _beir_corpus(corpus)
    texts = {_text(line, "_id", where): _text(line, "text", where) for where, line in _json_lines(queries)}
    judged: dict[str, list[Gold]] = {}
    unknown: set[str] = set()
    for query, name, score in _judgements(qrels):
        if query not in texts:
            unknown.add(f"query {query!r}")
        elif score > 0:
            judged.setdefault(query, []).append(Gold(_name(name), 0, 0, "", score))
            if _name(name) not in documents and _name(name) not in empty:
                unknown.add(f"document {name!r}")
    notes = [f"{qrels}: {what} is unknown" for what in sorted(unknown)]
    if empty:
        notes.append(f"{corpus}: empty documents left out: {len(empty)}")
    if idle := len(texts) - len(judged):
        notes.append(f"{queries}: queries without anything relevant, left out: {idle}")
    questions = {key: Question(key, texts[key], True, tuple(gold), "", "", key) for key, gold in judged.items()}
    return _dataset(path.name, documents, questions, "document", files, notes)


def _beir_corpus(path: Path) -> tuple[dict[str, Document], set[str]]:
    """The documents by id, and the ids of empty ones."""
    documents: dict[str, Document] = {}
    empty: set[str] = set()
    for where, line in _json_lines(path):
        name, text = _name(_text(line, "_id", where)), _get(line, "text", str, where)
        if name in documents or name in empty:
            raise DatasetError(f"{where}: _id {name!r} is taken; give every document its own")
        if text.strip():
            documents[name] = _document(name, text, _get(line, "title", str, where, ""), where)
        else:
            empty.add(name)
    return documents, empty


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(_read(path).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if cells == [""] or (number == 1 and cells[-1] == "score"):
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]+", cells[2]):
            raise DatasetError(f"{path}:{number}: expected query id, document id and a whole number between tabs")
        yield cells[0], cells[1], int(cells[2])


def _dataset(
    name: str,
    documents: dict[str, Document] | None,
    questions: dict[str, Question],
    unit: Unit,
    files: Sequence[Path],
    notes: Sequence[str] = (),
    *,
    by_text: bool = False,
) -> Dataset:
    if not questions:
        raise DatasetError(f"{files[0]}: holds no question that can be scored; give a labelled set")
    kept = None if documents is None else tuple(documents.values())
    sha256 = fingerprint(file.read_bytes() for file in files)
    return Dataset(name, kept, tuple(questions.values()), unit, sha256, by_text, tuple(notes))


def _document(name: str, text: str, title: str, where: str) -> Document:
    try:
        return make_document(name, text, title)
    except CorpusError as error:
        raise DatasetError(f"{where}: {error}") from None


def _name(given: str) -> str:
    """A document id that the product takes, the given one where it can be."""
    plain = "".join(c if c.isprintable() and c not in "\\?#%" else "_" for c in canonical(given))
    return "/".join(part.strip() for part in plain.split("/") if part.strip(" .")) or "_"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from None


def _json_lines(path: Path) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", _parse(line, f"{path}:{number}")


def _parse(text: str, where: str) -> object:
    def refuse(constant: str) -> NoReturn:
        raise DatasetError(f"{where}: {constant} is no number that can be scored")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        line = "" if "\n" not in error.doc else f":{error.lineno}"
        raise DatasetError(f"{where}{line}: not JSON ({error.msg}, column {error.colno})") from None
    except RecursionError:
        raise DatasetError(f"{where}: nested too deeply") from None


def _get(item: object, key: str, kind: type[T], where: str, default: T | None = None) -> T:
    if not isinstance(item, dict):
        raise DatasetError(f"{where}: expected an object, found {type(item).__name__}")
    value = default if item.get(key) is None else item[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DatasetError(f"{where}: {key} should be {_KINDS[kind]}, found {json.dumps(value)[:40]}")
    return value


def _text(item: object, key: str, where: str) -> str:
    value = _get(item, key, str, where)
    if not value.strip():
        raise DatasetError(f"{where}: {key} is empty")
    return value
