// One look at an account from its provider's side: who it is there, and where its webhooks go. An
// inquiry is made for one check, walks through its channel's steps (plan.h) and collects what it
// found, in words for people. Used by one thread at a time; no I/O, no clock.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sending_adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::connect {

/// `unknown`: it cannot be asked, or not with what is configured. Says nothing against the account.
enum class Grade : unsigned char { good, unknown, warning, wrong };
[[nodiscard]] std::string_view to_string(Grade grade);  // ok, unknown, warn, fail

struct Finding {
    std::string check;  // stable, snake_case: "credentials", "webhook", "number" …
    Grade grade = Grade::good;
    std::string found;   // never a credential
    std::string advice;  // what to do; empty: nothing
};

/// What a person types into the provider's console.
struct ConsoleField {
    std::string where;  // "App dashboard → WhatsApp → Configuration → Webhook"
    std::string field;
    std::string value;
};

struct Inquiry {
    explicit Inquiry(const AdapterConfig& of) : config(of) {}

    const AdapterConfig& config;  // outlives it
    std::string webhook;          // where the provider ought to send; empty: nobody has said
    bool connect = false;         // also set what the provider lets be set
    Instant now{};

    std::vector<Finding> findings;
    std::string identity;      // how the provider calls the account: "@shop_bot"
    bool ended = false;        // nothing more is worth asking
    bool webhook_set = false;  // the provider sends here, as far as it says
    std::map<std::string, std::string, std::less<>> notes;  // from one step to a later one
    std::vector<Secret> struck_out;  // beside the credentials: what was made of them

    [[nodiscard]] std::string_view note(std::string_view name) const;
    void good(std::string_view check, std::string found);
    void unknown(std::string_view check, std::string found, std::string advice = {});
    void warn(std::string_view check, std::string found, std::string advice);
    void wrong(std::string_view check, std::string found, std::string advice);
    /// The provider's words, fit to be shown: every credential of the account struck out.
    [[nodiscard]] std::string words(std::string_view text) const;
    [[nodiscard]] bool has(std::string_view credential) const;
};

/// A URL fit to be shown: without its user and password, and with `…` for each value of its query.
[[nodiscard]] std::string shown_url(std::string_view url);

/// Judges the webhook that the provider names for this account: "webhook" of the findings.
void judge_webhook(Inquiry& inquiry, std::string_view provider, std::string_view url);

/// "the provider answered 400: …": the answer's own words from `detail`, else its beginning.
[[nodiscard]] std::string refusal(const Inquiry& inquiry, const ProviderAnswer& answer,
                                  std::string_view detail);

/// The answer's JSON object; lives until the next one is read on this thread.
[[nodiscard]] std::optional<json::Object> object_of(const ProviderAnswer& answer);

/// The first element, if it is an object.
[[nodiscard]] std::optional<json::Object> first_of(json::Array list);

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
[[nodiscard]] ProviderCall get(std::string url, Fields headers);
[[nodiscard]] ProviderCall post_json(std::string url, std::string body, Fields headers);
[[nodiscard]] ProviderCall post_form(std::string url, Fields fields, Fields headers);

}  // namespace postern::adapters::connect
