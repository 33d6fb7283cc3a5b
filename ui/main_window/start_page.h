// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/project.h"
#include "ui/theme/appearance.h"

#include <QAbstractButton>

class QVBoxLayout;

namespace weft::ui {

/// A button with a small drawing of a project, a title and a sentence.
class TemplateCard : public QAbstractButton {
    Q_OBJECT
public:
    TemplateCard(const Appearance& appearance, const QString& title, const QString& sentence, Project project, QWidget* parent);
    QSize sizeHint() const override { return {420, 96}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintDrawing(QPainter& painter, const QRectF& room) const;
    const Appearance& m_appearance;
    QString m_title, m_sentence;
    Project m_project;
};

/// What the window shows before a project is open: templates, recent projects, open.
class StartPage : public QWidget {
    Q_OBJECT
public:
    StartPage(const Appearance& appearance, QWidget* parent);
    void setRecent(const QStringList& files);

Q_SIGNALS:
    void newRequested();
    void openRequested();
    void templateChosen(const QString& name);
    void fileChosen(const QString& path);

private:
    const Appearance& m_appearance;
    QVBoxLayout* m_recent;
};

} // namespace weft::ui
