#!/usr/bin/env python3
"""Writes the tables behind recipient.cc from Debian's python3-phonenumbers, at build time.

    /usr/bin/python3 make_number_tables.py OUT.cc

Prefix to zones is libphonenumber's resources/timezones/map_data.txt, which its C++ library does not carry;
area code to state is what most of the area code's places say.
"""

import collections
import sys

import phonenumbers
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.tzdata import TIMEZONE_DATA

STATES = """Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE|
Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|Kansas KS|Kentucky KY|Louisiana LA|
Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN|Mississippi MS|Missouri MO|Montana MT|
Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY|North Carolina NC|
North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI|South Carolina SC|
South Dakota SD|Tennessee TN|Texas TX|Utah UT|Vermont VT|Virginia VA|Washington State WA|Washington WA|
Washington D.C. DC|West Virginia WV|Wisconsin WI|Wyoming WY|Alberta AB|British Columbia BC|Manitoba MB|
New Brunswick NB|Newfoundland and Labrador NL|Nova Scotia NS|Ontario ON|Prince Edward Island PE|Quebec QC|
Saskatchewan SK"""
CODES = dict(entry.strip().rsplit(" ", 1) for entry in STATES.split("|"))


def states():
    """{area code: state in lower case}, by majority of the places in it."""
    votes = collections.defaultdict(collections.Counter)
    for prefix, names in GEOCODE_DATA.items():
        if not prefix.startswith("1") or len(prefix) < 4:
            continue
        last = names.get("en", "").split(", ")[-1]
        code = CODES.get(last, last)
        if code in CODES.values():
            votes[prefix[1:4]][code] += 1
    return {area: max(sorted(count), key=count.get).lower() for area, count in votes.items()}


def main():
    zones = sorted({zone for zones in TIMEZONE_DATA.values() for zone in zones})
    sets = sorted({tuple(sorted(zones)) for zones in TIMEZONE_DATA.values()})
    starts, flat = [], []
    for members in sets:
        starts.append(len(flat))
        flat += [zones.index(zone) for zone in members]
    starts.append(len(flat))
    by_prefix = sorted((int(prefix), sets.index(tuple(sorted(members))))
                       for prefix, members in TIMEZONE_DATA.items())
    by_area = sorted((int(area), code) for area, code in states().items())
    if len(by_prefix) < 3000 or len(by_area) < 300:
        sys.exit("python3-phonenumbers has too little data")

    def rows(items, width):
        texts = [text + "," for text in items]
        return "\n".join("    " + " ".join(texts[i:i + width]) for i in range(0, len(texts), width))

    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write(f"""// Made by make_number_tables.py from python3-phonenumbers {phonenumbers.__version__}.
#include "gateway/policy/number_tables.h"

namespace postern::policy::number_tables {{
namespace {{
constexpr std::string_view zone_table[] = {{
{rows((f'"{zone}"' for zone in zones), 4)}
}};
constexpr std::uint16_t member_table[] = {{
{rows(map(str, flat), 20)}
}};
constexpr std::uint16_t start_table[] = {{
{rows(map(str, starts), 20)}
}};
constexpr Prefix prefix_table[] = {{
{rows((f"{{{prefix}, {index}}}" for prefix, index in by_prefix), 8)}
}};
constexpr AreaCode area_table[] = {{
{rows((f'{{{area}, "{code}"}}' for area, code in by_area), 8)}
}};
}}  // namespace

const std::string_view version = "{phonenumbers.__version__}";
const std::span<const std::string_view> zones = zone_table;
const std::span<const std::uint16_t> members = member_table;
const std::span<const std::uint16_t> starts = start_table;
const std::span<const Prefix> prefixes = prefix_table;
const std::span<const AreaCode> area_codes = area_table;

}}  // namespace postern::policy::number_tables
""")


if __name__ == "__main__":
    main()
