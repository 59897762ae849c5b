// Messages of the adapters' error codes.
#include "adapters/errc.h"

#include <string>

namespace postern::adapters {
namespace {

class Category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "adapters"; }
    std::string message(int code) const override {
        switch (static_cast<Errc>(code)) {
            case Errc::not_json:
                return "the body is not JSON or is cut off";
            case Errc::not_form:
                return "the body is not a URL-encoded form";
            case Errc::wrong_shape:
                return "the body is not what the provider documents";
            case Errc::too_deep:
                return "the body is nested too deeply";
            case Errc::bad_setting:
                return "a setting of the account makes no sense to its channel";
            case Errc::unknown_channel:
                return "no such channel";
            case Errc::unsendable:
                return "the message is none that this channel can say";
        }
        return "unknown adapter error";
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

}  // namespace postern::adapters
