// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/summary.h"
#include "ui/panels/panel.h"
#include "ui/widgets/labels.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

class SummaryPanel : public QWidget {
public:
    SummaryPanel(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(16, 12, 16, 12);
        row->setSpacing(12);
        m_text = new QPlainTextEdit(this);
        m_text->setObjectName(QStringLiteral("summary_text"));
        m_text->setAccessibleName(QObject::tr("Summary of the model"));
        m_text->setReadOnly(true);
        m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
        m_text->setFont(fonts::fixed(12));
        m_text->setFrameShape(QFrame::NoFrame);
        row->addWidget(m_text, 1);
        auto* side = new QVBoxLayout;
        m_copy = new QPushButton(QObject::tr("Copy"), this);
        m_copy->setObjectName(QStringLiteral("copy_summary"));
        connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
        side->addWidget(m_copy);
        side->addStretch(1);
        row->addLayout(side);
        const auto later = [this] { isVisible() ? refresh() : void(m_stale = true); };
        connect(&context.document, &Document::changed, this, later);
        connect(&context.document, &Document::replaced, this, later);
        connect(&context.selection, &Selection::modelChanged, this, later);
        connect(&context.selection, &Selection::graphChanged, this, later);
    }

protected:
    void showEvent(QShowEvent* event) override {
        if (m_stale) {
            refresh();
        }
        QWidget::showEvent(event);
    }

private:
    void refresh() {
        m_stale = false;
        const Project& project = m_context.document.project();
        const ModelId model = m_context.selection.model();
        const GraphId graph = graphOf(project, model);
        m_copy->setEnabled(bool(graph));
        m_text->setPlainText(graph ? QString::fromStdString(summaryText(project.graphs, graph, model, true))
                                   : QObject::tr("There is no model yet. Wire an Input to a layer to make one."));
    }
    PanelContext m_context;
    QPlainTextEdit* m_text;
    QPushButton* m_copy;
    bool m_stale = true;
};

} // namespace

PanelType summaryPanel() {
    return {QStringLiteral("summary"), QObject::tr("Summary"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new SummaryPanel(context, parent); }};
}

} // namespace weft::ui
