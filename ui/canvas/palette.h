// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/layer_list.h"

#include <QLineEdit>
#include <QWidget>

namespace weft::ui {

/// All layers by family, with a search. Drag one out, double-click it or press Enter to have it on the canvas.
class Palette : public QWidget {
    Q_OBJECT
public:
    explicit Palette(const Appearance& appearance, QWidget* parent = nullptr);

    QLineEdit& search() { return *m_search; }
    LayerList& list() { return *m_list; }

Q_SIGNALS:
    /// Chosen without a place: double-click or Enter.
    void chosen(const weft::LayerType* type);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* m_search;
    LayerList* m_list;
};

} // namespace weft::ui
