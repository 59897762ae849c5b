// Subscriptions: where events are delivered, and how that fares. The secret is shown when it is
// made and never again; the URL is proved before it is kept.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/duration.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/api/webhook_secret.h"
#include "gateway/events/page.h"

namespace postern::api {
namespace {

constexpr char list_letter = 's';
constexpr std::chrono::seconds overlap_default = std::chrono::hours{24};
constexpr std::chrono::seconds overlap_max = std::chrono::hours{24 * 30};
constexpr std::size_t url_bytes_max = 2048;
constexpr std::size_t types_max = 64;
constexpr std::size_t description_bytes_max = 500;

void write_health(model::JsonWriter& json, const model::SubscriptionRow& row, const CallPtr& call) {
    const events::Deliveries* deliveries = call->context().services.deliveries;
    std::optional<events::DeliveryHealth> health;
    if (deliveries != nullptr) health = deliveries->health(row.id);
    const bool live = health.has_value();
    if (!live) health.emplace();
    const model::Instant now = call->now().wall, oldest = health->oldest_waiting;
    json.key("cursor");
    if (live && health->cursor.sequence != 0)
        json.value(events::format_cursor(health->cursor));
    else if (row.progress.cursor.sequence != 0)
        json.value(to_string(model::EventId{row.progress.cursor}));
    else
        json.null();
    json.key("lag_s");
    const auto lag = std::chrono::duration_cast<std::chrono::seconds>(now - oldest).count();
    if (live)
        json.value(oldest == model::Instant{} || lag < 0 ? std::int64_t{0} : std::int64_t{lag});
    else
        json.null();
    json.member("waiting", health->waiting).member("retrying", health->retrying);
    json.member("next_retry_at", health->next_retry);
    json.member("delivered", health->delivered).member("failed", health->failed);
    json.member("last_delivered_at", health->last_delivered);
    json.member("last_failed_at", health->last_failed);
    json.member_or_null("last_error",
                        health->last_error.empty() ? row.progress.last_error : health->last_error);
}

void write_subscription(model::JsonWriter& json, const model::SubscriptionRow& row,
                        const CallPtr& call, std::string_view secret = {}) {
    json.begin_object().member("id", id_of(row)).member("url", row.url);
    if (!secret.empty()) json.member("secret", format_webhook_secret(secret));
    json.member_or_null("description", row.description);
    json.key("types").begin_array();
    for (const std::string& type : row.types) json.value(type);
    json.end_array().member("state", to_string(row.state));
    json.member("created_at", row.created).member("disabled_at", row.disabled);
    const bool rotating = row.previous_until > call->now().wall;
    json.member("previous_valid_until", rotating ? row.previous_until : model::Instant{});
    json.member("failing_since", row.progress.failing_since);
    write_health(json, row, call);
    json.end_object();
}

/// The subscription as the core says it is now.
void answer_row(const CallPtr& call, const core::Reply& reply, std::string_view secret,
                int status) {
    const auto* row = reply.record != nullptr
                          ? model::get_if<model::SubscriptionRow>(reply.record.get())
                          : nullptr;
    if (row == nullptr) return call->fail(not_found("subscription"));
    std::string out;
    model::JsonWriter json(out);
    write_subscription(json, *row, call, secret);
    call->ok(std::move(out), status);
}

/// The subscription of the path; nothing after the call was answered.
std::optional<model::SubscriptionRow> find_subscription(const CallPtr& call) {
    const auto table = call->context().subscriptions.load();
    model::SubscriptionId id;
    if (model::parse_id(call->parameter(), id)) {
        const auto it = table->find(id.sequence());
        if (it != table->end() && id_of(it->second) == call->parameter()) return it->second;
    }
    call->fail(not_found("subscription"));
    return std::nullopt;
}

/// Null after the call was answered.
events::Deliveries* find_deliveries(const CallPtr& call) {
    events::Deliveries* deliveries = call->context().services.deliveries;
    if (deliveries == nullptr) {
        call->fail({503, "subscriptions_unavailable", "Nothing is delivered by this daemon.", {}});
    }
    return deliveries;
}

/// "message.received", "message.*", "*"
bool is_type(std::string_view type) {
    if (type == "*") return true;
    if (type.ends_with(".*")) type.remove_suffix(2);
    if (type.empty() || type.size() > 64) return false;
    for (const char c : type) {
        if (c != '.' && c != '_' && (c < 'a' || c > 'z')) return false;
    }
    return true;
}

/// Notes what is wrong with a URL and types that were read.
void check_target(Body& body, const events::Deliveries& deliveries, const std::string& url,
                  const std::vector<std::string>& types) {
    for (const std::string& type : types) {
        if (!is_type(type)) body.fault("types", "invalid", type + " is not a type of event.");
    }
    if (url.empty()) return;
    std::string why = deliveries.refusal(url);
    if (!why.empty()) body.fault("url", "refused", std::move(why));
}

/// The given secret, or a fresh one.
std::string read_secret(Body& body) {
    const std::string text = body.text("secret", 128, false);
    if (text.empty()) return make_webhook_secret();
    auto secret = parse_webhook_secret(text);
    if (!secret) {
        body.fault("secret", "invalid", "This must be whsec_ and base64 of 24 to 64 bytes.");
    }
    return secret.value_or(std::string{});
}

/// Finds where to begin, or proves the place that was named, on a query thread; `then` goes on from
/// there on the call's own.
void with_place(const CallPtr& call, const events::PageRequest& request,
                std::function<void(const model::Ulid&)> then) {
    const bool asked =
        call->context().services.queries.post([call, request, then](runtime::Reader& reader) {
            const events::Page page = events::read_page(reader, request, {});
            const bool latest = request.from == events::From::latest;
            const events::Cursor at = latest ? page.next : request.after;
            call->thread().post([call, then, state = page.state, at] {
                if (state == events::PageState::failed) return call->fail(storage_unreadable());
                if (state == events::PageState::ok)
                    return then({at.milliseconds, at.epoch, at.place()});
                call->fail({410,
                            "cursor_expired",
                            "The events after this cursor are no longer kept, or it is from before "
                            "a restore.",
                            {}});
            });
        });
    if (!asked) call->fail(overloaded());
}

/// From `after` in the body, an event's id; `required`, or else from now on.
events::PageRequest read_place(Body& body, const CallPtr& call, bool required) {
    events::PageRequest request;
    request.from = events::From::latest;
    request.limit = 0;
    request.kept_since = call->now().wall - call->context().options.events_retention;
    const std::string text = body.text("after", 64, required);
    if (text.empty()) return request;
    request.from = events::From::cursor;
    const bool is_event = events::parse_cursor(text, request.after) && request.after.sequence != 0;
    if (!is_event) body.fault("after", "invalid", "This must be the id of an event.");
    return request;
}

}  // namespace

void list_subscriptions(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page)) {
        return call->fail(*problem);
    }
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    const auto table = call->context().subscriptions.load();
    for (auto it = table->upper_bound(page.after); it != table->end(); ++it) {
        if (list.count() == page.limit) {
            next = last;
            break;
        }
        write_subscription(list.item(), it->second, call);
        last = it->first;
    }
    call->ok(list.finish(next));
}

