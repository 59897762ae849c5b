// Reads the document. A template is tried out with sample values here, so that a mistake in it is
// found when the account is made and not when the first message is lost.
#include "adapters/http/send_document.h"

#include <algorithm>
#include <array>

#include "adapters/http/table.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::http {
namespace {

constexpr std::size_t text_bytes_max = 64 * 1024;
constexpr std::array<std::string_view, 5> methods = {"POST", "PUT", "PATCH", "GET", "DELETE"};
constexpr std::array<std::string_view, 4> formats = {"json", "form", "text", "xml"};
constexpr std::array<std::string_view, 4> media_types = {
    "application/json", "application/x-www-form-urlencoded", "text/plain; charset=utf-8",
    "application/xml"};
constexpr std::array<SlotPlace, 4> places = {SlotPlace::json_string, SlotPlace::form,
                                             SlotPlace::plain, SlotPlace::xml};
/// What is sent where the account writes no body: as the default of `receive`.
constexpr std::string_view default_body =
    R"({"id":"{{echo}}","to":"{{to}}","content":"{{content}}"})";

/// Key of a meaning, what it means; tried in this order, after `ok`.
struct MeaningKey {
    std::string_view key;
    SendResult result;
    std::string_view code;
    AddressVerdict address;
};
constexpr std::array meaning_keys = {
    MeaningKey{"opted_out", SendResult::permanent, "opted_out", AddressVerdict::opted_out},
    MeaningKey{"blocked", SendResult::permanent, "blocked", AddressVerdict::blocked},
    MeaningKey{"dead", SendResult::permanent, "invalid_recipient", AddressVerdict::dead},
    MeaningKey{"credential", SendResult::credential, "token_refused", AddressVerdict::none},
    MeaningKey{"rate_limited", SendResult::rate_limited, "rate_limited", AddressVerdict::none},
    MeaningKey{"permanent", SendResult::permanent, "rejected", AddressVerdict::none},
    MeaningKey{"retry", SendResult::transient, "provider_unavailable", AddressVerdict::none},
    MeaningKey{"unknown", SendResult::unknown, "provider_error", AddressVerdict::none},
};

void read_statuses(Table& table, std::string_view key, json::Value value, Condition& condition) {
    static constexpr std::string_view advice = "write HTTP statuses, such as [200, 201]";
    json::Array list;
    std::int64_t one = 0;
    const auto add = [&](json::Value status) {
        const bool good = status.get(one) == simdjson::SUCCESS && one >= 100 && one <= 599;
        if (!good) return table.wrong(key, advice);
        condition.statuses.push_back(static_cast<int>(one));
    };
    if (value.get(list) != simdjson::SUCCESS) return add(value);
    for (const json::Value status : list) add(status);
    if (condition.statuses.empty()) table.wrong(key, advice);
}

void read_words(Table& table, std::string_view key, std::vector<std::string>& words) {
    static constexpr std::string_view advice = "write a list of words, numbers or flags";
    const auto value = table.value(key);
    if (!value) return;
    json::Array list;
    if (value->get(list) != simdjson::SUCCESS) return table.wrong(key, advice);
    for (const json::Value word : list) {
        std::string_view text;
        if (word.get(text) == simdjson::SUCCESS) {
            words.emplace_back(text);
        } else if (word.is_number() || word.is_bool()) {
            words.push_back(json::compact(word));
        } else {
            return table.wrong(key, advice);
        }
    }
    if (words.empty()) table.wrong(key, advice);
}

std::string pointer_of(Table& table, std::string_view key, std::string_view absent) {
    std::string pointer = table.text(key, absent);
    if (!pointer.empty() && pointer.front() != '/') {
        table.wrong(key, "write a JSON pointer, such as \"/status\"");
    }
    return pointer;
}

/// A status, a list of them, or `{ status, pointer, in, not_in, contains }`.
Condition read_condition(Table& root, std::string_view key) {
    Condition condition;
    const auto value = root.value(key);
    if (!value) return condition;
    if (!value->is_object()) {
        read_statuses(root, key, *value, condition);
        return condition;
    }
    auto table = root.table(key);
    if (const auto status = table->value("status")) {
        read_statuses(*table, "status", *status, condition);
    }
    condition.pointer = pointer_of(*table, "pointer", "");
    read_words(*table, "in", condition.words);
    read_words(*table, "not_in", condition.not_words);
    read_words(*table, "contains", condition.contains);
    const bool words = !condition.words.empty() || !condition.not_words.empty();
    if (condition.pointer.empty() && words) {
        table->wrong("pointer", "write where the words stand, such as \"/status\"");
    }
    if (condition.pointer.empty() && condition.statuses.empty() && condition.contains.empty()) {
        table->wrong("status", "write statuses, a pointer, or what the body contains");
    }
    table->finish();
    return condition;
}

void read_url(Table& root, std::string_view base, const Sender& sender, SendDocument& out) {
    std::string url = root.text("url", "");
    if (url.starts_with('/')) {
        if (base.empty())
            root.wrong("url", "write a whole URL, or the account's base_url beside it");
        url.insert(0, base);
    }
    const std::size_t scheme = url.find("://");
    const std::string_view authority =
        scheme == std::string::npos ? std::string_view{} : std::string_view(url).substr(scheme + 3);
    const std::size_t end = std::min(authority.find_first_of("/?"), authority.size());
    const bool web = url.starts_with("https://") || url.starts_with("http://");
    if (!web || end == 0 || !shared::is_printable_ascii(url)) {
        root.wrong("url", "write an http or https URL without blanks");
    }
    if (authority.substr(0, end).find("{{") != std::string_view::npos) {
        root.wrong("url", "the host must stand there as it is, without placeholders");
    }
    std::string advice;
    if (!compile(url, SlotPlace::url, sender, out.url, advice)) root.wrong("url", advice);
}

bool token_character(char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
        return lower(x) == lower(y);
    });
}

