"""Small corpora whose trouble is how the text is built: headings, tables, lists, records, what nobody reads."""

from tests.end_to_end.kinds import Ask, Kind

_PARTS = "\n".join(f"| Seal S{n} | {n + 3} mm | {n * 7 % 90 + 11} EUR |" for n in range(1, 61))

STRUCTURE = (
    Kind(
        "underlined headings",
        {
            "boats.txt": "Heron\n=====\n\nThe boat carries six people.\n\nThe deposit is 80 euros.\n\n"
            "Cormorant\n=========\n\nThe boat carries eleven people.\n\nThe deposit is 140 euros.\n"
        },
        (
            Ask("What is the deposit for the Cormorant?", "140 euros", ("80",)),
            Ask("How many people does the Heron carry?", "six", ("eleven",)),
        ),
    ),
    Kind(
        "bold lines as headings",
        {
            "rooms.md": "**Blue room**\n\nIt seats 14 guests.\n\n**Green room**\n\nIt seats 32 guests.\n\n"
            "**Attic**\n\nIt is closed for repairs.\n"
        },
        (
            Ask("How many guests does the green room seat?", "32 guests", ("14",)),
            Ask("What about the attic?", "closed for repairs"),
        ),
    ),
    Kind(
        "headings in HTML",
        {
            "farm.md": "<h2>Goats</h2>\n<p>They are milked at 5:40 every day.</p>\n<h2>Sheep</h2>\n"
            "<p>They are shorn in the second week of May.</p>\n"
        },
        (Ask("When are the sheep shorn?", "second week of May"), Ask("When are the goats milked?", "5:40")),
    ),
    Kind(
        "numbered and capital headings",
        {
            "lease.txt": "LEASE OF THE MILL\n\nBetween the town and the miller.\n\n"
            "1. Rent\n\nIt is 900 euros a month.\n\n"
            "2. Notice\n\nEither side gives ten weeks.\n\n2.1 Early end\n\nThe town may end it after a flood.\n"
        },
        (
            Ask("How much is the rent?", "900 euros"),
            Ask("How long is the notice?", "ten weeks"),
            Ask("What may the town do after a flood?", "end it after a flood"),
        ),
    ),
    Kind(
        "what nobody reads",
        {
            "pass.md": "---\ntitle: Ferry pass\nprice: 12 euros\n---\n\nThe pass costs 19 euros a month.\n\n"
            "<!-- The pass used to cost 15 euros and could be shared. -->\n\n"
            "![map](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA)\n\nIt may not be lent to others.\n"
        },
        (
            Ask("How much does the ferry pass cost?", "19 euros", ("12", "15 euros")),
            Ask("May the pass be shared or lent?", "may not be lent", ("could be shared",)),
        ),
    ),
    Kind(
        "code in fences",
        {
            "backup.md": "# Backups\n\nTo copy the ledger, run this every night:\n\n"
            "~~~ sh\nlcp --to vault\n~~~\n\n"
            "1. To restore, stop the clerk service:\n\n   ```sh\n   # all of it\n   clerk stop --all\n   ```\n\n"
            "2. Then unpack the newest archive.\n"
        },
        (
            Ask("Which command copies the ledger?", "lcp --to vault"),
            Ask("Which archive is unpacked?", "newest archive", ("# all of it",)),
        ),
    ),
    Kind(
        "facts in headings",
        {
            "log.md": "# Changes of Tern\n\n## 3.2.0 (14 June 2022)\n\n- Exports maps as SVG.\n\n"
            "## 3.1.4 (2 February 2021)\n\n- Fixed a crash on empty routes.\n\n## Dropped support for Atlas files\n",
        },
        (
            Ask("In which version was the crash on empty routes fixed?", "3.1.4", ("3.2.0",)),
            Ask("When did Tern learn to export maps as SVG?", "14 June 2022", ("2021",)),
            Ask("Which files lost support?", "Atlas files"),
        ),
    ),
    Kind(
        "a long table",
        {"seals.md": f"# Seals\n\n| Part | Thickness | Price |\n|---|---|---|\n{_PARTS}\n"},
        (
            Ask("What is the price of seal S44?", "Seal S44 | 47 mm", ("S43", "S45")),
            Ask("How thick is seal S17?", "Seal S17 | 20 mm", ("S16", "S18")),
            Ask("What does seal S99 cost?"),
        ),
    ),
    Kind(
        "a table without bars at its ends",
        {
            "crew.md": "# Crew\n\nPost | Name | Bunk | On board since\n--- | --- | --- | ---\n"
            "Bosun | Ada Flint | 4 | 3 May\nCarpenter | Rolf Amsel | 7 | 9 June\n"
            "Purser | Ines Duarte | 2 | 1 May\nSurgeon | Kofi Mensah | 9 | 20 June\n"
        },
        (
            Ask("Who is the carpenter?", "Rolf Amsel", ("Ada", "Ines")),
            Ask("Which post does Ines Duarte hold?", "Purser", ("Surgeon",)),
        ),
    ),
    Kind(
        "front matter in TOML",
        {
            "sauna.md": '+++\ntitle = "Sauna rules"\nweight = 40\nmaintainer = "Ilmari Koski"\n+++\n\n'
            "At most eight guests sit down at once.\n"
        },
        (Ask("Who maintains the sauna rules?", "Ilmari Koski"), Ask("How heavy may a sauna guest be?", "")),
    ),
    Kind(
        "a table in HTML",
        {
            "hours.md": "<table>\n<tr><th>Hall</th><th>Opens</th><th>Warden</th></tr>\n"
            "<tr><td>North</td><td>8:15</td><td>Ines Roth</td></tr>\n"
            "<tr><td>South</td><td>10:45</td><td>Paul Imre</td></tr>\n</table>\n"
        },
        (
            Ask("When does the south hall open?", "10:45", ("8:15",)),
            Ask("Who is the warden of the north hall?", "Ines Roth", ("Paul",)),
        ),
    ),
    Kind(
        "a list and its lead-in",
        {
            "cave.md": "# Cave tours\n\nTours start at ten.\n\nEvery visitor of the cave must wear:\n\n- a helmet\n"
            "- boots with heels\n- gloves\n\nChildren need a guardian.\n"
        },
        (Ask("What must every visitor of the cave wear?", "boots with heels", ("guardian", "start at ten")),),
    ),
    Kind(
        "questions and answers",
        {
            "faq.md": "# Library\n\n## Can I renew a book online?\n\nYes, twice, in your account.\n\n"
            "## What happens if I lose a book?\n\nYou pay for a new copy and 4 euros for its cover.\n\n"
            "Q: Are dogs allowed?\nA: Only in the yard.\n"
        },
        (
            Ask("Can I renew a book online?", "twice, in your account", ("Can I",)),
            Ask("What happens if I lose a book?", "pay for a new copy", ("What happens",)),
            Ask("Are dogs allowed?", "Only in the yard", ("Are dogs",)),
        ),
    ),
    Kind(
        "chat and records",
        {
            "chat.txt": "08:01 Mia: morning all\n08:02 Tom: who has the key of the boathouse?\n"
            "08:04 Ana: Bruno took it\n08:09 Mia: the regatta is moved to Sunday\n"
            "08:12 Tom: ok and where do we park\n08:15 Ana: behind the sail loft\n",
            "host.txt": "Host: swift-3\nPort: 7441\nOwner: Greta Olsen\n",
        },
        (
            Ask("Who has the key of the boathouse?", "Bruno took it", ("regatta",)),
            Ask("When is the regatta?", "Sunday", ("Bruno",)),
            Ask("Where do they park?", "behind the sail loft"),
            Ask("What is the port of the host?", "7441", ("Greta",)),
        ),
    ),
    Kind(
        "page breaks",
        {
            "manual.txt": "The boiler is drained before winter. The valve under the tank is opened by hand and left\n\n"
            "Boiler manual          Page 12\n\nopen for at least forty minutes. Then it is closed.\n"
        },
        (Ask("When is the boiler drained?", "before winter", ("Page 12",)),),
    ),
    Kind(
        "sentences that pages cut",
        {
            "minutes.txt": "HARBOUR COMMITTEE     - 4 -\n\nIt rained. Mr Oduya asked that piles be had from the\n\n"
            "HARBOUR COMMITTEE     - 5 -\n\nyard of Tarn and Hope, which is near. The mole is to be\n\n"
            "HARBOUR COMMITTEE     - 6 -\n\nclosed in March. All agreed.\n"
        },
        (
            Ask("Where are the piles to be had from?", "asked that piles be had from the", ("COMMITTEE",)),
            Ask("What yard is to give the piles?", "yard of Tarn and Hope", ("COMMITTEE",)),
            Ask("When will the mole be closed?", "The mole is to be", ("COMMITTEE",)),
        ),
    ),
    Kind(
        "empty cells",
        {
            "loans.csv": "item,lent_on,borrower,returned,deposit\nstorm lamp,2021-03-04,Ana Brandt,2021-05-09,30\n"
            "ship's bell,2022-08-17,Theo Okafor,,55\nbrass compass,2020-01-30,Ida Lund,2020-02-11,\n"
        },
        (
            Ask("When was the storm lamp returned?", "2021-05-09", ("2022",)),
            Ask("On which date was the ship's bell returned?"),
            Ask("How much deposit was taken for the brass compass?"),
            Ask("Who is the borrower of the ship's bell?", "Theo Okafor"),
        ),
    ),
    Kind(
        "blocks that must not be joined",
        {
            "staff.md": "# Staff\n\nThe baker is Olga Reyes.\n\n- Ovens are lit at four.\n\n"
            "She also runs the choir of the village.\n"
        },
        (Ask("Who is the baker?", "Olga Reyes", ("Ovens",)), Ask("When are the ovens lit?", "at four", ("Olga",))),
    ),
    Kind(
        "steps of lists",
        {
            "press.md": "# The cider press\n\n## Before pressing\n\n1. Rinse the barrels with hot water.\n"
            "2. Grind the apples to pulp.\n3. Fold the pulp into the cloths.\n4. Lower the screw by half a turn.\n\n"
            "## After pressing\n\n1. Raise the screw to the top.\n2. Carry the pulp to the pigs.\n"
            "3. Rinse the cloths.\n"
        },
        (
            Ask("What comes after the apples have been ground?", "Fold the pulp", ("pigs",)),
            Ask("What has to be done right before the pulp is carried to the pigs?", "Raise the screw", ("Fold",)),
            Ask("Once the barrels are rinsed, what is the next step?", "Grind the apples", ("pigs",)),
            Ask("Which step follows lowering the screw by half a turn?"),
        ),
    ),
    Kind(
        "forms",
        {
            "found.txt": "\n\n".join(
                f"Number: LF-{number}\nThing: {thing}\nFound on: {day} May, about noon\nFound where: {place}\n"
                f"Handed in by: a guest who left no name\nState: dry and clean\nBelongs to: {owner}\n"
                f"Fetched on: {day + 3} May"
                for number, thing, day, place, owner in (
                    (61, "a red kite", 4, "the north meadow", "Olga Finn"),
                    (62, "a tin whistle", 6, "the tea room, below a bench", "Piet Harms"),
                    (63, "a straw hat", 9, "the ferry steps", "Ruth Vane"),
                )
            )
        },
        (
            Ask("Who owns the tin whistle?", "Piet Harms", ("Olga", "Ruth")),
            Ask("When was the red kite found?", "4 May", ("6 May", "9 May")),
            Ask("Who lost the umbrella?"),
        ),
    ),
)
