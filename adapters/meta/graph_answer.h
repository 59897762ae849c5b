// What Graph answers to a send, as far as all of Meta's channels share it: the error object, the
// usage header, what a status says where no code does. Which code means what is each channel's
// table. Pure functions. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/json.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::meta {

/// `error` of an answer. Its code decides, its words only where the page names them instead.
struct GraphError {
    std::optional<std::int64_t> code;
    std::optional<std::int64_t> subcode;
    bool is_transient = false;
    int status = 0;            // HTTP
    std::string_view words{};  // for the one error that has no code of its own
};

/// The two questions that channels answer differently.
struct GraphRules {
    /// The id that a successful answer gives; empty if it gives none.
    std::string (*accepted_id)(json::Object root, const SendRequest& request);
    /// What that error means; nullopt for a code that the channel does not know.
    std::optional<SendOutcome> (*judge)(const GraphError& error, Instant now);
};

/// The outcome of a send. Graph does not say whether an answer without an error object was sent
/// before or after the message was taken: that is `unknown` from 500 on, but for 503.
[[nodiscard]] SendOutcome classify_graph(const ProviderAnswer& answer, const SendRequest& request,
                                         const GraphRules& rules,
                                         std::span<const Secret> credentials);

}  // namespace postern::adapters::meta
