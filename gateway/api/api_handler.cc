// A request's beginning: route, key, scope, limit, room to write; then its resource takes over.
#include "gateway/api/api_handler.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include "gateway/api/call.h"
#include "gateway/api/routes.h"
#include "gateway/media/service.h"

namespace postern::api {
namespace {

using events::Headers;

/// Use of a key is written down at most this often.
constexpr std::chrono::microseconds note_every = std::chrono::minutes{1};

std::string_view bearer_token(const net::Request& request) {
    std::string_view value = request.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (value.size() <= scheme.size()) return {};
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        const char c =
            value[i] >= 'A' && value[i] <= 'Z' ? static_cast<char>(value[i] + 32) : value[i];
        if (c != scheme[i]) return {};
    }
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
}

Problem unauthorized(KeyState state) {
    switch (state) {
        case KeyState::expired:
            return {401, "key_expired", "This key has expired.", {}, {}};
        case KeyState::revoked:
            return {401, "key_revoked", "This key was revoked.", {}, {}};
        case KeyState::good:
        case KeyState::unknown:
            break;
    }
    return {401, "unauthorized", "Send a valid key: Authorization: Bearer pk_…", {}, {}};
}

/// The caller's own id if it is one line of visible characters, else a new one.
std::string request_id(Context& context, const net::Request& request) {
    const std::string_view given = request.header("x-request-id");
    bool usable = !given.empty() && given.size() <= 128;
    for (const char c : given) usable = usable && c > 0x20 && c < 0x7F;
    if (usable) return std::string(given);
    return fmt::format("req_{:016x}{:08x}", context.request_base, ++context.requests);
}

std::int64_t seconds_up(std::chrono::microseconds duration) {
    return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

void add_rate_headers(const ratelimit::RateVerdict& verdict, Headers& headers) {
    headers.emplace_back("RateLimit-Limit", std::to_string(verdict.limit));
    headers.emplace_back("RateLimit-Remaining", std::to_string(verdict.remaining));
    headers.emplace_back("RateLimit-Reset", std::to_string(seconds_up(verdict.reset)));
}

void note_use(const ApiServices& services, const LiveKey& key, std::string source) {
    KeyUse& use = *key.use;
    core::NoteApiKeyUse note;
    note.id = key.row.id;
    note.uses = use.uses.exchange(0);
    if (note.uses == 0) return;
    note.last_used = model::Instant{std::chrono::microseconds{use.last_used_us.load()}};
    note.source = std::move(source);
    const std::uint64_t uses = note.uses;
    if (!services.core.post(core::Command{std::move(note), {}})) use.uses += uses;
}

void count_use(Context& context, const LiveKey& key, const net::Request& request, model::Now now) {
    KeyUse& use = *key.use;
    ++use.uses;
    use.last_used_us = now.wall.time_since_epoch().count();
    std::int64_t noted = use.noted_us.load();
    const bool due = noted == 0 || now.steady.count() - noted >= note_every.count();
    if (due && use.noted_us.compare_exchange_strong(noted, now.steady.count())) {
        note_use(context.services, key, request.peer);
    }
}

/// Route and key; what is wrong with them as a problem with status not 0.
struct Gate {
    Match match;
    KeyPtr key;
    Problem problem{.status = 0};
};

/// Status 0: it may be done.
Problem refused_write(WriteRefusal why) {
    // Not all at once again (RELIABILITY 2.11: 1 to 5 seconds).
    static thread_local std::uint32_t turn = 0;
    switch (why) {
        case WriteRefusal::none:
            break;
        case WriteRefusal::storage_full:
            return {503,
                    "storage_full",
                    "The disk is nearly full: nothing is changed now.",
                    {},
                    std::chrono::seconds{30}};
        case WriteRefusal::memory_short:
            return {503,
                    "memory_short",
                    "There is too little memory: try again in a moment.",
                    {},
                    std::chrono::seconds{1 + turn++ % 5}};
        case WriteRefusal::read_only:
            return {503,
                    "read_only",
                    "Durable writes failed too often: nothing is changed until the disk is mended.",
                    {},
                    std::chrono::seconds{60}};
    }
    return {.status = 0};
}

Gate open_gate(const Context& context, const net::Request& request, model::Instant now) {
    Gate gate{find_route(request.method, request.path), nullptr, {.status = 0}};
    if (gate.match.route == nullptr) {
        const bool known = !gate.match.allowed.empty();
        gate.problem =
            known ? Problem{405, "method_not_allowed", "This path takes other methods.", {}, {}}
                  : Problem{404, "not_found", "There is nothing at this path.", {}, {}};
        return gate;
    }
    const Route& route = *gate.match.route;
    if (route.scope.empty()) return gate;
    const std::string_view token = bearer_token(request);
    const KeyFound found = token.empty() ? KeyFound{} : context.keys.find(token, now);
    if (found.state != KeyState::good) {
        gate.problem = unauthorized(found.state);
    } else if (!allows(found.key->row.scopes, route.scope)) {
        gate.problem = {
            403,
            "scope_missing",
            "This key may not do that; it would need the scope " + std::string(route.scope) + ".",
            {},
            {}};
    } else if (route.method != "GET") {
        gate.problem = refused_write(context.services.readiness.write_refusal());
    }
    gate.key = found.key;
    return gate;
}

net::Response refusal(const Gate& gate, Headers headers) {
    net::Response response = problem_response(gate.problem);
    if (gate.problem.status == 405) response.headers.emplace_back("Allow", gate.match.allowed);
    for (auto& header : headers) response.headers.push_back(std::move(header));
    return response;
}

std::shared_ptr<const std::map<model::Sequence, model::SubscriptionRow>> by_id(
    const std::vector<model::SubscriptionRow>& rows) {
    std::map<model::Sequence, model::SubscriptionRow> table;
    for (const model::SubscriptionRow& row : rows) table.emplace(row.id, row);
    return std::make_shared<const decltype(table)>(std::move(table));
}

std::uint64_t random_base() {
    std::uint64_t base = 0;
    (void)RAND_bytes(reinterpret_cast<unsigned char*>(&base), sizeof base);
    return base;
}

net::Response word_refusal(const events::Refusal& refusal) {
    Problem problem{refusal.status, refusal.code, refusal.detail, {}, {}};
    if (!refusal.field.empty()) {
        problem.errors.push_back(
            {std::string(refusal.field), std::string(refusal.code), refusal.detail});
    }
    if (refusal.status == 503) problem.retry_after = std::chrono::seconds{1};
    return problem_response(problem);
}

}  // namespace

Context::Context(ApiServices s, ApiOptions o, const core::SmallTables& tables)
    : services(std::move(s)),
      options(std::move(o)),
      keys(tables.api_keys),
      accounts(std::make_shared<const events::AccountTable>(tables.accounts)),
      workspace(std::make_shared<const model::WorkspaceRow>(tables.workspace)),
      subscriptions(by_id(tables.subscriptions)),
      templates(std::make_shared<const templates::TemplateTable>(tables.templates)),
      events({services.queries, services.signal, [this] { return accounts.load(); }, services.now,
              word_refusal},
             {.retention = options.events_retention}),
      request_base(random_base()) {}

ApiHandler::ApiHandler(ApiServices services, ApiOptions options, const core::SmallTables& tables)
    : context_(std::make_unique<Context>(std::move(services), std::move(options), tables)) {}
ApiHandler::~ApiHandler() = default;

namespace {

net::Admission admission_of(Context& context, const Route& route, const net::Request& head) {
    net::Admission admission{true, route.body_bytes_max, {}};
    if (!route.takes_medium) return admission;
    if (context.services.media != nullptr) {
        admission.sink = context.services.media->take_upload(head);
        return admission;
    }
    return {false, 0, problem_response({503, "no_media", "This gateway keeps no media.", {}, {}})};
}

}  // namespace

net::Admission ApiHandler::admit(const net::Request& head) {
    const Match match = find_route(head.method, head.path);
    // Without a body handle() comes next anyway, and counts; nobody's body is read in vain.
    if (match.route != nullptr && match.route->body_bytes_max == 0) return {true, 0, {}};
    const Gate gate = open_gate(*context_, head, context_->services.now().wall);
    if (gate.problem.status == 0) return admission_of(*context_, *match.route, head);
    return {false, 0, refusal(gate, {{"X-Request-Id", request_id(*context_, head)}})};
}

void ApiHandler::handle(const net::Request& request, net::Responder responder) {
    const model::Now now = context_->services.now();
    Headers headers{{"X-Request-Id", request_id(*context_, request)}};
    Gate gate = open_gate(*context_, request, now.wall);
    if (gate.key != nullptr && gate.problem.status != 401) {
        const model::ApiKeyRow& row = gate.key->row;
        const ratelimit::RateVerdict verdict = gate.key->use->rate.take(
            row.per_second != 0 ? row.per_second : context_->options.requests_per_second,
            now.steady);
        add_rate_headers(verdict, headers);
        count_use(*context_, *gate.key, request, now);
        if (!verdict.allowed) {
            gate.problem = {429,
                            "rate_limited",
                            "This key asks more often than it may.",
                            {},
                            std::chrono::seconds{seconds_up(verdict.retry_after)}};
        }
    }
    if (gate.problem.status != 0) return responder.send(refusal(gate, std::move(headers)));
    const auto call = std::make_shared<Call>(*context_, gate.match, request, std::move(responder),
                                             std::move(gate.key), std::move(headers));
    // A medium's own handler begins, once the hash of the body is known.
    const Route& route = *gate.match.route;
    if (route.takes_medium) return route.handler(call);
    call->begin_idempotent([call, &route] { route.handler(call); });
}

void ApiHandler::publish(const model::RecordPtr& record) {
    if (record == nullptr) return;
    if (const auto* key = model::get_if<model::ApiKeyRow>(record.get())) {
        context_->keys.publish(*key);
    } else if (const auto* account = model::get_if<model::AccountRow>(record.get())) {
        context_->accounts.store(context_->accounts.load()->with(*account));
    } else if (const auto* workspace = model::get_if<model::WorkspaceRow>(record.get())) {
        context_->workspace.store(std::make_shared<const model::WorkspaceRow>(*workspace));
    } else if (const auto* changed = model::get_if<model::TemplateRow>(record.get())) {
        context_->templates.store(context_->templates.load()->with(*changed));
    } else if (const auto* row = model::get_if<model::SubscriptionRow>(record.get())) {
        auto table = *context_->subscriptions.load();
        if (row->state == model::SubscriptionState::deleted)
            table.erase(row->id);
        else
            table.insert_or_assign(row->id, *row);
        context_->subscriptions.store(std::make_shared<const decltype(table)>(std::move(table)));
    }
}

void ApiHandler::flush_usage() {
    for (const KeyPtr& key : context_->keys.all()) {
        note_use(context_->services, *key, key->row.last_source);
    }
}

void ApiHandler::drain() {
    context_->events.drain();
}

}  // namespace postern::api
