"""A reply for people at a terminal. Where the output is piped, it has no colours and no line breaks of its own."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from service.schemas.answers import Answer
from service.schemas.citations import Evidence
from service.schemas.replies import AskReply, Passage

MAX_NEAREST = 3  # passages shown below a refusal


def show(reply: AskReply) -> None:
    """Print the answer with the passages it is quoted from, or the refusal with the nearest passages."""
    console = Console(highlight=False, markup=False, emoji=False)
    wrap = not console.is_terminal
    if reply.understood is not None:
        console.print(Text(f"Understood as: {reply.understood}", "dim"), soft_wrap=wrap)
    if reply.did_you_mean is not None:
        console.print(Text(f"Did you mean: {reply.did_you_mean}", "yellow"), soft_wrap=wrap)
    for line in _refusal(reply) if reply.answer is None else _answer(reply, reply.answer):
        console.print(line, soft_wrap=wrap)


def _refusal(reply: AskReply) -> list[Text]:
    message = reply.abstained.message if reply.abstained else ""
    lines = [Text.assemble(("No answer. ", "bold yellow"), message), _confidence(reply)]
    nearest = reply.passages[:MAX_NEAREST]
    if nearest:
        lines += [Text(), Text("Nearest passages:", "dim")]
    for passage in nearest:
        lines += [_heading(passage), Text(passage.text), *_notes(passage), Text()]
    return lines


def _answer(reply: AskReply, answer: Answer) -> list[Text]:
    lines = [_emphasised(answer), _confidence(reply), Text()]
    passages = {passage.rank: passage for passage in reply.passages}
    for rank in dict.fromkeys(evidence.passage for evidence in answer.evidence):
        quotes = [evidence for evidence in answer.evidence if evidence.passage == rank]
        if rank in passages:
            lines += [_heading(passages[rank], quotes), _underlined(passages[rank], quotes), *_notes(passages[rank])]
        else:
            lines += [Text(f"{quote.document}, characters {quote.start} to {quote.end}", "dim") for quote in quotes]
    return lines


def _emphasised(answer: Answer) -> Text:
    """The answer, the words that answer in bold."""
    text, first = Text(answer.text, "green"), answer.evidence[0]
    if answer.short is None or answer.short.document != first.document or first.quote != answer.text:
        text.stylize("bold")
    else:
        text.stylize("bold underline", answer.short.start - first.start, answer.short.end - first.start)
    return text


def _confidence(reply: AskReply) -> Text:
    judged = "" if reply.calibrated else ", judged by questions about other texts"
    chance = f"{reply.level}, confidence {reply.confidence:.0%}{judged}"
    return Text(f"{chance}, snapshot {reply.snapshot}, {reply.took_ms:.0f} ms", "dim")


def _heading(passage: Passage, quotes: Sequence[Evidence] = ()) -> Text:
    """Title, headings and document, with the positions of the quotes, or of the passage where there are none."""
    spans = ", ".join(f"{quote.start} to {quote.end}" for quote in quotes)
    positions = spans or f"{passage.start} to {passage.end}"
    return Text(f"{' > '.join((passage.title, *passage.section))} ({passage.document}, characters {positions})", "cyan")


def _notes(passage: Passage) -> list[Text]:
    """Which version in force says otherwise, and where else the same stands."""
    notes = []
    if passage.superseded_by is not None:
        notes.append(Text(f"The version in force says otherwise: {passage.superseded_by}", "yellow"))
    if passage.copies:
        notes.append(Text(f"The same stands in {', '.join(passage.copies)}", "dim"))
    return notes


def _underlined(passage: Passage, quotes: Sequence[Evidence]) -> Text:
    """The passage with its quotes underlined."""
    text = Text(passage.text)
    for quote in quotes:
        text.stylize("bold underline", max(0, quote.start - passage.start), max(0, quote.end - passage.start))
    return text
