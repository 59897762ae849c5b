// The envelope of SNS and what it signs. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.h"

namespace postern::adapters::email {

struct SnsEnvelope {
    std::string type;  // Notification, SubscriptionConfirmation, UnsubscribeConfirmation
    std::string id;
    std::string topic;
    std::optional<std::string> subject;
    std::string message;
    std::string timestamp;
    std::string token;
    std::string subscribe_url;
    std::string certificate_url;
    std::string signature;
    std::string version;

    /// The text that is signed.
    [[nodiscard]] std::string canonical() const;
};

/// Nothing if it is no envelope of SNS.
[[nodiscard]] std::optional<SnsEnvelope> read_sns(std::string_view body);

/// https, at SNS of some region, on the ordinary port; `path_end`: ".pem" or empty.
[[nodiscard]] bool is_sns_url(std::string_view url, std::string_view path_end);

/// Empty: signed. `pem`: the certificate, valid at `now`. Amazon gives it alone, without the one
/// that issued it: what vouches for it is the TLS of the host that is_sns_url() allows, and the
/// name that it is issued to. `named`: that name is SNS's, of the URL's own region.
[[nodiscard]] std::string sns_signature_problem(const SnsEnvelope& envelope, std::string_view pem,
                                                bool named, Instant now);

}  // namespace postern::adapters::email
