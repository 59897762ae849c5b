// How badly the simulated providers behave: probabilities that a script or /_sim/faults sets.
#pragma once

#include <string>
#include <string_view>

namespace postern::sim {

/// Each is a probability, 0..1, drawn once a webhook.
struct Faults {
    double duplicates = 0;     // an earlier payload is sent again, byte for byte
    double batches = 0;        // several items in one body, where the provider batches
    double bad_signature = 0;  // signed with another secret
    double truncated = 0;      // cut in the middle, then properly signed
    double wrong_shape = 0;    // parses, but is another document
    double unknown_kind = 0;   // a kind that no document names yet
};

/// "duplicates=0.1,bad_signature=0.05"; "garbage=0.2" spreads 0.2 over the four defects; "all=0.1"
/// sets everything. What is not named stays. On an error `problem` says which part is wrong.
[[nodiscard]] bool parse_faults(std::string_view text, Faults& faults, std::string& problem);

/// The number of "name=number"; false if there is none.
[[nodiscard]] bool parse_setting(std::string_view part, double& number);

/// Sets one by its name; false if there is none of that name or `p` is not 0..1.
[[nodiscard]] bool set_fault(std::string_view name, double p, Faults& faults);

[[nodiscard]] std::string faults_json(const Faults& faults);

}  // namespace postern::sim
