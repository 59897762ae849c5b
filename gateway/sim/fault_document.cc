// Reads everything into copies and only then takes them over.
#include "gateway/sim/fault_document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

struct Draft {
    Faults faults;
    SendFaults sends;
    std::vector<std::pair<SimAccount*, std::optional<SendFaults>>> accounts;
    std::map<std::string, SendFault, std::less<>> recipients;
    SimTemplates templates;
    std::vector<ScriptedFault> script;
};

std::string read_account(SimAccount* account, Element value, Draft& draft) {
    if (account == nullptr) return "'accounts' names one that nobody told of";
    if (value.is_null()) {
        draft.accounts.emplace_back(account, std::nullopt);
        return {};
    }
    Object numbers;
    if (value.get(numbers) != SUCCESS) return "an account's faults are an object or null";
    SendFaults faults = account->faults.value_or(draft.sends);
    for (const auto& [name, number] : numbers) {
        double amount = -1;
        if (number.get(amount) != SUCCESS || !set_send_fault(name, amount, faults)) {
            return fmt::format("'{}' is no number of an account, or out of its range", name);
        }
    }
    draft.accounts.emplace_back(account, faults);
    return {};
}

std::string read_recipient(std::string_view to, Element value, Draft& draft) {
    const std::string key(recipient_key(to));
    std::string_view word;
    SendFault fault = SendFault::none;
    if (value.is_null()) {
        draft.recipients.erase(key);
    } else if (value.get(word) == SUCCESS && send_fault_from(word, fault)) {
        draft.recipients[key] = fault;
    } else {
        return fmt::format("recipient '{}' has no fault by its name, nor null", to);
    }
    return {};
}

bool set_template(SimTemplate& one, std::string_view name, std::string_view value) {
    constexpr std::array states = {"approved", "pending", "rejected", "paused"};
    constexpr std::array categories = {"utility", "marketing", "authentication"};
    const auto is_in = [value](const auto& words) {
        return std::find(words.begin(), words.end(), value) != words.end();
    };
    if (name == "status" && is_in(states)) {
        one.status = value;
    } else if (name == "category" && is_in(categories)) {
        one.category = value;
    } else if (name == "language" && !value.empty()) {
        one.language = value;
    } else if (name == "body" && !value.empty()) {
        one.body = value;
    } else {
        return false;
    }
    return true;
}

std::string read_template(std::string_view name, Element value, Draft& draft) {
    const auto known = draft.templates.find(name);
    if (value.is_null()) {
        if (known != draft.templates.end()) draft.templates.erase(known);
        return {};
    }
    SimTemplate one = known != draft.templates.end() ? known->second : SimTemplate{};
    std::string_view word;
    Object members;
    bool good = value.get(word) == SUCCESS && set_template(one, "status", word);
    if (value.get(members) == SUCCESS) {
        good = true;
        for (const auto& [key, member] : members) {
            good = good && member.get(word) == SUCCESS && set_template(one, key, word);
        }
    }
    if (!good) {
        return fmt::format(
            "template '{}' is approved, pending, rejected, paused, null, or an object of status, "
            "language, category and body",
            name);
    }
    draft.templates[std::string(name)] = std::move(one);
    return {};
}

std::string read_script(Element value, Draft& draft) {
    simdjson::dom::array entries;
    if (value.get(entries) != SUCCESS) return "'next' is a list";
    // More of them stand behind those that wait; none at all: forget what waits.
    if (entries.size() == 0) draft.script.clear();
    for (const Element element : entries) {
        Object object;
        if (element.get(object) != SUCCESS) return "'next' is a list of objects";
        ScriptedFault next;
        bool fault_given = false;
        for (const auto& [name, field] : object) {
            std::string_view text;
            const bool is_text = field.get(text) == SUCCESS;
            if (name == "fault" && is_text) {
                fault_given = send_fault_from(text, next.fault);
            } else if (name == "channel" && is_text) {
                next.channel = text;
            } else if (name == "account" && is_text) {
                next.account = text;
            } else if (name == "to" && is_text) {
                next.to = recipient_key(text);
            } else if (name != "count" || field.get(next.count) != SUCCESS || next.count == 0) {
                return fmt::format("'{}' of 'next' is unknown or has the wrong type", name);
            }
        }
        if (!fault_given) return "an entry of 'next' has no 'fault' by its name";
        draft.script.push_back(std::move(next));
    }
    return {};
}

