// Rendering by hand, because expectations are read by people: the order is the model's.
#include "tests/adapters/render.h"

#include <charconv>

#include "adapters/errc.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters {
namespace {

/// An indented JSON object or array under construction.
class Lines final {
  public:
    void open(std::string_view name, char bracket) {
        begin(name);
        out_ += bracket;
        ++depth_;
        first_ = true;
    }
    void close(char bracket) {
        --depth_;
        if (!first_) indent();
        first_ = false;
        out_ += bracket;
    }
    void text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        begin(name);
        json::append_quoted(out_, value);
    }
    void raw(std::string_view name, std::string_view json) {
        if (json.empty()) return;
        begin(name);
        out_ += json;
    }
    void flag(std::string_view name, bool value) {
        if (value) raw(name, "true");
    }
    std::string finish() { return std::move(out_ += '\n'); }

  private:
    void begin(std::string_view name) {
        if (depth_ > 0) {
            if (!first_) out_ += ',';
            indent();
        }
        first_ = false;
        if (!name.empty()) {
            json::append_quoted(out_, name);
            out_ += ": ";
        }
    }
    void indent() {
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    std::string out_;
    std::size_t depth_ = 0;
    bool first_ = true;
};

std::string number(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// RFC 3339 with as many decimals as there are.
std::string time_text(Instant time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    std::string out(text);
    const auto rest = clock.subseconds().count();
    if (rest != 0) {
        std::snprintf(text, sizeof text, ".%06d", static_cast<int>(rest));
        out += text;
        while (out.back() == '0') out.pop_back();
    }
    return out + "Z";
}

void render_point(Lines& out, const std::optional<GeoPoint>& point) {
    if (!point) return;
    out.raw("latitude", number(point->latitude));
    out.raw("longitude", number(point->longitude));
}

void render_sender(Lines& out, const Sender& sender) {
    out.open("sender", '{');
    out.open("aliases", '[');
    for (const Alias& alias : sender.aliases) {
        out.text("",
                 (alias.scope == IdentityScope::channel ? "channel " : "account ") + alias.address);
    }
    out.close(']');
    out.text("name", sender.name);
    out.text("username", sender.username);
    out.text("language", sender.language);
    if (!sender.told.empty()) out.open("told", '[');
    for (const ToldKey& told : sender.told) {
        const char* kind = told.kind == PersonKey::phone ? "phone " : "email ";
        out.text("", kind + told.value + (told.verified ? " verified" : ""));
    }
    if (!sender.told.empty()) out.close(']');
    out.close('}');
}

void render_strings(Lines& out, std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out.open(name, '[');
    for (const std::string& value : values) out.text("", value);
    out.close(']');
}

void render_content(Lines& out, const Content& content) {
    out.open("content", '{');
    out.text("type", to_string(content.type));
    out.text("text", content.text);
    render_point(out, content.point);
    out.text("name", content.name);
    out.text("address", content.address);
    if (!content.contacts.empty()) out.open("contacts", '[');
    for (const ContactCard& card : content.contacts) {
        out.open("", '{');
        out.text("name", card.name);
        render_strings(out, "phones", card.phones);
        render_strings(out, "emails", card.emails);
        out.text("organization", card.organization);
        out.close('}');
    }
    if (!content.contacts.empty()) out.close(']');
    out.text("reaction_to", content.reaction_to);
    if (content.type == ContentType::reaction && content.emoji.empty()) out.raw("emoji", "\"\"");
    out.text("emoji", content.emoji);
    out.text("choice", to_string(content.choice));
    out.text("choice_id", content.choice_id);
    out.text("provider_type", content.provider_type);
    out.raw("details", content.details_json);
    out.close('}');
}

void render_attachments(Lines& out, const std::vector<Attachment>& attachments) {
    if (attachments.empty()) return;
    out.open("attachments", '[');
    for (const Attachment& file : attachments) {
        out.open("", '{');
        out.text("kind", to_string(file.kind));
        out.text("media_id", file.media_id);
        out.text("url", file.url);
        out.text("mime", file.mime);
        out.text("filename", file.filename);
        out.text("caption", file.caption);
        out.text("sha256", file.sha256);
        render_point(out, file.point);
        out.flag("voice", file.voice);
        out.flag("view_once", file.view_once);
        out.close('}');
    }
    out.close(']');
}

void render_what(Lines& out, const InboundMessage& message) {
    out.text("what", "message");
    out.text("external_id", message.external_id);
    out.text("dedupe_id", message.dedupe_id);
    render_sender(out, message.sender);
    out.text("group", message.group);
    render_content(out, message.content);
    render_attachments(out, message.attachments);
    out.text("reply_to", message.reply_to);
    out.flag("forwarded", message.forwarded);
    out.flag("automatic", message.automatic);
    out.raw("referral", message.referral_json);
    out.text("provider_time", time_text(message.provider_time));
}

void render_what(Lines& out, const InboundStatus& status) {
    out.text("what", "status");
    out.text("external_id", status.external_id);
    out.text("state", to_string(status.state));
    out.text("recipient", status.recipient);
    out.text("echo", status.echo);
    if (status.error) {
        out.open("error", '{');
        out.text("code", status.error->code);
        out.text("title", status.error->title);
        out.text("detail", status.error->detail);
        if (!status.error->word.empty()) out.text("class", to_string(status.error->result));
        out.text("word", status.error->word);
        out.close('}');
    }
    out.text("provider_time", time_text(status.provider_time));
    if (status.watermark) out.text("watermark", time_text(*status.watermark));
    out.raw("details", status.details_json);
    static constexpr std::string_view verdicts[] = {"", "dead", "opted_out", "blocked"};
    out.text("address", verdicts[static_cast<std::size_t>(status.address)]);
    if (status.retry_at) out.text("retry_at", time_text(*status.retry_at));
}

/// The bytes that came along, by their digest: the attachment has the same.
void render_files(Lines& out, const std::vector<InboundFile>& files) {
    if (files.empty()) return;
    out.open("files", '[');
    for (const InboundFile& file : files)
        out.text("", std::to_string(file.place) + ": " + std::to_string(file.bytes.size()) +
                         " bytes " + shared::fingerprint(file.bytes, 32));
    out.close(']');
}

void render_told(Lines& out, const TemplateTold& told) {
    out.open("told", '{');
    out.text("owner", told.owner);
    out.text("id", told.what.id);
    out.text("name", told.what.name);
    out.text("language", told.what.language);
    out.text("category", told.what.category);
    out.text("status", told.what.status);
    out.text("reason", told.what.reason);
    out.close('}');
}

void render_what(Lines& out, const InboundSignal& signal) {
    out.text("what", "signal");
    out.text("kind", to_string(signal.kind));
    out.text("dedupe_id", signal.dedupe_id);
    if (signal.sender) render_sender(out, *signal.sender);
    out.text("group", signal.group);
    out.text("target", signal.target);
    out.text("category", signal.category);
    if (signal.content) render_content(out, *signal.content);
    render_attachments(out, signal.attachments);
    if (signal.told) render_told(out, *signal.told);
    out.text("provider_type", signal.provider_type);
    out.raw("details", signal.details_json);
    out.text("provider_time", time_text(signal.provider_time));
}

bool shows_raw(const InboundItem& item) {
    const auto* message = std::get_if<InboundMessage>(&item.what);
    return message != nullptr && message->content.type == ContentType::unsupported;
}

}  // namespace

std::string render(const InboundBatch& batch, std::string_view verification) {
    Lines out;
    out.open("", '{');
    out.text("verification", verification);
    out.open("items", '[');
    for (const InboundItem& item : batch.items) {
        out.open("", '{');
        std::visit([&](const auto& what) { render_what(out, what); }, item.what);
        out.text("routing", item.routing);
        render_files(out, item.files);
        if (shows_raw(item)) out.text("raw", item.raw);
        out.close('}');
    }
    out.close(']');
    if (!batch.undecoded.empty()) {
        out.open("undecoded", '[');
        for (const Undecoded& item : batch.undecoded) {
            out.open("", '{');
            out.text("reason", item.reason);
            out.text("routing", item.routing);
            out.text("raw", item.raw);
            out.close('}');
        }
        out.close(']');
    }
    out.text("confirm_url", batch.confirm_url);
    out.close('}');
    return out.finish();
}

std::string render(const boost::system::error_code& error, std::string_view verification) {
    Lines out;
    out.open("", '{');
    out.text("verification", verification);
    out.text("error", error.message());
    out.close('}');
    return out.finish();
}

}  // namespace postern::adapters
