// Where somebody else with the same number or mail address would be found: in the scopes of the
// channels whose addresses are such keys, and among keys that people told beside their address.
// Values. Thread: the core's, and query threads.
#pragma once

#include <cstdint>
#include <string_view>

#include <boost/container/static_vector.hpp>

#include "adapters/model/inbound.h"
#include "gateway/model/channel.h"
#include "storage/keys.h"

namespace postern::contacts {

/// Scope of keys that were told beside an address; no channel and no account has it.
[[nodiscard]] constexpr std::uint32_t told_scope(adapters::PersonKey kind) {
    return 0xC000'0001u + static_cast<std::uint32_t>(kind);
}

/// A key of a person as it stands in the blind index.
struct PersonKeyAt {
    adapters::PersonKey kind = adapters::PersonKey::phone;
    std::string_view value;
    storage::Blind blind;
    std::uint32_t scope = 0;  // of the address that it is; told_scope where it was told
    bool verified = false;
};

/// True if an address of this scope means one person wherever it is met: E.164 of a channel that
/// is written to by number, or a mail address. `kind` says which.
[[nodiscard]] bool is_person_key(std::string_view address, std::uint32_t scope,
                                 adapters::PersonKey& kind);

/// The scopes in use: of channels that an account ever was of. Who has only one channel looks
/// nothing up.
class SharedScopes final {
  public:
    using List = boost::container::static_vector<std::uint32_t, 4>;

    void add_channel(std::string_view channel);
    [[nodiscard]] const List& of(adapters::PersonKey kind) const {
        return kind == adapters::PersonKey::phone ? phones_ : emails_;
    }

  private:
    List phones_;
    List emails_;
};

}  // namespace postern::contacts