void get_subscription(const CallPtr& call) {
    const auto row = find_subscription(call);
    if (!row) return;
    std::string out;
    model::JsonWriter json(out);
    write_subscription(json, *row, call);
    call->ok(std::move(out));
}

void create_subscription(const CallPtr& call) {
    const events::Deliveries* deliveries = find_deliveries(call);
    if (deliveries == nullptr) return;
    Body body(call->request().body);
    model::SubscriptionRow row;
    row.url = body.text("url", url_bytes_max, true);
    row.types = body.texts("types", types_max, true);
    row.description = body.text("description", description_bytes_max, false);
    row.secret = read_secret(body);
    const events::PageRequest place = read_place(body, call, false);
    check_target(body, *deliveries, row.url, row.types);
    if (const auto problem = body.problem()) return call->fail(*problem);
    with_place(call, place, [call, row](const model::Ulid& at) {
        core::CreateSubscription command{row};
        command.row.progress.cursor = at;
        call->change(std::move(command), "subscription", [call, row](const core::Reply& reply) {
            if (reply.code == core::ReplyCode::conflict) {
                return call->fail({409,
                                   "too_many_subscriptions",
                                   "There are as many subscriptions as there may be.",
                                   {}});
            }
            answer_row(call, reply, row.secret, 201);
        });
    });
}

