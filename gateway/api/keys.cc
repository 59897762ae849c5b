// API keys: a key's text is shown once, when it is made or rotated; nobody can give what they lack.
#include <algorithm>
#include <array>

#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/duration.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"

namespace postern::api {
namespace {

constexpr char list_letter = 'k';
constexpr std::chrono::seconds overlap_default = std::chrono::hours{24};
constexpr std::chrono::seconds overlap_max = std::chrono::hours{24 * 30};

constexpr auto areas = std::to_array<std::string_view>(
    {"status", "mode", "accounts", "keys", "quarantine", "contacts", "messages", "events",
     "subscriptions", "suppressions", "templates", "conversations", "media", "audit"});

/// "*", "area:*", "area:read", "area:write"; backups can only be written.
bool is_scope(std::string_view scope) {
    if (scope == "*" || scope == "backups:write" || scope == "backups:*") return true;
    const std::size_t colon = scope.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view verb = scope.substr(colon + 1);
    return std::find(areas.begin(), areas.end(), scope.substr(0, colon)) != areas.end() &&
           (verb == "*" || verb == "read" || verb == "write");
}

/// Whether `held` covers everything that `wanted` gives.
bool covers(const std::vector<std::string>& held, const std::vector<std::string>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&held](const std::string& scope) {
        return std::find(held.begin(), held.end(), "*") != held.end() ||
               (scope != "*" && (std::find(held.begin(), held.end(), scope) != held.end() ||
                                 (!scope.ends_with(":*") && allows(held, scope)) ||
                                 std::find(held.begin(), held.end(),
                                           scope.substr(0, scope.find(':')) + ":*") != held.end()));
    });
}

Problem beyond_own() {
    return {403, "scope_exceeded", "A key cannot give, renew or end rights that it lacks.", {}, {}};
}

void write_key(model::JsonWriter& json, const LiveKey& key, const Context& context,
               std::string_view secret = {}) {
    const model::ApiKeyRow& row = key.row;
    const model::Instant now = context.services.now().wall;
    json.begin_object().member("id", key_id(row)).member("name", row.name);
    if (!secret.empty()) {
        json.member("key", make_token({model::make_ulid(row.created, row.epoch, row.id)}, secret));
    }
    json.member("state", is_revoked(row) ? "revoked" : is_expired(row, now) ? "expired" : "active");
    json.key("scopes").begin_array();
    for (const std::string& scope : row.scopes) json.value(scope);
    json.end_array();
    const std::uint32_t limit = context.options.requests_per_second;
    json.member("rate_per_second", row.per_second != 0 ? row.per_second : limit);
    json.member("created_at", row.created).member("expires_at", row.expires);
    json.member("revoked_at", row.revoked);
    const bool rotating = row.previous_until > now;
    json.member("previous_valid_until", rotating ? row.previous_until : model::Instant{});
    const model::Instant used{std::chrono::microseconds{key.use->last_used_us.load()}};
    json.member("last_used_at", std::max(used, row.last_used));
    json.member("uses", row.uses + key.use->uses.load());
    json.member_or_null("last_source", row.last_source).end_object();
}

std::string key_json(const LiveKey& key, const Context& context, std::string_view secret = {}) {
    std::string out;
    model::JsonWriter json(out);
    write_key(json, key, context, secret);
    return out;
}

/// The key as the core says it is now, with its use.
void answer_row(const CallPtr& call, const core::Reply& reply, std::string_view secret,
                int status) {
    const auto* row =
        reply.record != nullptr ? model::get_if<model::ApiKeyRow>(reply.record.get()) : nullptr;
    if (row == nullptr) return call->fail(not_found("key"));
    const KeyPtr live = call->context().keys.find(row->id);
    const LiveKey key{*row, live != nullptr ? live->use : std::make_shared<KeyUse>()};
    call->ok(key_json(key, call->context(), secret), status);
}