void read_headers(Table& root, const Sender& sender, std::string_view media_type,
                  SendDocument& out) {
    bool typed = media_type.empty();
    if (auto table = root.table("headers")) {
        for (const auto& [name, value] : table->words_map()) {
            const bool framing = same_name(name, "Content-Length") || same_name(name, "Host") ||
                                 same_name(name, "Transfer-Encoding") ||
                                 same_name(name, "Connection");
            if (name.empty() || !std::ranges::all_of(name, token_character) || framing) {
                table->wrong(name, "no header that can be set here");
            }
            if (!std::ranges::all_of(value, [](char c) {
                    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
                })) {
                table->wrong(name, "write it on one line");
            }
            std::string advice;
            Template& pieces = out.headers.emplace_back(name, Template{}).second;
            if (!compile(value, SlotPlace::header, sender, pieces, advice)) {
                table->wrong(name, advice);
            }
            typed = typed || same_name(name, "Content-Type");
        }
    }
    if (!typed) {
        out.headers.push_back(
            {"Content-Type", {{Slot::literal, SlotPlace::plain, std::string(media_type)}}});
    }
}

/// A table as a form: names and values, each with its placeholders.
bool compile_form(json::Object table, const Sender& sender, Template& out, std::string& advice) {
    for (const auto [name, value] : table) {
        std::string_view text;
        const bool words = value.get(text) == simdjson::SUCCESS;
        if (!words && (value.is_object() || value.is_array())) {
            advice = "a form holds texts, numbers and flags only";
            return false;
        }
        const std::string shown = words ? std::string(text) : json::compact(value);
        std::string lead(out.empty() ? "" : "&");
        lead.append(name).append("=");
        out.push_back({Slot::literal, SlotPlace::plain, std::move(lead)});
        if (!compile(shown, SlotPlace::form, sender, out, advice)) return false;
    }
    return true;
}

void read_body(Table& root, std::size_t format, const Sender& sender, SendDocument& out) {
    const auto value = root.value("body");
    std::string advice;
    bool good = true;
    json::Object table;
    std::string_view text;
    if (!value) {
        good = format == 0 && compile_json(default_body, true, sender, out.body, advice);
        if (format != 0) advice = "write what is sent, with {{to}} and {{text}} where they belong";
    } else if (value->get(table) == simdjson::SUCCESS) {
        if (format == 0) {
            good = compile_json(json::compact(table), true, sender, out.body, advice);
        } else if (format == 1) {
            good = compile_form(table, sender, out.body, advice);
        } else {
            good = false;
            advice = "write a string";
        }
    } else if (value->get(text) == simdjson::SUCCESS) {
        good = format == 0 ? compile_json(text, false, sender, out.body, advice)
                           : compile(text, places[format], sender, out.body, advice);
    } else {
        good = false;
        advice = "write a string or a table";
    }
    if (!good) root.wrong("body", advice);
}

