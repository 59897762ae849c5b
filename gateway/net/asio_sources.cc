// Asio's separately compiled sources: once in each library, so that no other file pays for them.
#include <boost/asio/impl/src.hpp>
