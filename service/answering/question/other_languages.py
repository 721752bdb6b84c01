"""How other languages than English ask for a number, and their words for numbers.

Only what is sure to ask for one is here: how many, how much, at what hour, in which year. What asks with "when" may
be answered without a number.
"""

import re

_ASKS = (
    r"\bwie ?viele?\b|\bwas kostet\b|\bwie (?:hoch|teuer|groß|gross|schwer|weit|breit|tief|schnell|alt)\b",
    r"\bwelche[mns] jahr\b",
    r"\bcombien\b|\bà quelle heure\b|\ben quelle année\b|\bquel (?:est|était) (?:le prix|le nombre)\b",
    r"\bcu[áa]nt[oa]s?\b|\ba qué hora\b|\bqué año\b",
    r"\bquant[oaie]\b|\ba che ora\b|\b(?:che|quale) anno\b",
    r"\bquant[oa]s\b|\ba que horas\b|\bque ano\b",
    r"\bhoeveel\b|\bhoe (?:laat|hoog|zwaar|diep|oud)\b|\bwelk jaar\b",
    r"\bсколько\b|\bкотором часу\b|\bкаком году\b",
    r"多少|[几幾][点點个個年天月号號岁歲人位次层層米]|多[高深重长長远遠大久宽寬](?![的了])|哪一?年",
    r"いくら|いくつ|何[人個円時年日月分歳]",
    r"\bكم\b|\bأي (?:سنة|عام|ساعة)",
    r"कितन[ाेी]|किस (?:साल|वर्ष)",
    r"^(?!.*ใคร).*(?:เท่าไร|เท่าไหร่|กี่|ปีไหน|ปีใด)",
)
ASKS_FOR_NUMBER = "|".join(_ASKS)
"""What asks for a number in a question, in German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese,
Japanese, Arabic, Hindi and Thai.
"""

_WORDS = (
    r"zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w*(?:zehn|zig|hundert|tausend|dutzend)|halb\w*|mittags?",
    r"mitternacht|keine?r?|nichts|kostenlos|umsonst|kostenfrei",
    r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante",
    r"soixante|cents?|mille|demie?|aucune?|rien|gratuit\w*|midi|minuit",
    r"dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|veint\w+|treinta|cuarenta|cincuenta",
    r"sesenta|setenta|ochenta|noventa|cien\w*|mil|medi[oa]|nada|ning[uú]n\w*|mediodía|medianoche",
    r"due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|\w*(?:venti|trenta|quaranta|cinquanta|cento)\w*",
    r"mezz\w+|nessun\w*|niente",
    r"dois|duas|três|quatro|sete|oito|dez|doze|treze|vinte|trinta|quarenta|cinquenta|cem|cento|meia|meio|nenhuma?|grátis",
    r"twee|drie|vijf|zes|zeven|negen|tien|twaalf|\w*(?:tien|tig|honderd|duizend)|halve|geen|niets|kosteloos|middernacht",
    r"дв[аеу]\w*|три\w*|четыр\w*|четвер\w*|пят\w*|шест\w*|сем[ьи]\w*|вос[ье]м\w*|девя\w*|десят\w*|сорок\w*|ст[оа]|тысяч\w*",
    r"пол\w+|ничего|бесплатн\w+",
)
_UNSPACED = (
    r"[〇零二两兩三四五六七八九十百千万萬半]|一(?![起般样些定直旦共致切])|免费|免費|無料",
    r"(?<![\u0900-\u097f])(?:दो|तीन|चार|पाँच|पांच|छह|छः|सात|आठ|नौ|दस|ग्यारह|बारह|तेरह|चौदह|पंद्रह|पन्द्रह|सोलह|सत्रह|अठारह"
    r"|[\u0900-\u097f]+(?:[ईी]स|चास|वन|पन|सठ|त्तर|सी|नवे)|साठ|नब्बे|सौ|हज़ार|हजार|लाख|आध[ाेी]|साढ़े|डेढ़|ढाई|मुफ़्त|मुफ्त|निःशुल्क)"
    r"(?![\u0900-\u097f])",
    r"(?:หนึ่ง|สอง|สาม(?!ารถ)|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|หมื่น|แสน|ครึ่ง|ฟรี|เที่ยง)",
    r"واحد|اثن|ثلاث|[أا]ربع|خمس|سبع|ثمان|تسع|عشر|مئة|مائة|[أا]لف|نصف|مجان|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر",
    r"\bو?(?:ال)?(?:ست[ةه]?|ربع)\b|(?:يوم|[أا]سبوع|شهر|سنت|عام|ساعت|دقيقت|مرت)ين\b",
)
NUMBER_WORDS = rf"\d|\b(?:{'|'.join(_WORDS)})\b|{'|'.join(_UNSPACED)}"
"""What is a number in one of these languages, or says that it is nothing; Arabic without its vowels."""

ARABIC_VOWELS = re.compile(r"[\u0640\u064b-\u0652]")
"""The signs for vowels, and what draws a word out: a word of Arabic is the same without them."""
