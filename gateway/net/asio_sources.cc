// Asio's separately compiled sources: once in each library, so that no other file pays for them.
#include <boost/asio/detail/config.hpp>

#if defined(BOOST_ASIO_HAS_IO_URING)
#include <cerrno>

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

/// Asio 1.81 asks for no flags. A ring belongs to one thread here (loop.h), so the kernel need not
/// interrupt it to say that something has completed: it enters the kernel soon anyway, and with
/// TASKRUN_FLAG a look at the ring does so where it has to. Kernels before 5.19 do not know the
/// flags.
inline int quiet_ring(unsigned entries, io_uring* ring, unsigned flags) {
    constexpr unsigned quiet = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
    const int result = io_uring_queue_init(entries, ring, flags | quiet);
    return result == -EINVAL ? io_uring_queue_init(entries, ring, flags) : result;
}

}  // namespace

#define io_uring_get_sqe cleared_sqe
#define io_uring_queue_init quiet_ring
#endif

#include <boost/asio/impl/src.hpp>
