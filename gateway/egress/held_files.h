// What providers call the files that they were given, so that a file which goes to many people is
// uploaded once: by account, content and kind (what was uploaded as a picture cannot always be sent
// as a document), until the provider forgets it. In memory: after a restart a file is uploaded once
// more, which costs a request and nothing else. Any thread.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/sending_adapter.h"
#include "gateway/model/media.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/time.h"

namespace postern::egress {

class HeldFiles final {
  public:
    struct Key {
        model::AccountNumber account = 0;
        model::Sha256 sha256{};
        adapters::MediaKind kind{};
        auto operator<=>(const Key&) const = default;
    };

    enum class Asked : unsigned char {
        known,   // `id` is what the provider calls it
        yours,   // nobody knows: whoever was told so uploads it, and then calls keep() or release()
        later,   // somebody uploads it: `again` is called once when that has ended
        closed,  // nothing is begun any more
    };

    [[nodiscard]] Asked ask(const Key& key, model::Instant now, std::string& id,
                            std::function<void()> again);
    void keep(const Key& key, adapters::HeldFile file);
    /// The upload came to nothing.
    void release(const Key& key);
    /// What is known may be another provider account's after a reload.
    void forget();
    /// Nothing is begun any more: who waits is called, and told so.
    void close();

    static constexpr std::size_t files_max = 4096;

  private:
    using Waiting = std::vector<std::function<void()>>;
    [[nodiscard]] Waiting end_upload(const Key& key);
    void make_room();

    std::mutex mutex_;
    std::map<Key, adapters::HeldFile> known_;
    std::map<Key, Waiting> under_way_;
    bool closed_ = false;
};

}  // namespace postern::egress
