// An outbound byte stream for protocols that are not HTTP (SMPP, SMTP, IMAP): names resolved,
// connected, plain or TLS with the host name verified, TLS begun later where the protocol says so.
// Nothing here names Asio. A link lives on one IoThread: everything is called there, and every
// event comes there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

#include "gateway/net/address.h"
#include "gateway/net/io_thread.h"

namespace postern::net {

/// Whom links believe: the system's authorities and `ca_file` on top. Made once, shared by many
/// links, immutable. Reading it takes a file: not on an I/O thread.
class LinkTrust;
/// Null with words in `problem` if the file cannot be read. TLS 1.2 and 1.3. `verify` false: any
/// certificate will do, for tests and closed networks alone.
[[nodiscard]] std::shared_ptr<const LinkTrust> make_link_trust(const std::string& ca_file,
                                                               bool verify, std::string& problem);

struct LinkOptions {
    std::string host;                        // a name, or an address as text
    std::string port;                        // digits
    bool tls = false;                        // from the first byte on; else start_tls() may follow
    std::shared_ptr<const LinkTrust> trust;  // needed for TLS, now or later
    std::string tls_name;                    // what the certificate must say; empty: `host`
    std::chrono::milliseconds connect_timeout{10'000};  // names, TCP, and TLS where `tls`
    std::chrono::milliseconds tls_timeout{10'000};      // of start_tls()
    /// The peer takes at least one byte of what waits within this time, or the link ends.
    std::chrono::milliseconds write_timeout{30'000};
    /// Nothing came for so long: the link ends. Zero: silence may last.
    std::chrono::milliseconds silence_max{0};
    std::size_t waiting_bytes_max = 4u << 20;  // given to write() and not taken by the peer's side
    /// As ClientOptions::allow_address. Empty: all are allowed.
    std::function<bool(const IpAddress&)> allow_address;
};

/// How far a link came before it ended.
enum class LinkReach : unsigned char {
    not_connected,  // no name, no address, nobody there, or not in time
    tls_failed,     // a connection, and then no TLS or the wrong certificate
    open,           // it was usable, and is closed now
};

struct LinkEnd {
    LinkReach reach = LinkReach::not_connected;
    boost::system::error_code error;  // none: the peer ended it in order
    std::string problem;              // for people; never empty
};

/// All optional but for on_closed. They may call the link, and may destroy it.
struct LinkEvents {
    std::function<void()> on_open;                         // connected, and secure where `tls`
    std::function<void(std::string_view bytes)> on_bytes;  // valid during the call
    std::function<void()> on_secure;                       // what start_tls() asked for is there
    std::function<void()> on_drained;  // all that was written has left for the kernel
    std::function<void(const LinkEnd& end)> on_closed;  // the last event; none after close()
};

/// Life: from open_link() to its destruction, which closes it, before the pool stops. Destroyed on
/// its thread, or on any other while nothing else uses it (it waits for the thread then).
class StreamLink {
  public:
    virtual ~StreamLink() = default;

    /// In order, after what was written before; on its way at once. Before on_open it waits. False:
    /// closed, or `waiting_bytes_max` would be exceeded; nothing of it was taken then.
    [[nodiscard]] virtual bool write(std::string bytes) = 0;

    /// TLS from here on, as the client. Only within on_bytes (a protocol asks for it in answer to
    /// something), once, on a plain link; false otherwise, or without `trust`. What was written
    /// before leaves in the clear first, what is written now waits for on_secure. Bytes that came
    /// in the clear behind the answer that allows TLS are an attack: the caller has them in its
    /// hands and closes.
    [[nodiscard]] virtual bool start_tls() = 0;

    /// Nothing is read, and no silence is counted, until resumed: for callers that cannot take
    /// more. At most one on_bytes still comes.
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;

    /// Replaces the option; counts from now.
    virtual void set_silence_max(std::chrono::milliseconds silence) = 0;

    /// Closes once all that was written has left, at most `grace` later; then on_closed comes.
    virtual void finish(std::chrono::milliseconds grace) = 0;
    /// Now, whatever waits. No event comes any more. May be repeated.
    virtual void close() = 0;

    [[nodiscard]] virtual bool is_open() const = 0;
    [[nodiscard]] virtual bool is_secure() const = 0;
    /// Bytes that write() has taken since the beginning.
    [[nodiscard]] virtual std::uint64_t written() const = 0;
    /// How many of them, at most, have left this process: what stands behind was certainly never
    /// seen by the peer. Also right within on_closed and after it.
    [[nodiscard]] virtual std::uint64_t may_have_left() const = 0;
    [[nodiscard]] std::uint64_t waiting() const { return written() - may_have_left(); }
};

/// On `thread` itself. Begins at once; the first event comes later, never within this call.
[[nodiscard]] std::unique_ptr<StreamLink> open_link(IoThread& thread, LinkOptions options,
                                                    LinkEvents events);

}  // namespace postern::net
