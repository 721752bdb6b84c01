"""A reply for people at a terminal; without colours and line breaks of its own where the output is piped."""

from rich.console import Console
from rich.text import Text

from service.schemas.replies import AskReply, Evidence, Passage

OTHERS = 3


def show(reply: AskReply) -> None:
    """Print the answer with the passages it is quoted from, or the refusal with the nearest passages."""
    console = Console(highlight=False, markup=False, emoji=False)
    wrap = not console.is_terminal
    if reply.understood is not None:
        console.print(Text(f"Understood as: {reply.understood}", "dim"), soft_wrap=wrap)
    for line in _lines(reply):
        console.print(line, soft_wrap=wrap)


def _lines(reply: AskReply) -> list[Text]:
    if reply.answer is None:
        message = reply.abstained.message if reply.abstained else ""
        lines = [Text.assemble(("No answer. ", "bold yellow"), message), _confidence(reply)]
        nearest = reply.passages[:OTHERS]
        if nearest:
            lines += [Text(), Text("Nearest passages:", "dim")]
        return lines + [part for passage in nearest for part in (_place(passage), Text(passage.text), Text())]
    lines = [Text(reply.answer.text, "bold green"), _confidence(reply), Text()]
    passages = {passage.rank: passage for passage in reply.passages}
    for rank in dict.fromkeys(one.passage for one in reply.answer.evidence):
        quotes = [one for one in reply.answer.evidence if one.passage == rank]
        if rank in passages:
            lines += [_place(passages[rank], quotes), _quoted(passages[rank], quotes)]
        else:
            lines += [Text(f"{one.document}, characters {one.start} to {one.end}", "dim") for one in quotes]
    return lines


def _confidence(reply: AskReply) -> Text:
    return Text(f"confidence {reply.confidence:.0%}, snapshot {reply.snapshot}, {reply.took_ms:.0f} ms", "dim")


def _place(passage: Passage, quotes: list[Evidence] | None = None) -> Text:
    spans = ", ".join(f"{one.start} to {one.end}" for one in quotes or [])
    where = spans or f"{passage.start} to {passage.end}"
    return Text(f"{' > '.join((passage.title, *passage.section))} ({passage.document}, characters {where})", "cyan")


def _quoted(passage: Passage, quotes: list[Evidence]) -> Text:
    text = Text(passage.text)
    for one in quotes:
        text.stylize("bold underline", max(0, one.start - passage.start), max(0, one.end - passage.start))
    return text
