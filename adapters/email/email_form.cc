#include "adapters/email/email_form.h"

#include <algorithm>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"
#include "adapters/shared/form.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t fields_max = shared::form_fields_max;

/// `name` of `form-data; name="file"; filename="a \"b\".pdf"`.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
    for (std::size_t at = value.find(';'); at != value.npos; at = value.find(';', at)) {
        ++at;
        while (at < value.size() && (value[at] == ' ' || value[at] == '\t')) ++at;
        const bool here =
            begins(value.substr(at), name) && value.substr(at + name.size()).starts_with('=');
        std::string out;
        std::size_t i = value.find('=', at);
        if (i == value.npos) return std::nullopt;
        ++i;
        if (i < value.size() && value[i] == '"') {
            for (++i; i < value.size() && value[i] != '"'; ++i) {
                if (value[i] == '\\' && i + 1 < value.size() &&
                    (value[i + 1] == '"' || value[i + 1] == '\\'))
                    ++i;
                out += value[i];
            }
        } else {
            for (; i < value.size() && value[i] != ';'; ++i) out += value[i];
        }
        if (here) return std::string(trim(out));
        at = i;
    }
    return std::nullopt;
}

/// RFC 5987: UTF-8''na%C3%AFve.pdf
std::string extended(std::string_view value) {
    const std::size_t quote = value.rfind('\'');
    const std::string_view text = quote == value.npos ? value : value.substr(quote + 1);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto hex = [](char c) {
            if (c >= '0' && c <= '9') return c - '0';
            if (c >= 'a' && c <= 'f') return c - 'a' + 10;
            return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        };
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        out += escape ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
        if (escape) i += 2;
    }
    return out;
}

bool read_part(std::string_view part, PostedForm& form) {
    std::size_t end = part.find("\r\n\r\n");
    std::size_t skip = 4;
    if (end == part.npos) {
        end = part.find("\n\n");
        skip = 2;
    }
    // Some leave out the line end of an empty value, and so the blank line with it.
    if (end == part.npos && part.ends_with('\n')) {
        end = part.size();
        skip = 0;
    }
    if (end == part.npos) return false;
    PostedField field;
    bool named = false;
    for (const MailHeader& header : header_lines(part.substr(0, end))) {
        if (same(header.name, "Content-Disposition")) {
            const auto name = parameter(header.value, "name");
            const auto filename = parameter(header.value, "filename");
            const auto extra = parameter(header.value, "filename*");
            named = name.has_value();
            if (named) field.name = *name;
            field.is_file = filename.has_value() || extra.has_value();
            field.filename = extra ? extended(*extra) : decoded_words(filename.value_or(""));
        } else if (same(header.name, "Content-Type")) {
            field.mime = lower(trim(header.value.substr(0, header.value.find(';'))));
        }
    }
    if (!named) return true;
    field.value = part.substr(end + skip);
    form.fields.push_back(std::move(field));
    return true;
}

std::optional<PostedForm> read_multipart(std::string_view body, const std::string& boundary) {
    const std::string mark = "--" + boundary;
    PostedForm form;
    std::size_t at = body.starts_with(mark) ? 0 : body.find("\n" + mark);
    if (at == body.npos) return std::nullopt;
    at += body.starts_with(mark) && at == 0 ? mark.size() : mark.size() + 1;
    while (!body.substr(at).starts_with("--")) {
        const std::size_t line = body.find('\n', at);
        const std::size_t next = line == body.npos ? line : body.find("\n" + mark, line);
        // Cut off: what a connection lost is sent again whole.
        if (next == body.npos || form.fields.size() == fields_max) return std::nullopt;
        std::string_view part = body.substr(line + 1, next - line - 1);
        if (part.ends_with('\r')) part.remove_suffix(1);
        if (next > line && !read_part(part, form)) return std::nullopt;
        at = next + 1 + mark.size();
        if (at > body.size()) return std::nullopt;
    }
    return form;
}

}  // namespace

bool is_attachment(const PostedField& field) {
    if (!begins(field.name, "attachment")) return false;
    std::string_view number = std::string_view(field.name).substr(std::size("attachment") - 1);
    if (number.starts_with('-')) number.remove_prefix(1);
    const bool numbered = !number.empty() && number.find_first_not_of("0123456789") == number.npos;
    return field.is_file || (numbered && !field.value.empty());
}

const PostedField* PostedForm::find(std::string_view name) const {
    const auto at = std::ranges::find(fields, name, &PostedField::name);
    return at == fields.end() ? nullptr : &*at;
}

std::string_view PostedForm::value(std::string_view name) const {
    const PostedField* const field = find(name);
    return field == nullptr ? std::string_view{} : std::string_view(field->value);
}

std::string posted_type(const WebhookRequest& request) {
    const std::string_view type = request.header("Content-Type");
    return lower(trim(type.substr(0, type.find(';'))));
}

std::optional<PostedForm> read_posted_form(const WebhookRequest& request) {
    const std::string type = posted_type(request);
    if (type == "multipart/form-data") {
        const auto boundary = parameter(request.header("Content-Type"), "boundary");
        if (!boundary || boundary->empty() || boundary->size() > 200) return std::nullopt;
        return read_multipart(request.body, *boundary);
    }
    if (type != "application/x-www-form-urlencoded") return std::nullopt;
    const auto parsed = shared::parse_form(request.body);
    if (!parsed) return std::nullopt;
    PostedForm form;
    for (const shared::FormField& field : parsed->fields())
        form.fields.push_back({field.name, {}, {}, field.value, false});
    return form;
}

}  // namespace postern::adapters::email
