// Asio's separately compiled sources: once in each library, so that no other file pays for them.
#include <boost/asio/detail/config.hpp>

#if defined(BOOST_ASIO_HAS_IO_URING)
#include <liburing.h>

namespace {

/// Asio 1.81 leaves `user_data` of its cancellations as the slot's last user left it, and liburing
/// from 2.2 on no longer clears it: the completion of a cancellation would then be taken for one of
/// whatever operation had the slot before, which corrupts the queue of ready operations and
/// stops the loop. A slot is handed out cleared instead.
inline io_uring_sqe* cleared_sqe(io_uring* ring) {
    io_uring_sqe* sqe = io_uring_get_sqe(ring);
    if (sqe) io_uring_sqe_set_data(sqe, nullptr);
    return sqe;
}

}  // namespace

#define io_uring_get_sqe cleared_sqe
#endif

#include <boost/asio/impl/src.hpp>
