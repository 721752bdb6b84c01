"""Questions as people also ask them: as typed into a search box, politely, after a story, with a word of thanks."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from eval.fitting.reader.examples.data import Example, sentences_of
from service.answering.question.content_words import ASKING_WORDS, FUNCTION_WORDS

LONGEST_STORY = 160  # characters
_WORD = re.compile(r"\w[\w.,/+#'’-]*\w|\w")
_KIND_ASKED = frozenset("who whom whose when where why how many much".split())
_BEFORE = (
    "Please tell me: ", "Could you tell me: ", "I would like to know: ", "I wonder: ", "Hello, ", "Quick question: ",
    "According to the text, ", "Sorry to bother you. ", "I cannot find this anywhere. ", "My colleague asked me this. ",
    "I have looked through everything and found nothing. ", "So, ", "And ", "",
)  # fmt: skip
_AFTER = (
    "? Thanks!", "? Thank you in advance.", "? I need it for a report.", "? I have to know by Friday.", " again?",
    "? Please be brief.", " exactly?", ", please?", " then?", " according to the text?", "??", "?",
)  # fmt: skip


def ask_otherwise(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """The examples, `share` (0..1) of them asked in another way; what answers stays what it is."""
    after_a_story = partial(_after_a_story, stories=[example.context for example in examples])
    ways = (_as_keywords, _as_keywords, _as_typed, _with_courtesy, after_a_story)
    chosen = frozenset(rng.sample(range(len(examples)), round(share * len(examples))))
    return [
        replace(example, question=rng.choice(ways)(example, rng)) if number in chosen else example
        for number, example in enumerate(examples)
    ]


def _as_keywords(example: Example, rng: random.Random) -> str:
    """The words without those of grammar; now and then without what says which kind of thing is asked for.

    That more seldom where nothing answers: what does not say why may say who.
    """
    keeps_kind = rng.random() < (0.5 if example.answerable else 0.75)
    dropped = FUNCTION_WORDS - _KIND_ASKED if keeps_kind else FUNCTION_WORDS | ASKING_WORDS
    return " ".join(word for word in _WORD.findall(example.question) if word.lower() not in dropped) or example.question


def _as_typed(example: Example, rng: random.Random) -> str:
    """In small letters or in capitals, with or without the mark at its end."""
    question = rng.choice((example.question, example.question.rstrip("? ")))
    return rng.choice((question.lower(), question.lower(), question.upper(), question))


def _with_courtesy(example: Example, rng: random.Random) -> str:
    before, words = rng.choice(_BEFORE), example.question.rstrip("? ")
    is_inside = before and not before.endswith(". ") and words[1:2].islower()
    return before + (words[0].lower() + words[1:] if is_inside else words) + rng.choice(_AFTER)


def _after_a_story(example: Example, rng: random.Random, stories: Sequence[str]) -> str:
    """After a sentence of another example: the reader has to tell what is asked from what is told."""
    context = rng.choice(stories)
    start, end = rng.choice(sentences_of(context) or [(0, 0)])
    told = context[start:end]
    return f"{told} {example.question}".lstrip() if end - start <= LONGEST_STORY else example.question
