// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QWidget>

class QHBoxLayout;

namespace weft::ui {

/// Where the canvas is: the project, then each sub-model that was entered. A click leads back there.
class Breadcrumb : public QWidget {
    Q_OBJECT
public:
    Breadcrumb(Document& document, Selection& selection, QWidget* parent = nullptr);

private:
    void refresh();
    void addCrumb(const QString& text, bool last, const std::function<void()>& go);

    Document& m_document;
    Selection& m_selection;
    QHBoxLayout* m_row;
    QStringList m_shown;
};

} // namespace weft::ui
