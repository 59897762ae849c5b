// Where the bytes of an attachment are, by channel: some providers give a URL, some an id that must
// be looked up first, some want their credentials for either. Pure, like an adapter: from a
// reference to requests, from answers to the next one. Thread: any (const).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters {

/// What the event says of an attachment.
struct MediaRef {
    std::string url;
    std::string media_id;
    std::string mime;
};

struct MediaStep {
    enum class Kind : unsigned char {
        none,      // nothing can be fetched; `problem` says why
        lookup,    // `located` reads the answer
        download,  // the answer is the medium
    };
    Kind kind = Kind::none;
    ProviderCall call;           // a download is a GET; its headers are for its own origin alone
    std::string mime;            // download: as the provider named it, or empty
    std::string problem;         // for people
    bool text_is_error = false;  // download: an answer of JSON or text is no medium
};

class MediaSource {
  public:
    virtual ~MediaSource() = default;

    /// "https://host": the account's own provider, which the operator has chosen.
    [[nodiscard]] virtual std::string origin() const = 0;

    [[nodiscard]] virtual MediaStep first_step(const MediaRef& ref) const = 0;
    /// After a look-up that was answered 2xx.
    [[nodiscard]] virtual MediaStep located(const MediaRef& ref,
                                            const ProviderAnswer& answer) const = 0;
    /// As SendingAdapter::token_refused(), of a download that was answered with text.
    [[nodiscard]] virtual bool token_refused([[maybe_unused]] const ProviderAnswer& answer) const {
        return false;
    }
};

/// Of an account; a channel without ways of its own fetches plain URLs.
[[nodiscard]] std::unique_ptr<MediaSource> make_media_source(const AdapterConfig& config);

}  // namespace postern::adapters
