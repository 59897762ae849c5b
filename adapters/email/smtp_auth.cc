#include "adapters/email/smtp_auth.h"

#include "adapters/shared/encoding.h"

namespace postern::adapters::email {
namespace {

/// RFC 4954 section 4: beyond it the response waits for a 334.
constexpr std::size_t auth_line_max = 12'288;

bool has_initial_response(SmtpMechanism mechanism, const std::string& response) {
    return mechanism != SmtpMechanism::login && response.size() + 32 <= auth_line_max;
}

bool offered(SmtpMechanism mechanism, const SmtpExtensions& server) {
    switch (mechanism) {
        case SmtpMechanism::plain:
            return server.plain;
        case SmtpMechanism::login:
            return server.login;
        case SmtpMechanism::xoauth2:
            return server.xoauth2;
        case SmtpMechanism::oauthbearer:
            return server.oauthbearer;
        case SmtpMechanism::automatic:
            break;
    }
    return false;
}

}  // namespace

std::string_view sasl_name(SmtpMechanism mechanism) {
    switch (mechanism) {
        case SmtpMechanism::login:
            return "LOGIN";
        case SmtpMechanism::xoauth2:
            return "XOAUTH2";
        case SmtpMechanism::oauthbearer:
            return "OAUTHBEARER";
        case SmtpMechanism::plain:
        case SmtpMechanism::automatic:
            break;
    }
    return "PLAIN";
}

std::string sasl_response(const SmtpLogin& login, SmtpMechanism mechanism) {
    std::string raw;
    const std::string_view secret = login.secret.reveal();
    if (mechanism == SmtpMechanism::plain) {
        raw.append(1, '\0').append(login.username).append(1, '\0').append(secret);
    } else if (mechanism == SmtpMechanism::xoauth2) {
        raw.append("user=")
            .append(login.username)
            .append(
                "\x01"
                "auth=Bearer ")
            .append(secret);
        raw.append("\x01\x01");
    } else if (mechanism == SmtpMechanism::oauthbearer) {
        raw.append("n,a=").append(login.username).append(",\x01host=").append(login.host);
        raw.append("\x01port=").append(std::to_string(login.port));
        raw.append(
               "\x01"
               "auth=Bearer ")
            .append(secret)
            .append("\x01\x01");
    }
    return shared::to_base64(raw);
}

std::optional<SmtpMechanism> smtp_mechanism(const SmtpLogin& login, const SmtpExtensions& server) {
    if (login.mechanism != SmtpMechanism::automatic) {
        return offered(login.mechanism, server) ? std::optional(login.mechanism) : std::nullopt;
    }
    const SmtpMechanism first = login.token ? SmtpMechanism::xoauth2 : SmtpMechanism::plain;
    const SmtpMechanism second = login.token ? SmtpMechanism::oauthbearer : SmtpMechanism::login;
    if (offered(first, server)) return first;
    return offered(second, server) ? std::optional(second) : std::nullopt;
}

std::string smtp_auth_command(const SmtpLogin& login, SmtpMechanism mechanism) {
    std::string command("AUTH ");
    command += sasl_name(mechanism);
    const std::string initial = sasl_response(login, mechanism);
    if (has_initial_response(mechanism, initial)) command.append(" ").append(initial);
    return command;
}

std::optional<std::string> smtp_auth_answer(const SmtpLogin& login, SmtpMechanism mechanism,
                                            int round) {
    if (mechanism == SmtpMechanism::login) {
        if (round > 1) return std::nullopt;
        return shared::to_base64(round == 0 ? std::string_view(login.username)
                                            : login.secret.reveal());
    }
    std::string answer = sasl_response(login, mechanism);
    const int late = has_initial_response(mechanism, answer) ? 1 : 0;
    if (round + late == 0) return answer;
    if (round + late > 1 || mechanism == SmtpMechanism::plain) return std::nullopt;
    // RFC 7628: ^A in base64; Google's XOAUTH2 wants an empty line.
    return mechanism == SmtpMechanism::oauthbearer ? "AQ==" : "";
}

}  // namespace postern::adapters::email
