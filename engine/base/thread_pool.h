// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

namespace weft {

/// The program's only pool. Fork-join with chunks handed out dynamically, so that a busy neighbour slows it by the share
/// it takes, not to a crawl. Workers spin shortly (about 20 µs) and then sleep.
/// Tasks take numbers too small to be normal for 0 (FlushTiny).
/// One thread runs `run` at a time; the calling thread works too. A pool of 1 has no threads at all.
class ThreadPool {
public:
    /// `threads` in all, the caller included; 0: as many as the machine has.
    explicit ThreadPool(int threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const;

    /// Calls `task(context, index, worker)` for every index in 0..count-1, in any order, and returns when all are done.
    /// `worker` is in 0..threads()-1 and names scratch that no other running task uses. Tasks must not throw.
    /// Allocates nothing.
    using Task = void (*)(void* context, std::int64_t index, int worker);
    void run(std::int64_t count, Task task, void* context);

    /// The same for a callable `f(index, worker)`.
    template <class F>
    void forEach(std::int64_t count, F&& f) {
        run(count, [](void* context, std::int64_t index, int worker) { (*static_cast<std::remove_reference_t<F>*>(context))(index, worker); },
            const_cast<void*>(static_cast<const void*>(&f)));
    }

private:
    struct Shared;
    std::unique_ptr<Shared> m_shared;
};

} // namespace weft
