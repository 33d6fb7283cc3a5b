// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/selection.h"
#include "ui/theme/appearance.h"

#include <QScrollArea>

namespace weft::ui {

/// What is selected, as a form: a layer, several layers, or the model where nothing is. Made from schemas alone.
class Inspector : public QScrollArea {
    Q_OBJECT
public:
    Inspector(Document& document, Selection& selection, const Appearance& appearance, QWidget* parent = nullptr);
    /// Puts the cursor into the name (F2).
    void editName();

private:
    void refresh();
    Document& m_document;
    Selection& m_selection;
    const Appearance& m_appearance;
    std::vector<std::string> m_shown; ///< what the page at hand was made for; another page is made when it differs
    class InspectorPage* m_page = nullptr;
};

/// One page of the inspector.
class InspectorPage : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// Shows the document as it is now.
    virtual void refresh() = 0;
};

} // namespace weft::ui
