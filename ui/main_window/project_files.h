// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/training_controller.h"

#include <QStringList>

#include <functional>

class QWidget;

namespace weft::ui {

/// New, open, save, recent: what a window does with project files, and the questions that go with it.
class ProjectFiles : public QObject {
    Q_OBJECT
public:
    /// `picture` gives the PNG that is stored with a project.
    ProjectFiles(Document& document, TrainingController& training, QWidget& window, std::function<QByteArray()> picture);

    void newProject();
    void newFromTemplate(const QString& name);
    /// Asks for a file.
    void openAny();
    /// False where it could not be opened (said in a dialog) or the person kept what is open.
    bool open(const QString& path);
    bool save();
    bool saveAs();
    /// Asks about a training that goes on and about unsaved work; false: stay.
    bool mayLeave();
    /// Newest first; files that are gone are left out.
    QStringList recent() const;
    void forgetRecent();

Q_SIGNALS:
    void recentChanged();
    void opened();
    void saved();

private:
    void remember(const QString& path);
    bool write(const QString& path);
    void complain(const QString& title, const QString& sentence);
    Document& m_document;
    TrainingController& m_training;
    QWidget& m_window;
    std::function<QByteArray()> m_picture;
};

} // namespace weft::ui
