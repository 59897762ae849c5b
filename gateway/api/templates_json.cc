// Shown as the contract's «A template», with what nobody filled in as a warning.
#include "gateway/api/templates_json.h"

#include <algorithm>

#include "gateway/api/fields.h"
#include "gateway/events/message_json.h"
#include "gateway/templates/placeholders.h"

namespace postern::api {
namespace {

using model::TemplateRow;
using model::TemplateStatus;

constexpr std::size_t name_bytes_max = 512;
constexpr std::size_t language_bytes_max = 35;  // BCP 47
constexpr std::size_t body_bytes_max = 16'384;
constexpr std::size_t line_bytes_max = 1024;
constexpr std::size_t url_bytes_max = 2048;
constexpr std::size_t buttons_max = 32;
constexpr std::size_t word_bytes_max = 255;

void write_header(model::JsonWriter& json, const TemplateRow& row) {
    json.key("header");
    if (!row.header) {
        json.null();
        return;
    }
    json.begin_object();
    if (row.header->media)
        json.member("kind", to_string(*row.header->media)).member_or_null("url", row.header->url);
    else
        json.member("text", row.header->text);
    json.end_object();
}

void write_buttons(model::JsonWriter& json, const TemplateRow& row) {
    json.key("buttons").begin_array();
    for (const adapters::OutboundButton& button : row.buttons) {
        json.begin_object().member("kind", to_string(button.kind)).member_if("id", button.id);
        json.member("title", button.title).member_if("url", button.url);
        json.member_if("phone", button.phone).end_object();
    }
    json.end_array();
}

void write_placeholders(model::JsonWriter& json, const TemplateRow& row,
                        const events::AccountTable& accounts) {
    json.key("placeholders").begin_array();
    for (const std::string& name : templates::placeholders(row.body)) json.value(name);
    json.end_array().key("warnings").begin_array();
    const model::AccountRow* account = accounts.find(row.account);
    const std::string_view channel = account != nullptr ? std::string_view(account->channel) : "";
    for (const FieldError& warning : template_warnings(row, channel)) {
        json.begin_object().member("field", warning.field).member("code", warning.code);
        json.member("detail", warning.detail).end_object();
    }
    json.end_array();
}

bool is_null(simdjson::dom::element body, std::string_view name) {
    simdjson::dom::element value;
    return body[name].get(value) == simdjson::SUCCESS && value.is_null();
}

/// A member that is named, even as null or "", says what is from now on.
class Change final {
  public:
    Change(simdjson::dom::element body, bool whole, Fields& in)
        : body_(body), whole_(whole), in_(in) {}

    void text(std::string_view name, std::size_t bytes_max, std::string& out) {
        if (says(name)) out = in_.text(name, bytes_max);
    }
    [[nodiscard]] bool says(std::string_view name) {
        const bool given = in_.value(name).has_value();
        return given || whole_ || is_null(body_, name);
    }

  private:
    simdjson::dom::element body_;
    bool whole_;
    Fields& in_;
};

adapters::MediaKind kind_of(Fields& in, const std::string& word) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(adapters::MediaKind::sticker); ++i) {
        const auto kind = static_cast<adapters::MediaKind>(i);
        if (to_string(kind) == word) return kind;
    }
    in.unknown_word("kind", word, {"image", "audio", "voice", "video", "document", "sticker"});
    return {};
}

/// Words as a string, or {"text"}, or {"kind","url"}, as in a message.
void read_header(Fields& in, TemplateRow& row, std::vector<FieldError>& errors) {
    row.header.reset();
    const auto value = in.value("header");
    if (!value) return;
    adapters::OutboundHeader header;
    if (value->is_string()) {
        header.text = in.text("header", line_bytes_max);
        if (!header.text.empty()) row.header = std::move(header);
        return;
    }
    Fields fields(*value, "header.", errors);
    if (!value->is_object()) return in.fault("header", "invalid", "This is words or an object.");
    const std::string kind = fields.text("kind", word_bytes_max);
    header.text = fields.text("text", line_bytes_max);
    header.url = fields.text("url", url_bytes_max);
    if (!kind.empty()) header.media = kind_of(fields, kind);
    if (kind.empty() && header.text.empty()) fields.required("text");
    if (!kind.empty() && !header.text.empty())
        fields.fault("text", "invalid", "A header is words or a medium, not both.");
    if (!header.url.empty() && !header.url.starts_with("https://") &&
        !header.url.starts_with("http://"))
        fields.fault("url", "invalid", "This must be an http or https URL.");
    fields.finish();
    row.header = std::move(header);
}

void read_button(Fields& in, adapters::OutboundButton& out) {
    using adapters::ButtonKind;
    const std::string kind = in.text("kind", word_bytes_max);
    const std::vector<std::string_view> words{"reply", "url", "phone", "location"};
    const auto known = std::ranges::find(words, kind);
    if (known != words.end())
        out.kind = static_cast<ButtonKind>(known - words.begin());
    else if (!kind.empty())
        in.unknown_word("kind", kind, words);
    out.id = in.text("id", line_bytes_max);
    out.title = in.text("title", line_bytes_max);
    out.url = in.text("url", url_bytes_max);
    out.phone = in.text("phone", word_bytes_max);
    if (out.title.empty() && out.kind != ButtonKind::location) in.required("title");
    if (out.kind == ButtonKind::url && out.url.empty()) in.required("url");
    if (out.kind == ButtonKind::phone && out.phone.empty()) in.required("phone");
}

