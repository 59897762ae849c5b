#!/usr/bin/env python3
"""Writes the shipped holiday calendars, conf/holidays/<cc>.txt, from the rules below.

    python3 conf/holidays/make_holidays.py FIRST_YEAR LAST_YEAR

The rules were compared in November 2026 with Debian's python3-holidays 0.10.1 (of 2022) for 2025-2030; it
lacks Juneteenth, Brazil's Consciência Negra, Chile's indigenous peoples' day and Holy Saturday, and India.
Only days of type "public" close a window. One-off days (elections, mourning) are added by hand, in a file
of the operator's own.
"""

import datetime
import pathlib
import sys

DAY = datetime.timedelta(days=1)
HERE = pathlib.Path(__file__).resolve().parent


def easter(year):
    """Gregorian Easter Sunday (anonymous algorithm, Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def fixed(month, day):
    return lambda year: datetime.date(year, month, day)


def after_easter(days):
    return lambda year: easter(year) + days * DAY


def nth(number, weekday, month):
    """The number-th weekday (Monday 0) of a month; -1: the last."""

    def date(year):
        if number < 0:
            last = datetime.date(year + month // 12, month % 12 + 1, 1) - DAY
            return last - (last.weekday() - weekday) % 7 * DAY
        first = datetime.date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (number - 1)) * DAY

    return date


def monday_from(rule):
    """Colombia, Ley 51 de 1983 (Emiliani): the Monday on or after."""
    return lambda year: rule(year) + (-rule(year).weekday()) % 7 * DAY


def observed_us(rule):
    """Saturday: also the Friday before; Sunday: also the Monday after."""

    def date(year):
        day = rule(year)
        return day + {5: -1, 6: 1}.get(day.weekday(), 0) * DAY

    return date


def substitute(rule, *taken):
    """United Kingdom: a day on a weekend gets the next weekday that is free."""

    def date(year):
        day, others = rule(year), [other(year) for other in taken]
        while day.weekday() > 4 or day in others:
            day += DAY
        return day

    return date


def chile_monday(month, day):
    """Chile, Ley 19.668: Tuesday to Thursday go to the Monday before, Friday to the Monday after."""

    def date(year):
        wanted = datetime.date(year, month, day)
        return wanted + {1: -1, 2: -2, 3: -3, 4: 3}.get(wanted.weekday(), 0) * DAY

    return date


def chile_evangelical(year):
    """Ley 20.299: 31 October; Tuesday: the Friday before; Wednesday: the Friday after."""
    wanted = datetime.date(year, 10, 31)
    return wanted + {1: -4, 2: 2}.get(wanted.weekday(), 0) * DAY


def only_on(month, day, *weekdays):
    """The date in years in which it falls on one of the weekdays (bridge days)."""

    def date(year):
        wanted = datetime.date(year, month, day)
        return wanted if wanted.weekday() in weekdays else None

    return date


# The June solstice in Chile's time, by the day that the law's decree names (Ley 21.357).
CHILE_SOLSTICE = {2025: 20, 2026: 21, 2027: 21, 2028: 20, 2029: 20, 2030: 21}
CHRISTMAS, BOXING, NEW_YEAR = fixed(12, 25), fixed(12, 26), fixed(1, 1)

RULES = {
    "CO": [
        ("Año Nuevo", fixed(1, 1)), ("Reyes Magos", monday_from(fixed(1, 6))),
        ("San José", monday_from(fixed(3, 19))), ("Jueves Santo", after_easter(-3)),
        ("Viernes Santo", after_easter(-2)), ("Día del Trabajo", fixed(5, 1)),
        ("Ascensión del Señor", after_easter(43)), ("Corpus Christi", after_easter(64)),
        ("Sagrado Corazón", after_easter(71)), ("San Pedro y San Pablo", monday_from(fixed(6, 29))),
        ("Independencia", fixed(7, 20)), ("Batalla de Boyacá", fixed(8, 7)),
        ("Asunción de la Virgen", monday_from(fixed(8, 15))),
        ("Día de la Raza", monday_from(fixed(10, 12))),
        ("Todos los Santos", monday_from(fixed(11, 1))),
        ("Independencia de Cartagena", monday_from(fixed(11, 11))),
        ("Inmaculada Concepción", fixed(12, 8)), ("Navidad", fixed(12, 25)),
    ],
    "US": [
        ("New Year's Day", fixed(1, 1)), ("Martin Luther King Jr. Day", nth(3, 0, 1)),
        ("Washington's Birthday", nth(3, 0, 2)), ("Memorial Day", nth(-1, 0, 5)),
        ("Juneteenth", fixed(6, 19)), ("Independence Day", fixed(7, 4)), ("Labor Day", nth(1, 0, 9)),
        ("Columbus Day", nth(2, 0, 10)), ("Veterans Day", fixed(11, 11)),
        ("Thanksgiving", nth(4, 3, 11)), ("Christmas Day", fixed(12, 25)),
        ("New Year's Day (observed)", observed_us(fixed(1, 1))),
        ("Juneteenth (observed)", observed_us(fixed(6, 19))),
        ("Independence Day (observed)", observed_us(fixed(7, 4))),
        ("Veterans Day (observed)", observed_us(fixed(11, 11))),
        ("Christmas Day (observed)", observed_us(fixed(12, 25))),
    ],
    "MX": [
        ("Año Nuevo", fixed(1, 1)), ("Día de la Constitución", nth(1, 0, 2)),
        ("Natalicio de Benito Juárez", nth(3, 0, 3)), ("Día del Trabajo", fixed(5, 1)),
        ("Independencia", fixed(9, 16)), ("Día de la Revolución", nth(3, 0, 11)),
        ("Transmisión del Poder Ejecutivo", lambda year: datetime.date(2030, 10, 1) if year == 2030
         else None),
        ("Navidad", fixed(12, 25)),
    ],
    "BR": [
        ("Confraternização Universal", fixed(1, 1)), ("Carnaval", after_easter(-47), "optional"),
        ("Sexta-feira Santa", after_easter(-2)), ("Tiradentes", fixed(4, 21)),
        ("Dia do Trabalho", fixed(5, 1)), ("Corpus Christi", after_easter(60), "optional"),
        ("Independência", fixed(9, 7)), ("Nossa Senhora Aparecida", fixed(10, 12)),
        ("Finados", fixed(11, 2)), ("Proclamação da República", fixed(11, 15)),
        ("Consciência Negra", fixed(11, 20)), ("Natal", fixed(12, 25)),
    ],
    "CL": [
        ("Año Nuevo", fixed(1, 1)), ("Viernes Santo", after_easter(-2)),
        ("Sábado Santo", after_easter(-1)), ("Día del Trabajo", fixed(5, 1)),
        ("Glorias Navales", fixed(5, 21)),
        ("Pueblos Indígenas", lambda year: datetime.date(year, 6, CHILE_SOLSTICE[year])),
        ("San Pedro y San Pablo", chile_monday(6, 29)), ("Virgen del Carmen", fixed(7, 16)),
        ("Asunción de la Virgen", fixed(8, 15)), ("Independencia", fixed(9, 18)),
        ("Año Nuevo (feriado)", only_on(1, 2, 0)), ("Fiestas Patrias", only_on(9, 17, 0, 4)),
        ("Fiestas Patrias", only_on(9, 20, 4)), ("Glorias del Ejército", fixed(9, 19)),
        ("Encuentro de Dos Mundos", chile_monday(10, 12)),
        ("Iglesias Evangélicas", chile_evangelical), ("Todos los Santos", fixed(11, 1)),
        ("Inmaculada Concepción", fixed(12, 8)), ("Navidad", fixed(12, 25)),
    ],
    "ES": [
        ("Año Nuevo", fixed(1, 1)), ("Epifanía del Señor", fixed(1, 6)),
        ("Viernes Santo", after_easter(-2)), ("Fiesta del Trabajo", fixed(5, 1)),
        ("Asunción de la Virgen", fixed(8, 15)), ("Fiesta Nacional", fixed(10, 12)),
        ("Todos los Santos", fixed(11, 1)), ("Día de la Constitución", fixed(12, 6)),
        ("Inmaculada Concepción", fixed(12, 8)), ("Navidad", fixed(12, 25)),
    ],
    "IT": [
        ("Capodanno", fixed(1, 1)), ("Epifania", fixed(1, 6)), ("Pasqua", after_easter(0)),
        ("Lunedì dell'Angelo", after_easter(1)), ("Liberazione", fixed(4, 25)),
        ("Festa del Lavoro", fixed(5, 1)), ("Festa della Repubblica", fixed(6, 2)),
        ("Assunzione", fixed(8, 15)),
        ("San Francesco", lambda year: datetime.date(year, 10, 4) if year > 2025 else None),
        ("Ognissanti", fixed(11, 1)), ("Immacolata Concezione", fixed(12, 8)),
        ("Natale", fixed(12, 25)), ("Santo Stefano", fixed(12, 26)),
    ],
    "GB": [
        ("New Year's Day", substitute(NEW_YEAR)), ("Good Friday", after_easter(-2)),
        ("Easter Monday", after_easter(1), "bank"), ("Early May Bank Holiday", nth(1, 0, 5)),
        ("Spring Bank Holiday", nth(-1, 0, 5)), ("Summer Bank Holiday", nth(-1, 0, 8), "bank"),
        ("Christmas Day", fixed(12, 25)), ("Boxing Day", fixed(12, 26)),
        ("Christmas Day (substitute)", substitute(CHRISTMAS, substitute(BOXING))),
        ("Boxing Day (substitute)", substitute(BOXING, CHRISTMAS)),
    ],
    "GB-ENG": [("Easter Monday", after_easter(1)), ("Summer Bank Holiday", nth(-1, 0, 8))],
    "GB-WLS": [("Easter Monday", after_easter(1)), ("Summer Bank Holiday", nth(-1, 0, 8))],
    "GB-NIR": [
        ("Saint Patrick's Day", substitute(fixed(3, 17))), ("Easter Monday", after_easter(1)),
        ("Battle of the Boyne", substitute(fixed(7, 12))), ("Summer Bank Holiday", nth(-1, 0, 8)),
    ],
    "GB-SCT": [
        ("2nd January", substitute(fixed(1, 2), substitute(NEW_YEAR))),
        ("Summer Bank Holiday", nth(1, 0, 8)), ("Saint Andrew's Day", substitute(fixed(11, 30))),
    ],
    "IN": [
        ("Republic Day", fixed(1, 26)), ("Independence Day", fixed(8, 15)),
        ("Gandhi Jayanti", fixed(10, 2)),
    ],
}
REMARKS = {
    "IN": "The three national holidays only: the others differ by state and follow the moon.",
    "GB": "Days of one nation are in its own calendar; here they are \"bank\", which closes nothing.",
    "ES": "National days; communities replace some of them.",
}


def lines(calendar, first, last):
    seen = set()
    for name, rule, *kind in RULES[calendar]:
        for year in range(first, last + 1):
            day = rule(year)
            if day and day not in seen and first <= day.year <= last:
                seen.add(day)
                yield f"{calendar} {day} {name} {kind[0] if kind else 'public'}"


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    for country in sorted({calendar.split("-")[0] for calendar in RULES}):
        out = [f"# Holidays of {country}, {first}-{last}, by make_holidays.py; as of November 2026."]
        if country in REMARKS:
            out.append(f"# {REMARKS[country]}")
        for calendar in (name for name in RULES if name.split("-")[0] == country):
            out += sorted(lines(calendar, first, last))
        (HERE / f"{country.lower()}.txt").write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
