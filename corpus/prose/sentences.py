"""Where the sentences of a block of text lie, and how many tokens they count.

nupunkt finds most ends of sentences. The rules here add what its English model does not know.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from corpus.documents import Span
from corpus.prose.blocks import trim

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

_FULL_STOP = re.compile("[。！？｡؟۔।॥։።។။]+[”’\"'»」』）》〉】)\\]]*")  # ends of sentences in other scripts
# Abbreviations of English, German, French and Spanish texts that stand before what they belong to: words, or numbers.
_BEFORE_WORDS = (
    "e.g i.e cf viz vs approx appx excl incl dr prof hon mr mrs ms st messrs rev gen col capt lt sgt z.b d.h bzw ggf "
    "evtl inkl exkl vgl sog u.a frz mme mlle sr sra srta dra aprox "
    "ул им проф тел см т.е डॉ प्रो पं श्री"
)
_BEFORE_NUMBERS = (
    "no nos nr art arts sec sect reg regs para fig figs vol p pp eq ref refs ch núm pág abs app ex max tab ca ext ziff"
)

_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.$")
_BEFORE_OPENING = re.compile(r"[.!?:…][\"”’')\]]*\s+$|\n\s*$")
_CLOSING = frozenset("])}”’»")  # no sentence begins with one: "[May I take a dog?](#dogs)"
_OPENING_MARKS = "\"“„‘'([¿¡-*"
CountTokens: TypeAlias = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, as `index.encoding.encoder.Encoder.count_tokens`."""

LETTERS = 25  # of one token, at most


def _ending_with(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, words.split()))})\.$", re.IGNORECASE)


_NEVER_ENDS = _ending_with(_BEFORE_WORDS)
_ARABIC_INITIAL = re.compile(r"(?<![\w\u064b-\u0652])[\u0621-\u064a][\u064b-\u0652]*\.$")  # the title of a doctor
_LINKED = re.compile(r"[^\W\d_]\.-[^\W\d_]{1,6}\.$")  # Dipl.-Ing.
_ENDS_BUT_BEFORE_NUMBERS = _ending_with(_BEFORE_NUMBERS)
# A German ordinal: "der 1. Wagen", "am 3. Oktober".
_ORDINAL = re.compile(
    r"(?<!\w)(?:der|die|das|den|dem|des|am|im|zum|zur|vom|beim|ein|eine|einem|einer|und|bis|ab|seit|jede[rsnm]?|ihr|sein)"
    r"\s+\d{1,2}\.$",
    re.IGNORECASE,
)
# Where nupunkt takes a word for an abbreviation that is none.
_ENDS = re.compile(
    r"(?<!\w)(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|sun|sat|mon|mar|may|in|is|it|us|so|no|go|up"
    r"|\d+\s?(?:mg|g|kg|t|mm|cm|m|km|ml|cl|l|ha|min|h|W|kW|kWh|MW|V|Hz|kHz|MHz|GHz|kB|MB|GB))"
    r"[.!?][\"'”’)]*\s+(?=[A-Z])"
)
# A letter that names a thing is no initial: "It is kept on shelf K. Part 12 is the hose."
_LETTERED = re.compile(
    r"(?<!\w)(?i:annexe?|appendix|bay|berth|bin|block|box|building|category|class|court|deck|desk|dock|entrance|exit|figure"
    r"|gate|grade|group|hall|hepatitis|house|lane|level|line|lot|model|option|part|phase|pier|pitch|plan|platform|point|room"
    r"|row|schedule|section|shelf|stage|staircase|stairwell|stand|studio|table|team|terminal|track|type|unit|vitamin|ward"
    r"|wing|zone) [A-Z]\.[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z])"
)
# nupunkt takes hundreds of common words for abbreviations: hall, free, bus. Before a capital a word ends the sentence,
# if it is none of these, which are; words of two letters, and of three with a capital, are left to nupunkt.
_SHORTENED = frozenset(_BEFORE_WORDS.split()) | frozenset(
    "abb abgl abs abzgl acct adj adm admin adv alt anon appt apt arr asst assn assoc attn aug ave avda avr bldg "
    "blvd bros bsp bspw cert chap cie cit cmdr cod coll comm comp conf cont contd corp dec déc dep depto dept dest "
    "det dev diam dir dist div doc dpt dtsch dto ebd ecol edn eds eff encl engl env esp esq est etc exc exec ext "
    "feb feat févr ff fig figs fla forts geb gegr gesch gest ges govt gov hor hosp hrs ibid illus inc insb insp "
    "inst int intl introd jan janv jct jul juil jun kap lat lbs lieut ltd max mech med mfg mgr mgt min misc mmes "
    "mss mtg mts münd natl neg nom nos nov núm obj occ oct okt orig oz págs para paras pat pcs pers phys pkg pkt "
    "pls plur poss pres prev prob proc pron prop prov pseud psych pts publ qty qtr quart ref refs reg regd regs rel "
    "rep repr req res resp ret rmb sci sec sect secs sekr sep sept seq ser soc spec spp sqq ssp stat std ste str "
    "sub subsp subst supp suppl supt surv svc syn techn tel temp tél thur thurs tgl trans treas tue tues univ uns "
    "usf usu usw var verh vert vol vols wiss xxi yrs zool zzgl zit".split()
)
_LIKELY_ENDS = re.compile(r"(?<![\w.'’-])(?P<word>[a-zà-ÿ]{3,}+|[^\W\d_]{4,}+)\.[\"'”’)]*+\s++(?=[\"'“‘(]?[A-ZÀ-Þ])")
_NOTES = re.compile(r"(?:\[[^\[\]]{1,40}\])++(?=\s|$)")  # [1][citation needed] belong to the sentence before them
_WORD = re.compile(r"\w")
# nupunkt takes quadratic time for punctuation without spaces, so runs this long are masked.
_LONG_RUN = re.compile(r"(?<!\S)\S{1000,}(?=\S{8})")
_DIRECTIONS = re.compile("[\u200e\u200f\u061c]")  # marks that say which way to read, not what
_LOOK_BACK = 24  # characters before the end of a sentence that are looked at for abbreviations


