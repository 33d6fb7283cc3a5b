// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/canvas/layer_list.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>

namespace weft::ui {

/// A list of layers at the pointer: type, Enter, done. Ctrl+Enter keeps it open to add another.
class QuickAdd : public QFrame {
    Q_OBJECT
public:
    QuickAdd(const Appearance& appearance, QWidget* parent);
    /// At a place in the parent, clean. `fits`, if any, is true for the layers that are offered.
    void openAt(QPoint place, std::function<bool(const LayerType&)> fits = {});
    void offerOnly(std::function<bool(const LayerType&)> fits);
    QLineEdit& search() { return *m_search; }
    LayerList& list() { return *m_list; }

Q_SIGNALS:
    void chosen(const weft::LayerType* type, bool another);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void choose(const LayerType* type, bool another);
    void filter(const QString& typed);
    const Appearance& m_appearance;
    QLineEdit* m_search;
    LayerList* m_list;
    QLabel* m_nothing; ///< why the list is empty
    bool m_filtered = false;
};

} // namespace weft::ui
