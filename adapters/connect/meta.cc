// Messenger and Instagram: who the token speaks for, the app behind it, and the fields that the
// page or the account is subscribed with. An Instagram account with its own login has no app that
// could be asked; one that is linked to a page is subscribed through it.
#include <algorithm>
#include <array>

#include "adapters/connect/graph.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::connect {
namespace {

bool is_messenger(const Inquiry& inquiry) {
    return inquiry.config.channel == "messenger";
}
/// Instagram with its own login, on graph.instagram.com.
bool own_login(const Inquiry& inquiry) {
    return !is_messenger(inquiry) && inquiry.config.setting("page_id").empty();
}

std::string_view owner_of(const Inquiry& inquiry) {
    const std::string_view id =
        inquiry.config.setting(own_login(inquiry) ? "instagram_id" : "page_id");
    return id.empty() ? std::string_view("me") : id;
}

std::optional<ProviderCall> ask_who(Inquiry& inquiry) {
    std::string path = "/" + std::string(own_login(inquiry) ? "me" : owner_of(inquiry));
    if (own_login(inquiry)) {
        path += "?fields=user_id,username";
    } else {
        path += is_messenger(inquiry) ? "?fields=id,name"
                                      : "?fields=id,name,instagram_business_account{id,username}";
    }
    return get(graph_url(inquiry, path), {{"Authorization", graph_token(inquiry)}});
}

/// The Instagram account that the page is linked to has to be the one that is configured.
void judge_linked(Inquiry& inquiry, json::Object page) {
    const auto linked = json::object(page, "instagram_business_account");
    const std::string_view wanted = inquiry.config.setting("instagram_id");
    if (!linked) {
        return inquiry.wrong("instagram", "no Instagram account is linked to the page",
                             "link it in the page's settings, or use Instagram's own login");
    }
    const std::string id = json::id(*linked, "id");
    if (!wanted.empty() && id != wanted) {
        return inquiry.wrong("instagram", "the page is linked to " + id,
                             "write instagram_id = \"" + id + "\"");
    }
    inquiry.identity = "@" + std::string(json::text(*linked, "username"));
}

void read_who(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const bool own = own_login(inquiry);
    std::string id = root ? json::id(*root, own ? "user_id" : "id") : std::string{};
    if (answer.status != 200 || id.empty())
        return graph_refused(inquiry, answer, own ? "instagram_id" : "page_id");
    const std::string_view wanted = inquiry.config.setting(own ? "instagram_id" : "page_id");
    inquiry.identity = own ? "@" + std::string(json::text(*root, "username"))
                           : std::string(json::text(*root, "name"));
    if (!wanted.empty() && wanted != id) {
        return inquiry.wrong(
            "credentials",
            "the token is of " + inquiry.identity + " (" + id + "), not of " + std::string(wanted),
            "take the token of the account that is configured");
    }
    if (!own && !is_messenger(inquiry)) judge_linked(inquiry, *root);
    inquiry.good("credentials", "the account is " + inquiry.identity + " (" + id + ")");
}

std::string subscribed_url(const Inquiry& inquiry) {
    return graph_url(inquiry, "/" + std::string(owner_of(inquiry)) + "/subscribed_apps");
}

std::string_view fields_of(const Inquiry& inquiry) {
    if (own_login(inquiry) || is_messenger(inquiry)) return topic_of(inquiry).fields;
    // A linked page's own subscription only switches it on: the app's webhooks name the fields.
    return "messages";
}

std::optional<ProviderCall> ask_app_of_page(Inquiry& inquiry) {
    return own_login(inquiry) ? std::nullopt : app_step.ask(inquiry);
}

std::optional<ProviderCall> ask_subscribe(Inquiry& inquiry) {
    if (!inquiry.connect) return std::nullopt;
    return post_form(subscribed_url(inquiry), {{"subscribed_fields", fields_of(inquiry)}},
                     {{"Authorization", graph_token(inquiry)}});
}

void read_subscribe(Inquiry& inquiry, const ProviderAnswer& answer) {
    read_success(inquiry, answer,
                 own_login(inquiry) ? "the token needs instagram_business_manage_messages"
                                    : "the token needs pages_messaging and pages_manage_metadata");
}

std::optional<ProviderCall> ask_subscribed(Inquiry& inquiry) {
    return get(subscribed_url(inquiry), {{"Authorization", graph_token(inquiry)}});
}

std::string missing_field(json::Object app, std::string_view wanted) {
    const auto listed = json::array(app, "subscribed_fields");
    while (!wanted.empty()) {
        const std::string_view field = wanted.substr(0, wanted.find(','));
        wanted.remove_prefix(std::min(wanted.size(), field.size() + 1));
        bool there = false;
        if (listed) {
            for (const json::Value value : *listed) {
                std::string_view word;
                there = there || (value.get(word) == simdjson::SUCCESS && word == field);
            }
        }
        if (!there) return std::string(field);
    }
    return {};
}

void judge_callback(Inquiry& inquiry) {
    if (!inquiry.note("callback_known").empty())
        return judge_webhook(inquiry, "Meta", inquiry.note("callback"));
    inquiry.unknown("webhook", "where the app's webhooks go can only be seen in its dashboard");
}

void read_subscribed(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto list = subscriptions_of(inquiry, answer);
    if (!list) return;
    const std::string_view app = inquiry.note("app");
    for (const json::Value value : *list) {
        const auto one = json::as_object(value);
        if (!one || (!app.empty() && json::id(*one, "id") != app)) continue;
        const std::string missing = missing_field(*one, fields_of(inquiry));
        if (missing.empty()) {
            inquiry.good("subscription", "the app gets all that is understood");
        } else {
            inquiry.warn("subscription", "the app does not get " + missing,
                         "subscribe it: postern accounts connect " + inquiry.config.account);
        }
        return judge_callback(inquiry);
    }
    inquiry.wrong("subscription", "no app is subscribed: no webhook comes",
                  "subscribe it: postern accounts connect " + inquiry.config.account);
}

const std::array steps = {
    Step{"credentials", ask_who, read_who},
    Step{"app", ask_app_of_page, app_step.read},
    secret_step,
    callback_step,
    Step{"subscribe", ask_subscribe, read_subscribe},
    Step{"subscription", ask_subscribed, read_subscribed},
};

}  // namespace

const Plan messenger_plan = {"messenger", steps, look_at_meta, meta_console};
const Plan instagram_plan = {"instagram", steps, look_at_meta, meta_console};

}  // namespace postern::adapters::connect
