// Names of the faults in one table: the command line, the API and the answer share it.
#include "gateway/sim/faults.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

struct Named {
    std::string_view name;
    double Faults::*member;
    bool garbage;
};

constexpr std::array<Named, 6> table = {{
    {"duplicates", &Faults::duplicates, false},
    {"batches", &Faults::batches, false},
    {"bad_signature", &Faults::bad_signature, true},
    {"truncated", &Faults::truncated, true},
    {"wrong_shape", &Faults::wrong_shape, true},
    {"unknown_kind", &Faults::unknown_kind, true},
}};

}  // namespace

bool set_fault(std::string_view name, double p, Faults& faults) {
    if (!(p >= 0 && p <= 1)) return false;
    bool found = false;
    for (const Named& named : table) {
        if (name == named.name || name == "all") {
            faults.*named.member = p;
            found = true;
        } else if (name == "garbage" && named.garbage) {
            faults.*named.member = p / 4;
            found = true;
        }
    }
    return found;
}

bool parse_setting(std::string_view part, double& number) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view text = part.substr(std::min(part.size(), equals + 1));
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end;
}

bool parse_faults(std::string_view text, Faults& faults, std::string& problem) {
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        double p = -1;
        if (!parse_setting(part, p) || !set_fault(part.substr(0, part.find('=')), p, faults)) {
            problem = fmt::format(
                "'{}' is no fault: write name=probability with duplicates, batches, bad_signature, "
                "truncated, wrong_shape, unknown_kind, garbage or all, and 0 to 1, or name=number "
                "with one of those that GET /_sim/faults lists",
                part);
            return false;
        }
    }
    return true;
}

std::string faults_json(const Faults& faults) {
    JsonText json;
    json.begin_object();
    for (const Named& named : table) json.field(named.name, faults.*named.member);
    json.end_object();
    return json.take();
}

}  // namespace postern::sim
