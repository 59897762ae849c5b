// What Twilio signs: the public URL of the webhook and the fields of the form. Kept apart because
// each line of it is a quirk with a test vector. Pure functions. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/webhook_request.h"
#include "adapters/shared/form.h"

namespace postern::adapters::twilio {

/// The setting `public_url`, taken apart once.
struct PublicUrl {
    std::string scheme;     // "https://"
    std::string authority;  // host and port, and user:password if the URL has one
    std::string path;   // empty: only the origin is configured, the request's target is appended
    std::string query;  // without '?'; used when the request that reaches us has none

    /// `problem` stays empty on success, and for an empty text: then the URL is rebuilt from the
    /// request's Host header, which does where no proxy stands between.
    /// A fragment (Twilio's connection overrides, `#rc=3`) is dropped.
    static PublicUrl parse(std::string_view text, std::string& problem);
};

/// The URLs that Twilio may have signed for this request: as configured, without a port, and with
/// the scheme's standard port.
[[nodiscard]] std::vector<std::string> signed_urls(const PublicUrl& url,
                                                   const WebhookRequest& request);

/// The fields as they are appended to the URL: by name (bytewise), equal values of a name once.
[[nodiscard]] std::string signed_fields(const shared::Form& form);

}  // namespace postern::adapters::twilio
