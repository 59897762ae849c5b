#include "adapters/media/media_source.h"

#include <algorithm>

#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json.h"
#include "adapters/wechat/send.h"

namespace postern::adapters {
namespace {

/// Scheme, host and port of a URL. Empty: no such URL, or one whose host is not plain to see.
std::string origin_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    const std::string_view origin = url.substr(0, url.find_first_of("/?#\\", scheme + 3));
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._:[]").find(c) != std::string_view::npos;
    };
    const std::string_view host = origin.substr(scheme + 3);
    return host.empty() || !std::ranges::all_of(host, plain) ? "" : std::string(origin);
}

/// https, at the usual port of a host whose name ends so: ".twilio.com".
bool is_host_of(std::string_view origin, std::string_view domain) {
    constexpr std::string_view scheme = "https://";
    return origin.starts_with(scheme) && origin.ends_with(domain) &&
           origin.find(':', scheme.size()) == std::string_view::npos;
}

/// What stands between the origin and the query.
std::string_view path_of(std::string_view url) {
    const std::string_view rest = url.substr(origin_of(url).size());
    return rest.substr(0, rest.find_first_of("?#\\"));
}

MediaStep nothing(std::string problem) {
    return {MediaStep::Kind::none, {}, {}, std::move(problem)};
}

MediaStep get(MediaStep::Kind kind, std::string url) {
    if (!shared::is_printable_ascii(url)) return nothing("the reference makes no URL");
    MediaStep step;
    step.kind = kind;
    step.call.method = "GET";
    step.call.url = std::move(url);
    return step;
}

bool is_id(std::string_view id) {
    if (id.empty() || id.size() > 512) return false;
    for (const char c : id) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '=';
        if (!plain) return false;
    }
    return id != "." && id != "..";
}

/// The URL that the webhook brought, without credentials.
class PlainSource : public MediaSource {
  public:
    explicit PlainSource(std::string base) : base_(std::move(base)) {}

    [[nodiscard]] std::string origin() const override { return origin_of(base_); }
    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        if (ref.url.empty()) return nothing("the provider gave no URL for this attachment");
        return get(MediaStep::Kind::download, ref.url);
    }
    [[nodiscard]] MediaStep located(const MediaRef&, const ProviderAnswer&) const override {
        return nothing("this channel looks nothing up");
    }

  protected:
    const std::string base_;
};

/// GET {base}/{media id} gives a URL that lives for five minutes; both want the access token.
/// Meta, «Cloud API, Media», 2025-10.
class WhatsAppSource final : public PlainSource {
  public:
    explicit WhatsAppSource(const AdapterConfig& config)
        : PlainSource(shared::base_url(config, "https://graph.facebook.com/v25.0")),
          token_(shared::newest(config, "access_token")) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        if (ref.media_id.empty()) return PlainSource::first_step(ref);
        if (!is_id(ref.media_id)) return nothing("the media id is malformed");
        return bearing(get(MediaStep::Kind::lookup, base_ + "/" + ref.media_id));
    }
    [[nodiscard]] MediaStep located(const MediaRef&, const ProviderAnswer& answer) const override {
        const auto parsed = json::parse(answer.body);
        const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
        if (!object) return nothing("the provider's answer to the media id is no JSON object");
        const std::string url(json::text(*object, "url"));
        if (url.empty()) return nothing("the provider's answer to the media id has no url");
        MediaStep step = bearing(get(MediaStep::Kind::download, url));
        step.mime = json::text(*object, "mime_type");
        return step;
    }

  private:
    [[nodiscard]] MediaStep bearing(MediaStep step) const {
        step.call.headers.emplace_back("Authorization", "Bearer " + std::string(token_.reveal()));
        // Without one, Meta's file host answers 400 to some.
        step.call.headers.emplace_back("User-Agent", "postern");
        return step;
    }
    const Secret token_;
};

/// getFile gives a path below /file/bot{token}/, good for an hour, up to 20 MB. Bot API 9.2.
class TelegramSource final : public PlainSource {
  public:
    explicit TelegramSource(const AdapterConfig& config)
        : PlainSource(shared::base_url(config, "https://api.telegram.org")),
          token_(shared::newest(config, "bot_token")) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        if (ref.media_id.empty()) return PlainSource::first_step(ref);
        if (!is_id(ref.media_id)) return nothing("the file_id is malformed");
        return get(
            MediaStep::Kind::lookup,
            shared::with_parameter(base_ + "/bot" + std::string(token_.reveal()) + "/getFile",
                                   "file_id", ref.media_id));
    }
    [[nodiscard]] MediaStep located(const MediaRef&, const ProviderAnswer& answer) const override {
        const auto parsed = json::parse(answer.body);
        const auto object = parsed ? json::as_object(*parsed) : std::nullopt;
        const auto result = object ? json::object(*object, "result") : std::nullopt;
        const std::string path(result ? json::text(*result, "file_path") : std::string_view{});
        if (path.empty() || path.find("..") != std::string::npos)
            return nothing("getFile gave no file_path");
        return get(MediaStep::Kind::download,
                   base_ + "/file/bot" + std::string(token_.reveal()) + "/" + path);
    }

  private:
    const Secret token_;
};

