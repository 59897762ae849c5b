// Every mistake says what to write instead.
#include "adapters/email/imap_settings.h"

#include <charconv>

#include "adapters/email/imap_words.h"
#include "adapters/email/smtp_oauth.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::email {
namespace {

constexpr std::uint16_t implicit_port = 993;
constexpr std::uint16_t clear_port = 143;
constexpr std::int64_t idle_s_min = 10;
constexpr std::int64_t idle_s_max = 1740;  // RFC 2177: less than 29 minutes, or one is logged out

class Reader final {
  public:
    Reader(const AdapterConfig& config, std::string& problem)
        : config_(config), problem_(problem), out_(std::make_shared<ImapAccount>()) {}

    std::shared_ptr<const ImapAccount> read() {
        out_->account = config_.account;
        out_->host = config_.setting("imap_host");
        if (out_->host.empty()) wrong("inbound = \"imap\" needs imap_host");
        for (const auto& [name, secrets] : config_.credentials) {
            out_->credentials.insert(out_->credentials.end(), secrets.begin(), secrets.end());
        }
        read_server();
        read_login();
        read_mailbox();
        return problem_.empty() ? out_ : nullptr;
    }

  private:
    void wrong(std::string words) {
        if (problem_.empty()) problem_ = std::move(words);
    }

    template <class Number>
    void read_number(std::string_view key, std::int64_t least, std::int64_t most, Number& out) {
        const std::string_view text = config_.setting(key);
        if (text.empty()) return;
        std::int64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc{} || stop != end || value < least || value > most) {
            return wrong(std::string(key) + " must be " + std::to_string(least) + " to " +
                         std::to_string(most));
        }
        out = Number(value);
    }

    void read_server() {
        const std::string_view tls = config_.setting("imap_tls");
        out_->imap.tls = SmtpTls::implicit;
        if (tls == "starttls") {
            out_->imap.tls = SmtpTls::starttls;
        } else if (tls == "none" || tls == "false") {
            out_->imap.tls = SmtpTls::none;
            if (!shared::is_loopback(out_->host))
                wrong("imap_tls = \"none\" sends the password in clear: only to this machine");
        } else if (!tls.empty() && tls != "implicit" && tls != "true") {
            wrong("imap_tls must be \"implicit\", \"starttls\" or \"none\"");
        }
        out_->port = out_->imap.tls == SmtpTls::implicit ? implicit_port : clear_port;
        read_number("imap_port", 1, 65'535, out_->port);
        read_number("imap_idle_s", idle_s_min, idle_s_max, out_->idle);
    }

    void read_login() {
        SmtpLogin& login = out_->imap.login;
        login.username = config_.setting("imap_username");
        if (login.username.empty()) login.username = config_.setting("smtp_username");
        if (login.username.empty()) wrong("imap_username is missing");
        login.host = out_->host;
        login.port = out_->port;
        login.secret = shared::newest(config_, "imap_password");
        OauthRefresh& oauth = out_->oauth;
        std::string why;
        if (login.secret.empty()) oauth = oauth_refresh(config_, why);
        if (!oauth.token_url.empty()) {
            login.token = true;
            if (!why.empty()) wrong(why);
            return;
        }
        if (login.secret.empty()) {
            login.secret = shared::newest(config_, "smtp_password");
            // What SMTP logs in with may be a token that somebody else renews.
            const std::string_view word = config_.setting("smtp_auth");
            login.token = word == "xoauth2" || word == "oauthbearer";
        }
        if (login.secret.empty())
            wrong("credentials.imap_password is missing: imap_username logs in with it");
    }

    void read_mailbox() {
        out_->mailbox = config_.setting("imap_mailbox");
        if (out_->mailbox.empty()) out_->mailbox = "INBOX";
        if (const auto name = imap_mailbox(out_->mailbox)) {
            out_->imap.mailbox = *name;
        } else {
            wrong("imap_mailbox must be a mailbox's name, as in \"INBOX\" or \"Support/New\"");
        }
        const std::string_view after = config_.setting("imap_after");
        if (after.empty() || after == "seen") return;
        if (after == "delete") {
            out_->imap.after = ImapAfter::remove;
            return;
        }
        constexpr std::string_view move = "move:";
        const auto folder =
            after.starts_with(move) ? imap_mailbox(after.substr(move.size())) : std::nullopt;
        if (!folder || *folder == out_->imap.mailbox) {
            return wrong(
                "imap_after must be \"seen\", \"delete\" or \"move:\" with another mailbox, as in "
                "\"move:Done\"");
        }
        out_->imap.after = ImapAfter::move;
        out_->imap.folder = *folder;
    }

    const AdapterConfig& config_;
    std::string& problem_;
    std::shared_ptr<ImapAccount> out_;
};

}  // namespace

std::shared_ptr<const ImapAccount> imap_account(const AdapterConfig& config, std::string& problem) {
    if (config.setting("inbound") != "imap") return nullptr;
    return Reader(config, problem).read();
}

std::string imap_target(const ImapAccount& account, const ImapMail& mail) {
    return account.mailbox + ";UIDVALIDITY=" + std::to_string(mail.validity) +
           "/;UID=" + std::to_string(mail.uid);
}

}  // namespace postern::adapters::email
