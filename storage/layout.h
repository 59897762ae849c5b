// The storage folder, drawn once: who keeps what where. Standard library only.
//
//   {storage.path}/db/          RocksDB: the view of everything durable
//                 /log/         the commit log's segments
//                 /media/       files: uploads and attachments, sealed (gateway/media)
//                 /anchor       how far durability had come
//                 /ballast      space to give back when the disk is full
//                 /lock         held by the one process that uses the folder
//                 /master.key   32 bytes, unless the key comes from elsewhere (systemd credential)
//                 /poison       the command being applied, for the next start
//                 /replaced-N/  what a forced restore moved aside; deleted by the operator
#pragma once

#include <string>
#include <utility>

namespace postern::storage {

class StorageLayout final {
  public:
    explicit StorageLayout(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] const std::string& root() const { return root_; }
    [[nodiscard]] std::string db() const { return root_ + "/db"; }
    [[nodiscard]] std::string log() const { return root_ + "/log"; }
    [[nodiscard]] std::string media() const { return root_ + "/media"; }
    [[nodiscard]] std::string anchor() const { return root_ + "/anchor"; }
    [[nodiscard]] std::string ballast() const { return root_ + "/ballast"; }
    [[nodiscard]] std::string lock() const { return root_ + "/lock"; }
    [[nodiscard]] std::string master_key() const { return root_ + "/master.key"; }
    [[nodiscard]] std::string poison() const { return root_ + "/poison"; }

  private:
    std::string root_;
};

}  // namespace postern::storage
