// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/project_files.h"

#include "engine/project/templates.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>

namespace weft::ui {

namespace {

constexpr int kMostRecent = 10;
const QString kRecent = QStringLiteral("recent");

} // namespace

ProjectFiles::ProjectFiles(Document& document, TrainingController& training, QWidget& window, std::function<QByteArray()> picture)
    : QObject(&window), m_document(document), m_training(training), m_window(window), m_picture(std::move(picture)) {}

void ProjectFiles::complain(const QString& title, const QString& sentence) {
    auto* box = new QMessageBox(QMessageBox::Warning, title, sentence, QMessageBox::Ok, &m_window);
    box->setObjectName(QStringLiteral("complaint"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void ProjectFiles::newProject() {
    if (mayLeave()) {
        m_document.reset({emptyProject(), {}, {}});
        Q_EMIT opened();
    }
}

void ProjectFiles::newFromTemplate(const QString& name) {
    if (!mayLeave()) {
        return;
    }
    try {
        m_document.reset({openTemplate(name.toStdString()), {}, {}});
        Q_EMIT opened();
    } catch (const std::exception& e) {
        complain(tr("New from template"), QString::fromUtf8(e.what()));
    }
}

void ProjectFiles::openAny() {
    const QString folder = recent().isEmpty() ? QDir::homePath() : QFileInfo(recent().front()).absolutePath();
    const QString path = QFileDialog::getOpenFileName(&m_window, tr("Open a project"), folder, tr("Weft projects (*.weft);;All files (*)"));
    if (!path.isEmpty()) {
        open(path);
    }
}

bool ProjectFiles::open(const QString& path) {
    if (!mayLeave()) {
        return false;
    }
    try {
        m_document.open(path);
    } catch (const std::exception& e) {
        complain(tr("Open a project"), QString::fromUtf8(e.what()));
        return false;
    }
    remember(path);
    Q_EMIT opened();
    return true;
}

bool ProjectFiles::write(const QString& path) {
    try {
        m_document.save(path, m_picture());
    } catch (const std::exception& e) {
        complain(tr("Save the project"), QString::fromUtf8(e.what()));
        return false;
    }
    remember(path);
    Q_EMIT saved();
    return true;
}

bool ProjectFiles::save() {
    return m_document.path().isEmpty() ? saveAs() : write(m_document.path());
}

bool ProjectFiles::saveAs() {
    const QString proposal = m_document.path().isEmpty() ? QDir::home().filePath(m_document.displayName() + QStringLiteral(".weft")) : m_document.path();
    QString path = QFileDialog::getSaveFileName(&m_window, tr("Save the project"), proposal, tr("Weft projects (*.weft)"));
    if (path.isEmpty()) {
        return false;
    }
    if (QFileInfo(path).suffix().isEmpty()) {
        path += QStringLiteral(".weft");
    }
    return write(path);
}

bool ProjectFiles::mayLeave() {
    if (m_training.isBusy()) {
        QMessageBox box(QMessageBox::Question, tr("Training is running"), tr("A training is running. Stop it and go on?"), QMessageBox::Cancel, &m_window);
        box.setObjectName(QStringLiteral("ask_training"));
        box.setInformativeText(tr("What it learned in the epochs that are done is kept."));
        QPushButton* go = box.addButton(tr("Stop training"), QMessageBox::AcceptRole);
        go->setObjectName(QStringLiteral("stop_training"));
        box.exec();
        if (box.clickedButton() != go) {
            return false;
        }
    }
    if (!m_document.isModified()) {
        return true;
    }
    QMessageBox box(QMessageBox::Question, tr("Unsaved work"), tr("Save the changes to %1?").arg(m_document.displayName()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box.setObjectName(QStringLiteral("ask_save"));
    box.setDefaultButton(QMessageBox::Save);
    const int answer = box.exec();
    return answer == QMessageBox::Discard || (answer == QMessageBox::Save && save());
}

QStringList ProjectFiles::recent() const {
    QStringList files = QSettings().value(kRecent).toStringList();
    files.erase(std::remove_if(files.begin(), files.end(), [](const QString& file) { return !QFileInfo::exists(file); }), files.end());
    return files;
}

void ProjectFiles::forgetRecent() {
    QSettings().remove(kRecent);
    Q_EMIT recentChanged();
}

void ProjectFiles::remember(const QString& path) {
    QStringList files = recent();
    const QString file = QFileInfo(path).absoluteFilePath();
    files.removeAll(file);
    files.prepend(file);
    QSettings().setValue(kRecent, QStringList(files.mid(0, kMostRecent)));
    Q_EMIT recentChanged();
}

} // namespace weft::ui
