// What can be wrong with a provider's body or an account's settings, as error codes.
#pragma once

#include <boost/system/error_code.hpp>

namespace postern::adapters {

enum class Errc : int {
    not_json = 1,  // the body is not JSON, or is cut off
    not_form,      // the body is not a form
    wrong_shape,   // JSON, but not what the provider documents
    too_deep,      // nesting beyond 32
    bad_setting,   // the account's settings do not make sense to this channel
    unknown_channel,
    unsendable,  // a stored message that this channel cannot say (it passed `check` once)
};

[[nodiscard]] const boost::system::error_category& category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(Errc e) noexcept;

}  // namespace postern::adapters

template <>
struct boost::system::is_error_code_enum<postern::adapters::Errc> : std::true_type {};