template <class Read>
std::string read_members(std::string_view section, Element value, Read read) {
    Object members;
    if (value.get(members) != SUCCESS) return fmt::format("'{}' is an object", section);
    for (const auto& [name, member] : members) {
        if (std::string problem = read(name, member); !problem.empty()) return problem;
    }
    return {};
}

std::string read_number(std::string_view name, Element value, Draft& draft) {
    double number = -1;
    if (value.get(number) == SUCCESS &&
        (set_fault(name, number, draft.faults) || set_send_fault(name, number, draft.sends))) {
        return {};
    }
    return fmt::format("'{}' is no fault, or out of its range", name);
}

std::string read_entry(std::string_view name, Element value, Accounts& accounts, Draft& draft) {
    if (name == "accounts") {
        return read_members(name, value, [&](std::string_view account, Element faults) {
            return read_account(accounts.named(account), faults, draft);
        });
    }
    if (name == "recipients") {
        return read_members(name, value, [&](std::string_view to, Element fault) {
            return read_recipient(to, fault, draft);
        });
    }
    if (name == "templates") {
        return read_members(name, value, [&](std::string_view key, Element state) {
            return read_template(key, state, draft);
        });
    }
    return name == "next" ? read_script(value, draft) : read_number(name, value, draft);
}

}  // namespace

bool apply_fault_document(std::string_view json, Faults& faults, Behaviour& behaviour,
                          Accounts& accounts, std::string& problem) {
    simdjson::dom::parser parser;
    Object object;
    if (parser.parse(json.data(), json.size()).get(object) != SUCCESS) {
        problem = "the body is not a JSON object";
        return false;
    }
    Draft draft{faults,          behaviour.faults, {}, behaviour.recipients, behaviour.templates,
                behaviour.script};
    for (const auto& [name, value] : object) {
        problem = read_entry(name, value, accounts, draft);
        if (!problem.empty()) return false;
    }
    faults = draft.faults;
    behaviour.faults = draft.sends;
    behaviour.recipients = std::move(draft.recipients);
    behaviour.templates = std::move(draft.templates);
    behaviour.script = std::move(draft.script);
    for (auto& [account, numbers] : draft.accounts) account->faults = numbers;
    return true;
}

std::string fault_document(const Faults& faults, const Behaviour& behaviour,
                           const Accounts& accounts) {
    std::string text = faults_json(faults);
    text.pop_back();
    JsonText json;
    json.begin_object().key("accounts").begin_object();
    for (const SimAccount& account : accounts.all()) {
        if (!account.faults) continue;
        json.field_raw(account.endpoint.account, "{" + send_fault_members(*account.faults) + "}");
    }
    json.end_object().key("recipients").begin_object();
    for (const auto& [to, fault] : behaviour.recipients) json.field(to, to_string(fault));
    json.end_object().key("templates").begin_object();
    for (const auto& [name, one] : behaviour.templates) {
        json.key(name).begin_object().field("status", one.status).field("language", one.language);
        json.field("category", one.category).field("body", one.body).end_object();
    }
    json.end_object().key("next").begin_array();
    for (const ScriptedFault& next : behaviour.script) {
        json.begin_object().field("fault", to_string(next.fault)).field("channel", next.channel);
        json.field("account", next.account).field("to", next.to).field("count", next.count);
        json.end_object();
    }
    json.end_array().end_object();
    return text + "," + send_fault_members(behaviour.faults) + "," + json.text().substr(1);
}

bool parse_all_faults(std::string_view text, Faults& faults, SendFaults& sends,
                      std::string& problem) {
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        double number = -1;
        const bool of_sends = parse_setting(part, number) &&
                              set_send_fault(part.substr(0, part.find('=')), number, sends);
        if (!of_sends && !parse_faults(part, faults, problem)) return false;
    }
    return true;
}

}  // namespace postern::sim
