// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/call_list.h"

#include "ui/widgets/labels.h"

#include <QPainter>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

constexpr int kRow = 40;
constexpr int kMostSeen = 5; ///< more scroll

QString orDash(const QStringList& parts, const QString& between) { return parts.isEmpty() ? QStringLiteral("–") : parts.join(between); }

} // namespace

QString specText(const TensorSpec& spec) {
    const QString shape = QString::fromStdString(spec.shape.wireText());
    return spec.dtype == DType::float32 ? shape : shape + u' ' + QString::fromStdString(std::string(nameOf(spec.dtype)));
}

QString inputsText(const Analysis& analysis, CallId call) {
    QStringList parts;
    if (const auto info = analysis.calls.find(call); info != analysis.calls.end()) {
        for (const auto& spec : info->second.inputs) {
            parts << (spec ? specText(*spec) : QStringLiteral("–"));
        }
    }
    return orDash(parts, QStringLiteral(" + "));
}

QString outputsText(const Analysis& analysis, CallId call) {
    QStringList parts;
    if (const auto info = analysis.calls.find(call); info != analysis.calls.end()) {
        for (const TensorSpec& spec : info->second.outputs) {
            parts << specText(spec);
        }
    }
    return orDash(parts, QStringLiteral(", "));
}

CallRow::CallRow(const Appearance& appearance, const QString& from, const QString& shapes, bool current, QWidget* parent)
    : QAbstractButton(parent), m_appearance(appearance), m_from(from), m_shapes(shapes), m_current(current) {
    setFixedHeight(kRow);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(QStringLiteral("%1, %2").arg(from, shapes));
    setToolTip(current ? tr("The box that is selected") : tr("Select this box"));
}

void CallRow::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF all = QRectF(rect()).adjusted(0.5, 1.5, -0.5, -1.5);
    painter.setPen(hasFocus() ? QPen(theme.accent, 1) : QPen(Qt::NoPen));
    painter.setBrush(m_current ? theme.accentTint : underMouse() ? theme.hover : theme.panel);
    painter.drawRoundedRect(all, metrics::radius, metrics::radius);
    const QRect words = rect().adjusted(8, 4, -8, -4);
    painter.setPen(theme.text);
    painter.setFont(fonts::body());
    painter.drawText(words, Qt::AlignTop | Qt::AlignLeft, painter.fontMetrics().elidedText(m_from, Qt::ElideRight, words.width()));
    painter.setPen(theme.secondary);
    painter.setFont(fonts::shape());
    painter.drawText(words, Qt::AlignBottom | Qt::AlignLeft, painter.fontMetrics().elidedText(m_shapes, Qt::ElideMiddle, words.width()));
}

CallList::CallList(const Document& document, const Appearance& appearance, QWidget* parent) : QWidget(parent), m_document(document), m_appearance(appearance) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* list = new QWidget(m_scroll);
    m_rows = new QVBoxLayout(list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_scroll->setWidget(list);
    column->addWidget(m_scroll);
}

void CallList::show(GraphId graphId, CallId current) {
    clearLayout(m_rows);
    const Graph& graph = m_document.project().graphs.at(graphId);
    const Analysis& analysis = m_document.analysis(graphId);
    int number = 0;
    for (const CallId call : graph.callsOf(graph.call(current)->layer)) {
        QStringList names;
        for (const auto& input : graph.call(call)->inputs) {
            const Layer* from = input ? graph.layerOf(input->call) : nullptr;
            names << (from ? QString::fromStdString(from->name) : tr("nothing"));
        }
        const QString from = names.isEmpty() ? tr("Call %1").arg(++number) : tr("Call %1, of %2").arg(++number).arg(names.join(QStringLiteral(", ")));
        auto* row = new CallRow(m_appearance, from, QStringLiteral("%1 → %2").arg(inputsText(analysis, call), outputsText(analysis, call)), call == current, this);
        row->setObjectName(QStringLiteral("call.%1").arg(number));
        connect(row, &CallRow::clicked, this, [this, call] { Q_EMIT chosen(call); });
        m_rows->addWidget(row);
        row->show();
        if (call == current) {
            QTimer::singleShot(0, row, [this, row] { m_scroll->ensureWidgetVisible(row); });
        }
    }
    m_scroll->setFixedHeight(std::min(number, kMostSeen) * kRow);
}

} // namespace weft::ui
