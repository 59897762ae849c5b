// The manifest's text, both ways.
#include "storage/backup_manifest.h"

#include <charconv>
#include <cstdio>

#include "storage/log_checksum.h"

namespace postern::storage {
namespace {

constexpr std::string_view first_word = "postern-backup";
constexpr std::uint64_t format_version = 1;

std::string hex(std::uint32_t value) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", value);
    return text;
}

std::string checksum_line(std::string_view text) {
    return "checksum " + hex(crc32c(0, text.data(), text.size())) + "\n";
}

/// Takes lines and words off the front; `ok` stays false once something does not fit.
struct Reader {
    std::string_view rest;
    bool ok = true;

    std::string_view until(char end) {
        const std::size_t at = rest.find(end);
        if (at == std::string_view::npos) ok = false;
        if (!ok) return {};
        const std::string_view word = rest.substr(0, at);
        rest.remove_prefix(at + 1);
        return word;
    }
    void expect(std::string_view word) { ok = until(' ') == word && ok; }
    template <class Number>
    Number number(char end, int base = 10) {
        const std::string_view word = until(end);
        Number value{};
        const auto [stop, error] =
            std::from_chars(word.data(), word.data() + word.size(), value, base);
        if (word.empty() || error != std::errc() || stop != word.data() + word.size()) ok = false;
        return value;
    }
};

bool plain_name(std::string_view name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos;
}

}  // namespace

std::uint64_t BackupManifest::bytes() const {
    std::uint64_t all = 0;
    for (const BackupFile& file : files) all += file.sum.bytes;
    return all;
}

std::string format_manifest(const BackupManifest& manifest) {
    std::string text;
    text.append(first_word).append(" ").append(std::to_string(format_version)).append("\n");
    text += "schema " + std::to_string(manifest.schema) + "\n";
    text += "applied " + std::to_string(manifest.applied) + "\n";
    text += "epoch " + std::to_string(manifest.epoch) + "\n";
    text += "created_us " + std::to_string(manifest.created_us) + "\n";
    for (const BackupFile& file : manifest.files) {
        text += "file " + file.name + " " + std::to_string(file.sum.bytes) + " " +
                hex(file.sum.crc32c) + "\n";
    }
    return text + checksum_line(text);
}

Result<BackupManifest> parse_manifest(std::string_view text, std::string& problem) {
    problem = "the manifest is damaged: use another backup";
    const std::size_t last = text.rfind("checksum ");
    if (last == std::string_view::npos || checksum_line(text.substr(0, last)) != text.substr(last))
        return Errc::corrupt;
    Reader read{text.substr(0, last)};
    read.expect(first_word);
    const auto version = read.number<std::uint64_t>('\n');
    if (read.ok && version > format_version) {
        problem = "the backup was made by a later version: restore it with that one";
        return Errc::schema_newer;
    }
    BackupManifest manifest;
    read.expect("schema");
    manifest.schema = read.number<std::uint64_t>('\n');
    read.expect("applied");
    manifest.applied = read.number<std::uint64_t>('\n');
    read.expect("epoch");
    manifest.epoch = read.number<std::uint32_t>('\n');
    read.expect("created_us");
    manifest.created_us = read.number<std::int64_t>('\n');
    while (read.ok && !read.rest.empty()) {
        BackupFile file;
        read.expect("file");
        file.name = read.until(' ');
        file.sum.bytes = read.number<std::uint64_t>(' ');
        file.sum.crc32c = read.number<std::uint32_t>('\n', 16);
        if (!plain_name(file.name)) read.ok = false;
        manifest.files.push_back(std::move(file));
    }
    if (!read.ok || manifest.files.empty()) return Errc::corrupt;
    problem.clear();
    return manifest;
}

}  // namespace postern::storage
