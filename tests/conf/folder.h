// A private folder for one test, with the files that it needs; gone with the object.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace postern::conf {

class Folder final {
  public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    [[nodiscard]] const std::string& path() const { return path_; }
    std::string write(std::string_view name, std::string_view content, mode_t mode = 0600) const;

  private:
    std::string path_;
};

[[nodiscard]] std::string read_whole(const std::string& path);

}  // namespace postern::conf
