// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas.h"
#include "ui/canvas/ports.h"

#include <QBuffer>
#include <QPainter>

namespace weft::ui {

namespace {

QImage pictureOf(const Scene& scene, const Theme& theme, double scale) {
    if (scene.boxes().empty()) {
        return {};
    }
    const QRectF area = scene.bounds().adjusted(-32, -32, 72, 32);
    QImage image((area.size() * scale).toSize(), QImage::Format_RGB32);
    image.fill(theme.canvas);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.translate(-area.topLeft());
    paintScene(painter, scene, theme, {}, area, std::max(scale, 1.0));
    return image;
}

} // namespace

QImage Canvas::picture(double scale) const { return pictureOf(scene, m_appearance.theme(), scale); }

QString Canvas::preview(const Box& box) const {
    Scene inside;
    const ModelDef* model = modelOf(document.project().graphs, graph(), box.call);
    if (!model) {
        return {};
    }
    inside.build(document, box.graph, graph().layerOf(box.call)->model, box.frozen);
    const QSizeF whole = inside.bounds().size() + QSizeF(104, 64);
    const QImage image = pictureOf(inside, m_appearance.theme(), std::min({1.0, 460 / whole.width(), 420 / whole.height()}));
    QByteArray png;
    QBuffer buffer(&png);
    image.save(&buffer, "PNG");
    return QStringLiteral("<img src=\"data:image/png;base64,%1\"/>").arg(QString::fromLatin1(png.toBase64()));
}

QByteArray Canvas::thumbnailPng(int longestSide) const {
    const QRectF area = scene.bounds();
    const double scale = std::min(1.0, longestSide / (std::max(area.width(), area.height()) + 104));
    QByteArray png;
    QBuffer buffer(&png);
    if (const QImage image = picture(scale); !image.isNull()) {
        image.save(&buffer, "PNG");
    }
    return png;
}

void Canvas::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setTransform(view.transform(), true);
    const QRectF area = inSight();
    paintGrid(painter, theme, area, zoom());
    Highlight highlight;
    highlight.calls = selection.calls();
    highlight.wires = selection.wires();
    highlight.hoveredWire = m_hoveredWire;
    highlight.layers.insert(m_hoveredLayer);
    for (const CallId call : selection.calls()) {
        if (const Box* box = scene.box(call); box && box->calls > 1) {
            highlight.layers.insert(box->layer);
        }
    }
    if (m_tool) {
        m_tool->highlight(highlight);
    }
    if (m_drop && m_drop->into) {
        highlight.wires.insert(*m_drop->into);
    }
    paintScene(painter, scene, theme, highlight, area, zoom());
    if (m_drop) {
        paintGhostBox(painter, theme, m_drop->rect, m_drop->type->family, QString::fromStdString(m_drop->type->name));
    }
    if (m_tool) {
        m_tool->paint(painter, theme);
    }
    painter.resetTransform();
    painter.setOpacity(1.0);
    if (scene.boxes().empty()) {
        paintEmptyHint(painter);
    } else if (minimapShown()) {
        paintMinimap(painter, scene, theme, minimapFrame(), inSight());
    }
    paintNote(painter);
}

void Canvas::paintEmptyHint(QPainter& painter) const {
    painter.setFont(fonts::name());
    painter.setPen(m_appearance.theme().text);
    const QRectF all = rect();
    painter.drawText(all.adjusted(0, 0, 0, -28), Qt::AlignCenter, tr("Begin with an Input"));
    painter.setFont(fonts::body());
    painter.setPen(m_appearance.theme().secondary);
    painter.drawText(all.adjusted(0, 18, 0, 0), Qt::AlignCenter, tr("Drag layers from the list, or double-click here to add one."));
}

void Canvas::paintNote(QPainter& painter) const {
    if (m_note.isEmpty()) {
        return;
    }
    const Theme& theme = m_appearance.theme();
    painter.setFont(fonts::secondary());
    const QFontMetricsF fm(painter.font());
    QRectF frame = fm.boundingRect(QRectF(0, 0, 300, 400), Qt::TextWordWrap, m_note).adjusted(-9, -6, 9, 6);
    frame.moveTopLeft(m_noteAt + QPointF(14, 16));
    frame.moveLeft(std::clamp(frame.left(), 4.0, std::max(4.0, width() - frame.width() - 4)));
    frame.moveTop(std::clamp(frame.top(), 4.0, std::max(4.0, height() - frame.height() - 4)));
    painter.setPen(QPen(m_noteRefuses ? theme.error : theme.warning, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(frame, 5, 5);
    painter.setPen(theme.text);
    painter.drawText(frame.adjusted(9, 6, -9, -6), Qt::TextWordWrap, m_note);
}

bool Canvas::minimapShown() const { return m_minimap && !scene.boxes().empty() && !inSight().contains(scene.bounds()); }

QRectF Canvas::minimapFrame() const { return {width() - 148.0, height() - 116.0, 136, 104}; }

} // namespace weft::ui
