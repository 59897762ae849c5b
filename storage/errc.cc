// Messages of the storage error codes.
#include "storage/errc.h"

namespace postern::storage {
namespace {

class Category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "storage"; }
    std::string message(int code) const override {
        switch (static_cast<Errc>(code)) {
            case Errc::io:
                return "a disk operation failed";
            case Errc::full:
                return "the disk is full";
            case Errc::corrupt:
                return "stored data is damaged";
            case Errc::short_of_anchor:
                return "less is stored than was acknowledged";
            case Errc::schema_newer:
                return "the data was written by a later version";
            case Errc::locked:
                return "another process uses this storage folder";
            case Errc::not_found:
                return "not found";
            case Errc::bad_key:
                return "the master key does not open this storage";
            case Errc::bad_argument:
                return "bad argument";
        }
        return "unknown storage error";
    }
};

}  // namespace

const boost::system::error_category& category() noexcept {
    static const Category instance;
    return instance;
}

boost::system::error_code make_error_code(Errc e) noexcept {
    return {static_cast<int>(e), category()};
}

}  // namespace postern::storage
