// Addresses that nothing can reach, and our own.
#include <fmt/format.h>

#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer address_valid(const Case& c) {
    const Recipient* recipient = c.facts.recipient;
    if (recipient == nullptr || recipient->valid) return std::nullopt;
    return refuse(Rule::address_valid,
                  recipient->invalid_why.empty()
                      ? std::string("The address is not valid.")
                      : fmt::format("The address is not valid: {}.", recipient->invalid_why),
                  "correct the address");
}

Answer own_address(const Case& c) {
    if (!c.facts.own_address) return std::nullopt;
    return refuse(Rule::own_address, "The address is one of this workspace's own accounts.",
                  "choose another address");
}

}  // namespace postern::policy::rules