void read_buttons(Fields& in, TemplateRow& row, std::vector<FieldError>& errors) {
    row.buttons.clear();
    const auto value = in.value("buttons");
    if (!value) return;
    simdjson::dom::array list;
    if (value->get(list) != simdjson::SUCCESS)
        return in.fault("buttons", "invalid", "This must be a list.");
    if (list.size() > buttons_max) return in.fault("buttons", "too_many", "At most 32 of them.");
    for (const simdjson::dom::element element : list) {
        const std::string place = "buttons[" + std::to_string(row.buttons.size()) + "]";
        if (!element.is_object()) return in.fault(place, "invalid", "A button is an object.");
        Fields button(element, place + ".", errors);
        read_button(button, row.buttons.emplace_back());
        button.finish();
    }
}

void read_provider(Fields& in, bool whole, TemplateRow& row, std::vector<FieldError>& errors) {
    if (whole) {
        row.provider_name.clear();
        row.provider_id.clear();
        row.status = TemplateStatus::unknown;
        row.reason.clear();
    }
    const auto value = in.value("provider");
    if (!value) return;
    Fields provider(*value, "provider.", errors);
    if (!value->is_object()) return in.fault("provider", "invalid", "This must be an object.");
    Change change(*value, whole, provider);
    change.text("name", name_bytes_max, row.provider_name);
    change.text("id", word_bytes_max, row.provider_id);
    change.text("reason", line_bytes_max, row.reason);
    if (change.says("status")) {
        const std::string word = provider.text("status", word_bytes_max);
        row.status = TemplateStatus::unknown;
        if (!word.empty() && !model::parse_template_status(word, row.status)) {
            provider.unknown_word("status", word,
                                  {"approved", "pending", "rejected", "paused", "disabled"});
        }
    }
    provider.finish();
}

void read_account(Fields& in, const SendDesk& desk, TemplateRow& row) {
    const std::string name = in.text("account", word_bytes_max);
    if (name.empty()) {
        if (row.account == 0) in.required("account");
        return;
    }
    const auto account = desk.send_account(name);
    if (account == nullptr)
        in.fault("account", "not_found", "There is no account of this name.");
    else if (row.account != 0 && row.account != account->number)
        in.fault("account", "immutable", "A template stays with its account: make another one.");
    else
        row.account = account->number;
}

void read_category(Fields& in, Change& change, const SendDesk& desk, TemplateRow& row) {
    if (!change.says("category")) return;
    const std::string word = in.text("category", word_bytes_max);
    if (word.empty()) {
        const auto account = desk.send_account(in.text("account", word_bytes_max));
        if (account != nullptr && account->default_category)
            row.category = *account->default_category;
        else if (row.id == 0)
            in.required("category");
    } else if (!model::parse_category(word, row.category)) {
        in.unknown_word("category", word,
                        {"reply", "transactional", "authentication", "marketing", "collections"});
    }
}

}  // namespace

void write_template(model::JsonWriter& json, const TemplateRow& row,
                    const events::AccountTable& accounts) {
    json.begin_object().member("id", id_of(row)).member("name", row.name);
    json.member("language", row.language).member("category", to_string(row.category));
    events::write_account(json, row.account, accounts);
    json.member_or_null("body", row.body);
    write_header(json, row);
    json.member_or_null("footer", row.footer);
    write_buttons(json, row);
    const bool told = row.status != TemplateStatus::unknown;
    json.key("provider").begin_object();
    json.member("name", row.provider_name.empty() ? row.name : row.provider_name);
    json.member_or_null("id", row.provider_id);
    json.member_or_null("status", told ? to_string(row.status) : std::string_view{});
    json.member_or_null("reason", row.reason).end_object();
    write_placeholders(json, row, accounts);
    json.member("version", row.version).member("created_at", row.created);
    json.member("updated_at", row.updated).end_object();
}

std::string template_json(const TemplateRow& row, const events::AccountTable& accounts) {
    std::string out;
    model::JsonWriter json(out);
    write_template(json, row, accounts);
    return out;
}

bool read_template(simdjson::dom::element body, bool whole, const SendDesk& desk, TemplateRow& row,
                   std::vector<FieldError>& errors) {
    Fields in(body, {}, errors);
    if (!body.is_object()) {
        in.fault("", "invalid", "A template is an object.");
        return false;
    }
    Change change(body, whole, in);
    read_account(in, desk, row);
    read_category(in, change, desk, row);
    change.text("name", name_bytes_max, row.name);
    change.text("language", language_bytes_max, row.language);
    change.text("body", body_bytes_max, row.body);
    change.text("footer", line_bytes_max, row.footer);
    if (change.says("header")) read_header(in, row, errors);
    if (change.says("buttons")) read_buttons(in, row, errors);
    read_provider(in, whole, row, errors);
    // What an answer shows may come back as it is.
    for (const char* shown :
         {"id", "version", "placeholders", "warnings", "created_at", "updated_at", "channel"})
        (void)in.value(shown);
    in.finish();
    return errors.empty();
}

}  // namespace postern::api