def sentences(text: str, block: Span) -> list[Span]:
    """The sentences of one block, trimmed and in order. Together they hold all of it except white space."""
    body = _DIRECTIONS.sub(" ", text[slice(*block)])
    masked = _LONG_RUN.sub(lambda run: "x" * len(run[0]), body)
    cuts = {0, len(body), *(start for start, _ in _tokenizer().span_tokenize(masked))}
    cuts.update(stop.end() for stop in _FULL_STOP.finditer(body))
    cuts.update(stop.end() for pattern in (_ENDS, _LETTERED) for stop in pattern.finditer(body))
    cuts.update(stop.end() for stop in _LIKELY_ENDS.finditer(body) if stop["word"].lower() not in _SHORTENED)
    has_capitals = any(map(str.isupper, body))
    spans: list[Span] = []
    last_has_word = True  # whether the last span holds a word
    for cut, next_cut in pairwise(sorted(cuts)):
        start, end = trim(text, block[0] + cut, block[0] + next_cut)
        if spans and start == spans[-1][1] and (notes := _NOTES.match(text, start, end)):
            spans[-1] = (spans[-1][0], notes.end())
            start, end = trim(text, notes.end(), end)
        if start == end:
            continue
        has_word = bool(_WORD.search(text, start, end))
        if spans and (
            text[start] in _CLOSING or not has_word or not last_has_word or _goes_on(text, spans[-1][1], has_capitals)
        ):
            start = spans.pop()[0]
            has_word = has_word or last_has_word
        spans.append((start, end))
        last_has_word = has_word
    return spans


def opens_sentence(text: str, start: int) -> bool:
    """Whether a word begins a sentence of a short text, going by the marks before it: that takes no model."""
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(_OPENING_MARKS)
    stop = before.rstrip()
    if not stop:
        return start <= _LOOK_BACK
    return bool(_BEFORE_OPENING.search(before)) and not (_NEVER_ENDS.search(stop) or _INITIAL.search(stop))


def _goes_on(text: str, end: int, has_capitals: bool) -> bool:
    """Whether the sentence goes on after `end`: an abbreviation stands there, or the next word begins in small letters.

    Small letters tell nothing in a text without capitals.
    """
    before = text[max(end - _LOOK_BACK, 0) : end]
    following = text[end : end + 12].lstrip(" \n\t(")[:1]
    if any(pattern.search(before) for pattern in (_NEVER_ENDS, _ARABIC_INITIAL, _LINKED)):
        return True
    if following.isdigit() and _ENDS_BUT_BEFORE_NUMBERS.search(before):
        return True
    if not before.endswith("."):
        return False
    return (has_capitals and following.islower()) or bool(_ORDINAL.search(before))


def count_long_words(count_tokens: CountTokens, texts: Sequence[str]) -> list[int]:
    """The tokens of each text, none of which counts for more than `LETTERS`.

    A tokenizer may take a word of a million letters for one token, which it does not know. A passage would hold it all.
    """
    return [
        count if len(text) <= LETTERS * count else max(count, sum(-(-len(word) // LETTERS) for word in text.split()))
        for text, count in zip(texts, count_tokens(texts), strict=True)
    ]


@cache
def _tokenizer() -> "PunktSentenceTokenizer":
    import nupunkt

    return nupunkt.load("default")
