// Phone numbers as people write them -> canonical E.164 (feature CG-01), with Google's
// libphonenumber behind a light header: only phone.cc sees the library.
// Cost (measured on one core of a small VM): the first call in a process builds the metadata tables
// and compiles regular expressions, about 4 ms; a region's first number about 0.1 ms; afterwards
// about 12 us a number and a short mutex inside the library. So call it from the API and from
// imports; webhooks use e164.h. Thread: any; call warm_up_phone() once at start to pay the first
// cost there.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::shared {

struct PhoneResult {
    std::string e164;       // empty if `problem` says why
    std::string problem;    // a sentence fit for a form or an import report
    bool assigned = false;  // the range is known to be in use; false may be newer than our metadata

    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// `text` may hold punctuation, full-width digits, a `00` prefix (read as `+` when that gives a
/// number in use), or letters for digits (1-800-FLOWERS). `default_region` (ISO 3166, "CO", any
/// case) is needed for numbers without a country code and may be empty. An international number
/// must have a possible length; a national one must be in use, for it is a guess otherwise. An
/// extension is a problem: nobody can be messaged there and dropping it would merge two people.
[[nodiscard]] PhoneResult canonical_phone(std::string_view text, std::string_view default_region);

/// The region that a number of ours belongs to ("CO"), empty if unknown. `e164` as in is_e164.
[[nodiscard]] std::string region_of_phone(std::string_view e164);

/// Whether the number belongs to a place: a fixed line, or a mobile where mobiles are numbered by
/// area. False for what is no number in use. `e164` as in is_e164.
[[nodiscard]] bool is_geographic_phone(std::string_view e164);

void warm_up_phone();

}  // namespace postern::adapters::shared
