// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/breadcrumb.h"

#include "ui/document/levels.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace weft::ui {

Breadcrumb::Breadcrumb(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent), m_document(document), m_selection(selection), m_row(new QHBoxLayout(this)) {
    setAccessibleName(tr("Where the canvas is"));
    setFixedHeight(30);
    m_row->setContentsMargins(12, 0, 12, 0);
    m_row->setSpacing(2);
    connect(&document, &Document::changed, this, &Breadcrumb::refresh);
    connect(&document, &Document::replaced, this, &Breadcrumb::refresh);
    connect(&document, &Document::stateChanged, this, &Breadcrumb::refresh);
    connect(&selection, &Selection::graphChanged, this, &Breadcrumb::refresh);
    refresh();
}

void Breadcrumb::refresh() {
    const Project& project = m_document.project();
    const std::vector<Level> levels = levelsOf(project, m_selection);
    QStringList names{m_document.displayName()};
    for (const Level& level : levels) {
        const Layer* layer = project.graphs.at(level.graph).layerOf(level.box);
        names << (layer ? QString::fromStdString(layer->name) : QString());
    }
    if (levels.empty() && m_selection.graph() != project.root) { // nothing runs it
        const auto graph = project.graphs.find(m_selection.graph());
        names << (graph == project.graphs.end() ? QString() : QString::fromStdString(graph->second.name));
    }
    if (names == m_shown && m_row->count() > 0) {
        return;
    }
    m_shown = names;
    clearLayout(m_row);
    for (int i = 0; i < names.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        addCrumb(names[i], i + 1 == names.size(), [this, levels, at] {
            const GraphId graph = at < levels.size() ? levels[at].graph : m_document.project().root;
            const CallId box = at < levels.size() ? levels[at].box : CallId();
            m_selection.showGraph(graph, {levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(std::min(at, levels.size()))});
            m_selection.select(box ? std::set{box} : std::set<CallId>());
        });
    }
    m_row->addStretch(1);
}

void Breadcrumb::addCrumb(const QString& text, bool last, const std::function<void()>& go) {
    if (last) {
        auto* here = new QLabel(text, this);
        here->setObjectName(QStringLiteral("crumb_here"));
        here->setTextFormat(Qt::PlainText);
        here->setFont(fonts::plain(12, QFont::DemiBold));
        here->setContentsMargins(4, 0, 4, 0);
        m_row->addWidget(here);
        return;
    }
    auto* crumb = new QToolButton(this);
    crumb->setObjectName(QStringLiteral("crumb_%1").arg(m_row->count() / 2));
    crumb->setText(text);
    crumb->setToolTip(tr("Show %1").arg(text));
    crumb->setProperty("quiet", true);
    connect(crumb, &QToolButton::clicked, this, go);
    m_row->addWidget(crumb);
    auto* mark = new QLabel(QStringLiteral("›"), this);
    setRole(mark, "secondary");
    m_row->addWidget(mark);
}

} // namespace weft::ui
