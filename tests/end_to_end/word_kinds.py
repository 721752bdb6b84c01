"""Small corpora whose trouble is how things are written: signs, numbers, dates, scripts, names, denials, copies."""

from tests.end_to_end.kinds import Ask, Kind

_REFERS = "The rent of a cart at the mill is given in the cart list."
_COPY = "Deliveries are taken at the east gate until six in the evening."

WORDS = (
    Kind(
        "names with signs",
        {
            "team.md": "The planner is written in C++.\n\nThe viewer is written in C#.\n\nThe portal runs on .NET.\n\n"
            "The cold store is kept at -18 degrees.\n\nThe fruit store is kept at 7 degrees.\n"
        },
        (
            Ask("What is written in C#?", "viewer", ("planner",)),
            Ask("What is written in C++?", "planner", ("viewer",)),
            Ask("What runs on .NET?", "portal"),
            Ask("Which store is kept at -18 degrees?", "cold store", ("fruit",)),
        ),
    ),
    Kind(
        "versions and codes",
        {
            "fixes.md": "Release 2.11.3 mended the search.\n\nRelease 2.3.11 mended the print view.\n\n"
            "The lamp KL-40-B needs two cells.\n\nThe lamp KL-40-D needs five cells.\n"
        },
        (
            Ask("What did release 2.11.3 mend?", "search", ("print",)),
            Ask("What did release 2.3.11 mend?", "print view", ("search",)),
            Ask("How many cells does the KL40D need?", "five", ("two",)),
            Ask("How many cells does the KL-40-F need?"),
        ),
    ),
    Kind(
        "dates and numbers in other notation",
        {
            "year.md": "The dam was closed on 2016-09-04.\n\nThe lock was opened on 21 November 2017.\n\n"
            "Twelve barges may wait behind the weir.\n\nThe basin holds 3,400 tonnes of CO₂ ice.\n\n"
            "The walk is 14 km long.\n"
        },
        (
            Ask("What was closed on 4 September 2016?", "dam", ("lock",)),
            Ask("What was opened on 2017-11-21?", "lock", ("dam",)),
            Ask("Where may 12 barges wait?", "Twelve barges"),
            Ask("What holds 3400 tonnes?", "basin"),
            Ask("How many kilometres long is the walk?", "14 km"),
        ),
    ),
    Kind(
        "spelling, hyphens and ligatures",
        {
            "paint.txt": "The colour of the harbour doors is ochre.\n\n"
            "The main-\ntenance of the cranes is done by the o\ufb03ce of works.\n\n"
            "The guest reg\u00adis\u00adter lies in the hall.\n"
        },
        (
            Ask("What is the color of the harbor doors?", "ochre"),
            Ask("Who does the maintenance of the cranes?", "o\ufb03ce of works"),
            Ask("Where does the guest register lie?", "in the hall"),
        ),
    ),
    Kind(
        "names that look like small words",
        {
            "teams.md": "Team A meets on Mondays.\n\nTeam B meets on Thursdays.\n\nIT orders new screens.\n\n"
            "Vitamin A keeps eyes well.\n\nVitamin K helps blood to clot.\n"
        },
        (
            Ask("When does Team A meet?", "Mondays", ("Thursdays",)),
            Ask("When does team B meet?", "Thursdays", ("Mondays",)),
            Ask("WHAT DOES VITAMIN K HELP?", "clot", ("eyes",)),
            Ask("Who orders new screens?", "IT orders"),
        ),
    ),
    Kind(
        "denials",
        {"pool.md": "Diving is not allowed in the lower pool.\n\nDiving is allowed in the upper pool.\n"},
        (
            Ask("Where is diving allowed?", "upper pool", ("lower",)),
            Ask("Where is diving not allowed?", "lower pool", ("upper",)),
        ),
    ),
    Kind(
        "numbers that no text holds",
        {"bridge.md": "In 1954 the rope bridge was built by Karl Frei.\n\nIt was 61 metres long.\n"},
        (
            Ask("Who built the rope bridge in 1954?", "Karl Frei"),
            Ask("Who built the rope bridge in 1973?"),
            Ask("What does article 12 say about the rope bridge?"),
        ),
    ),
    Kind(
        "Chinese and Japanese",
        {
            "hours.md": "图书馆每天早上八点开门。食堂在二楼。停车费每小时五元。\n\n"
            "会議室は三階にあります。受付は九時に開きます。\n"
        },
        (
            Ask("食堂在哪里？", "食堂在二楼", ("停车",)),
            Ask("会議室はどこですか？", "会議室は三階", ("受付",)),
            Ask("游泳池在哪里？", "", ()),
        ),
    ),
    Kind(
        "Arabic, Hindi and Thai",
        {
            "world.md": "تفتح المكتبة الساعة الثامنة. يقع المطعم في الطابق الثاني.\n\n"
            "पुस्तकालय सुबह आठ बजे खुलता है। भोजनालय दूसरी मंज़िल पर है।\n\nห้องสมุดเปิดแปดโมงเช้า\n\nโรงอาหารอยู่ชั้นสอง\n"
        },
        (
            Ask("أين يقع المطعم؟", "الطابق الثاني", ("الثامنة",)),
            Ask("भोजनालय कहाँ है?", "दूसरी मंज़िल", ("आठ",)),
            Ask("โรงอาหารอยู่ชั้นไหน", "ชั้นสอง", ("แปดโมง",)),
        ),
    ),
    Kind(
        "German",
        {
            "haus.md": "Der Schlüssel liegt z.B. Montags beim Hausmeister. Die Miete beträgt 640 Euro im Monat.\n\n"
            "Die Kündigungsfrist beträgt drei Monate.\n"
        },
        (
            Ask("Wie hoch ist die Miete?", "640 Euro", ("Hausmeister",)),
            Ask("Wie lang ist die Kuendigungsfrist?", "drei Monate", ("Miete",)),
        ),
    ),
    Kind(
        "abbreviations",
        {"rope.md": "The rope holds approx. 900 kilos, i.e. Two grown horses. It was made by Prof. Lund in Bergen.\n"},
        (
            Ask("How much does the rope hold?", "approx. 900 kilos"),
            Ask("Who made the rope?", "Prof. Lund in Bergen"),
        ),
    ),
    Kind(
        "a sentence that says where the answer stands",
        {
            **{f"notice{n}.md": f"# Notice {n}\n\n{_REFERS} Bring a coat on day {n}.\n" for n in range(7)},
            "cartlist.md": "# Cart list (all mills)\n\nOne wheel: 3 crowns. Two wheels: 5 crowns, 8 if covered.\n",
        },
        (
            Ask("What is the rent of a cart with two wheels at the mill?", "5 crowns"),
            Ask("Where do I find the rent of a cart at the mill?", "cart list"),
            Ask("What is the rent of a donkey at the mill?", ""),
        ),
    ),
    Kind(
        "an archived rule and the one in force",
        {
            "moorings.md": "# Mooring rules\n\nA guest may stay for six nights. The gate is locked at ten.\n",
            "moorings-old.md": "# Mooring rules (archive)\n\nA guest may stay for two nights.\n",
        },
        (Ask("For how many nights may a guest stay?", "six nights", ("two",)),),
    ),
    Kind(
        "copies, and the newer of two rules",
        {
            **{f"gate{number}.md": f"# Gate sheet {number}\n\n{_COPY}\n" for number in range(8)},
            "night.md": "# Night sheet\n\nAfter six, deliveries wait at the west ramp.\n",
            "rules2019.md": "# Travel rules 2019\n\nA meal may cost 22 euros.\n",
            "rules2023.md": "# Travel rules 2023\n\nA meal may cost 31 euros.\n",
        },
        (
            Ask("Where do deliveries wait after six?", "west ramp"),
            Ask("How much may a meal cost?", "31 euros", ("22",)),
        ),
    ),
    Kind(
        "a rule that a newer one turns round",
        {
            "camp-2016.md": "# Camp rules (2016)\n\nFires are strictly prohibited. Tents are taken down by ten.\n",
            "camp-2022.md": "# Camp rules (2022)\n\nSmall fires in a bowl are fine, save in July. Cars stay out.\n",
        },
        (
            Ask("May I light a fire at the camp?", "in a bowl are fine", ("prohibited",)),
            Ask("What did the rules of 2016 say about fires?", "strictly prohibited"),
            Ask("When must the tents be taken down?", "by ten"),
        ),
    ),
    Kind(
        "numbers and days inside a range",
        {
            "fares.md": "# The cable car\n\nWhat a load costs:\n\n- Up to 10 kg: 3 marks\n"
            "- Over 10 kg and up to 40 kg: 7 marks\n- Over 40 kg and up to 90 kg: 15 marks\n\n"
            "The small cabin takes 1 to 6 people. The large cabin takes 7 to 24 people.\n\n"
            "## Season ticket\n\nUntil 31 August 2024 the season ticket cost 88 marks. "
            "Since 1 September 2024 it has cost 96 marks.\n"
        },
        (
            Ask("What does a load of 25 kg cost?", "7 marks", ("3 marks", "15 marks")),
            Ask("Which cabin do we need for 15 people?", "large cabin"),
            Ask("What was the price of the season ticket in May 2024?", "88 marks"),
            Ask("What does a load of 140 kg cost?"),
        ),
    ),
    Kind(
        "two things compared",
        {
            "tents.md": "# Tents for hire\n\n| Tent | Sleeps | Price a week | Weight |\n|---|---|---|---|\n"
            "| Larch | 3 | 44 € | 4.1 kg |\n| Rowan | 5 | 61 € | 7.9 kg |\n| Alder | 2 | 52 € | 2.2 kg |\n\n"
            "The stove Ember burns for 95 minutes. The stove Cinder burns for 140 minutes.\n"
        },
        (
            Ask("Which tent is cheaper, the Alder or the Larch?", "Larch | 3", ("Rowan",)),
            Ask("Is the Rowan or the Larch heavier?", "Rowan | 5"),
            Ask("Which stove burns longer, the Ember or the Cinder?", "Cinder burns for 140"),
            Ask("Which tent is taller, the Rowan or the Larch?"),
        ),
    ),
    Kind(
        "plain texts with a title",
        {
            "moorings-2019.txt": "Mooring rules 2019\n\nA guest may stay at the quay for four nights.\n\n"
            "These rules were replaced in May 2024.\n",
            "moorings.txt": "MOORING RULES 2024\n\nA guest may stay at the quay for six nights.\n\n"
            "They supersede those of 2019.\n",
        },
        (
            Ask("How long may a guest stay at the quay?", "six nights", ("four",)),
            Ask("How long could a guest stay at the quay under the rules of 2019?", "four nights", ("six",)),
        ),
    ),
)
