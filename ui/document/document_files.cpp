// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/base/error.h"
#include "engine/io/project_file.h"
#include "ui/document/document.h"
#include "ui/document/training_controller.h"

#include <QFileInfo>

namespace weft::ui {

namespace {

std::filesystem::path folderOf(const QString& file) {
    return file.isEmpty() ? std::filesystem::path() : std::filesystem::path(QFileInfo(file).absolutePath().toStdU16String());
}

/// Writes down what the data files are now. No save fails for it.
void refreshFiles(DataSpec& data, const Document& document) {
    try {
        refreshSources(data, placesOf(document));
    } catch (const Error&) {
        // The files that come with Weft are missing; whoever needs them says so.
    }
}

} // namespace

void Document::open(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    reset(loadProject(std::filesystem::path(absolute.toStdU16String())), absolute);
}

void Document::save(const QString& path, const QByteArray& thumbnailPng) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    ProjectFile file{m_project, m_trained, thumbnailPng.toStdString()};
    refreshFiles(file.project.data, *this);
    moveSources(file.project.data, folderOf(m_path), folderOf(absolute));
    saveProject(std::filesystem::path(absolute.toStdU16String()), file);
    if (absolute != m_path) {
        // Undo must not bring back paths that are relative to the folder that was.
        for (Step& step : m_steps) {
            moveSources(step.other.data, folderOf(m_path), folderOf(absolute));
        }
        m_path = absolute;
    }
    const Project before = m_project;
    m_project.data = std::move(file.project.data);
    m_savedPosition = static_cast<std::ptrdiff_t>(m_position);
    m_trainedModified = false;
    m_mergeKey.clear();
    if (const ChangeSet changes = difference(before, m_project); !changes.empty()) {
        Q_EMIT changed(changes);
    }
    Q_EMIT stateChanged();
}

} // namespace weft::ui
