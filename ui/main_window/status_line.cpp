// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/status_line.h"

#include "ui/document/totals.h"
#include "ui/widgets/value_text.h"

#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QTime>
#include <QToolButton>

namespace weft::ui {

namespace {

QIcon dot(const QColor& color) {
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QRectF(8, 8, 16, 16));
    return pixmap;
}

} // namespace

StatusLine::StatusLine(Document& document, Selection& selection, TrainingController& training, const Appearance& appearance, QWidget* parent)
    : QStatusBar(parent), m_document(document), m_selection(selection), m_training(training), m_appearance(appearance) {
    setSizeGripEnabled(false);
    m_problems = new QToolButton(this);
    m_problems->setObjectName(QStringLiteral("status_problems"));
    m_problems->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_problems->setProperty("quiet", true);
    connect(m_problems, &QToolButton::clicked, this, &StatusLine::problemsClicked);
    m_size = new QLabel(this);
    m_size->setObjectName(QStringLiteral("status_size"));
    m_progressText = new QLabel(this);
    m_progress = new QProgressBar(this);
    m_progress->setFixedWidth(120);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the training"));
    m_saved = new QLabel(this);
    m_saved->setObjectName(QStringLiteral("status_saved"));
    addWidget(m_problems);
    addWidget(m_size);
    addPermanentWidget(m_progressText);
    addPermanentWidget(m_progress);
    addPermanentWidget(m_saved);
    connect(&document, &Document::changed, this, &StatusLine::refresh);
    connect(&document, &Document::replaced, this, [this] {
        m_savedAt.clear();
        refresh();
    });
    connect(&document, &Document::diagnosticsChanged, this, &StatusLine::refresh);
    connect(&document, &Document::stateChanged, this, &StatusLine::refresh);
    connect(&selection, &Selection::modelChanged, this, &StatusLine::refresh);
    connect(&selection, &Selection::graphChanged, this, &StatusLine::refresh);
    connect(&training, &TrainingController::progressed, this, &StatusLine::refreshTraining);
    connect(&training, &TrainingController::stateChanged, this, &StatusLine::refreshTraining);
    connect(&appearance, &Appearance::changed, this, &StatusLine::refresh);
    refresh();
    refreshTraining();
}

void StatusLine::noteSaved() {
    m_savedAt = QTime::currentTime().toString(QStringLiteral("HH:mm"));
    refresh();
}

void StatusLine::refresh() {
    const Theme& theme = m_appearance.theme();
    int errors = 0;
    for (const Diagnostic& diagnostic : m_document.diagnostics()) {
        errors += diagnostic.severity == Severity::error ? 1 : 0;
    }
    const int count = static_cast<int>(m_document.diagnostics().size());
    m_problems->setText(count == 0 ? tr("No problems") : count == 1 ? tr("1 problem") : tr("%1 problems").arg(count));
    m_problems->setIcon(dot(errors > 0 ? theme.error : count > 0 ? theme.warning : theme.good));
    const Totals totals = totalsOf(m_document, m_document.project().root, m_selection.model());
    m_size->setText(tr("%1 parameters · %2 · %3 MACs per sample").arg(countText(totals.parameters), bytesText(totals.bytes), shortCount(totals.multiplyAdds)));
    m_size->setVisible(totals.layers > 0);
    m_saved->setText(m_document.isModified() ? tr("not saved") : m_savedAt.isEmpty() ? (m_document.path().isEmpty() ? QString() : tr("saved"))
                                                                                      : tr("saved %1").arg(m_savedAt));
}

void StatusLine::refreshTraining() {
    const bool busy = m_training.isBusy();
    m_progress->setVisible(busy);
    m_progressText->setVisible(busy);
    if (!busy) {
        return;
    }
    const TrainProgress& p = m_training.progress();
    if (m_training.state() == TrainingController::State::preparing) {
        m_progressText->setText(tr("loading data"));
        m_progress->setValue(static_cast<int>(1000 * m_training.preparation()));
    } else if (m_training.state() == TrainingController::State::evaluating) {
        m_progressText->setText(tr("evaluating"));
    } else if (p.epochs > 0) {
        const double fraction = p.batches > 0 ? static_cast<double>(p.batch) / static_cast<double>(p.batches) : 0;
        m_progressText->setText(tr("training epoch %1/%2 · %3 left").arg(std::min(p.epoch + 1, p.epochs)).arg(p.epochs).arg(durationText(p.secondsLeft)));
        m_progress->setValue(static_cast<int>(1000 * std::min(1.0, (static_cast<double>(p.epoch) + fraction) / static_cast<double>(p.epochs))));
    }
}

} // namespace weft::ui
