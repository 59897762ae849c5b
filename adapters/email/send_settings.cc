// From an account's keys to its way out. Every mistake says what to write instead.
#include <charconv>

#include "adapters/email/send.h"
#include "adapters/email/smtp_oauth.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

constexpr std::uint16_t submission_port = 587;
constexpr std::uint16_t implicit_port = 465;

class Reader final {
  public:
    Reader(const AdapterConfig& config, std::string& problem)
        : config_(config), problem_(problem), out_(std::make_shared<SmtpAccount>()) {}

    std::shared_ptr<const SmtpAccount> read() {
        out_->account = config_.account;
        out_->host = config_.setting("smtp_host");
        out_->subject = config_.setting("subject");
        out_->inbound = config_.setting("inbound");
        out_->receives = !out_->inbound.empty();
        out_->link_secrets = config_.credential("link_secret");
        for (const auto& [name, secrets] : config_.credentials) {
            out_->credentials.insert(out_->credentials.end(), secrets.begin(), secrets.end());
        }
        read_addresses();
        read_relay();
        read_login();
        read_dkim();
        read_limits();
        return problem_.empty() ? out_ : nullptr;
    }

  private:
    void wrong(std::string words) {
        if (problem_.empty()) problem_ = std::move(words);
    }

    void read_addresses() {
        auto from = named_address(config_.setting("from"));
        if (!from || from->address.needs_utf8()) {
            return wrong("from must be an address, as in \"Acme <notices@example.com>\"");
        }
        out_->from = std::move(*from);
        out_->smtp.hello = out_->from.address.domain;
        if (const auto hello = config_.setting("smtp_hello"); !hello.empty()) {
            out_->smtp.hello = hello;
        }
        if (!shared::is_printable_ascii(out_->smtp.hello)) {
            wrong("smtp_hello must be this machine's name, as in \"mail.example.com\"");
        }
        if (const auto text = config_.setting("reply_to"); !text.empty()) {
            const auto address = mail_address(text);
            if (!address) return wrong("reply_to must be an address");
            out_->reply_to = address->text();
        }
        const auto bounces = config_.setting("bounce_address");
        if (bounces.empty()) return;
        out_->bounces = mail_address(bounces);
        if (!out_->bounces || out_->bounces->needs_utf8()) {
            return wrong("bounce_address must be an address, as in \"bounce@bounces.example.com\"");
        }
        if (out_->link_secrets.empty()) {
            wrong("bounce_address needs credentials.link_secret: bounces are signed with it");
        }
    }

    void read_relay() {
        const std::string_view tls = config_.setting("smtp_tls");
        const std::string_view port = config_.setting("smtp_port");
        out_->port = tls == "implicit" ? implicit_port : submission_port;
        if (!port.empty()) {
            const char* const end = port.data() + port.size();
            const auto [stop, error] = std::from_chars(port.data(), end, out_->port);
            if (error != std::errc{} || stop != end || out_->port == 0) {
                return wrong("smtp_port must be a port, as in 587");
            }
        }
        if (tls.empty() || tls == "true") {
            out_->smtp.tls = out_->port == implicit_port ? SmtpTls::implicit : SmtpTls::starttls;
        } else if (tls == "starttls") {
            out_->smtp.tls = SmtpTls::starttls;
        } else if (tls == "implicit") {
            out_->smtp.tls = SmtpTls::implicit;
        } else if (tls == "none" || tls == "false") {
            out_->smtp.tls = SmtpTls::none;
        } else {
            wrong("smtp_tls must be \"starttls\", \"implicit\" or \"none\"");
        }
    }

