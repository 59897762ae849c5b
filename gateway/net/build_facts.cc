// The loaded OpenSSL is what matters when it is asked about: Debian mends it without a rebuild.
#include "gateway/net/build_facts.h"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <boost/version.hpp>

#include "gateway/net/io_thread.h"

namespace postern::net {
namespace {

std::string boost_version() {
    return std::to_string(BOOST_VERSION / 100'000) + '.' +
           std::to_string(BOOST_VERSION / 100 % 1000) + '.' + std::to_string(BOOST_VERSION % 100);
}

std::string openssl_version() {
    const std::string loaded = OpenSSL_version(OPENSSL_VERSION_STRING);
    if (loaded == OPENSSL_VERSION_STR) return loaded;
    return loaded + " (built with " OPENSSL_VERSION_STR ")";
}

std::string compiler() {
#ifdef __clang__
    const std::string name = "Clang";
#else
    const std::string name = "GCC";
#endif
#ifdef NDEBUG
    return name + " " __VERSION__ ", release";
#else
    return name + " " __VERSION__ ", debug";
#endif
}

}  // namespace

std::string build_facts() {
    return "I/O " + std::string(backend_name()) + "\nBoost " + boost_version() + "\nOpenSSL " +
           openssl_version() + "\ncompiler " + compiler() + "\n";
}

}  // namespace postern::net
