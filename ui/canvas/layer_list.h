// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/layers/layer_type.h"
#include "ui/theme/appearance.h"

#include <QListWidget>

namespace weft::ui {

/// Layers in a list: coloured bar and name; under family heads, or in the order of a search.
class LayerList : public QListWidget {
    Q_OBJECT
public:
    LayerList(const Appearance& appearance, bool withHeads, QWidget* parent = nullptr);

    /// Shows what fits; the best is current where something is typed.
    void filter(const QString& typed);
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
    QString m_typed;
};

} // namespace weft::ui
