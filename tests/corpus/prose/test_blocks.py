"""Lines that each say one thing: chats, logs, keys with values, short lines; and bold lines that are headings."""

import pytest

from corpus.formats import parse
from corpus.making import make_document


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block."""
    return [(block.kind, text[block.start : block.end]) for block in parse(text, ".txt").blocks]


CHAT = "09:12 Kim: who opens?\n09:13 Lea: I do, at ten.\n09:20 Kim: thanks\n"


def test_turns_of_a_chat_stand_one_a_line_and_an_answer_is_read_with_its_question() -> None:
    assert blocks(CHAT) == [("record", line) for line in CHAT.splitlines()]
    assert [block.lead and CHAT[slice(*block.lead)] for block in parse(CHAT, ".txt").blocks] == [
        None,
        CHAT.splitlines()[0],
        None,
    ]


@pytest.mark.parametrize("place", ['<a id="dogs"></a>', "<a name=dogs />", "<a id='dogs'> </a>"])
def test_a_place_that_links_lead_to_hides_no_heading(place: str) -> None:
    document = make_document("d", f"Rules.\n\n{place}\n**1. May I take a dog?**\n\nNo.", suffix=".md")
    assert [section.path for section in document.info.sections if section.path] == [("1. May I take a dog?",)]


@pytest.mark.parametrize(
    "text",
    [
        "[2024-05-03 09:12] Kim: hello\n[2024-05-03 09:13] Lea: yes",
        "Host: anna\nPort: 8080",
        "1926 - wooden stand opened\n1948 - promotion to the county league",
        "1410-12: first mention of a mill\n1877: the mill burns",
        "✅ Lamp works\n❌ Bell broken",
        "9:05 am - Kim: hello\n9:06 am - Lea: yes",
        "[14/06/24, 18:02] Kim: hello\n[14/06/24, 18:05] Lea: yes",
        "[Fri 18:02] Kim: hello\n[Fri 18:05] Lea: yes",
        "Kim 10:02 hello\nLea 10:03 yes",
        "2214 HERON: hello\n2215 CONTROL: yes",
        "18.00 Doors open\n19.30 Concert",
        "MON  18:00  Welding\nTUE  18:30  Choir",
        "Date in      3 June           Promised   5 June\nOwner        Oona Pierce      Phone      555 0142",
        "FRIDAY\n18:00 Welding\n18:30 Choir",
        "Group O+ : room 3\nGroup O- : room 8\nSandwiches are free.",
        "Adults 4\nChildren 2\nDogs none",
        "Bonfires Oct.-March, Sat. only\nHens max. 4, no cockerels\nRent is due on Lady Day",
        "17:15 Welcome\nMain hall\n18:00 Talk, second part of it",
        "Éclair 3\nÄpfel 2\nÖl 5",
        "ปะยาง 40\nเปลี่ยนยางใน 120\nตั้งเบรก 60",
        "开馆 9.30\n闭馆 17.00\n周一休息，节日照常开放到晚上\n咖啡 免费",
        "Adults ......... 5.80\nAdults, after 5 p.m. ... 3.40\nHolders of a card . . . . . free\nDogs _____ none",
        "مفتاح القاعة\nعند السيد سالم في الطابق الأول\nمغلق",
    ],
)
def test_lines_that_each_say_one_thing_are_records(text: str) -> None:
    assert blocks(text) == [("record", line) for line in text.splitlines()]


def test_a_turn_goes_on_in_lines_of_small_letters() -> None:
    text = "09:12 Kim: who opens\nthe door?\n09:13 Lea: I do.\n09:14 Kim: good"
    assert [words for _, words in blocks(text)] == ["09:12 Kim: who opens\nthe door?", *text.splitlines()[2:]]


def test_prose_with_some_times_at_the_start_of_lines_is_no_chat() -> None:
    text = "It leaves at\n09:12 from the quay, and\nnot at 9:30 as it did.\n11:00 is too late for that."
    assert blocks(text) == [("paragraph", text)]


def test_a_bold_line_is_the_heading_of_what_follows_it() -> None:
    assert blocks("**Who may go up**\nTenants and guests.\n\n**Hours**\n7 to 22.") == [
        ("heading", "Who may go up"),
        ("paragraph", "Tenants and guests."),
        ("heading", "Hours"),
        ("paragraph", "7 to 22."),
    ]


def test_bold_lines_without_end_are_all_headings() -> None:
    assert blocks("**a**\n" * 3000) == [("heading", "a")] * 3000


@pytest.mark.parametrize(
    "text",
    [
        "Adults pay 4, children\nUnder six come in for\nNothing at all.",  # a line ends amid a sentence
        "The hut is small. Bring\nSleeping bags and food.\nKeys hang at the door.",  # a sentence begins amid a line
        "Adults pay four crowns\nand children pay two\nDogs pay nothing",  # a line goes on with the one before
        f"The hut of the old club is heated with {'good dry ' * 3}wood of the\nOld Forest and holds\nTwelve.",
        "Adults 4\nChildren 2",  # two are no list
        "博物馆每天上午九点半开门，下午五点关\n门，周一休息。",
        "กขคงจฉชซ กขคงจฉชซ\nกขคงจฉชซ กขคงจฉ\nกขคง",  # all but the last are about as long
        "今天休息。明天开门。\n后天\n再来",
    ],
)
def test_lines_of_prose_stay_together(text: str) -> None:
    assert blocks(text) == [("paragraph", text)]


@pytest.mark.parametrize("line", ["。", "。 ", "! ", ". 好", "» "])
def test_stops_without_end_are_looked_at_once(line: str) -> None:
    assert blocks(f"{line * 100_000}\n好\n好")


def test_lists_with_other_marks_than_those_of_markdown() -> None:
    text = "Bring with you:\n\na) your card\nb) the key of\nyour room\n(c) a lamp"
    for suffix in (".md", ".txt"):
        lead, *items = parse(text, suffix).blocks
        assert [text[each.start : each.end] for each in items] == [
            "a) your card",
            "b) the key of\nyour room",
            "(c) a lamp",
        ]
        assert {(each.kind, each.lead) for each in items} == {("item", (lead.start, lead.end))}


def test_an_announcement_and_its_items_may_stand_in_one_paragraph() -> None:
    text = "We sell:\n• bread\n• milk"
    lead, *items = parse(text, ".md").blocks
    assert [(each.kind, text[each.start : each.end], each.lead) for each in items] == [
        ("item", "• bread", (0, 8)),
        ("item", "• milk", (0, 8)),
    ]
    assert text[lead.start : lead.end] == "We sell:"


def test_prose_with_a_colon_in_it_is_no_record() -> None:
    text = "He said: wait.\nThen all of them left the hall."
    assert blocks(text) == [("paragraph", text)]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("It is hot. A ticket costs <!-- was 6 --> 8 euros.", [None, "A ticket costs"]),
        ("A ticket costs:<!-- was\n6 --> 8 euros.", [None, "A ticket costs:"]),
        ("The pump ![x](data:image/png;base64,aa=) is red. <!-- or blue --> It leaks.", [None, "The pump", None]),
        ("We sell\n<!-- b -->\nbread.", [None, None]),
        ("- A ticket <!-- was 6 --> 8 euros", [None, None]),
    ],
)
def test_a_sentence_goes_on_behind_what_is_hidden_in_it(text: str, leads: list[str | None]) -> None:
    assert [block.lead and text[slice(*block.lead)] for block in parse(text, ".md").blocks] == leads
