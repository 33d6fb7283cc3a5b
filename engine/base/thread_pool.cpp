// SPDX-License-Identifier: Apache-2.0
#include "engine/base/thread_pool.h"

#include "engine/base/flush_tiny.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace weft {

namespace {

constexpr auto spinTime = std::chrono::microseconds(20);
constexpr std::uint64_t indexMask = 0xffffffffu;
constexpr std::int64_t largestBatch = 0x7fffffff;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
    asm volatile("yield");
#endif
}

/// Waits shortly for `condition`; false if it did not come true.
template <class Condition>
bool spin(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + spinTime;
    do {
        for (int i = 0; i < 32; ++i) {
            if (condition()) {
                return true;
            }
            pause();
        }
    } while (std::chrono::steady_clock::now() < end);
    return false;
}

} // namespace

/// A run is published as `ticket` = generation << 32 | next index. A worker claims an index by compare-and-swap on the
/// whole ticket, so a claim succeeds only in the run whose fields it read, however late the worker is. The fields
/// are written only while the ticket is closed (index = indexMask): who saw a new field also sees that ticket.
struct ThreadPool::Shared {
    std::atomic<std::uint64_t> ticket{indexMask};
    std::atomic<std::int64_t> first{0};
    std::atomic<std::int64_t> count{0};
    std::atomic<Task> task{nullptr};
    std::atomic<void*> context{nullptr};
    std::atomic<std::int64_t> done{0};

    std::atomic<int> sleepers{0};
    std::atomic<bool> callerSleeps{false};
    std::atomic<bool> stopping{false};
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable finished;

    std::vector<std::thread> workers;

    /// Does what is left of the run that is open, if one is.
    void help(int worker) {
        for (;;) {
            std::uint64_t seen = ticket.load(std::memory_order_acquire);
            const std::int64_t index = static_cast<std::int64_t>(seen & indexMask);
            const std::int64_t wanted = count.load(std::memory_order_acquire);
            if (index >= wanted) {
                return;
            }
            const Task function = task.load(std::memory_order_acquire);
            void* const argument = context.load(std::memory_order_acquire);
            const std::int64_t start = first.load(std::memory_order_acquire);
            if (!ticket.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel, std::memory_order_relaxed)) {
                continue;
            }
            function(argument, start + index, worker);
            if (done.fetch_add(1) + 1 == wanted && callerSleeps.load()) {
                { const std::lock_guard lock(mutex); } // the caller is either before its check or in its wait
                finished.notify_one();
            }
        }
    }

    void work(int worker) {
        const FlushTiny flush;
        std::uint64_t generation = 0;
        while (!stopping.load(std::memory_order_acquire)) {
            const auto called = [&] { return ticket.load() >> 32 != generation || stopping.load(); };
            if (!spin(called)) {
                std::unique_lock lock(mutex);
                ++sleepers;
                wake.wait(lock, called);
                --sleepers;
            }
            generation = ticket.load() >> 32;
            // A closed ticket's fields are being written: it opens at once.
            while ((ticket.load(std::memory_order_acquire) & indexMask) == indexMask && !stopping.load(std::memory_order_acquire)) {
                pause();
            }
            help(worker);
        }
    }

    void runBatch(std::int64_t start, std::int64_t size, Task function, void* argument) {
        const std::uint64_t generation = ((ticket.load(std::memory_order_relaxed) >> 32) + 1) & indexMask;
        ticket.store(generation << 32 | indexMask);
        first.store(start);
        count.store(size);
        task.store(function);
        context.store(argument);
        done.store(0);
        ticket.store(generation << 32);
        const std::int64_t asleep = sleepers.load();
        if (asleep > 0) {
            { const std::lock_guard lock(mutex); }
            for (std::int64_t i = std::min(asleep, size - 1); i > 0; --i) {
                wake.notify_one();
            }
        }
        help(0);
        const auto complete = [&] { return done.load() == size; };
        if (!spin(complete)) {
            std::unique_lock lock(mutex);
            callerSleeps.store(true);
            finished.wait(lock, complete);
            callerSleeps.store(false);
        }
    }
};

ThreadPool::ThreadPool(int threads) : m_shared(std::make_unique<Shared>()) {
    if (threads <= 0) {
        threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    }
    for (int worker = 1; worker < threads; ++worker) {
        m_shared->workers.emplace_back([shared = m_shared.get(), worker] { shared->work(worker); });
    }
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->stopping.store(true);
    }
    m_shared->wake.notify_all();
    for (std::thread& worker : m_shared->workers) {
        worker.join();
    }
}

int ThreadPool::threads() const { return static_cast<int>(m_shared->workers.size()) + 1; }

void ThreadPool::run(std::int64_t count, Task task, void* context) {
    const FlushTiny flush; // as the workers do: a result must not depend on who computes it
    if (count <= 1 || m_shared->workers.empty()) {
        for (std::int64_t index = 0; index < count; ++index) {
            task(context, index, 0);
        }
        return;
    }
    for (std::int64_t start = 0; start < count; start += largestBatch) {
        m_shared->runBatch(start, std::min(count - start, largestBatch), task, context);
    }
}

} // namespace weft
