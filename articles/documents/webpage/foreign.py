"""Dates as other languages than Chinese and English write them, brought into a form that ``dates`` reads.

>>> plain_dates("Am 3. Dezember 2011 um 14:05 Uhr")
'Am 3 December 2011 um 14:05 Uhr'
>>> plain_dates("06.11.2023 13:30")
'2023-11-06 13:30'
"""

import re

# German, French, Spanish, Italian, Portuguese, Dutch.
_MONTHS = (
    ("January", "januar jänner janvier enero gennaio janeiro januari"),
    ("February", "februar février fevrier febrero febbraio fevereiro februari"),
    ("March", "märz maerz mars marzo março marco maart"),
    ("April", "april avril abril aprile"),
    ("May", "mai mayo maggio maio mei"),
    ("June", "juni juin junio giugno junho"),
    ("July", "juli juillet julio luglio julho"),
    ("August", "august août aout agosto augustus"),
    ("September", "september septembre septiembre setiembre settembre setembro"),
    ("October", "oktober octobre octubre ottobre outubro"),
    ("November", "november novembre noviembre novembro"),
    ("December", "dezember décembre decembre diciembre dicembre dezembro december"),
)
_ENGLISH = {name: month for month, names in _MONTHS for name in names.split()}
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|er|º|°)?\s+(?:de\s+|di\s+)?("
    + "|".join(sorted(_ENGLISH, key=len, reverse=True))
    + r")\.?,?\s+(?:de\s+|del\s+)?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
# With points the day always stands first; 06/11/2023 has two readings and stays as it is.
_POINTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?![\d.]\d)")


def plain_dates(text: str) -> str:
    """The text with such dates in English words or in figures; everything else as it is."""
    text = _NAMED.sub(lambda match: f"{match[1]} {_ENGLISH[match[2].lower()]} {match[3]}", text)
    return _POINTED.sub(_in_figures, text)


def _in_figures(match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[2])
    return f"{match[3]}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else match[0]