/// The key of the path; null after the call was answered.
KeyPtr find_key(const CallPtr& call) {
    model::KeyId id;
    KeyPtr key;
    if (model::parse_id(call->parameter(), id)) key = call->context().keys.find(id.sequence());
    if (key != nullptr && key_id(key->row) != call->parameter()) key = nullptr;
    if (key == nullptr) call->fail(not_found("key"));
    return key;
}

bool is_last_owner(const CallPtr& call, const LiveKey& key) {
    const model::Instant now = call->now().wall;
    const auto owns = [now](const model::ApiKeyRow& row) {
        return !is_revoked(row) && !is_expired(row, now) &&
               std::find(row.scopes.begin(), row.scopes.end(), "*") != row.scopes.end();
    };
    if (!owns(key.row)) return false;
    const auto keys = call->context().keys.all();
    return std::count_if(keys.begin(), keys.end(), [&](const KeyPtr& k) { return owns(k->row); }) ==
           1;
}

}  // namespace

void list_keys(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page)) {
        return call->fail(*problem);
    }
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    for (const KeyPtr& key : call->context().keys.all()) {
        if (key->row.id <= page.after) continue;
        if (list.count() == page.limit) {
            next = last;
            break;
        }
        write_key(list.item(), *key, call->context());
        last = key->row.id;
    }
    call->ok(list.finish(next));
}

void get_key(const CallPtr& call) {
    if (const KeyPtr key = find_key(call)) call->ok(key_json(*key, call->context()));
}

void create_key(const CallPtr& call) {
    Body body(call->request().body);
    model::ApiKeyRow row;
    row.name = body.text("name", 200, true);
    row.scopes = body.texts("scopes", 64, true);
    row.expires = body.time("expires_at");
    row.per_second = static_cast<std::uint32_t>(body.number("rate_per_second", 1, 1'000'000, 0));
    for (const std::string& scope : row.scopes) {
        if (!is_scope(scope)) body.fault("scopes", "invalid", scope + " is not a scope.");
    }
    if (row.expires != model::Instant{} && row.expires <= call->now().wall) {
        body.fault("expires_at", "invalid", "This must lie in the future.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    if (!covers(call->key()->row.scopes, row.scopes)) return call->fail(beyond_own());
    const std::string secret = make_secret();
    row.hash = hash_secret(secret);
    call->change(
        core::CreateApiKey{std::move(row)}, "key",
        [call, secret](const core::Reply& reply) { answer_row(call, reply, secret, 201); });
}

void rotate_key(const CallPtr& call) {
    Body body(call->request().body);
    const std::string text = body.text("overlap", 16, false);
    std::chrono::seconds overlap = overlap_default;
    if (!text.empty() && !read_duration(text, overlap_max, overlap)) {
        body.fault("overlap", "invalid", "This must be a duration up to 30d, like 24h.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    const KeyPtr key = find_key(call);
    if (key == nullptr) return;
    if (!covers(call->key()->row.scopes, key->row.scopes)) return call->fail(beyond_own());
    if (is_expired(key->row, call->now().wall)) {
        return call->fail(
            {409, "key_expired", "An expired key stays expired: make a new one.", {}, {}});
    }
    const std::string secret = make_secret();
    core::RotateApiKey command{key->row.id, hash_secret(secret), call->now().wall + overlap};
    call->change(command, "key", [call, secret](const core::Reply& reply) {
        if (reply.code == core::ReplyCode::conflict) {
            return call->fail(
                {409, "key_revoked", "A revoked key stays revoked: make a new one.", {}, {}});
        }
        answer_row(call, reply, secret, 200);
    });
}

void revoke_key(const CallPtr& call) {
    const KeyPtr key = find_key(call);
    if (key == nullptr) return;
    if (!covers(call->key()->row.scopes, key->row.scopes)) return call->fail(beyond_own());
    if (is_last_owner(call, *key)) {
        return call->fail({409,
                           "last_owner_key",
                           "This is the last key that may do everything: make another one first.",
                           {},
                           {}});
    }
    call->change(core::RevokeApiKey{key->row.id}, "key",
                 [call](const core::Reply& reply) { answer_row(call, reply, {}, 200); });
}

}  // namespace postern::api
