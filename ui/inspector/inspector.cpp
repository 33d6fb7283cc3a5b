// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector.h"

#include "ui/inspector/layer_page.h"
#include "ui/inspector/model_page.h"

#include <QLineEdit>

namespace weft::ui {

Inspector::Inspector(Document& document, Selection& selection, const Appearance& appearance, QWidget* parent)
    : QScrollArea(parent), m_document(document), m_selection(selection), m_appearance(appearance) {
    setObjectName(QStringLiteral("inspector"));
    setAccessibleName(tr("Inspector"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&selection, &Selection::changed, this, &Inspector::refresh);
    connect(&selection, &Selection::graphChanged, this, &Inspector::refresh);
    connect(&selection, &Selection::modelChanged, this, &Inspector::refresh);
    connect(&document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (changes.drawingChanged()) {
            refresh();
        }
    });
    connect(&document, &Document::diagnosticsChanged, this, &Inspector::refresh);
    connect(&document, &Document::trainedChanged, this, &Inspector::refresh);
    connect(&document, &Document::replaced, this, [this] {
        m_shown.clear();
        refresh();
    });
    refresh();
}

void Inspector::editName() {
    if (auto* name = findChild<QLineEdit*>(QStringLiteral("name"))) {
        name->setFocus(Qt::ShortcutFocusReason);
        name->selectAll();
    }
}

void Inspector::refresh() {
    const GraphId graphId = m_selection.graph();
    const auto graph = m_document.project().graphs.find(graphId);
    std::vector<CallId> calls;
    std::vector<std::string> shown{std::to_string(graphId.value)};
    if (graph != m_document.project().graphs.end()) {
        for (const CallId call : m_selection.calls()) {
            if (const Layer* layer = graph->second.layerOf(call)) {
                calls.push_back(call);
                shown.push_back(std::to_string(call.value) + layer->type);
            }
        }
    }
    if (calls.empty()) {
        shown.push_back("model " + std::to_string(m_selection.model().value));
    }
    if (!m_page || shown != m_shown) {
        m_shown = shown;
        // The page at hand may be the sender of what led here.
        if (QWidget* old = takeWidget()) {
            old->hide();
            old->deleteLater();
        }
        if (calls.empty()) {
            m_page = new ModelPage(m_document, m_selection);
        } else {
            m_page = new LayerPage(m_document, m_selection, graphId, calls, m_appearance);
        }
        setWidget(m_page);
        m_page->show();
    }
    m_page->refresh();
}

} // namespace weft::ui
