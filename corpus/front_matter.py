"""Front matter of Markdown, in YAML or TOML: its fields, and which of them readers ask about."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from corpus.prose.subjects import is_subject

MAX_FRONT_MATTER = 65_536  # characters
DEEPEST = 20  # lists and mappings within each other in front matter that is read
# Words in the names of those fields of front matter that readers ask about.
_ASKED = frozenset(
    "author authors editor translator owner maintainer contact reviewer department date created updated modified "
    "published issued revised review reviewed approved effective valid expires due version edition revision".split()
)
# Words in the names of fields that say how a page is shown or found.
_FOR_PROGRAMS = frozenset(
    "layout template slug id uuid permalink url uri link href alias aliases redirect image images icon cover thumbnail "
    "css class style weight order nav menu toc draft published sitemap lang locale type tag tags category categories "
    "keyword keywords description".split()
)
TOML = re.compile(r"\+\+\+[ \t]*\n(?P<source>(?:.*\n)*?)\+\+\+[ \t]*$", re.MULTILINE)
"""Front matter in TOML, at the beginning of a text. YAML is found by the parser of Markdown."""
# A name with as many parts, a.b.c; reading one takes the square of their number.
_DEEP_NAME = re.compile(rf"(?<![\w\"'-])[\w\"'-]++(?:\s*+\.\s*+[\w\"'-]++){{{DEEPEST}}}")


def asked_about(names: Iterable[str]) -> set[str]:
    """Those of the fields that readers ask about: of a record, which names its subject, all that no program needs."""
    words = {name: set(re.split(r"[\W_]+", name.lower())) for name in names}
    if any(is_subject(name) for name in words):
        return {name for name, held in words.items() if not held & _FOR_PROGRAMS}
    return {name for name, held in words.items() if held & _ASKED}


def toml_values(source: str) -> dict[str, str]:
    """The scalar values of TOML front matter, as `yaml_values`; nothing where it is not TOML."""
    if len(source) > MAX_FRONT_MATTER or _DEEP_NAME.search(source):
        return {}
    try:
        return _texts(tomllib.loads(source))
    except (ValueError, RecursionError):  # lists within lists without end
        return {}


def yaml_values(source: str) -> dict[str, str]:
    """The scalar values of YAML front matter, as text; lists of them are joined with commas.

    Nothing where it is not YAML, longer than MAX_FRONT_MATTER, or more than lists and values need.
    """
    import yaml

    if len(source) > MAX_FRONT_MATTER:
        return {}
    try:
        if not _is_plain(source):
            return {}
        values = yaml.safe_load(source)
        return _texts(values) if isinstance(values, dict) else {}
    except (yaml.YAMLError, ValueError):  # ValueError: a day that no month has, a number too long to be written
        return {}


def _texts(values: Mapping[Any, object]) -> dict[str, str]:
    return {str(key): text for key, value in values.items() if (text := _scalar(value))}


def _is_plain(source: str) -> bool:
    """Whether YAML repeats no part of itself, and nests little; raises YAMLError.

    Ten lines with aliases can stand for more text than any memory holds. Nesting takes the parser the square of its
    depth.
    """
    import yaml

    depth = 0
    for event in yaml.parse(source, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            return False
    return True


def _scalar(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_scalar(each) for each in value if not isinstance(each, list | tuple))))
    return "" if value is None or isinstance(value, dict) else " ".join(str(value).split())
