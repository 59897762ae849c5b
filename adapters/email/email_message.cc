#include "adapters/email/email_message.h"

#include <algorithm>

#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"

namespace postern::adapters::email {

std::string_view Mail::header(std::string_view name) const {
    const auto at = std::ranges::find_if(headers, [&](auto& h) { return same(h.name, name); });
    return at == headers.end() ? std::string_view{} : trim(at->value);
}

bool Mail::has(std::string_view name) const {
    return std::ranges::any_of(headers, [&](auto& h) { return same(h.name, name); });
}

std::string Mail::words(std::string_view name) const {
    return decoded_words(header(name));
}

std::size_t Mail::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(headers, [&](auto& h) { return same(h.name, name); }));
}

const MailFile* Mail::file(std::string_view mime) const {
    const auto at = std::ranges::find_if(files, [&](auto& f) { return f.mime == mime; });
    return at == files.end() ? nullptr : &*at;
}

}  // namespace postern::adapters::email
