// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/summary.h"
#include "ui/panels/panel.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <set>

namespace weft::ui {

namespace {

enum SummaryColumn { layer, shape, parameters, connected, columns };

/// Keras' summary of the current model: as a tree whose nested models unfold, or as Keras' own text.
class SummaryPanel : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(weft::ui::SummaryPanel)
public:
    SummaryPanel(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(16, 12, 16, 12);
        row->setSpacing(12);
        m_views = new QStackedWidget(this);
        m_empty = new EmptyState(tr("There is no model yet. Wire an Input to a layer to make one."), m_views);
        m_views->addWidget(m_empty);
        m_views->addWidget(makeTable());
        m_text = new QPlainTextEdit(m_views);
        m_text->setObjectName(QStringLiteral("summary_text"));
        m_text->setAccessibleName(tr("Summary of the model as text"));
        m_text->setReadOnly(true);
        m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
        m_text->setFont(fonts::fixed(12));
        m_text->setFrameShape(QFrame::NoFrame);
        m_views->addWidget(m_text);
        row->addWidget(m_views, 1);
        row->addLayout(makeSide());
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
    QWidget* makeTable() {
        auto* table = new QWidget(m_views);
        auto* column = new QVBoxLayout(table);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(6);
        m_tree = new QTreeWidget(table);
        m_tree->setObjectName(QStringLiteral("summary_tree"));
        m_tree->setAccessibleName(tr("Layers of the model"));
        m_tree->setColumnCount(columns);
        m_tree->setHeaderLabels({tr("Layer (type)"), tr("Output shape"), tr("Parameters"), tr("Connected to")});
        m_tree->setFrameShape(QFrame::NoFrame);
        m_tree->setUniformRowHeights(true);
        m_tree->setSelectionMode(QAbstractItemView::NoSelection);
        m_tree->setFocusPolicy(Qt::StrongFocus);
        m_tree->setRootIsDecorated(true);
        m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
        m_tree->header()->setStretchLastSection(true);
        m_tree->header()->setMinimumSectionSize(112);
        m_tree->headerItem()->setTextAlignment(parameters, Qt::AlignRight | Qt::AlignVCenter);
        m_tree->setStyleSheet(QStringLiteral("QTreeView::item { padding: 2px 10px; } QHeaderView::section { padding: 5px 10px; }"));
        column->addWidget(m_tree, 1);
        m_totals = makeText({}, "secondary", table);
        m_totals->setObjectName(QStringLiteral("summary_totals"));
        column->addWidget(m_totals);
        return table;
    }

    QLayout* makeSide() {
        auto* side = new QVBoxLayout;
        side->setSpacing(6);
        m_copy = new QPushButton(tr("Copy as text"), this);
        m_copy->setObjectName(QStringLiteral("copy_summary"));
        connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
        m_asText = new QPushButton(tr("Keras’ text"), this);
        m_asText->setObjectName(QStringLiteral("summary_as_text"));
        m_asText->setCheckable(true);
        connect(m_asText, &QPushButton::toggled, this, &SummaryPanel::chooseView);
        m_expand = new QPushButton(tr("Unfold all"), this);
        m_expand->setObjectName(QStringLiteral("unfold_all"));
        connect(m_expand, &QPushButton::clicked, this, [this] { m_tree->expandAll(); });
        side->addWidget(m_copy);
        side->addWidget(m_asText);
        side->addWidget(m_expand);
        side->addStretch(1);
        return side;
    }

    void chooseView() {
        m_views->setCurrentIndex(m_tree->topLevelItemCount() == 0 ? 0 : m_asText->isChecked() ? 2 : 1);
        m_expand->setVisible(m_nested && !m_asText->isChecked());
    }

    /// Names of the layers that are unfolded, from outside in.
    static void collectOpen(const QTreeWidgetItem* item, const QString& path, std::set<QString>& open) {
        const QString here = path + u'/' + item->text(layer);
        if (item->isExpanded()) {
            open.insert(here);
        }
        for (int i = 0; i < item->childCount(); ++i) {
            collectOpen(item->child(i), here, open);
        }
    }

    static void restoreOpen(QTreeWidgetItem* item, const QString& path, const std::set<QString>& open) {
        const QString here = path + u'/' + item->text(layer);
        item->setExpanded(open.contains(here));
        for (int i = 0; i < item->childCount(); ++i) {
            restoreOpen(item->child(i), here, open);
        }
    }

    void refresh() {
        m_stale = false;
        const Project& project = m_context.document.project();
        const ModelId model = m_context.selection.model();
        const GraphId graph = graphOf(project, model);
        std::set<QString> open;
        for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
            collectOpen(m_tree->topLevelItem(i), {}, open);
        }
        m_tree->clear();
        m_nested = false;
        m_text->setPlainText(graph ? QString::fromStdString(summaryText(project.graphs, graph, model, true)) : QString());
        if (graph) {
            fill(summaryTable(project.graphs, graph, model, true));
            for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
                restoreOpen(m_tree->topLevelItem(i), {}, open);
            }
        }
        m_copy->setEnabled(bool(graph));
        m_asText->setEnabled(bool(graph));
        chooseView();
    }

    void fill(const SummaryTable& table) {
        m_tree->setColumnHidden(connected, table.isChain);
        std::vector<QTreeWidgetItem*> above; // by level
        for (const SummaryTable::Row& row : table.rows) {
            const auto level = static_cast<std::size_t>(std::max(0, row.level));
            above.resize(std::min(above.size(), level));
            auto* item = above.empty() ? new QTreeWidgetItem(m_tree) : new QTreeWidgetItem(above.back());
            item->setText(layer, QStringLiteral("%1 (%2)").arg(QString::fromStdString(row.name), QString::fromStdString(row.type)));
            item->setText(shape, QString::fromStdString(row.outputShape));
            item->setText(parameters, countText(row.parameters));
            item->setTextAlignment(parameters, Qt::AlignRight | Qt::AlignVCenter);
            QStringList from;
            for (const std::string& one : row.connectedTo) {
                from << QString::fromStdString(one);
            }
            item->setText(connected, QStringLiteral("   ") + from.join(QStringLiteral(", "))); // apart from the numbers before it
            item->setToolTip(connected, from.join(u'\n'));
            for (const int numbers : {shape, parameters}) {
                item->setFont(numbers, fonts::fixed(12));
            }
            m_nested = m_nested || level > 0;
            above.push_back(item);
        }
        m_tree->setRootIsDecorated(m_nested);
        const std::int64_t frozen = table.parameters - table.trainableParameters;
        m_totals->setText(tr("%1: %2 parameters (%3), %4 trainable, %5 not trainable")
                              .arg(QString::fromStdString(table.model), countText(table.parameters),
                                   QString::fromStdString(memoryText(4 * table.parameters)), countText(table.trainableParameters), countText(frozen)));
    }

    PanelContext m_context;
    QStackedWidget* m_views;
    EmptyState* m_empty;
    QTreeWidget* m_tree = nullptr;
    QLabel* m_totals = nullptr;
    QPlainTextEdit* m_text;
    QPushButton* m_copy = nullptr;
    QPushButton* m_asText = nullptr;
    QPushButton* m_expand = nullptr;
    bool m_nested = false;
    bool m_stale = true;
};

} // namespace

PanelType summaryPanel() {
    return {QStringLiteral("summary"), QCoreApplication::translate("weft::ui::SummaryPanel", "Summary"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new SummaryPanel(context, parent); }};
}

} // namespace weft::ui
