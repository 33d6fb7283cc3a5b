// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/background_task.h"
#include "ui/document/document.h"

#include <QStringList>

namespace weft::ui {

/// Data that comes with Weft, ready to use.
struct BundledData {
    QString name; ///< `fashion_mnist`
    QString title;
    QString sentence;
    DataSpec spec;
};
std::vector<BundledData> bundledData();

/// Brings data into the project: files are read off the window's thread first, and only what could be read becomes an edit.
class DataImporter : public QObject {
    Q_OBJECT
public:
    explicit DataImporter(Document& document, QObject* parent = nullptr);
    bool isBusy() const { return m_task.isRunning(); }
    /// Adds sources, and columns over them: pictures are scaled, the last field of a table is taken for the target, a file that is the
    /// test part of another (`t10k-images` to `train-images`) becomes its test source.
    void addFiles(const QStringList& files);
    /// Puts a bundled set in place of the project's data.
    void useBundled(const QString& name);

Q_SIGNALS:
    void stateChanged();
    void added();
    void failed(const QString& sentence);

private:
    Document& m_document;
    BackgroundTask m_task;
};

} // namespace weft::ui
