// The words of Graph and ours, and the list with its pages.
#include "adapters/meta/graph_templates.h"

#include <array>

#include "adapters/shared/endpoint.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::meta {
namespace {

/// Fields that read_listed() knows; Graph gives at most 100 a page worth asking for.
constexpr std::string_view templates_query =
    "?fields=id,name,language,status,category,components,rejected_reason&limit=100";

struct Word {
    std::string_view provider;
    std::string_view ours;
};

/// Sorted by name. A template in appeal may still be rejected; one that is being deleted, archived
/// or locked sends nothing any more.
constexpr std::array statuses = {
    Word{"APPROVED", "approved"},   Word{"ARCHIVED", "disabled"},
    Word{"DELETED", "disabled"},    Word{"DISABLED", "disabled"},
    Word{"IN_APPEAL", "pending"},   Word{"LIMIT_EXCEEDED", "rejected"},
    Word{"LOCKED", "disabled"},     Word{"PAUSED", "paused"},
    Word{"PENDING", "pending"},     Word{"PENDING_DELETION", "disabled"},
    Word{"REINSTATED", "approved"}, Word{"REJECTED", "rejected"},
    Word{"UNARCHIVED", "approved"}, Word{"UNLOCKED", "approved"},
};
constexpr std::array categories = {
    Word{"AUTHENTICATION", "authentication"},
    Word{"MARKETING", "marketing"},
    Word{"UTILITY", "transactional"},
};

template <std::size_t N>
std::string_view find(const std::array<Word, N>& words, std::string_view provider) {
    for (const Word& word : words) {
        if (word.provider == provider) return word.ours;
    }
    return {};
}

/// Meta says NONE where there is no reason.
std::string reason_of(std::string_view told) {
    return told == "NONE" ? std::string{} : std::string(told);
}

std::optional<OutboundHeader> read_header(json::Object component) {
    OutboundHeader header;
    const std::string_view format = json::text(component, "format");
    if (format == "IMAGE") header.media = MediaKind::image;
    if (format == "VIDEO" || format == "GIF") header.media = MediaKind::video;
    if (format == "DOCUMENT") header.media = MediaKind::document;
    if (!header.media && format != "TEXT") return std::nullopt;  // a place: each message's own
    if (!header.media) header.text = json::text(component, "text");
    return header;
}

/// Buttons that we have no word for stay in their places: messages name them by index.
void read_buttons(json::Object component, std::vector<OutboundButton>& out) {
    const auto buttons = json::array(component, "buttons");
    if (!buttons) return;
    for (const json::Value element : *buttons) {
        OutboundButton& button = out.emplace_back();
        const auto object = json::as_object(element);
        if (!object) continue;
        const std::string_view type = json::text(*object, "type");
        if (type == "URL") button.kind = ButtonKind::url;
        if (type == "PHONE_NUMBER") button.kind = ButtonKind::phone;
        button.title = json::text(*object, "text");
        button.url = json::text(*object, "url");
        button.phone = json::text(*object, "phone_number");
    }
}

void read_component(json::Object component, ListedTemplate& out) {
    const std::string_view type = json::text(component, "type");
    if (type == "HEADER") out.header = read_header(component);
    if (type == "BODY") out.body = json::text(component, "text");
    if (type == "FOOTER") out.footer = json::text(component, "text");
    if (type == "BUTTONS") read_buttons(component, out.buttons);
}

ListedTemplate read_listed(json::Object object) {
    ListedTemplate out;
    out.id = json::id(object, "id");
    out.name = json::text(object, "name");
    out.language = json::text(object, "language");
    out.category = find(categories, json::text(object, "category"));
    out.status = template_status(json::text(object, "status"));
    out.reason = reason_of(json::text(object, "rejected_reason"));
    if (const auto components = json::array(object, "components")) {
        for (const json::Value element : *components) {
            if (const auto component = json::as_object(element)) read_component(*component, out);
        }
    }
    return out;
}

std::optional<TemplatePage> read_template_page(std::string_view body) {
    const auto parsed = json::parse(body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto data = root ? json::array(*root, "data") : std::nullopt;
    if (!data) return std::nullopt;
    TemplatePage page;
    for (const json::Value element : *data) {
        const auto object = json::as_object(element);
        if (!object) return std::nullopt;
        page.templates.push_back(read_listed(*object));
    }
    const auto paging = json::object(*root, "paging");
    // The cursor stands on the last page, too; only `next` says that there is more.
    if (!paging || json::text(*paging, "next").empty()) return page;
    if (const auto cursors = json::object(*paging, "cursors"))
        page.next = json::text(*cursors, "after");
    return page;
}

}  // namespace

std::string_view template_status(std::string_view provider) {
    return find(statuses, provider);
}

std::string templates_url(std::string_view base, std::string_view owner) {
    if (owner.empty()) return {};
    std::string url(base);
    return url.append("/").append(owner).append("/message_templates").append(templates_query);
}

ProviderCall templates_call(std::string_view url, std::string_view page,
                            std::string_view authorization) {
    ProviderCall out;
    out.method = "GET";
    out.url = page.empty() ? std::string(url) : shared::with_parameter(url, "after", page);
    out.headers.emplace_back("Authorization", authorization);
    return out;
}

std::optional<std::variant<TemplatePage, SendOutcome>> read_templates_answer(
    const ProviderAnswer& answer) {
    if (answer.status != 200) return std::nullopt;
    if (auto page = read_template_page(answer.body)) return std::move(*page);
    return shared::outcome(SendResult::unknown, "unreadable_list");
}

ListedTemplate read_template_news(std::string_view field, json::Object value) {
    ListedTemplate out;
    out.id = json::id(value, "message_template_id");
    out.name = json::text(value, "message_template_name");
    out.language = json::text(value, "message_template_language");
    const bool moved = field == "template_category_update";
    out.category =
        find(categories, json::text(value, moved ? "new_category" : "message_template_category"));
    if (field != "message_template_status_update") return out;
    out.status = template_status(json::text(value, "event"));
    out.reason = reason_of(json::text(value, "reason"));
    // Of a pause: FIRST_PAUSE, SECOND_PAUSE.
    const auto other = json::object(value, "other_info");
    if (out.reason.empty() && other) out.reason = json::text(*other, "title");
    return out;
}

}  // namespace postern::adapters::meta
