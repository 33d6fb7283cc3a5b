// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/background_task.h"
#include "ui/document/document.h"
#include "ui/document/loaded_data.h"

#include <QFileSystemWatcher>

namespace weft::ui {

/// Puts into the document's problems what of its data cannot be read, and where its models do not fit them. Files are read off the
/// window's thread a moment after the data's description or a file changes; models are compared at every change.
class DataCheck : public QObject {
    Q_OBJECT
public:
    explicit DataCheck(Document& document, QObject* parent = nullptr);
    /// As last read; null where that is not done or could not be.
    const std::shared_ptr<const LoadedData>& data() const { return m_data; }
    /// What somebody else has read, to spare a reading.
    void take(std::shared_ptr<const LoadedData> data);
    /// Stops reading: somebody else begins to.
    void leaveOff() { m_task.cancel(); }

private:
    bool isFresh() const;
    void readSoon();
    void read();
    void compare();

    Document& m_document;
    BackgroundTask m_task;
    QTimer m_soon;
    QFileSystemWatcher m_files;
    std::shared_ptr<const LoadedData> m_data;
    QString m_error;
};

/// The stable code of such problems.
inline constexpr const char* kDataProblem = "data";

} // namespace weft::ui
