"""The version of the chunking says when texts are cut otherwise than before."""

import json
from dataclasses import asdict
from hashlib import sha256
from itertools import chain, product

from corpus.passages import CHUNKING_VERSION, Chunking, split
from corpus.sources import make_document
from tests.corpus.test_passages import CENTRE, count_tokens

EVERYTHING = (
    """# Title

An introduction of two sentences. Here is e.g. The second.[1] See cf. Art. 3. Then! ?

Yes. No.

It is. So he is. Go. See gate C. Lost.

## List

- First: item
- Second item. It has two sentences.
1. Numbered
***

| a | b |
| one cell | another |

### A long sentence

"""
    + " ".join(f"word{number % 7}" for number in range(60))
    + " "
    + "x" * 90
    + """ ends here.
A short one follows. And another. And a third, so that the block must be cut.

```
# no heading
```
これは文です。 。次の文？
Right to left.\u200f And on.
"""
)
DIGEST = "fa852db8446f84513e409ab2850ac1c9"  # of the passages of these texts


def test_the_version_is_raised_when_texts_are_cut_otherwise() -> None:
    """Caches of chunked texts are named by CHUNKING_VERSION, so it must change with the chunking."""
    documents = [
        make_document("centre", CENTRE.read_text(encoding="utf-8")),
        make_document("all", EVERYTHING),
        make_document("dated", "---\ntags: a\nauthor: Ann\ndate: 2024-03-05\n---\n\n# Rest\n\nRest.", suffix=".md"),
        make_document("toml", '+++\ntags = ["a"]\nreview = 2024-03-05\n+++\n\nRest.', suffix=".md"),
        make_document("lines", "[Fri 18:02] Kim: who?\n[Fri 18:05] Lea: I\n\n**Fees**\nAdults 4\nBoys 2\nDogs none"),
        make_document("ragged", "开馆 9.30\n闭馆 17.00\n周一休息，节日照常开放到晚上\n咖啡 免费"),
        make_document("captioned", "Summer:\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nEnd.", suffix=".md"),
        make_document("grouped", "| a | b |\n|--|--|\n| 1 | 2 |\n| | 3 |\n| | 4 |\n\n- One\n  - Two\n", suffix=".md"),
        make_document("formed", "Goods\nName: candles\nPlace: B 27\n\nAt home\n\n  - sweets\n  - games\n\nEnd."),
        make_document("card", "# Card 12\n\n- Object: Tide clock\n- Place: hall\n\nIt runs."),
        make_document("posts", "Ann, 2 June\n\nWho comes?\n\nBo, 3 June 2024, 8:10\n\nI do. So does Cy.\n"),
        make_document(
            "parted", "Day\tHall\tFee\n1 May\tmill\t4\n2 May\tbarn\t5\n\n+--+--+\n| a | b |\n+--+--+\n| 1 | 2 |\n"
        ),
        make_document(
            "asked", "| Question | Answer |\n|--|--|\n| Who? | Ann. Then Bo. |\n\n- [Why?](#why)\n", suffix=".md"
        ),
        make_document("titled", "Lending rules 2021\n\nThree weeks.\n\nFILMS\n\nOne week."),
    ]
    chunkings = [Chunking(), *(Chunking(*bound) for bound in product((6, 20), (1, 2, 3, 5, 8, 12), (0, 1, 2)))]
    passages = [split(document, chunking, 60, count_tokens) for document in documents for chunking in chunkings]
    values = [[asdict(passage) for passage in cut] for cut in passages]
    for value in chain(*values):
        del value["metadata"]  # what a document states of itself is no matter of cutting
    digest = sha256(json.dumps(values).encode()).hexdigest()
    assert (CHUNKING_VERSION, digest[:32]) == (21, DIGEST), (
        "texts are cut otherwise than before: raise CHUNKING_VERSION and put the new digest here"
    )