    void read_login() {
        SmtpLogin& login = out_->smtp.login;
        login.username = config_.setting("smtp_username");
        login.secret = shared::newest(config_, "smtp_password");
        login.host = out_->host;
        login.port = out_->port;
        const std::string_view word = config_.setting("smtp_auth");
        if (word == "plain") login.mechanism = SmtpMechanism::plain;
        if (word == "login") login.mechanism = SmtpMechanism::login;
        if (word == "xoauth2") login.mechanism = SmtpMechanism::xoauth2;
        if (word == "oauthbearer") login.mechanism = SmtpMechanism::oauthbearer;
        std::string why;
        OauthRefresh& oauth = out_->oauth;
        oauth = oauth_refresh(config_, why);
        login.token = !oauth.token_url.empty() || login.mechanism == SmtpMechanism::xoauth2 ||
                      login.mechanism == SmtpMechanism::oauthbearer;
        if (!why.empty()) wrong(why);
        if (login.username.empty()) {
            if (login.token || !login.secret.empty()) wrong("smtp_username is missing");
            return;
        }
        if (login.secret.empty() && oauth.token_url.empty()) {
            wrong("credentials.smtp_password is missing: smtp_username logs in with it");
        }
        if (out_->smtp.tls == SmtpTls::none && !shared::is_loopback(out_->host)) {
            wrong(
                "smtp_tls = \"none\" would send the password in clear: only without "
                "smtp_username, or to this machine");
        }
    }

    void read_dkim() {
        const std::string_view text = config_.setting("dkim");
        if (text.empty()) return;
        std::string padded(text);
        padded.reserve(text.size() + 64);
        const auto parsed = json::parse(padded);
        const auto table = parsed ? json::as_object(*parsed) : std::nullopt;
        if (!table) return wrong("dkim must be a table: { domain, selector }");
        for (const auto member : *table) {
            if (member.key != "domain" && member.key != "selector" &&
                member.key != "ed25519_selector") {
                return wrong("dkim." + std::string(member.key) +
                             " is unknown: dkim has domain, selector and ed25519_selector");
            }
        }
        std::string domain(json::text(*table, "domain"));
        const std::string& own = out_->from.address.domain;
        if (domain.empty()) domain = own;
        if (own != domain && !own.ends_with("." + domain)) {
            return wrong("dkim.domain must be the domain of from, or one that it belongs to");
        }
        add_signer(domain, json::text(*table, "selector"), "dkim.selector", "dkim_key");
        add_signer(domain, json::text(*table, "ed25519_selector"), "dkim.ed25519_selector",
                   "dkim_ed25519_key");
        if (out_->signers.empty()) wrong("dkim needs selector and credentials.dkim_key");
    }

    void add_signer(const std::string& domain, std::string_view selector, std::string_view setting,
                    std::string_view credential) {
        const Secret pem = shared::newest(config_, credential);
        if (selector.empty() && pem.empty()) return;
        if (selector.empty() || pem.empty() ||
            !mail_address("x@" + std::string(selector) + "." + domain)) {
            return wrong(std::string(setting) + " and credentials." + std::string(credential) +
                         " belong together: the name under _domainkey, and the private key");
        }
        std::string why;
        auto key = dkim_key(pem, why);
        if (!key) return wrong("credentials." + std::string(credential) + " " + why);
        out_->signers.push_back({domain, std::string(selector), std::move(key)});
    }

    void read_limits() {
        // No relay takes more; 0: every file goes as a link.
        read_limit("attach_limit", 0, 100 << 20, out_->attach_limit);
        read_limit("smtp_connections", 1, 256, out_->connections_max);
        read_limit("smtp_domain_connections", 1, 256, out_->connections_domain_max);
        read_limit("smtp_connection_mails", 1, 10'000, out_->mails_connection_max);
    }

    template <class Number>
    void read_limit(std::string_view key, std::int64_t least, std::int64_t most, Number& out) {
        const std::string_view text = config_.setting(key);
        if (text.empty()) return;
        const auto number = json::to_integer(text);
        if (!number || *number < least || *number > most) {
            return wrong(std::string(key) + " must be " + std::to_string(least) + " to " +
                         std::to_string(most));
        }
        out = static_cast<Number>(*number);
    }

    const AdapterConfig& config_;
    std::string& problem_;
    std::shared_ptr<SmtpAccount> out_;
};

}  // namespace

std::shared_ptr<const SmtpAccount> smtp_account(const AdapterConfig& config, std::string& problem) {
    if (config.setting("smtp_host").empty()) return nullptr;
    return Reader(config, problem).read();
}

}  // namespace postern::adapters::email
