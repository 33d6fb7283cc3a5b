// SPDX-License-Identifier: Apache-2.0
#include "engine/base/thread_pool.h"
#include "tests/support/check.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <new>
#include <thread>

namespace {
std::atomic<long> allocations{0};
}

void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size > 0 ? size : 1)) {
        return p;
    }
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace weft {

TEST("every index is run once, by a worker of the pool, for any number of threads") {
    for (const int threads : {1, 2, 3, 7}) {
        ThreadPool pool(threads);
        CHECK_EQUAL(pool.threads(), threads);
        for (const std::int64_t count : {0, 1, 2, 3, 7, 8, 100, 5000}) {
            std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
            std::atomic<bool> workersFit{true};
            pool.forEach(count, [&](std::int64_t index, int worker) {
                ++seen[static_cast<std::size_t>(index)];
                if (worker < 0 || worker >= threads) {
                    workersFit = false;
                }
            });
            for (const std::atomic<int>& times : seen) {
                CHECK_EQUAL(times.load(), 1);
            }
            CHECK(workersFit.load());
        }
    }
}

TEST("no two running tasks have the same worker") {
    ThreadPool pool(4);
    std::array<std::atomic<int>, 4> running{};
    std::atomic<bool> alone{true};
    for (int round = 0; round < 200; ++round) {
        pool.forEach(16, [&](std::int64_t, int worker) {
            if (++running[static_cast<std::size_t>(worker)] != 1) {
                alone = false;
            }
            std::this_thread::yield();
            --running[static_cast<std::size_t>(worker)];
        });
    }
    CHECK(alone.load());
}

TEST("what tasks wrote is seen when run returns, over many rapid runs of changing size") {
    for (const int threads : {2, 7}) {
        ThreadPool pool(threads);
        std::vector<std::int64_t> values(64);
        std::int64_t wanted = 0, total = 0;
        for (std::int64_t round = 0; round < 20000; ++round) {
            const std::int64_t count = round % 64 + 1;
            pool.forEach(count, [&](std::int64_t index, int) { values[static_cast<std::size_t>(index)] = round + index; });
            for (std::int64_t index = 0; index < count; ++index) {
                total += values[static_cast<std::size_t>(index)];
                wanted += round + index;
            }
        }
        CHECK_EQUAL(total, wanted);
    }
}

TEST("a pool wakes from sleep, and waits for a slow worker") {
    ThreadPool pool(3);
    for (int round = 0; round < 5; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::atomic<int> done{0};
        pool.forEach(3, [&](std::int64_t, int) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            ++done;
        });
        CHECK_EQUAL(done.load(), 3);
    }
}

TEST("work is handed out while it runs: a slow task does not hold up the others") {
    ThreadPool pool(2);
    std::atomic<int> byOthers{0};
    std::atomic<int> slowWorker{-1};
    pool.forEach(40, [&](std::int64_t index, int worker) {
        if (index == 0) {
            slowWorker = worker;
            for (int i = 0; i < 2000 && byOthers.load() < 38; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        } else {
            byOthers += worker != slowWorker.load() ? 1 : 0;
        }
    });
    CHECK(byOthers.load() >= 38);
}

TEST("a pool can be destroyed at any time after a run") {
    for (int round = 0; round < 300; ++round) {
        ThreadPool pool(4);
        std::atomic<int> done{0};
        if (round % 3 > 0) {
            pool.forEach(round % 9, [&](std::int64_t, int) { ++done; });
        }
        CHECK_EQUAL(done.load(), round % 3 > 0 ? round % 9 : 0);
    }
}

TEST("a run allocates nothing") {
    ThreadPool pool(3);
    std::atomic<std::int64_t> sum{0};
    const long before = allocations;
    for (int round = 0; round < 100; ++round) {
        pool.forEach(10, [&](std::int64_t index, int) { sum += index; });
    }
    CHECK_EQUAL(allocations.load(), before);
    CHECK_EQUAL(sum.load(), 4500);
}

TEST("a pool of no stated size has a thread for each processor") {
    const ThreadPool pool;
    CHECK_EQUAL(pool.threads(), std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

} // namespace weft
