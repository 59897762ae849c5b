// The requests of a message that is not sent: an adapter's own steps, with answers that any
// provider could have given between them (private). Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sending_adapter.h"
#include "gateway/model/json.h"

namespace postern::api {

/// Nothing: the adapter cannot build it. What a later request is told of an earlier answer (the id
/// of an upload, a token) reads "preview" or 1.
[[nodiscard]] std::optional<std::vector<adapters::ProviderCall>> requests_of(
    const adapters::SendingAdapter& adapter, const adapters::SendRequest& request);

/// [{"method","host","path","body"}]; without headers, which are credentials mostly, and with
/// every credential struck out of the rest. A call by SMTP names its `envelope`.
void write_requests(model::JsonWriter& json, std::span<const adapters::ProviderCall> calls,
                    const adapters::SendFile* file, std::span<const adapters::Secret> credentials);

}  // namespace postern::api
