// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <stop_token>

namespace weft::ui {

/// Work that takes longer than the window may wait: reading data, writing an export. `work` runs on a thread of its own and returns what
/// is to be done with its result on the window's thread. Starting anew drops the work before. Must not touch widgets.
class BackgroundTask : public QObject {
    Q_OBJECT
public:
    using Finish = std::function<void()>;
    using Progress = std::function<void(double)>; ///< 0..1, from the worker
    using Work = std::function<Finish(std::stop_token, const Progress&)>;

    explicit BackgroundTask(QObject* parent = nullptr);
    ~BackgroundTask() override; ///< asks the worker to stop and waits

    /// An exception that `work` throws comes out as `failed`.
    void start(Work work);
    void cancel();
    bool isRunning() const { return m_job != nullptr; }

Q_SIGNALS:
    void progressed(double fraction);
    void failed(const QString& sentence);
    void ended();

private:
    struct Job;
    void drain();
    std::unique_ptr<Job> m_job;
    QTimer m_timer;
};

} // namespace weft::ui