/// The webhook's MediaUrl with the account's credentials, which go to Twilio's own hosts alone.
class TwilioSource final : public PlainSource {
  public:
    explicit TwilioSource(const AdapterConfig& config)
        : PlainSource(shared::base_url(config, "https://api.twilio.com")),
          sid_(config.setting("account_sid")),
          token_(shared::newest(config, "auth_token")) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        MediaStep step = PlainSource::first_step(ref);
        const std::string origin = origin_of(step.call.url);
        const bool own = origin == this->origin() || is_host_of(origin, ".twilio.com");
        if (step.kind == MediaStep::Kind::none || origin.empty() || !own) return step;
        const std::string user = sid_ + ":" + std::string(token_.reveal());
        step.call.headers.emplace_back("Authorization", "Basic " + shared::to_base64(user));
        return step;
    }

  private:
    const std::string sid_;
    const Secret token_;
};

/// Files of mail that a route keeps (store()): Mailgun's URLs want the API key, which goes to its
/// own hosts alone (storage-….api.mailgun.net, …). Three days. Mailgun, «Storing and retrieving
/// messages», 2026-01.
class MailSource final : public PlainSource {
  public:
    explicit MailSource(const AdapterConfig& config)
        : PlainSource(shared::base_url(config, "https://api.mailgun.net")),
          key_(shared::newest(config, "api_key")) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        MediaStep step = PlainSource::first_step(ref);
        const std::string origin = origin_of(step.call.url);
        const bool own = origin == this->origin() || is_host_of(origin, ".mailgun.net") ||
                         is_host_of(origin, ".mailgun.org");
        // The key opens all of the API; a mail names its own files alone.
        const std::string_view path = path_of(step.call.url);
        const bool file = path.find("/messages/") != path.npos && path.find("..") == path.npos;
        if (step.kind == MediaStep::Kind::none || origin.empty() || !own || !file) return step;
        if (key_.empty())
            return nothing("Mailgun gives stored files for credentials.api_key alone");
        const std::string user = "api:" + std::string(key_.reveal());
        step.call.headers.emplace_back("Authorization", "Basic " + shared::to_base64(user));
        return step;
    }

  private:
    const Secret key_;
};

/// The message's id is the medium's; the bytes come from a host of their own.
/// LINE, «Get content», 2025-10.
class LineSource final : public PlainSource {
  public:
    explicit LineSource(const AdapterConfig& config)
        : PlainSource(data_base(shared::base_url(config, "https://api-data.line.me"))),
          token_(shared::newest(config, "access_token")) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        if (!ref.url.empty() || ref.media_id.empty()) return PlainSource::first_step(ref);
        if (!is_id(ref.media_id)) return nothing("the message id is malformed");
        MediaStep step =
            get(MediaStep::Kind::download, base_ + "/v2/bot/message/" + ref.media_id + "/content");
        step.call.headers.emplace_back("Authorization", "Bearer " + std::string(token_.reveal()));
        return step;
    }

  private:
    static std::string data_base(std::string base) {
        return base == "https://api.line.me" ? "https://api-data.line.me" : base;
    }
    const Secret token_;
};

/// media/get wants the account's access token. Temporary media live for three days. WeChat, «Get
/// temporary media», 2025-10.
class WeChatSource final : public PlainSource {
  public:
    explicit WeChatSource(const AdapterConfig& config)
        : PlainSource(shared::base_url(config, wechat::usual_base)) {}

    [[nodiscard]] MediaStep first_step(const MediaRef& ref) const override {
        // A picture's URL needs no token.
        if (!ref.url.empty() || ref.media_id.empty()) return PlainSource::first_step(ref);
        if (!is_id(ref.media_id)) return nothing("the media id is malformed");
        MediaStep step =
            get(MediaStep::Kind::download,
                shared::with_parameter(base_ + "/cgi-bin/media/get", "media_id", ref.media_id));
        step.call.token_in = "access_token";
        step.text_is_error = true;  // {"errcode":40007,…} with status 200
        return step;
    }
    [[nodiscard]] bool token_refused(const ProviderAnswer& answer) const override {
        return wechat::is_stale(answer);
    }
};

}  // namespace

std::unique_ptr<MediaSource> make_media_source(const AdapterConfig& config) {
    if (config.channel == "whatsapp") return std::make_unique<WhatsAppSource>(config);
    if (config.channel == "telegram") return std::make_unique<TelegramSource>(config);
    if (config.channel == "twilio") return std::make_unique<TwilioSource>(config);
    if (config.channel == "wechat") return std::make_unique<WeChatSource>(config);
    if (config.channel == "line") return std::make_unique<LineSource>(config);
    if (config.channel == "email" && config.setting("inbound") == "mailgun")
        return std::make_unique<MailSource>(config);
    return std::make_unique<PlainSource>(shared::base_url(config, {}));
}

}  // namespace postern::adapters
