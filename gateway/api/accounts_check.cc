// POST /v1/accounts/{id}/check and …/connect: what the provider says of an account, asked now over
// the account's own connections, beside what the gateway knows of it. A check changes nothing;
// connecting also sets what the provider's API lets be set. Steps: adapters/connect.
#include <algorithm>

#include "adapters/connect/plan.h"
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/provider_answer.h"
#include "gateway/api/resources.h"
#include "gateway/metrics/log.h"

namespace postern::api {
namespace {

using adapters::connect::Grade;
using adapters::connect::Inquiry;

constexpr std::size_t url_bytes_max = 400;

/// One walk through the steps; on the call's thread.
struct Run {
    Run(CallPtr of, std::shared_ptr<const adapters::AdapterConfig> with)
        : call(std::move(of)), config(std::move(with)), inquiry(*config) {}

    CallPtr call;
    std::shared_ptr<const adapters::AdapterConfig> config;  // the inquiry refers to it
    Inquiry inquiry;
    model::AccountRow row;
    const adapters::connect::Plan* plan = nullptr;
    std::size_t step = 0;
};
using RunPtr = std::shared_ptr<Run>;

void judge_connections(Inquiry& inquiry, std::string_view name, const ConnectionHealth& health) {
    if (health.state.empty()) return;
    std::string found(health.state);
    found += ", " + std::to_string(health.up) + " of " + std::to_string(health.wanted);
    if (health.state == "up") return inquiry.good(name, std::move(found));
    if (!health.problem.empty()) found += ": " + health.problem;
    const bool some = health.state == "degraded";
    (some ? inquiry.warn(name, std::move(found), "look at the other end: some connections fail")
          : inquiry.wrong(name, std::move(found), "nothing goes this way until they stand"));
}

/// What needs no provider: how the account stands here.
void judge_here(Run& run) {
    Inquiry& inquiry = run.inquiry;
    const std::string resume = "postern accounts resume " + run.row.name;
    if (run.row.paused) inquiry.warn("account", "it is paused: nothing is sent", resume);
    if (run.row.broken) {
        inquiry.warn("account", "nothing is sent: the provider refused its credentials",
                     "once they are right: " + resume);
    }
    const auto health = run.call->context().services.health.account_health(run.row.name);
    if (!health) return;
    if (health->sending) {
        judge_connections(inquiry, "connections", health->sending->line);
        judge_connections(inquiry, "receiving", health->sending->receiving);
    }
    if (!health->hint.empty()) {
        inquiry.warn("signatures", health->hint + " (" + health->last_refusal + ")",
                     "postern accounts requests " + run.row.name);
    } else if (health->last_refusal_at > health->last_inbound) {
        // Anybody may have sent it: it is shown, and nobody is blamed.
        inquiry.unknown("signatures", "the last webhook proved nothing: " + health->last_refusal,
                        "postern accounts requests " + run.row.name);
    }
    if (health->last_error_at > health->last_inbound) {
        inquiry.warn("inbound", "the last that came was refused: " + health->last_error,
                     "postern accounts requests " + run.row.name);
    } else if (health->last_inbound != model::Instant{}) {
        inquiry.good("inbound", "webhooks come in and are understood");
    } else {
        inquiry.unknown("inbound", "nothing has come in since the start",
                        "write to the account from a phone");
    }
}

Grade worst_of(const Inquiry& inquiry) {
    Grade worst = Grade::good;
    for (const auto& finding : inquiry.findings) {
        if (finding.grade != Grade::unknown) worst = std::max(worst, finding.grade);
    }
    return worst;
}

void answer(const RunPtr& run) {
    judge_here(*run);
    const Inquiry& inquiry = run->inquiry;
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("account", run->row.name).member("channel", run->row.channel);
    json.member("result", adapters::connect::to_string(worst_of(inquiry)));
    json.member_or_null("identity", inquiry.identity);
    json.member_or_null("webhook_url", inquiry.webhook).member("webhook_set", inquiry.webhook_set);
    json.key("checks").begin_array();
    for (const auto& finding : inquiry.findings) {
        json.begin_object().member("check", finding.check);
        json.member("result", adapters::connect::to_string(finding.grade));
        json.member("found", finding.found).member_or_null("advice", finding.advice).end_object();
    }
    json.end_array().key("console").begin_array();
    std::vector<adapters::connect::ConsoleField> fields;
    if (run->plan->console != nullptr) run->plan->console(inquiry, fields);
    for (const auto& field : fields) {
        json.begin_object().member("where", field.where).member("field", field.field);
        json.member("value", field.value).end_object();
    }
    json.end_array().end_object();
    run->call->ok(std::move(out));
}

void walk(const RunPtr& run);

void take(const RunPtr& run, const adapters::connect::Step& step,
          const ProviderCalls::Answer& got) {
    if (got.status != 0) {
        const ProviderHeaders headers(got);
        step.read(run->inquiry, headers.answer());
        return walk(run);
    }
    // One that does not answer is not asked again: each attempt may take its whole time.
    run->inquiry.ended = true;
    run->inquiry.wrong(step.check,
                       "the provider did not answer: " + run->inquiry.words(got.problem),
                       "is base_url right, and does the way out (proxy, firewall) lead there?");
    walk(run);
}

/// What to do about a login that was not taken, by the code of the refusal.
std::string_view advice_for(std::string_view code) {
    if (code == "password_refused") return "write the user and the secret that the server knows";
    if (code == "tls_failed") return "is the server's certificate trusted (ca_file)?";
    if (code == "no_connection") return "are host and port right? does a firewall let this out?";
    return "the words are the server's; its administrator knows more";
}

/// Where messages go over a login: whether it is taken. Then the answer.
void log_in(const RunPtr& run) {
    const auto tried = [run](const ProviderCalls::Login& login) {
        Inquiry& inquiry = run->inquiry;
        if (login.taken) {
            inquiry.good("login", "the server takes it");
        } else {
            inquiry.wrong("login", inquiry.words(login.code + ": " + login.problem),
                          std::string(advice_for(login.code)));
        }
        answer(run);
    };
    const Call& call = *run->call;
    if (!call.context().services.calls->try_login(run->row.number, run->call->thread(), tried))
        answer(run);
}

/// To the next step that has a call to make, or to the end.
void walk(const RunPtr& run) {
    while (!run->inquiry.ended && run->step < run->plan->steps.size()) {
        const adapters::connect::Step& step = run->plan->steps[run->step++];
        auto request = step.ask(run->inquiry);
        if (!request) continue;
        return run->call->context().services.calls->call_anyway(
            run->row.number, std::move(*request), run->call->thread(),
            [run, &step](const ProviderCalls::Answer& got) { take(run, step, got); });
    }
    log_in(run);
}

bool is_base(std::string_view url) {
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    return scheme != 0 && url.size() > scheme && url.size() <= url_bytes_max &&
           url.find_first_of("?#\"\\ ") == std::string_view::npos &&
           std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

std::string below(std::string base, std::string_view account) {
    while (base.ends_with('/')) base.pop_back();
    if (base.empty()) return {};
    return base.append("/webhooks/").append(account);
}

/// Where the account's webhooks ought to go, as configured. Empty: nobody has said.
std::string configured_webhook(const adapters::AdapterConfig& config, std::string configured_base) {
    const std::string_view own = config.setting("public_url");
    // Of a web chat it stands for something else.
    if (config.channel != "webchat" && !own.empty()) return std::string(own);
    return below(std::move(configured_base), config.account);
}

/// Whoever names the base gets all that comes in, and what proves that it comes from the provider:
/// beyond what is configured that is for who may do everything.
bool may_send_there(const Call& call, std::string_view webhook,
                    const adapters::AdapterConfig& config, const std::string& configured_base) {
    const std::vector<std::string>& scopes = call.key()->row.scopes;
    return webhook == configured_webhook(config, configured_base) ||
           webhook == below(configured_base, config.account) ||
           std::ranges::find(scopes, "*") != scopes.end();
}

Problem beyond_configured() {
    return {403,
            "scope_exceeded",
            "Only a key that may do everything names an url that is not configured: leave url out, "
            "or configure public_url of the account or of media.",
            {},
            {}};
}

/// What leads the account's messages elsewhere is written down, with who wanted it.
void note_connecting(const Run& run) {
    log::info("account_webhook_asked_for", {{"account", run.row.name},
                                            {"webhook", run.inquiry.webhook},
                                            {"key", run.call->key()->row.name}});
}

void begin(const CallPtr& call, bool connect) {
    Body body(call->request().body);
    std::string base = body.text("url", url_bytes_max, false);
    if (!base.empty() && !is_base(base)) {
        body.fault("url", "invalid",
                   "The public base of the webhook listener, as https://gw.example.com.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    const auto& context = call->context();
    const auto accounts = context.accounts.load();
    const model::AccountRow* row = accounts->find(call->parameter());
    const AccountConnections* connections = context.services.connections;
    auto config =
        row != nullptr && connections != nullptr ? connections->account_config(row->name) : nullptr;
    if (config == nullptr) return call->fail(not_found("account"));
    if (context.services.calls == nullptr) return call->fail(no_provider_calls());
    auto run = std::make_shared<Run>(call, std::move(config));
    run->row = *row;
    run->plan = adapters::connect::plan_of(row->channel);
    if (run->plan == nullptr) return call->fail(not_found("account"));
    const std::string configured_base = connections->public_base();
    run->inquiry.webhook = base.empty() ? configured_webhook(*run->config, configured_base)
                                        : below(std::move(base), run->config->account);
    run->inquiry.connect = connect;
    run->inquiry.now = call->now().wall;
    if (connect && run->inquiry.webhook.empty()) {
        return call->fail(fields_at_fault(
            {{"url", "required",
              "Where do providers reach this gateway? Give url, or configure media.public_url."}}));
    }
    if (connect) {
        if (!may_send_there(*call, run->inquiry.webhook, *run->config, configured_base))
            return call->fail(beyond_configured());
        note_connecting(*run);
    }
    if (run->plan->look != nullptr) run->plan->look(run->inquiry);
    walk(run);
}

}  // namespace

void check_account(const CallPtr& call) {
    begin(call, false);
}
void connect_account(const CallPtr& call) {
    begin(call, true);
}

}  // namespace postern::api
