// JSON of suppressions.
#include "gateway/cli/suppression_lines.h"

#include "gateway/sim/json_text.h"

namespace postern::cli {

std::string suppression_json(const SuppressionAsk& ask, const std::string& address) {
    sim::JsonText json;
    json.begin_object().field("address", address);
    if (!ask.account.empty()) json.field("account", ask.account);
    if (!ask.channel.empty()) json.field("channel", ask.channel);
    if (!ask.kind.empty()) json.field("kind", ask.kind);
    if (!ask.categories.empty()) {
        json.key("categories").begin_array();
        for (const std::string& category : ask.categories) json.value(category);
        json.end_array();
    }
    if (!ask.reason.empty()) json.field("reason", ask.reason);
    if (ask.only_account) json.field("only_account", true);
    if (!ask.as_of.empty()) json.field("as_of", ask.as_of);
    return json.end_object().take();
}

std::string import_body(std::istream& lines, const SuppressionAsk& ask) {
    constexpr const char* blanks = " \t\r";
    std::string body;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = line.find_first_not_of(blanks);
        if (begin != std::string::npos) {
            line = line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
            body += line.front() == '{' ? line : suppression_json(ask, line);
        }
        body += '\n';
    }
    return body;
}

}  // namespace postern::cli
