#include "adapters/email/compose.h"

#include <algorithm>

#include "adapters/email/compose_header.h"
#include "adapters/email/mime_gmime.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t line_bytes_max = 998;

using Object = Owned<GMimeObject>;

/// One kind of line end, and one at the end: GMime makes CRLF of it.
std::string with_plain_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            if (text[i] != '\0') out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    if (!out.ends_with('\n')) out += '\n';
    return out;
}

bool has_long_line(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > line_bytes_max) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

GMimeContentEncoding encoding_of(std::string_view text, bool eight_bit) {
    const bool ascii = is_ascii(text);
    const bool fits = !has_long_line(text);
    if (fits && ascii) return GMIME_CONTENT_ENCODING_7BIT;
    if (fits && eight_bit) return GMIME_CONTENT_ENCODING_8BIT;
    const auto beyond =
        std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    // Beyond a third quoted-printable is the longer one.
    return static_cast<std::size_t>(beyond) * 3 > text.size()
               ? GMIME_CONTENT_ENCODING_BASE64
               : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

void set_content(GMimePart* part, std::string_view bytes, GMimeContentEncoding encoding) {
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeDataWrapper> content(
        g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(part, content.get());
    g_mime_part_set_content_encoding(part, encoding);
}

Object text_part(const char* subtype, std::string_view words, bool eight_bit) {
    std::string text = with_plain_lines(words);
    GMimePart* const part = g_mime_part_new_with_type("text", subtype);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    const GMimeContentEncoding encoding = encoding_of(text, eight_bit);
    if (encoding == GMIME_CONTENT_ENCODING_BASE64) {
        // Canonical lines before the encoding (RFC 2045 section 6.8): nothing makes them later.
        std::string lines;
        for (const char c : text) {
            if (c == '\n') lines += '\r';
            lines += c;
        }
        text = std::move(lines);
    }
    set_content(part, text, encoding);
    return Object(GMIME_OBJECT(part));
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '+' || c == '_';
    });
}

Object file_part(const MailPart& file) {
    const std::string_view mime = std::string_view(file.mime).substr(0, file.mime.find(';'));
    const std::size_t slash = mime.find('/');
    std::string type("application");
    std::string subtype("octet-stream");
    // Parts that hold others are theirs to make who made them: here they are bytes.
    if (slash != std::string_view::npos && is_token(mime.substr(0, slash)) &&
        is_token(mime.substr(slash + 1)) && !mime.starts_with("multipart/") &&
        !mime.starts_with("message/")) {
        type = mime.substr(0, slash);
        subtype = mime.substr(slash + 1);
    }
    GMimePart* const part = g_mime_part_new_with_type(type.c_str(), subtype.c_str());
    g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    if (!file.filename.empty()) g_mime_part_set_filename(part, file.filename.c_str());
    set_content(part, file.bytes, GMIME_CONTENT_ENCODING_BASE64);
    return Object(GMIME_OBJECT(part));
}

Object multipart(const char* subtype, const std::string& seed, std::vector<Object> parts) {
    GMimeMultipart* const made = g_mime_multipart_new_with_subtype(subtype);
    // "=_" stands in no quoted-printable and in no base64 text; the seed is the message's own.
    const std::string boundary = "=_" + shared::fingerprint(subtype + seed, 16);
    g_mime_multipart_set_boundary(made, boundary.c_str());
    for (const Object& part : parts) g_mime_multipart_add(made, part.get());
    return Object(GMIME_OBJECT(made));
}

Object body_of(const MailDraft& draft) {
    Object words = text_part("plain", draft.text, draft.eight_bit);
    if (!draft.html.empty()) {
        std::vector<Object> both;
        both.push_back(std::move(words));
        both.push_back(text_part("html", draft.html, draft.eight_bit));
        words = multipart("alternative", draft.message_id, std::move(both));
    }
    if (draft.files.empty()) return words;
    std::vector<Object> all;
    all.push_back(std::move(words));
    for (const MailPart& file : draft.files) all.push_back(file_part(file));
    return multipart("mixed", draft.message_id, std::move(all));
}

/// Every line end as CRLF, whatever a filter left.
std::string written(const Object& body) {
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    GMimeFormatOptions* const format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_object_write_to_stream(body.get(), format, stream.get());
    g_mime_format_options_free(format);
    const GByteArray* const bytes =
        g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    std::string out;
    out.reserve(bytes->len + 64);
    for (guint i = 0; i < bytes->len; ++i) {
        const char c = static_cast<char>(bytes->data[i]);
        if (c == '\n' && !out.ends_with('\r')) out += '\r';
        out += c;
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

/// Each in brackets and followed by a space; without `parent`, which comes last.
std::string ids_before(std::string_view thread, std::string_view parent) {
    std::string out;
    while (!thread.empty()) {
        const std::string_view id = thread.substr(0, thread.find(' '));
        thread.remove_prefix(std::min(id.size() + 1, thread.size()));
        const std::string whole = bracketed(id);
        if (!whole.empty() && whole != parent) out.append(whole).append(" ");
    }
    return out;
}

}  // namespace

std::string bracketed(std::string_view id) {
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    const bool plain = std::ranges::all_of(
        id, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
    if (id.empty() || id.size() > line_bytes_max - 32 || !plain) return {};
    return "<" + std::string(id) + ">";
}

std::string compose(const MailDraft& draft) {
    (void)mime_options();
    std::string out;
    append_field(out, "From", encoded_mailbox(draft.from));
    append_field(out, "To", draft.to.text());
    if (!draft.reply_to.empty()) append_field(out, "Reply-To", draft.reply_to);
    append_field(out, "Subject", encoded_text(draft.subject));
    append_field(out, "Date", mail_date_text(draft.date));
    append_field(out, "Message-ID", bracketed(draft.message_id));
    if (const std::string parent = bracketed(draft.answers); !parent.empty()) {
        append_field(out, "In-Reply-To", parent);
        append_field(out, "References", ids_before(draft.thread, parent) + parent);
    }
    for (const auto& [name, value] : draft.fields) append_field(out, name, value);
    out += "MIME-Version: 1.0\r\n";
    return out + written(body_of(draft));
}

MailAround compose_around(MailDraft draft, MailPart file) {
    // Stands in for the file; the last part is the last place where its line can be.
    constexpr std::string_view stand_in = "=_ the file of this mail belongs here _=";
    file.bytes = stand_in;
    draft.files.push_back(std::move(file));
    const std::string mail = compose(draft);
    const std::string line = shared::to_base64(stand_in);
    const std::size_t at = mail.rfind("\r\n" + line + "\r\n");
    if (at == std::string::npos) return {};
    return {mail.substr(0, at + 2), mail.substr(at + 2 + line.size())};
}

}  // namespace postern::adapters::email
