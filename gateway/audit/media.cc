// Each content once, however many rows name it.
#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "gateway/audit/audit.h"
#include "gateway/media/store.h"

namespace postern::audit {
namespace {

using media::Content;

/// Contents that rows name, sorted by their hashes.
storage::Result<std::vector<Content>> contents_of(runtime::Reader& reader, Teller& teller) {
    std::vector<Content> out;
    const storage::RowKey from = storage::KeyWriter(storage::Family::cold, 'N');
    const storage::RowKey to = storage::KeyWriter(storage::Family::cold, 'O');
    const auto scanned =
        reader.scan(from, to, [&](std::string_view, const model::RecordPtr& record) {
            if (record == nullptr) {
                teller.tell("a row of a medium cannot be read");
            } else if (const auto* row = model::get_if<model::MediaRow>(record.get())) {
                out.push_back({row->sha256, row->size});
            }
            return true;
        });
    if (!scanned) return scanned.error();
    const auto by_hash = [](const Content& a, const Content& b) { return a.sha256 < b.sha256; };
    std::ranges::sort(out, by_hash);
    const auto again = std::ranges::unique(
        out, [](const Content& a, const Content& b) { return a.sha256 == b.sha256; });
    out.erase(again.begin(), again.end());
    return out;
}

/// Empty: whole, and what its row says. Its seals prove every chunk; the hash proves the rest.
std::string wrong_with(const media::MediaStore& store, const Content& content) {
    const auto reader = store.read(content);
    if (!reader) {
        return reader.error() == storage::Errc::not_found ? "is not there" : "is damaged or cut";
    }
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
    model::Sha256 sum{};
    bool hashed = EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
    std::uint64_t at = 0;
    while (hashed && at < content.size) {
        const auto bytes = (*reader)->read(at);
        if (!bytes || bytes->empty()) return "is damaged or cut";
        hashed = EVP_DigestUpdate(hash.get(), bytes->data(), bytes->size()) == 1;
        at += bytes->size();
    }
    hashed = hashed && EVP_DigestFinal_ex(hash.get(), sum.data(), nullptr) == 1;
    return hashed && sum == content.sha256 ? "" : "has another hash than its row";
}

}  // namespace

storage::Result<void> audit_media(runtime::Reader& reader, const storage::KeyBytes& master,
                                  const AuditOptions& options, AuditReport& report,
                                  Teller& teller) {
    const media::MediaStore store(options.media, master);
    const auto contents = contents_of(reader, teller);
    if (!contents) return contents.error();
    for (const Content& content : *contents) {
        const std::string wrong = wrong_with(store, content);
        ++report.media;
        report.media_bytes += content.size;
        if (!wrong.empty())
            teller.tell(fmt::format("the medium {} {}", store.name_of(content.sha256), wrong));
        if (options.progress)
            options.progress(static_cast<double>(report.media) /
                             static_cast<double>(contents->size()));
    }
    return {};
}

}  // namespace postern::audit
