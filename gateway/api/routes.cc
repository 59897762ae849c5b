// The table. tests/api/openapi_test.cc holds it against openapi.json.
#include "gateway/api/routes.h"

#include <array>

#include "gateway/api/resources.h"

namespace postern::api {
namespace {

constexpr std::size_t body = api_body_bytes_max;
constexpr std::size_t many = batch_body_bytes_max;
constexpr std::size_t medium = medium_body_bytes_max;

// clang-format off
constexpr auto table = std::to_array<Route>({
    {"GET",    "/healthz",                   "",                 get_healthz},
    {"GET",    "/readyz",                    "",                 get_readyz},
    {"GET",    "/openapi.json",              "",                 get_openapi,        0,    true},
    {"GET",    "/v1/status",                 "status:read",      get_status},
    {"GET",    "/v1/mode",                   "mode:read",        get_mode,           0,    true},
    {"POST",   "/v1/mode",                   "mode:write",       set_mode,           body},
    {"GET",    "/v1/accounts",               "accounts:read",    list_accounts},
    {"GET",    "/v1/accounts/{id}",          "accounts:read",    get_account,        0,    true},
    {"GET",    "/v1/accounts/{id}/requests", "quarantine:read",  list_requests},
    {"POST",   "/v1/accounts/{id}/pause",    "accounts:write",   pause_account,      body},
    {"POST",   "/v1/accounts/{id}/resume",   "accounts:write",   resume_account,     body},
    {"POST",   "/v1/accounts/{id}/check",    "accounts:write",   check_account,      body},
    {"POST",   "/v1/accounts/{id}/connect",  "accounts:write",   connect_account,    body},
    {"GET",    "/v1/pauses",                 "accounts:read",    list_pauses},
    {"POST",   "/v1/pauses",                 "accounts:write",   pause_sending,      body},
    {"POST",   "/v1/pauses/remove",          "accounts:write",   resume_sending,     body},
    {"GET",    "/v1/keys",                   "keys:read",        list_keys},
    {"POST",   "/v1/keys",                   "keys:write",       create_key,         body},
    {"GET",    "/v1/keys/{id}",              "keys:read",        get_key,            0,    true},
    {"DELETE", "/v1/keys/{id}",              "keys:write",       revoke_key},
    {"POST",   "/v1/keys/{id}/rotate",       "keys:write",       rotate_key,         body},
    {"GET",    "/v1/quarantine",             "quarantine:read",  list_quarantine},
    {"GET",    "/v1/quarantine/{id}",        "quarantine:read",  get_quarantined,    0,    true},
    {"POST",   "/v1/quarantine/{id}/replay", "quarantine:write", replay_quarantined, body},
    {"GET",    "/v1/audit",                  "audit:read",       list_audit},
    {"GET",    "/v1/contacts",               "contacts:read",    list_contacts},
    {"GET",    "/v1/contacts/{id}",          "contacts:read",    get_contact,        0,    true},
    {"GET",    "/v1/contacts/{id}/timeline", "contacts:read",    get_timeline},
    {"GET",    "/v1/merge-suggestions",      "contacts:read",    list_merge_suggestions},
    {"GET",    "/v1/merge-suggestions/{id}", "contacts:read",    get_merge_suggestion, 0,  true},
    {"POST",   "/v1/merge-suggestions/{id}/dismiss", "contacts:write", dismiss_merge_suggestion,
     body},
    {"GET",    "/v1/messages",               "messages:read",    list_messages},
    {"POST",   "/v1/messages",               "messages:write",   submit_message,     body, false,
     true},
    {"POST",   "/v1/messages/check",         "messages:write",   check_message,      body},
    {"POST",   "/v1/messages/batch",         "messages:write",   submit_batch,       many, false,
     false, false, true},
    {"GET",    "/v1/messages/{id}",          "messages:read",    get_message,        0,    true},
    {"GET",    "/v1/messages/{id}/why",      "messages:read",    explain_message},
    {"POST",   "/v1/messages/{id}/cancel",   "messages:write",   cancel_message,     body},
    {"POST",   "/v1/messages/{id}/redrive",  "messages:write",   redrive_message,    body},
    {"POST",   "/v1/media",                  "media:write",      upload_media,       medium, false,
     false, true},
    {"GET",    "/v1/media/{id}",             "media:read",       get_media,          0,    true},
    {"GET",    "/v1/media/{id}/content",     "media:read",       get_media_content},
    {"DELETE", "/v1/media/{id}",             "media:write",      delete_media},
    {"GET",    "/v1/dead-letters",           "messages:read",    list_dead_letters},
    {"GET",    "/v1/suppressions",           "suppressions:read",  list_suppressions},
    {"POST",   "/v1/suppressions",           "suppressions:write", add_suppression,     body},
    {"POST",   "/v1/suppressions/remove",    "suppressions:write", remove_suppression,  body},
    {"POST",   "/v1/suppressions/import",    "suppressions:write", import_suppressions, many},
    {"GET",    "/v1/events",                 "events:read",      follow_events},
    {"GET",    "/v1/events/{id}",            "events:read",      get_event,          0,    true},
    {"GET",    "/v1/subscriptions",               "subscriptions:read",  list_subscriptions},
    {"POST",   "/v1/subscriptions",               "subscriptions:write", create_subscription, body},
    {"GET",    "/v1/subscriptions/{id}",          "subscriptions:read",  get_subscription},
    {"PATCH",  "/v1/subscriptions/{id}",          "subscriptions:write", update_subscription, body},
    {"DELETE", "/v1/subscriptions/{id}",          "subscriptions:write", delete_subscription},
    {"POST",   "/v1/subscriptions/{id}/enable",   "subscriptions:write", enable_subscription, body},
    {"POST",   "/v1/subscriptions/{id}/replay",   "subscriptions:write", replay_subscription, body},
    {"POST",   "/v1/subscriptions/{id}/rotate",   "subscriptions:write", rotate_subscription, body},
    {"POST",   "/v1/subscriptions/{id}/test",     "subscriptions:write", test_subscription, body},
    {"GET",    "/v1/traces/{id}",            "messages:read",    get_trace},
    {"GET",    "/v1/templates",              "templates:read",   list_templates},
    {"POST",   "/v1/templates",              "templates:write",  create_template,    body},
    {"POST",   "/v1/templates/sync",         "templates:write",  sync_templates,     body},
    {"GET",    "/v1/templates/{id}",         "templates:read",   get_template,       0,    true},
    {"PUT",    "/v1/templates/{id}",         "templates:write",  replace_template,   body, true},
    {"PATCH",  "/v1/templates/{id}",         "templates:write",  update_template,    body, true},
    {"DELETE", "/v1/templates/{id}",         "templates:write",  delete_template},
    {"POST",   "/v1/conversations/{id}/typing", "conversations:write", show_typing,  body},
    {"POST",   "/v1/conversations/{id}/read",   "conversations:write", mark_read,    body},
    {"POST",   "/v1/backups",                "backups:write",    create_backup,      body},
});
// clang-format on

/// Whether `path` is of this pattern; `parameter` is what stands for "{id}".
bool fits(std::string_view pattern, std::string_view path, std::string_view& parameter) {
    const std::size_t open = pattern.find('{');
    if (open == std::string_view::npos) return pattern == path;
    const std::string_view tail = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= open + tail.size() || !path.starts_with(pattern.substr(0, open)))
        return false;
    if (!path.ends_with(tail)) return false;
    const std::string_view middle = path.substr(open, path.size() - open - tail.size());
    if (middle.find('/') != std::string_view::npos) return false;
    parameter = middle;
    return true;
}

}  // namespace

std::span<const Route> routes() {
    return table;
}

Match find_route(std::string_view method, std::string_view path) {
    const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
    Match match;
    for (const Route& route : table) {
        std::string_view parameter;
        if (!fits(route.pattern, path, parameter)) continue;
        if (route.method == wanted) {
            match.route = &route;
            match.parameter = parameter;
            return match;
        }
        if (!match.allowed.empty()) match.allowed += ", ";
        match.allowed += route.method == "GET" ? std::string_view("GET, HEAD") : route.method;
    }
    return match;
}

}  // namespace postern::api
