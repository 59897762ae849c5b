// A provider's own list of templates, in the words of the contract: what a sync compares with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/model/outbound.h"

namespace postern::adapters {

struct ListedTemplate {
    std::string id;        // the provider's
    std::string name;      // the provider's, by which it is sent
    std::string language;  // as the provider spells it
    std::string category;  // a message category, or empty where the provider's is another
    std::string status;    // approved, pending, rejected, paused, disabled; empty: another word
    std::string reason;    // the provider's word, or empty
    std::string body;
    std::optional<OutboundHeader> header;  // a medium without a URL: each message brings its own
    std::string footer;
    std::vector<OutboundButton> buttons;
    bool operator==(const ListedTemplate&) const = default;
};

struct TemplatePage {
    std::vector<ListedTemplate> templates;
    std::string next;  // what list_templates() is given for the next page; empty: the last
};

}  // namespace postern::adapters