void update_subscription(const CallPtr& call) {
    const events::Deliveries* deliveries = find_deliveries(call);
    if (deliveries == nullptr) return;
    Body body(call->request().body);
    core::UpdateSubscription command;
    if (body.has("url")) command.url = body.text("url", url_bytes_max, true);
    if (body.has("types")) command.types = body.texts("types", types_max, true);
    if (body.has("description"))
        command.description = body.text("description", description_bytes_max, false);
    check_target(body, *deliveries, command.url.value_or(""),
                 command.types.value_or(std::vector<std::string>{}));
    if (const auto problem = body.problem()) return call->fail(*problem);
    const auto row = find_subscription(call);
    if (!row) return;
    command.id = row->id;
    call->change(std::move(command), "subscription",
                 [call](const core::Reply& reply) { answer_row(call, reply, {}, 200); });
}

void delete_subscription(const CallPtr& call) {
    const auto row = find_subscription(call);
    if (!row) return;
    call->change(core::DeleteSubscription{row->id}, "subscription",
                 [call](const core::Reply& reply) { answer_row(call, reply, {}, 200); });
}

void enable_subscription(const CallPtr& call) {
    const auto row = find_subscription(call);
    if (!row) return;
    call->change(core::EnableSubscription{row->id}, "subscription",
                 [call](const core::Reply& reply) { answer_row(call, reply, {}, 200); });
}

void replay_subscription(const CallPtr& call) {
    Body body(call->request().body);
    const events::PageRequest place = read_place(body, call, true);
    if (const auto problem = body.problem()) return call->fail(*problem);
    const auto row = find_subscription(call);
    if (!row) return;
    with_place(call, place, [call, id = row->id](const model::Ulid& at) {
        call->change(core::ReplaySubscription{id, at}, "subscription",
                     [call](const core::Reply& reply) { answer_row(call, reply, {}, 200); });
    });
}

void rotate_subscription(const CallPtr& call) {
    Body body(call->request().body);
    const std::string secret = read_secret(body);
    const std::string text = body.text("overlap", 16, false);
    std::chrono::seconds overlap = overlap_default;
    if (!text.empty() && !read_duration(text, overlap_max, overlap)) {
        body.fault("overlap", "invalid", "This must be a duration up to 30d, like 24h.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    const auto row = find_subscription(call);
    if (!row) return;
    core::RotateSubscription command{row->id, secret, call->now().wall + overlap};
    call->change(std::move(command), "subscription", [call, secret](const core::Reply& reply) {
        answer_row(call, reply, secret, 200);
    });
}

void test_subscription(const CallPtr& call) {
    events::Deliveries* deliveries = find_deliveries(call);
    if (deliveries == nullptr) return;
    const auto row = find_subscription(call);
    if (!row) return;
    deliveries->ping(row->id, call->thread(), [call](const events::PingResult& result) {
        std::string out;
        model::JsonWriter json(out);
        json.begin_object().member("delivered", result.delivered).key("status");
        if (result.status != 0)
            json.value(result.status);
        else
            json.null();
        json.member_or_null("error", result.error);
        json.member("took_ms", std::int64_t{result.took.count()}).end_object();
        call->ok(std::move(out));
    });
}

}  // namespace postern::api
