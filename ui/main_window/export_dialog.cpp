// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/export_dialog.h"

#include "engine/io/export_format.h"
#include "ui/document/training_controller.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {
/// Shares of the work, for the bar; the rest is for loading what was written and comparing.
constexpr double kReading = 0.5;
constexpr double kWriting = 0.25;
} // namespace

ExportDialog::ExportDialog(Document& document, ModelId model, QWidget* parent) : QDialog(parent), m_document(document), m_model(model) {
    setObjectName(QStringLiteral("export_dialog"));
    setWindowTitle(tr("Export"));
    setMinimumWidth(520);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    const GraphId graph = graphOf(document.project(), model);
    const QString name = graph ? QString::fromStdString(document.project().graphs.at(graph).model(model)->name) : QString();
    column->addWidget(makeLabel(tr("Export %1").arg(name), "title", this));
    m_format = new QComboBox(this);
    m_format->setObjectName(QStringLiteral("export_format"));
    m_format->setAccessibleName(tr("Format"));
    for (const ExportFormat& format : exportFormats()) {
        m_format->addItem(translated(format.title));
    }
    QLabel* help = makeText({}, "secondary", this);
    const auto explain = [this, help] {
        const int index = m_format->currentIndex();
        help->setText(index < 0 ? tr("There is nothing to export to.") : translated(exportFormats()[static_cast<std::size_t>(index)].help));
    };
    connect(m_format, &QComboBox::currentIndexChanged, this, explain);
    column->addWidget(m_format);
    column->addWidget(help);
    explain();
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
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("export_progress"));
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_bar->setTextVisible(false);
    m_bar->setSizePolicy([this] {
        QSizePolicy policy = m_bar->sizePolicy();
        policy.setRetainSizeWhenHidden(true); // the dialog keeps its size
        return policy;
    }());
    m_bar->hide();
    column->addWidget(m_bar);
    m_result = makeText({}, "secondary", this);
    m_result->setObjectName(QStringLiteral("export_result"));
    column->addWidget(m_result);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    m_close = new QPushButton(tr("Close"), this);
    m_close->setObjectName(QStringLiteral("export_close"));
    connect(m_close, &QPushButton::clicked, this, [this] { m_task.isRunning() ? cancel() : accept(); });
    m_write = new QPushButton(tr("Export"), this);
    m_write->setObjectName(QStringLiteral("export_write"));
    m_write->setProperty("main", true);
    m_write->setDefault(true);
    connect(m_write, &QPushButton::clicked, this, &ExportDialog::write);
    buttons->addWidget(m_close);
    buttons->addWidget(m_write);
    column->addLayout(buttons);
    connect(&m_task, &BackgroundTask::failed, this, [this](const QString& sentence) {
        setRole(m_result, "error");
        m_result->setText(sentence);
    });
    connect(&m_task, &BackgroundTask::progressed, this, [this](double fraction) {
        m_bar->setRange(0, 1000);
        m_bar->setValue(static_cast<int>(1000 * fraction));
    });
    connect(&m_task, &BackgroundTask::ended, this, [this] { setBusy(false); });
}

void ExportDialog::choose() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Folder to write"), m_folder->text(), {}, nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty()) {
        m_folder->setText(file);
    }
}

void ExportDialog::setBusy(bool busy) {
    m_write->setEnabled(!busy);
    m_format->setEnabled(!busy);
    m_folder->setEnabled(!busy);
    m_close->setText(busy ? tr("Cancel") : tr("Close"));
    m_bar->setRange(0, 0); // until something is known of it
    m_bar->setVisible(busy);
}

void ExportDialog::cancel() {
    m_task.cancel();
    setBusy(false);
    setRole(m_result, "secondary");
    m_result->setText(tr("Cancelled."));
}

void ExportDialog::write() {
    if (m_format->currentIndex() < 0) {
        return;
    }
    setBusy(true);
    setRole(m_result, "secondary");
    m_result->setText(tr("Writing…"));
    const QString folder = m_folder->text();
    const ExportFormat& format = exportFormats()[static_cast<std::size_t>(m_format->currentIndex())];
    m_task.start([this, folder, format, file = ProjectFile{m_document.project(), m_document.trained(), {}}, model = m_model, places = placesOf(m_document)](
                     std::stop_token stop, const BackgroundTask::Progress& progress) -> BackgroundTask::Finish {
        std::optional<Dataset> data;
        if (!file.project.data.columns.empty()) {
            data = loadDataset(file.project.data, places, stop, [&progress](double fraction) { progress(kReading * fraction); });
        }
        if (stop.stop_requested()) {
            return {};
        }
        format.write(file, model, folder.toStdString(), data ? &*data : nullptr);
        progress(kReading + kWriting);
        const std::optional<double> difference = format.verify ? std::optional(format.verify(folder.toStdString())) : std::nullopt;
        return [this, folder, difference] {
            setRole(m_result, "good");
            const QString written = tr("Written to %1.").arg(QDir::toNativeSeparators(folder));
            m_result->setText(difference ? tr("%1 Loaded again, its predictions differ by at most %2.").arg(written).arg(*difference, 0, 'g', 3)
                                         : written);
        };
    });
}

} // namespace weft::ui
