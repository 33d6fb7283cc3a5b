// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/export_dialog.h"

#include "engine/io/weft_model.h"
#include "ui/document/training_controller.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

ExportDialog::ExportDialog(Document& document, ModelId model, QWidget* parent) : QDialog(parent), m_document(document), m_model(model) {
    setObjectName(QStringLiteral("export_dialog"));
    setWindowTitle(tr("Export"));
    setMinimumWidth(520);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    const GraphId graph = graphOf(document.project(), model);
    const QString name = graph ? QString::fromStdString(document.project().graphs.at(graph).model(model)->name) : QString();
    column->addWidget(makeLabel(tr("Export %1 as a Weft model folder").arg(name), "title", this));
    column->addWidget(makeText(tr("A folder with the model, its weights, its preprocessing and a few checked predictions. C++ programs load it with "
                                  "weft::runtime, without Qt and without this program."),
                               "secondary", this));
    auto* row = new QHBoxLayout;
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(QStringLiteral("export_folder"));
    m_folder->setAccessibleName(tr("Folder to write"));
    const QString beside = document.path().isEmpty() ? QDir::homePath() : QFileInfo(document.path()).absolutePath();
    m_folder->setText(QDir(beside).filePath(name.isEmpty() ? QStringLiteral("model") : name));
    m_folder->setFixedHeight(metrics::control);
    auto* browse = new QPushButton(tr("Choose…"), this);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::choose);
    row->addWidget(m_folder, 1);
    row->addWidget(browse);
    column->addLayout(row);
    m_result = makeText({}, "secondary", this);
    m_result->setObjectName(QStringLiteral("export_result"));
    column->addWidget(m_result);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("export_close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    m_write = new QPushButton(tr("Export"), this);
    m_write->setObjectName(QStringLiteral("export_write"));
    m_write->setProperty("main", true);
    m_write->setDefault(true);
    connect(m_write, &QPushButton::clicked, this, &ExportDialog::write);
    buttons->addWidget(close);
    buttons->addWidget(m_write);
    column->addLayout(buttons);
    connect(&m_task, &BackgroundTask::failed, this, [this](const QString& sentence) {
        setRole(m_result, "error");
        m_result->setText(sentence);
    });
    connect(&m_task, &BackgroundTask::ended, this, [this] { m_write->setEnabled(true); });
}

void ExportDialog::choose() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Folder to write"), m_folder->text(), {}, nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty()) {
        m_folder->setText(file);
    }
}

void ExportDialog::write() {
    m_write->setEnabled(false);
    setRole(m_result, "secondary");
    m_result->setText(tr("Writing…"));
    const QString folder = m_folder->text();
    m_task.start([this, folder, file = ProjectFile{m_document.project(), m_document.trained(), {}}, model = m_model, places = placesOf(m_document)](
                     std::stop_token stop, const BackgroundTask::Progress& progress) -> BackgroundTask::Finish {
        std::optional<Dataset> data;
        if (!file.project.data.columns.empty()) {
            data = loadDataset(file.project.data, places, stop, progress);
        }
        exportWeftModel(file, model, folder.toStdString(), data ? &*data : nullptr);
        return [this, folder] {
            setRole(m_result, "good");
            m_result->setText(tr("Written to %1.").arg(QDir::toNativeSeparators(folder)));
        };
    });
}

} // namespace weft::ui
