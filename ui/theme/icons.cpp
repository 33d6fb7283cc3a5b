// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include "ui/theme/appearance.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace weft::ui {

namespace {

class SvgIcon : public QIconEngine {
public:
    SvgIcon(QByteArray svg, const Appearance& appearance, QColor color) : m_svg(std::move(svg)), m_appearance(appearance), m_color(color) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const Theme& theme = m_appearance.theme();
        // A colour that was chosen for the ground of a button does not show on the ground of a disabled one.
        const bool own = m_color.isValid() && mode != QIcon::Disabled;
        const QColor color = own ? m_color : mode == QIcon::Selected ? theme.accent : theme.text;
        QByteArray svg = m_svg;
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        painter->save();
        painter->setOpacity(mode == QIcon::Disabled ? 0.35 : 1.0);
        renderer.render(painter, rect);
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgIcon(m_svg, m_appearance, m_color); }

private:
    QByteArray m_svg;
    const Appearance& m_appearance;
    QColor m_color;
};

} // namespace

QIcon icon(const QString& name, const Appearance& appearance, QColor color) {
    QFile file(":/weft/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QIcon(new SvgIcon(file.readAll(), appearance, color));
}

} // namespace weft::ui
