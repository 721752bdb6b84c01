"""Groups of words that say the same in most texts, and words for those who speak and those who are spoken to."""

from index.retrieval.stemming import stem

_GROUPS = (
    "fall fell drop decline decrease decreased lower reduce less fewer cut shrink down, rise rose increase grow "
    "grew growth up raise more"
    " higher gain, reject refuse decline deny dismiss turned, cost price fee charge, buy bought purchase "
    "acquire, begin began start open"
    " launch commence, end finish close stop cease expire, need require demand ask necessary, get got receive "
    "obtain, give gave grant"
    " award provide supply, keep kept hold held retain store remain stay, send sent forward pass deliver, bill "
    "invoice, big large"
    " great, allow permit let, forbid prohibit ban forbidden, quick fast rapid, pay paid refund, show display, "
    "work job, leave left"
    " depart withdraw quit, last latest final, replace succeed follow, become became turn, sign signature, tell "
    "told inform notify,"
    " answer reply respond, choose chose pick select, write wrote author, lead led head chair, change alter "
    "amend revise, build built"
    " construct make made, use used employ, check test inspect examine review, find found discover, tell say "
    "said state, meet met"
    " meeting, happen occur take, remove delete drop, company firm business, room hall, doctor vet physician, "
    "house home, help support"
    " assist, also too, roughly about approximately around, yearly annual year, single one just only, accept "
    "agree approve, live"
    " stay reside, win won, lose lost, go went gone, run ran, carry bear, mend repair fix"
)
_WE = frozenset(("we", "us", "our", "our"))
_AUTHORS = frozenset(
    "agency association authority bank board business centre club college committee company council department firm "
    "foundation group hospital institute laboratory league library maker manufacturer ministry office organisation "
    "organization practice provider publisher school seller service shop society staff studio surgery team university "
    "workshop".split()
)
_YOU = frozenset(("you", "your", "yours"))
_READERS = frozenset(
    "applicant applicants buyer buyers client clients customer customers employee employees guest guests holder "
    "holders "
    "member members owner owners participant participants passenger passengers patient patients reader readers staff "
    "student students subscriber subscribers tenant tenants traveller travellers user users visitor visitors worker "
    "workers".split()
)


def _by_term() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, group in enumerate(_GROUPS.split(",")):
        for word in group.split():
            table.setdefault(stem(word), set()).add(number)
    return {term: frozenset(groups) for term, groups in table.items()}


_GROUPS_OF = _by_term()


def are_synonyms(one: str, other: str) -> bool:
    """Whether two terms stand in one group."""
    groups = _GROUPS_OF.get(one)
    return bool(groups and groups & _GROUPS_OF.get(other, frozenset()))


def speaks_or_is_spoken_to(word: str, terms: frozenset[str]) -> bool:
    """Whether a word, in lower case, names whom a text with these terms calls "we" or "you"."""
    return (word in _AUTHORS and bool(terms & _WE)) or (word in _READERS and bool(terms & _YOU))
