// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/theme/appearance.h"

#include <QAbstractButton>

class QScrollArea;
class QVBoxLayout;

namespace weft::ui {

/// One call of a layer in a list: where its input comes from, its shapes.
class CallRow : public QAbstractButton {
    Q_OBJECT
public:
    CallRow(const Appearance& appearance, const QString& from, const QString& shapes, bool current, QWidget* parent);
    QSize sizeHint() const override { return {200, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    QString m_from, m_shapes;
    bool m_current;
};

/// The calls of a shared layer, the one at hand marked. A click asks for another.
class CallList : public QWidget {
    Q_OBJECT
public:
    CallList(const Document& document, const Appearance& appearance, QWidget* parent);
    void show(GraphId graph, CallId current);

Q_SIGNALS:
    void chosen(weft::CallId call);

private:
    const Document& m_document;
    const Appearance& m_appearance;
    QScrollArea* m_scroll;
    QVBoxLayout* m_rows;
};

/// A tensor as the inspector writes it: `28 × 28 × 1`, `100 int32`.
QString specText(const TensorSpec& spec);
/// What goes into a call and what comes out, as far as known: `32 × 32 × 3`, `8 + 8`, `–`.
QString inputsText(const Analysis& analysis, CallId call);
QString outputsText(const Analysis& analysis, CallId call);

} // namespace weft::ui
