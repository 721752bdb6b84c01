"""The collections of a snapshot on a Milvus server: their fields and indexes.

texts       the canonical texts and documents.jsonl, in pieces; passages are quoted from here and from nowhere else
passages    where each passage lies, its vector, and its stems, from which the server's own function computes BM25
sentences   where each sentence lies, and its vector
tokens      the token vectors of each passage as base64, in pieces; empty where the snapshot keeps none
terms       the idf of every stem in the whole snapshot; a server would count it in each part of a collection by itself
header      what the snapshot says about itself, in pieces
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.retrieval.lexical import K1, B

COLLECTIONS = ("texts", "passages", "sentences", "tokens", "terms", "header")
"""All of them, in the order in which they are filled: a snapshot is complete when its header is there."""

FIELD_BYTES = 65_535  # the most that a field of text can hold
KEY_CHARACTERS = 64  # the most of a primary key of text

PASSAGE_COLUMNS = ("document", "section", "start", "end", "lead_start", "lead_end", "sentences", "tokens", "group")
"""Fields of a passage, named like the columns of `index.storage.columns.PASSAGE`, whose values they have."""

SENTENCE_COLUMNS = ("start", "end", "tokens", "block", "kind")
"""Fields of a sentence, named like the columns of `index.storage.columns.SENTENCE`, whose values they have."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a collection, with pymilvus's name of its type and the options of that type."""

    name: str
    data_type: str
    options: Mapping[str, Any] = field(default_factory=dict)


# A collection must have a vector. Those that need none get the smallest possible one.
UNUSED_DIM = 2
_UNUSED = Field("unused", "FLOAT_VECTOR", {"dim": UNUSED_DIM})
_PIECES = (
    Field("key", "VARCHAR", {"max_length": KEY_CHARACTERS}),
    Field("text", "VARCHAR", {"max_length": FIELD_BYTES}),
    _UNUSED,
)

# The first field is the primary key. A field `vector` is as long as the model's vectors.
FIELDS: Mapping[str, Sequence[Field]] = {
    "texts": _PIECES,
    "passages": (
        Field("row", "INT64"),
        *(Field(name, "INT64") for name in PASSAGE_COLUMNS),
        # The stems, separated by spaces: all that the server's analyzer has to do is to split them.
        Field(
            "terms",
            "VARCHAR",
            {"max_length": FIELD_BYTES, "enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}},
        ),
        Field("sparse", "SPARSE_FLOAT_VECTOR"),
        Field("vector", "FLOAT_VECTOR"),
    ),
    "sentences": (
        Field("row", "INT64"),
        Field("passage", "INT64"),
        *(Field(name, "INT64") for name in SENTENCE_COLUMNS),
        Field("vector", "FLOAT_VECTOR"),
    ),
    "tokens": _PIECES,
    "terms": (Field("key", "INT64"), Field("idf", "DOUBLE"), _UNUSED),
    "header": _PIECES,
}

_FLAT = {"index_type": "FLAT", "metric_type": "IP"}
_BM25 = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": {"bm25_k1": K1, "bm25_b": B}}

# For each collection the options of the index on each indexed field.
INDEXES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "texts": {"unused": _FLAT},
    "passages": {
        "vector": {"index_type": "AUTOINDEX", "metric_type": "IP"},
        "sparse": _BM25,
        "document": {"index_type": "INVERTED"},
    },
    # Exact, because a search here is always for all sentences of a few passages.
    "sentences": {"vector": _FLAT, "passage": {"index_type": "INVERTED"}},
    "tokens": {"unused": _FLAT},
    "terms": {"unused": _FLAT},
    "header": {"unused": _FLAT},
}


def collection_name(alias: str, snapshot: str, collection: str) -> str:
    """The name on the server of one of a snapshot's COLLECTIONS. Milvus allows letters, digits and underscores."""
    return f"{alias}_{snapshot.replace('-', '_')}_{collection}"
