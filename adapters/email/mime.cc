#include "adapters/email/mime.h"

#include <algorithm>
#include <mutex>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_charset.h"
#include "adapters/email/mime_gmime.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/mime_html.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {

GMimeParserOptions* mime_options() {
    static GMimeParserOptions* const options = [] {
        g_mime_init();
        GMimeParserOptions* const made = g_mime_parser_options_new();
        const char* charsets[] = {"utf-8", "windows-1252", nullptr};
        g_mime_parser_options_set_fallback_charsets(made, charsets);
        g_mime_parser_options_set_address_compliance_mode(made, GMIME_RFC_COMPLIANCE_LOOSE);
        g_mime_parser_options_set_parameter_compliance_mode(made, GMIME_RFC_COMPLIANCE_LOOSE);
        g_mime_parser_options_set_rfc2047_compliance_mode(made, GMIME_RFC_COMPLIANCE_LOOSE);
        return made;
    }();
    return options;
}

namespace {

constexpr std::size_t name_max = 4096;  // of a file, as it is written

/// What a part says: plain text, or HTML where it says nothing plainly.
struct Body {
    std::string plain;
    std::string html;

    [[nodiscard]] std::string text() const { return blank(plain) ? html_text(html) : plain; }
    [[nodiscard]] bool empty() const { return blank(plain) && blank(html); }
};

std::string bytes_of(GMimePart* part) {
    GMimeDataWrapper* const content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, stream.get());
    const GByteArray* const bytes =
        g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string written(GMimeObject* object) {
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(object, nullptr, stream.get());
    const GByteArray* const bytes =
        g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string mime_of(GMimeObject* object) {
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    return type == nullptr ? "text/plain" : lower(taken(g_mime_content_type_get_mime_type(type)));
}

std::string parameter(GMimeObject* object, const char* name) {
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    const char* const value =
        type == nullptr ? nullptr : g_mime_content_type_get_parameter(type, name);
    return value == nullptr ? "" : value;
}

/// RFC 3676: lines that end with a blank go on in the next one of the same quotation.
std::string unflowed(const std::string& text, bool delete_space) {
    std::string out;
    bool goes_on = false;
    std::size_t depth_before = 0;
    for (std::string_view line : lines_of(text)) {
        const std::size_t depth = std::min(line.find_first_not_of('>'), line.size());
        std::string_view words = line.substr(depth);
        if (words.starts_with(' ')) words.remove_prefix(1);  // stuffed
        if (goes_on && depth == depth_before) {
            out.pop_back();
        } else if (depth > 0) {
            out.append(depth, '>').append(" ");
        }
        goes_on = words.ends_with(' ') && words != "-- ";
        depth_before = depth;
        if (goes_on && delete_space) words.remove_suffix(1);
        out.append(words).append("\n");
    }
    return out;
}

class Walk final {
  public:
    explicit Walk(Mail& mail) : mail_(mail) {}
    Body visit(GMimeObject* object, int depth);

  private:
    Body visit_all(GMimeMultipart* multipart, int depth);
    Body visit_part(GMimePart* part);
    void add_nested(GMimeMessagePart* part);
    [[nodiscard]] Body text_of(GMimePart* part, const std::string& mime) const;

    Mail& mail_;
    std::size_t parts_ = 0;
};

Body Walk::text_of(GMimePart* part, const std::string& mime) const {
    GMimeObject* const object = GMIME_OBJECT(part);
    std::string bytes = bytes_of(part);
    bytes.resize(std::min(bytes.size(), html_max));
    std::string charset = parameter(object, "charset");
    if (mime != "text/plain") {
        if (charset.empty()) {
            const std::string head = lower(std::string_view(bytes).substr(0, 2048));
            const std::size_t at = head.find("charset=");
            if (at != head.npos)
                charset = head.substr(at + 8, head.find_first_of("\"' />;", at + 9) - at - 8);
        }
        return {{}, text_to_utf8(bytes, charset)};
    }
    std::string text = text_to_utf8(bytes, charset);
    if (same(parameter(object, "format"), "flowed"))
        text = unflowed(text, same(parameter(object, "delsp"), "yes"));
    return {std::string(cut(text, mail_text_max)), {}};
}

Body Walk::visit_part(GMimePart* part) {
    GMimeObject* const object = GMIME_OBJECT(part);
    const std::string mime = mime_of(object);
    const char* const disposition = g_mime_object_get_disposition(object);
    const char* const filename = g_mime_part_get_filename(part);
    const bool beside = disposition != nullptr && same(disposition, "attachment");
    const bool text = mime == "text/plain" || mime == "text/html" || mime == "text/enriched";
    if (text && !beside && filename == nullptr) return text_of(part, mime);
    if (mime == "application/octet-stream" && disposition == nullptr && filename == nullptr) {
        // A Content-Type that says nothing readable: words, if they are words.
        const std::string bytes = bytes_of(part);
        const bool binary =
            std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) < '\t'; });
        if (!bytes.empty() && !binary) {
            const std::string_view words = std::string_view(bytes).substr(0, html_max);
            return {std::string(cut(text_to_utf8(words, {}), mail_text_max)), {}};
        }
    }
    // Proof of who signed, of no use to a person.
    if (mime.ends_with("pkcs7-signature") || mime == "application/pgp-signature") return {};
    MailFile file;
    if (filename != nullptr) file.name = decoded_words(cut(filename, name_max));
    file.mime = mime;
    const char* const id = g_mime_object_get_content_id(object);
    if (id != nullptr) file.content_id = decoded_words(cut(id, name_max));
    file.shown = !beside && !file.content_id.empty();
    file.bytes = bytes_of(part);
    mail_.files.push_back(std::move(file));
    return {};
}

