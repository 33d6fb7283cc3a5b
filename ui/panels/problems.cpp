// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/data_check.h"
#include "ui/panels/panel.h"
#include "ui/theme/icons.h"
#include "ui/widgets/labels.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

constexpr std::size_t kMostRows = 200;

/// One problem; a click anywhere on it, or Enter, shows its box.
class ProblemRow : public QFrame {
public:
    ProblemRow(const PanelContext& context, const Diagnostic& diagnostic, QWidget* parent)
        : QFrame(parent), m_context(context), m_diagnostic(diagnostic) {
        setObjectName(QStringLiteral("problem"));
        setProperty("row", true);
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setAccessibleName(QString::fromStdString(diagnostic.place + ": " + diagnostic.message));
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(12, 6, 12, 6);
        row->setSpacing(12);
        const Theme& theme = context.appearance.theme();
        const bool error = diagnostic.severity == Severity::error;
        auto* mark = new QLabel(this);
        mark->setPixmap(icon(QStringLiteral("problem"), context.appearance, error ? theme.error : theme.warning).pixmap(16, 16));
        mark->setToolTip(error ? QObject::tr("Error") : QObject::tr("Warning"));
        row->addWidget(mark, 0, Qt::AlignTop);
        QLabel* place = makeLabel(QString::fromStdString(diagnostic.place), "name", this);
        place->setFixedWidth(160);
        place->setToolTip(place->text());
        row->addWidget(place, 0, Qt::AlignTop);
        auto* texts = new QVBoxLayout;
        texts->setSpacing(2);
        QLabel* message = makeLabel(QString::fromStdString(diagnostic.message), "body", this);
        message->setWordWrap(true);
        texts->addWidget(message);
        for (const std::string& cause : diagnostic.causes) {
            QLabel* why = makeLabel(QString::fromStdString(cause), "secondary", this);
            why->setWordWrap(true);
            texts->addWidget(why);
        }
        row->addLayout(texts, 1);
        for (const FixHint& fix : diagnostic.fixes) {
            auto* button = new QPushButton(QString::fromStdString(fix.text), this);
            button->setObjectName(QStringLiteral("fix"));
            connect(button, &QPushButton::clicked, this, [this, fix] {
                m_context.document.edit(QString::fromStdString(fix.text), [&](Project& project) {
                    applyFix(project.graphs.at(m_diagnostic.graph), project.ids, m_diagnostic, fix);
                });
            });
            row->addWidget(button, 0, Qt::AlignTop);
        }
    }

protected:
    void mouseReleaseEvent(QMouseEvent*) override { show(); }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            show();
        } else {
            QFrame::keyPressEvent(event);
        }
    }

private:
    void show() {
        if (m_diagnostic.call) {
            m_context.selection.reveal(m_diagnostic.graph, m_diagnostic.call);
        }
        if (m_diagnostic.model) {
            m_context.selection.showModel(m_diagnostic.model);
        }
        if (m_diagnostic.code == kDataProblem && !m_diagnostic.call && m_context.showPanel) {
            m_context.showPanel(QStringLiteral("data"));
        }
    }
    PanelContext m_context;
    Diagnostic m_diagnostic;
};

class ProblemsPanel : public QScrollArea {
    Q_DECLARE_TR_FUNCTIONS(weft::ui::ProblemsPanel)
public:
    explicit ProblemsPanel(const PanelContext& context, QWidget* parent) : QScrollArea(parent), m_context(context) {
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        connect(&context.document, &Document::diagnosticsChanged, this, &ProblemsPanel::refresh);
        connect(&context.document, &Document::replaced, this, &ProblemsPanel::refresh);
        connect(&context.appearance, &Appearance::changed, this, &ProblemsPanel::refresh);
        refresh();
    }

private:
    void refresh() {
        if (QWidget* old = takeWidget()) {
            old->hide();
            old->deleteLater(); // one of its buttons may be the sender
        }
        const std::vector<Diagnostic>& diagnostics = m_context.document.diagnostics();
        if (diagnostics.empty()) {
            auto* empty = new EmptyState(tr("No problems. What is drawn here can run."), this);
            empty->setObjectName(QStringLiteral("no_problems"));
            setWidget(empty);
            return;
        }
        auto* list = new QWidget(this);
        auto* column = new QVBoxLayout(list);
        column->setContentsMargins(0, 4, 0, 4);
        column->setSpacing(0);
        for (std::size_t i = 0; i < std::min(kMostRows, diagnostics.size()); ++i) {
            column->addWidget(new ProblemRow(m_context, diagnostics[i], list));
        }
        if (diagnostics.size() > kMostRows) {
            column->addWidget(makeLabel(tr("and %1 more").arg(diagnostics.size() - kMostRows), "secondary", list));
        }
        column->addStretch(1);
        setWidget(list);
    }
    PanelContext m_context;
};

} // namespace

PanelType problemsPanel() {
    return {QStringLiteral("problems"), QObject::tr("Problems"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new ProblemsPanel(context, parent); }};
}

} // namespace weft::ui
