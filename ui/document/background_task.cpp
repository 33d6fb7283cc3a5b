// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/background_task.h"

#include <mutex>
#include <thread>

namespace weft::ui {

struct BackgroundTask::Job {
    std::mutex mutex;
    double progress = -1;
    bool done = false;
    Finish finish;
    QString error;
    std::jthread thread; // last: joined before the mailbox goes
};

BackgroundTask::BackgroundTask(QObject* parent) : QObject(parent) {
    m_timer.setInterval(30);
    connect(&m_timer, &QTimer::timeout, this, &BackgroundTask::drain);
}

BackgroundTask::~BackgroundTask() = default;

void BackgroundTask::start(Work work) {
    cancel();
    m_job = std::make_unique<Job>();
    m_job->thread = std::jthread([job = m_job.get(), work = std::move(work)](std::stop_token stop) {
        Finish finish;
        QString error;
        try {
            finish = work(stop, [job](double fraction) {
                const std::lock_guard lock(job->mutex);
                job->progress = fraction;
            });
        } catch (const std::exception& e) {
            error = QString::fromUtf8(e.what());
        }
        const std::lock_guard lock(job->mutex);
        job->finish = std::move(finish);
        job->error = error;
        job->done = true;
    });
    m_timer.start();
}

void BackgroundTask::cancel() {
    m_timer.stop();
    m_job.reset();
}

void BackgroundTask::drain() {
    double progress = -1;
    bool done = false;
    {
        const std::lock_guard lock(m_job->mutex);
        std::swap(progress, m_job->progress);
        done = m_job->done;
    }
    if (!done) {
        if (progress >= 0) {
            Q_EMIT progressed(progress);
        }
        return;
    }
    m_timer.stop();
    const std::unique_ptr<Job> job = std::move(m_job);
    job->thread.join();
    if (!job->error.isEmpty()) {
        Q_EMIT failed(job->error);
    } else if (job->finish) {
        job->finish();
    }
    Q_EMIT ended();
}

} // namespace weft::ui