void Walk::add_nested(GMimeMessagePart* part) {
    MailFile file;
    file.mime = "message/rfc822";
    if (GMimeMessage* const message = g_mime_message_part_get_message(part)) {
        const char* const subject = g_mime_message_get_subject(message);
        if (subject != nullptr && *subject != '\0') {
            file.name = decoded_words(cut(subject, name_max)) + ".eml";
        }
        file.bytes = written(GMIME_OBJECT(message));
    }
    mail_.files.push_back(std::move(file));
}

Body Walk::visit_all(GMimeMultipart* multipart, int depth) {
    const bool alternative = mime_of(GMIME_OBJECT(multipart)) == "multipart/alternative";
    const int count = g_mime_multipart_get_count(multipart);
    Body out;
    if (count == 0) {
        // The boundary that was announced never came: what is there is the text.
        const char* const prologue = g_mime_multipart_get_prologue(multipart);
        mail_.damaged = true;
        if (prologue != nullptr) out.plain = text_to_utf8(prologue, {});
        return out;
    }
    for (int i = 0; i < count; ++i) {
        Body one = visit(g_mime_multipart_get_part(multipart, i), depth + 1);
        if (alternative) {
            if (blank(out.plain)) out.plain = std::move(one.plain);
            if (!blank(one.html)) out.html = std::move(one.html);
        } else if (out.empty()) {
            out = std::move(one);
        } else if (!one.empty()) {
            // Text, a picture, more text: one reads on.
            if (blank(out.plain)) out = {std::string(cut(out.text(), mail_text_max)), {}};
            if (out.plain.size() >= mail_text_max) continue;
            if (!out.plain.ends_with('\n')) out.plain += '\n';
            out.plain.append(cut(one.text(), mail_text_max));
        }
    }
    return out;
}

Body Walk::visit(GMimeObject* object, int depth) {
    if (object == nullptr || depth > mime_depth_max || ++parts_ > mime_parts_max) {
        mail_.damaged = true;
        return {};
    }
    if (GMIME_IS_MULTIPART(object)) return visit_all(GMIME_MULTIPART(object), depth);
    if (GMIME_IS_MESSAGE_PART(object)) {
        add_nested(GMIME_MESSAGE_PART(object));
        return {};
    }
    return GMIME_IS_PART(object) ? visit_part(GMIME_PART(object)) : Body{};
}

void read_headers(GMimeObject* object, Mail& mail) {
    if (object == nullptr) return;
    GMimeHeaderList* const list = g_mime_object_get_header_list(object);
    const int count = std::min(g_mime_header_list_get_count(list), 1000);
    for (int i = 0; i < count; ++i) {
        GMimeHeader* const header = g_mime_header_list_get_header_at(list, i);
        const char* const name = g_mime_header_get_name(header);
        const char* const raw = g_mime_header_get_raw_value(header);
        if (name == nullptr || raw == nullptr) continue;
        mail.headers.push_back({name, taken(g_mime_utils_header_unfold(raw))});
    }
}

/// What some gateways put before a message.
std::string_view without_preface(std::string_view message) {
    if (message.starts_with("\xEF\xBB\xBF")) message.remove_prefix(3);
    while (message.starts_with('\r') || message.starts_with('\n')) message.remove_prefix(1);
    if (message.starts_with("From ") || message.starts_with(">From "))
        message.remove_prefix(std::min(message.find('\n') + 1, message.size()));
    return message;
}

/// Lines that end as on a Mac of old, which GMime would take for one.
std::optional<std::string> with_line_feeds(std::string_view message) {
    const bool bare = message.find('\r') != message.npos && message.find('\n') == message.npos;
    if (!bare) return std::nullopt;
    std::string out(message);
    std::ranges::replace(out, '\r', '\n');
    return out;
}

}  // namespace

Mail parse_mail(std::string_view message) {
    Mail mail;
    const std::optional<std::string> ended = with_line_feeds(message);
    if (ended) message = *ended;
    message = without_preface(message);
    const std::optional<std::string> bounded = bounded_headers(message);
    if (bounded) {
        mail.damaged = true;
        message = *bounded;
    }
    GMimeParserOptions* const options = mime_options();
    const Owned<GMimeStream> stream(
        g_mime_stream_mem_new_with_buffer(message.data(), message.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), options));
    if (parsed == nullptr) {
        mail.damaged = true;
        mail.headers = header_lines(message);
        return mail;
    }
    GMimeObject* const top = g_mime_message_get_mime_part(parsed.get());
    read_headers(GMIME_OBJECT(parsed.get()), mail);
    read_headers(top, mail);  // the same mail's Content-… fields
    const Body body = Walk(mail).visit(top, 0);
    mail.text = cut(body.text(), mail_text_max);
    return mail;
}

}  // namespace postern::adapters::email
