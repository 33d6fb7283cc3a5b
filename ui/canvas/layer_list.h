// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"
#include "ui/theme/appearance.h"

#include <QListWidget>

#include <functional>

namespace weft::ui {

/// Layers in a list: coloured bar and name; under family heads, or in the order of a search.
class LayerList : public QListWidget {
    Q_OBJECT
public:
    LayerList(const Appearance& appearance, bool withHeads, QWidget* parent = nullptr);

    /// Shows what fits; the best is current where something is typed.
    void filter(const QString& typed);
    /// From now on only layers for which this is true; empty: all.
    void offerOnly(std::function<bool(const LayerType&)> fits) { m_fits = std::move(fits); }
    const LayerType* current() const;
    const LayerType* typeOf(const QListWidgetItem* item) const;
    /// Up and down over heads.
    void step(int by);

Q_SIGNALS:
    void chosen(const weft::LayerType* type);

protected:
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
    QStringList mimeTypes() const override;
    void startDrag(Qt::DropActions actions) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Appearance& m_appearance;
    bool m_withHeads;
    std::function<bool(const LayerType&)> m_fits;
};

} // namespace weft::ui
