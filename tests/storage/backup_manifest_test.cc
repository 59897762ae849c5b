#include "storage/backup_manifest.h"

#include <gtest/gtest.h>

namespace postern::storage {
namespace {

BackupManifest sample() {
    BackupManifest manifest;
    manifest.schema = 1;
    manifest.applied = 1ull << 50;
    manifest.epoch = 7;
    manifest.created_us = 1'760'000'000'000'000;
    manifest.files = {{"000012.sst", {4'096, 0x00AB12CD}}, {"CURRENT", {16, 0xFFFFFFFF}}};
    return manifest;
}

TEST(BackupManifest, RoundTrips) {
    std::string problem;
    const auto parsed = parse_manifest(format_manifest(sample()), problem);
    ASSERT_TRUE(parsed) << problem;
    EXPECT_EQ(*parsed, sample());
    EXPECT_EQ(sample().bytes(), 4'112u);
}

TEST(BackupManifest, RefusesEveryChangeAndEveryCut) {
    const std::string text = format_manifest(sample());
    std::string problem;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string damaged = text;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_FALSE(parse_manifest(damaged, problem)) << i;
        EXPECT_FALSE(parse_manifest(text.substr(0, i), problem)) << i;
    }
    EXPECT_FALSE(parse_manifest(text + "x", problem));
}

TEST(BackupManifest, RefusesNamesThatLeaveTheFolder) {
    for (const char* name : {"../key", ".hidden", "a/b", ""}) {
        BackupManifest manifest = sample();
        manifest.files[0].name = name;
        std::string problem;
        EXPECT_FALSE(parse_manifest(format_manifest(manifest), problem)) << name;
    }
}

}  // namespace
}  // namespace postern::storage
