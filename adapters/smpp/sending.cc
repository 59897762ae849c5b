// The way out as the registry knows it: limits and traits. What sends is the gateway's courier.
#include "adapters/errc.h"
#include "adapters/shared/content_check.h"
#include "adapters/smpp/send.h"
#include "adapters/smpp/split.h"

namespace postern::adapters::smpp {
namespace {

/// Octets of message_payload, whose length is a 16-bit number.
constexpr std::size_t payload_max = 65'535;

/// A submission has no key that makes a second one safe, and nothing of ours comes back in receipts
/// but the centre's own id.
constexpr SendTraits smpp_send_traits{.echo = false,
                                      .idempotent = false,
                                      .receipts = true,
                                      .typing = false,
                                      .mark_read = false,
                                      .templates = false};

std::string hex_of(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * octets.size());
    for (const char octet : octets) {
        out += digits[static_cast<unsigned char>(octet) >> 4U];
        out += digits[static_cast<unsigned char>(octet) & 15U];
    }
    return out;
}

class Sending final : public SendingAdapter {
  public:
    explicit Sending(Options options) : options_(std::move(options)) {}

    const SendTraits& send_traits() const override { return smpp_send_traits; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return smpp::check(options_, content);
    }

    /// There is no HTTP request: what sends is the gateway's courier.
    Result<SendStep> first_step(const SendRequest&) const override {
        return make_error_code(Errc::unsendable);
    }
    std::variant<SendStep, SendOutcome> answered(const SendRequest&, std::size_t,
                                                 const ProviderAnswer&) const override {
        return SendOutcome{};
    }

    /// The PDUs as hexadecimal digits, one a part; sequence numbers and the parts' reference are
    /// the connection's own.
    Result<Rendering> rendered(const SendRequest& request) const override {
        Rendering out;
        const Endpoint& host = options_.hosts.front();
        const Envelope envelope{request.to, 1, request.expires, request.now};
        for (const ShortMessage& part : submissions(request.content.text, envelope, options_)) {
            ProviderCall& call = out.handed.emplace_back();
            call.method = "submit_sm";
            call.url = "smpp://" + host.host + ":" + std::to_string(host.port);
            call.body = hex_of(encode_submit(part, static_cast<std::uint32_t>(out.handed.size())));
        }
        if (out.handed.empty()) return make_error_code(Errc::unsendable);
        return out;
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    Options options_;
};

}  // namespace

std::optional<FieldProblem> check(const Options& options, const OutboundContent& content) {
    shared::ContentCheck check("SMPP");
    if (content.type != ContentType::text) {
        check.no_messages(content.type);
        return check.take();
    }
    check.required("text", content.text);
    const Split parts = split(content.text, options.charset, options.long_mode);
    if (parts.parts.size() > options.parts_max) {
        check.wrong("text", "too_long",
                    "the text needs " + std::to_string(parts.parts.size()) +
                        " parts; this account sends at most " + std::to_string(options.parts_max));
    } else if (parts.parts.front().size() > payload_max) {
        check.wrong("text", "too_long", "a message has at most 65535 octets");
    }
    return check.take();
}

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    if (config.setting("host").empty()) return nullptr;
    auto options = read_options(config, problem);
    if (!options || !options->sends()) return nullptr;
    return std::make_unique<Sending>(std::move(*options));
}

}  // namespace postern::adapters::smpp
