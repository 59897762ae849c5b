// Asio's separately compiled TLS sources.
#include <boost/asio/ssl/impl/src.hpp>
