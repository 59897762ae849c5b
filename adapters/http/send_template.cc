// The names of placeholders are data; a name that is not known is answered with those that are.
#include "adapters/http/send_template.h"

#include <algorithm>
#include <array>

#include "adapters/shared/encoding.h"

namespace postern::adapters::http {
namespace {

constexpr std::array<std::pair<std::string_view, Slot>, 25> names = {{
    {"to", Slot::to},
    {"to_digits", Slot::to_digits},
    {"text", Slot::text},
    {"echo", Slot::echo},
    {"account", Slot::account},
    {"type", Slot::type},
    {"kind", Slot::kind},
    {"url", Slot::url},
    {"mime", Slot::mime},
    {"filename", Slot::filename},
    {"name", Slot::name},
    {"language", Slot::language},
    {"latitude", Slot::latitude},
    {"longitude", Slot::longitude},
    {"address", Slot::address},
    {"message", Slot::message},
    {"emoji", Slot::emoji},
    {"reply_to", Slot::reply_to},
    {"status_url", Slot::status_url},
    {"time", Slot::time},
    {"secret", Slot::secret},
    {"content", Slot::content},
    {"text_and_url", Slot::text_and_url},
    {"text_hex", Slot::text_hex},
    {"time_ms", Slot::time_ms},
}};

bool unquoted_in_json(Slot slot) {
    return slot == Slot::latitude || slot == Slot::longitude || slot == Slot::time ||
           slot == Slot::time_ms || slot == Slot::content;
}

std::string unknown_placeholder(std::string_view name) {
    std::string advice = "no placeholder {{" + std::string(name) + "}}; known are";
    for (const auto& [known, slot] : names) advice.append(" ").append(known);
    return advice + " basic.USER variables.NAME alphabet.GSM.OTHER";
}

bool add_slot(std::string_view name, SlotPlace place, const Sender& sender, Template& out,
              std::string& advice) {
    static constexpr std::string_view basic = "basic.";
    static constexpr std::string_view variables = "variables.";
    if (name.starts_with(basic) && name.size() > basic.size()) {
        const std::string pair = std::string(name.substr(basic.size())) + ":" + sender.secret;
        out.push_back({Slot::basic, place, shared::to_base64(pair)});
        return true;
    }
    if (name.starts_with(variables) && name.size() > variables.size()) {
        out.push_back({Slot::variable, place, std::string(name.substr(variables.size()))});
        return true;
    }
    static constexpr std::string_view alphabet = "alphabet.";
    const std::size_t parting = name.find('.', alphabet.size());
    if (name.starts_with(alphabet) && parting != std::string_view::npos) {
        out.push_back({Slot::alphabet, place, std::string(name.substr(alphabet.size()))});
        return true;
    }
    for (const auto& [known, slot] : names) {
        if (known != name) continue;
        out.push_back({slot, place, {}});
        return true;
    }
    advice = unknown_placeholder(name);
    return false;
}

void add_literal(std::string_view text, Template& out) {
    if (text.empty()) return;
    if (!out.empty() && out.back().slot == Slot::literal) {
        out.back().text.append(text);
    } else {
        out.push_back({Slot::literal, SlotPlace::plain, std::string(text)});
    }
}

/// Whether a JSON string is open after `text`, if `open` was the case before it.
bool string_open_after(std::string_view text, bool open) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (open && text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            open = !open;
        }
    }
    return open;
}

/// Takes the next placeholder off `rest` and what stands before it. False: there is none.
bool next(std::string_view& rest, std::string_view& before, std::string_view& name, bool& broken) {
    const std::size_t open = rest.find("{{");
    before = rest.substr(0, open);
    if (open == std::string_view::npos) return false;
    const std::size_t close = rest.find("}}", open);
    broken = close == std::string_view::npos;
    if (broken) return false;
    name = rest.substr(open + 2, close - open - 2);
    rest.remove_prefix(close + 2);
    return true;
}

constexpr std::string_view unclosed = "a {{ without its }}";

}  // namespace

bool uses(const Template& pieces, Slot slot) {
    return std::ranges::find(pieces, slot, &SlotPiece::slot) != pieces.end();
}

bool compile(std::string_view text, SlotPlace place, const Sender& sender, Template& out,
             std::string& advice) {
    std::string_view before;
    std::string_view name;
    bool broken = false;
    while (next(text, before, name, broken)) {
        add_literal(before, out);
        if (!add_slot(name, place, sender, out, advice)) return false;
    }
    add_literal(before, out);
    if (broken) advice = unclosed;
    return !broken;
}

bool compile_json(std::string_view text, bool typed, const Sender& sender, Template& out,
                  std::string& advice) {
    std::string_view before;
    std::string_view name;
    bool broken = false;
    bool inside = false;
    while (next(text, before, name, broken)) {
        inside = string_open_after(before, inside);
        add_literal(before, out);
        const SlotPlace place = inside ? SlotPlace::json_string : SlotPlace::json_value;
        if (!add_slot(name, place, sender, out, advice)) return false;
        const bool alone = inside && before.ends_with('"') && text.starts_with('"');
        if (!typed || !alone || !unquoted_in_json(out.back().slot)) continue;
        SlotPiece& literal = out[out.size() - 2];
        literal.text.pop_back();  // the quotes go
        text.remove_prefix(1);
        out.back().place = SlotPlace::json_value;
        inside = false;
    }
    add_literal(before, out);
    if (broken) advice = unclosed;
    return !broken;
}

}  // namespace postern::adapters::http
