#include "adapters/email/attached_letter.h"

#include <algorithm>
#include <utility>

#include <openssl/evp.h>

#include "adapters/email/dkim_canonical.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t line_bytes = 57;
constexpr std::size_t line_characters = 76;

}  // namespace

std::uint64_t base64_lines_bytes(std::uint64_t file_bytes) {
    if (file_bytes == 0) return 0;
    const std::uint64_t lines = (file_bytes + line_bytes - 1) / line_bytes;
    return (file_bytes + 2) / 3 * 4 + (lines - 1) * 2;
}

std::uint64_t base64_lines_fit(std::uint64_t encoded_bytes) {
    const std::uint64_t lines = (encoded_bytes + 2) / (line_characters + 2);
    const std::uint64_t rest = (encoded_bytes + 2) % (line_characters + 2);
    // What is left for one more line: its four-character groups, without the CRLF behind it.
    return lines * line_bytes + (rest > 2 ? (rest - 2) / 4 * 3 : 0);
}

std::string Base64Lines::add(std::string_view bytes) {
    std::string out;
    out.reserve(base64_lines_bytes(held_.size() + bytes.size()) + 4);
    if (!held_.empty()) {
        const std::size_t missing = std::min(line_bytes - held_.size(), bytes.size());
        held_.append(bytes.substr(0, missing));
        bytes.remove_prefix(missing);
        if (held_.size() < line_bytes) return out;
        append_line(out, held_);
        held_.clear();
    }
    while (bytes.size() >= line_bytes) {
        append_line(out, bytes.substr(0, line_bytes));
        bytes.remove_prefix(line_bytes);
    }
    held_ = bytes;
    return out;
}

std::string Base64Lines::end() {
    std::string out;
    if (!held_.empty()) append_line(out, std::exchange(held_, {}));
    return out;
}

void Base64Lines::append_line(std::string& out, std::string_view bytes) {
    if (!std::exchange(first_, false)) out += "\r\n";
    const std::size_t at = out.size();
    out.resize(at + line_characters + 1);  // it ends its text with a NUL
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + at),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(at + static_cast<std::size_t>(size));
}

AttachedLetter::AttachedLetter(SmtpLetter letter, MailAround around,
                               std::vector<DkimSigner> signers, std::int64_t unix_time,
                               std::uint64_t file_bytes)
    : letter_(std::move(letter)),
      around_(std::move(around)),
      signers_(std::move(signers)),
      unix_time_(unix_time),
      left_(file_bytes) {
    letter_.more_bytes = base64_lines_bytes(file_bytes) + around_.behind.size();
    if (!is_signed()) return;
    const std::size_t body = around_.before.find("\r\n\r\n") + 4;
    // The empty line before the file would count as one at the end, which means nothing: something
    // stands behind it while the form is made. The file's own lines are canonical as they are.
    std::string canonical = dkim_relaxed_body(around_.before.substr(body) + "x");
    canonical.resize(canonical.size() - 3);
    hash_.add(canonical);
}

void AttachedLetter::hash(std::string_view bytes) {
    hash_.add(hashed_.add(bytes));
}

Result<SmtpLetter> AttachedLetter::letter() {
    std::string fields;
    if (is_signed()) {
        hash_.add(hashed_.end());
        hash_.add(dkim_relaxed_body(around_.behind));
        const std::string body_hash = hash_.finish();
        const std::string_view headers =
            std::string_view(around_.before).substr(0, around_.before.find("\r\n\r\n"));
        for (const DkimSigner& signer : signers_) {
            const std::string field = dkim_signature_over(signer, headers, body_hash, unix_time_);
            if (field.empty()) return make_error_code(Errc::unsendable);
            fields += field;
        }
    }
    letter_.content = fields + around_.before;
    around_.before.clear();
    return std::move(letter_);
}

std::string AttachedLetter::encoded(std::string_view bytes) {
    bytes = bytes.substr(0, left_);
    left_ -= bytes.size();
    std::string out = sent_.add(bytes);
    if (left_ == 0) out.append(sent_.end()).append(std::exchange(around_.behind, {}));
    return out;
}

}  // namespace postern::adapters::email