/// A JSON pointer, `{ header }`, or `{ after, until }`.
void read_place(Table& root, std::string_view key, AnswerPlace& place) {
    if (!root.is_table(key)) {
        place.pointer = pointer_of(root, key, place.pointer);
        return;
    }
    auto table = root.table(key);
    place.header = table->text("header", "");
    place.between = table->has("after") || table->has("until");
    place.after = table->text("after", "");
    place.until = table->text("until", "");
    if (place.header.empty() != place.between) {
        table->wrong("header",
                     "write the header that holds it, or the words around it in the "
                     "body: after, until");
    }
    table->finish();
}

/// JSON that is none once filled in would be lost at the provider, message after message.
bool is_json_when_filled(const SendDocument& document, const Sender& sender) {
    OutboundContent content;
    content.text = "x \"y\" \\ z";
    content.point = GeoPoint{1.5, -2.5};
    const SendRequest sample{"+573001234567", content, "r", "e", "https://x.example/", {}};
    std::string body;
    fill(document.body, sample, sender, body);
    const std::size_t bytes = body.size();
    body.append(simdjson::SIMDJSON_PADDING, '\0');
    return json::parse(std::string_view(body).substr(0, bytes)).has_value();
}

SendDocument read_root(Table root, std::string_view base, const Sender& sender) {
    SendDocument out;
    out.method = root.word("method", methods);
    const bool body_allowed = out.method != "GET" && out.method != "DELETE";
    const std::string word = root.word("format", formats);
    const auto format =
        static_cast<std::size_t>(std::ranges::find(formats, word) - formats.begin());
    read_url(root, base, sender, out);
    read_headers(root, sender, body_allowed ? media_types[format] : std::string_view{}, out);
    if (body_allowed) {
        read_body(root, format, sender, out);
    } else if (root.has("body")) {
        root.wrong("body", "a " + out.method + " has none: write the placeholders into url");
    }
    out.ok = read_condition(root, "ok");
    if (out.ok.statuses.empty()) out.ok.statuses = {200, 201, 202, 203, 204};
    for (const MeaningKey& known : meaning_keys) {
        if (!root.has(known.key)) continue;
        out.meanings.push_back(
            {read_condition(root, known.key), known.result, known.code, known.address});
    }
    read_place(root, "id", out.id);
    read_place(root, "detail", out.detail);
    out.idempotent = root.flag("idempotent");
    if (!out.uses(Slot::to) && !out.uses(Slot::to_digits)) {
        root.wrong("body", "nothing says to whom: write {{to}} or {{to_digits}} into body or url");
    }
    if (out.idempotent && !out.uses(Slot::echo)) {
        root.wrong("idempotent", "the provider knows a repetition by {{echo}}: write it somewhere");
    }
    if (out.uses(Slot::secret) && sender.secret.empty()) {
        root.wrong("headers", "{{secret}} stands for credentials.secret, which is missing");
    }
    root.finish();
    return out;
}

}  // namespace

bool SendDocument::uses(Slot slot) const {
    return http::uses(url, slot) || http::uses(body, slot) ||
           std::ranges::any_of(
               headers, [slot](const auto& header) { return http::uses(header.second, slot); });
}

SendDocument parse_send(std::string_view text, std::string_view base, const Sender& sender,
                        std::string& problem) {
    if (text.size() > text_bytes_max) {
        problem = "send: the document is longer than 64 KiB";
        return {};
    }
    std::string padded(text);
    padded.append(simdjson::SIMDJSON_PADDING, '\0');
    const auto parsed = json::parse(std::string_view(padded).substr(0, text.size()));
    const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!object) {
        problem = "send: write a table, as in the channel's README";
        return {};
    }
    const bool is_json =
        json::text(*object, "format").empty() || json::text(*object, "format") == "json";
    SendDocument document = read_root(Table(*object, "send", problem), base, sender);
    if (problem.empty() && is_json && !document.body.empty() &&
        !is_json_when_filled(document, sender)) {
        problem = "send.body: no JSON once it is filled in; look at quotes and commas";
    }
    return document;
}

}  // namespace postern::adapters::http
