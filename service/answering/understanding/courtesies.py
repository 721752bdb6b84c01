"""A question without the courtesies around it: greetings, thanks, "could you tell me", how somebody came to ask."""

import re
from itertools import pairwise

from corpus.prose.asking import ASKING, AUXILIARY
from corpus.prose.sentences import opens_sentence
from service.answering.question.answer_type import LOOKED_AT
from service.answering.question.content_words import FUNCTION_WORDS, asks_in_english
from service.answering.question.scope import asks_for_more_than_quotes

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…]) (?=\D)")

# Words of courtesies, one of which tells of who asks. With any other word they may say what the question is about.
_WHO_ASKS = frozenset("i me my we us our hello hi hey dear thank thanks cheers regards sorry please good".split())
_SAID = frozenset(
    "hello hi hey dear sir madam team good morning afternoon evening day night thank thanks grateful cheers "
    "regards kind best wishes sorry bother disturb trouble excuse pardon hope hoping well fine help helping "
    "question questions quick answer answers ask asks asked asking colleague colleagues friend friends boss look "
    "looks looked looking search searched searching find found finding anywhere everywhere nothing something "
    "everything read reading papers paper text texts document documents page pages file files wonder wondered "
    "wondering curious interested interest knowing need needed needs want wanted report article homework "
    "presentation meeting monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday week "
    "soon quickly urgent urgently asap hurry time advance reply response brief briefly short exactly understand "
    "understood confused unsure sure idea trying tried try remember recall forgot forgotten seem seems think "
    "thought maybe perhaps quite really lot great nice lovely appreciate appreciated long hours minutes hour "
    "minute cannot".split()
)
# The same that only lead up to what is asked: "I would be obliged to hear who".
_SAID_BEFORE = _SAID | frozenset(
    "able anybody anyone chance clue discover enquire establish explain explaining forget gave glad happen happy haven "
    "hear inform inquire keen kindly knew learn love mind obliged ok okay pleased possible possibly remind say saying "
    "should show simply somebody someone still telling thankful told want wish work worked".split()
)
# One of these makes a request of what would be none: "I need the price", not "I have the price".
_REQUESTS = frozenset(
    "ask clue curious discover enquire establish explain explaining find forget gave give glad grateful hear idea "
    "inform inquire interested keen knew know knowing learn like looking need recall remember remind say saying show "
    "sure tell telling told trouble unsure want wish wonder wondering work".split()
)
_ADDRESSED = _WHO_ASKS | frozenset("you anybody anyone somebody someone tell any".split())
# "Do I have to know how to swim?" asks what it says, and "I know who paid" says it.
_OF_ITSELF = re.compile(
    rf"^\W*(?:(?:{AUXILIARY})(?:n['’]t)? (?:I|we) (?!(?:please |also )?(?:ask|know|en|in|trouble))"
    r"|(?:I|we)(?: (?:already|also|do|still))* (?:find|gave|hear|knew|know|recall|remember|say|tell|told)\b)",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(
    "after against at before between by during for from in of on since till to until under up with within".split()
)
# What may stand between a request and the thing that is wanted: "give me the", "I'd like to have the".
_BEFORE_THINGS = _REQUESTS - {"ask", "inform", "remind", "show", "sure", "tell", "unsure"} | frozenset(
    "me us for of in out have had about".split()
)
# What somebody tells of themselves in front of what they ask: "I have an invoice to settle and need the name of ...".
_OF_ONESELF = re.compile(r"^(?:I|we|my|our)\b", re.IGNORECASE)
_BETWEEN_CLAUSES = re.compile(r"(?:[,;]| [-–—])(?: (?:and|but|so))? | (?:and|but) ")
_FILLERS = re.compile(
    r"(?:^(?P<before>(?:(?:and|but|hey|hi|ok|so|well),? )*)um+|(?<![\w'’-])(?:uh+m?|erm|hmm+))\b(?!['’-])[,.…]* *"
)


def without_courtesies(question: str) -> str:
    """The question without the sentences around it that only greet, thank, or tell how somebody came to ask.

    And without what in a sentence only leads up to what is asked. All of that would be looked for in the texts like the
    other words. Where a sentence ends with a question mark, that is what asks.
    """
    if len(question) > LOOKED_AT or asks_for_more_than_quotes(question):
        return question
    sentences = sentences_of(_FILLERS.sub(r"\g<before>", question) if asks_in_english(question) else question)
    marked = any(map(_is_marked, sentences))
    plain = [_plainly(each) if _is_marked(each) or not marked else each for each in sentences]
    asks = any(map(_is_marked, plain))
    kept = " ".join(each for each in plain if _is_marked(each) or not asks or not _is_courtesy(each))
    return kept.strip() or question


def sentences_of(question: str) -> list[str]:
    """The sentences of a question, one space between them."""
    starts = [gap.end() for gap in _BETWEEN_SENTENCES.finditer(question) if opens_sentence(question, gap.end())]
    return [question[start:end].rstrip() for start, end in pairwise([0, *starts, len(question)])]


def _is_marked(sentence: str) -> bool:
    return sentence.endswith("?")


def _is_courtesy(sentence: str) -> bool:
    words = frozenset(re.findall(r"\w+", sentence.lower()))
    return bool(words & _WHO_ASKS) and words - FUNCTION_WORDS <= _SAID


def _plainly(sentence: str) -> str:
    """What a sentence asks, without what leads up to it; what somebody tells before that becomes a sentence."""
    if asked := _asked(sentence):
        return asked
    if _OF_ONESELF.match(sentence):
        for boundary in _BETWEEN_CLAUSES.finditer(sentence):
            if asked := _asked(sentence[boundary.end() :], told=True):
                return f"{sentence[: boundary.start()]}. {asked}"
    return sentence


def _asked(sentence: str, *, told: bool = False) -> str | None:
    """What is asked behind an opening such as "could you tell me", as a question; None where there is no opening.

    `told`: who asks was told before, so that the opening need not say it.
    """
    if _OF_ITSELF.match(sentence):
        return None
    opening = list[re.Match[str]]()
    for word in re.finditer(r"\w+", sentence):
        text = word[0].lower()
        if text in ASKING or (text == "the" and _requests(opening)):
            break
        if text not in FUNCTION_WORDS and text not in _SAID_BEFORE:
            return None
        opening.append(word)
    else:
        return None
    start, is_thing = word.start(), text == "the"
    prepositions = _PREPOSITIONS if text in ("what", "which", "whom") else _PREPOSITIONS - {"of", "to", "up"}
    while opening and not is_thing and opening[-1][0].lower() in prepositions:
        start = opening.pop().start()
    said = [word[0].lower() for word in opening]
    if not _requests(opening) or not (told or _ADDRESSED.intersection(said)) or _asks_whether(said):
        return None
    if is_thing and said[-1] not in _BEFORE_THINGS:
        return None
    asked = sentence[start:].rstrip(" .!?")
    if " " not in asked:
        return None
    return f"What is {asked}?" if is_thing else f"{asked[0].upper()}{asked[1:]}?"


def _asks_whether(opening: list[str]) -> bool:
    """Whether what follows is asked for yes or no: "tell me whether the", but not "I wonder whether you know the"."""
    return any(word in ("if", "whether") and "you" not in opening[number:] for number, word in enumerate(opening))


def _requests(opening: list[re.Match[str]]) -> bool:
    return any(word[0].lower() in _REQUESTS for word in opening)
