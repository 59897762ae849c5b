// What an attempt comes to when the provider gave no complete answer: decided by how far the
// request came (RELIABILITY 2.5). Pure. Thread: any.
#pragma once

#include "adapters/sending_adapter.h"
#include "gateway/egress/breakers.h"
#include "gateway/egress/upload_files.h"
#include "gateway/net/client.h"

namespace postern::egress {

struct Unanswered {
    adapters::SendOutcome outcome;
    CallEnd end = CallEnd::failed;
};

/// `response.error` is set. `irrevocable`: of the step that failed. `passed`: an irrevocable step
/// before this one was answered, so nothing that fails now makes it safe to begin again.
/// `cut_short`: the request certainly never ended, so the provider cannot have taken it.
[[nodiscard]] Unanswered classify(const net::ClientResponse& response, bool irrevocable,
                                  bool passed, bool cut_short = false);

/// What an outcome that the adapter read says about the provider.
[[nodiscard]] CallEnd end_of(adapters::SendResult result);

/// An outcome of our own.
[[nodiscard]] adapters::SendOutcome outcome_of(adapters::SendResult result, std::string_view code,
                                               std::string detail = {});
/// … of an attempt whose upload cannot be had: it says nothing about the provider.
[[nodiscard]] adapters::SendOutcome outcome_of(UploadTrouble trouble);

}  // namespace postern::egress
