// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/appearance.h"

namespace weft::ui {

namespace {

/// `@name` is a colour of the theme, `@icon(x)` a picture in its shade.
constexpr const char* kSheet = R"(
* { outline: none; }
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: @line; background: @line; border: none; max-height: 1px; }
QFrame[frameShape="5"] { max-height: 16777215px; max-width: 1px; }

QMenuBar { background: @bar; color: @text; padding: 1px 6px; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @hover; }
QMenu { background: @panel; color: @text; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: @tint; color: @text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 8px; }
QMenu::indicator:checked { image: url(@icon(check_on)); }
QMenu::right-arrow { image: url(@icon(chevron_right)); width: 12px; height: 12px; }

QToolBar { background: @panel; border: none; border-bottom: 1px solid @line; padding: 6px 12px; spacing: 6px; qproperty-iconSize: 16px 16px; }
QToolBar::separator { background: @line; width: 1px; margin: 4px 6px; }
QToolBar QLabel { color: @secondary; padding: 0 2px; }
QStatusBar { background: @bar; color: @secondary; border-top: 1px solid @line; min-height: 26px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @secondary; padding: 0 6px; }

QDockWidget { color: @text; titlebar-close-icon: url(@icon(tab_close)); titlebar-normal-icon: none; }
QDockWidget::title { background: @panel; padding: 8px 12px; text-align: left; }
QDockWidget > QWidget { background: @panel; }

QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 5px; padding: 4px; min-height: 16px; }
QToolButton[popupMode="1"] { padding-right: 16px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @tint; color: @accent; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @faint; }
QToolButton::menu-indicator { image: none; }
QPushButton { background: @panel; color: @text; border: 1px solid @line; border-radius: 5px; padding: 0 14px; min-height: 24px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @tint; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; }
QPushButton::menu-indicator { image: url(@icon(chevron_down)); width: 12px; height: 12px; subcontrol-origin: border; subcontrol-position: right center; right: 8px; }
QPushButton[menu="true"] { padding-right: 26px; }
QPushButton:flat { border-color: transparent; padding: 0 8px; }
QPushButton[main="true"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[main="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[main="true"]:focus { border-color: @text; }
QPushButton[main="true"]:disabled { background: @field; color: @faint; border-color: @line; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit[field="true"], QTextEdit[field="true"] {
    background: @panel; color: @text; border: 1px solid @line; border-radius: 5px; padding: 0 8px; min-height: 24px;
    selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @wire; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @faint; background: @field; }
QLineEdit[bad="true"], QAbstractSpinBox[bad="true"] { border-color: @error; }
QLineEdit[heading="true"] { border-color: transparent; background: transparent; padding: 0 4px; margin-left: -5px; font-size: @titleSize; font-weight: 600; }
QLineEdit[heading="true"]:hover { border-color: @line; }
QLineEdit[heading="true"]:focus { border-color: @accent; background: @panel; }
QToolButton[boxed="true"] { background: @panel; border: 1px solid @line; padding: 0 8px; text-align: left; }
QToolButton[boxed="true"]:hover { background: @hover; border-color: @wire; }
QToolButton[quiet="true"] { padding: 2px 8px; color: @secondary; }
QToolButton[fold="true"] { color: @secondary; padding: 2px 6px 2px 0; margin-left: -6px; }
QPushButton[row="true"] { text-align: left; }
QFrame[inside="true"] { border: none; border-left: 2px solid @line; }
QFrame[row="true"]:hover { background: @hover; }
QFrame[chip="true"] { background: @field; border: none; border-radius: 5px; }
QFrame#popup { background: @panel; border: 1px solid @line; }
QLineEdit[search="true"] { background: @field; border-color: @field; }
QLineEdit[search="true"]:focus { border-color: @accent; }
QAbstractSpinBox { padding-right: 2px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url(@icon(chevron_up)); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(@icon(chevron_down)); width: 10px; height: 10px; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(@icon(chevron_down)); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; color: @text; border: 1px solid @line; padding: 4px; selection-background-color: @tint; selection-color: @text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }

QCheckBox, QRadioButton { spacing: 8px; color: @text; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator { width: 16px; height: 16px; }
QCheckBox::indicator:unchecked, QGroupBox::indicator:unchecked { image: url(@icon(check_off)); }
QCheckBox::indicator:checked, QGroupBox::indicator:checked { image: url(@icon(check_on)); }
QCheckBox::indicator:indeterminate { image: url(@icon(check_part)); }
QRadioButton::indicator:unchecked { image: url(@icon(radio_off)); }
QRadioButton::indicator:checked { image: url(@icon(radio_on)); }
QCheckBox[switch="true"]::indicator { width: 34px; height: 18px; }
QCheckBox[switch="true"]::indicator:unchecked { image: url(@icon(switch_off)); }
QCheckBox[switch="true"]::indicator:checked { image: url(@icon(switch_on)); }
QCheckBox:focus, QRadioButton:focus { color: @accent; }

QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { background: @panel; }
QTabBar::tab { background: transparent; color: @secondary; padding: 5px 14px; margin: 5px 1px; border-radius: 5px; min-height: 16px; }
QTabBar::tab:hover { background: @hover; color: @text; }
QTabBar::tab:selected { background: @tint; color: @accent; font-weight: 600; }
QTabBar::close-button { image: url(@icon(tab_close)); }

QAbstractScrollArea { border: none; background: @panel; }
QAbstractItemView { background: @panel; alternate-background-color: @hover; color: @text; border: none;
    selection-background-color: @tint; selection-color: @text; gridline-color: @line; }
QAbstractItemView::item { padding: 2px 6px; min-height: 22px; }
QAbstractItemView::item:hover { background: @hover; }
QAbstractItemView::item:selected { background: @tint; color: @text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url(@icon(chevron_right)); }
QTreeView::branch:has-children:open { image: url(@icon(chevron_down)); }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @secondary; border: none; border-bottom: 1px solid @line; padding: 5px 6px; text-align: left; font-weight: 600; font-size: @headSize; }
QHeaderView::section:vertical { border: none; font-weight: 400; }
QTableCornerButton::section { background: @panel; border: none; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @wire; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: @panel; }

QProgressBar { background: @field; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: right; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSlider::groove:horizontal { background: @line; height: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -6px 0; border-radius: 7px; }
QGroupBox { border: none; border-top: 1px solid @line; margin-top: 14px; padding-top: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding-right: 8px; }
QToolTip { background: @panel; color: @text; border: 1px solid @line; padding: 4px 6px; }

QLabel[role="secondary"] { color: @secondary; font-size: @smallSize; }
QLabel[role="section"] { color: @secondary; font-size: @headSize; font-weight: 600; }
QLabel[role="title"] { color: @text; font-size: @titleSize; font-weight: 600; }
QLabel[role="number"] { font-family: "@fixed"; color: @text; }
QLabel[role="label"] { color: @secondary; }
QLabel[role="name"] { color: @text; font-weight: 600; }
QLabel[role="formula"] { font-family: "@fixed"; color: @secondary; font-size: @smallSize; }
QLabel[role="error"] { color: @error; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="good"] { color: @good; }
)";

QString mixed(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())).name();
}

QString pointSize(const QFont& font) { return QString::number(font.pointSizeF(), 'f', 2) + "pt"; }

} // namespace

QString styleSheetOf(const Theme& t) {
    QString sheet = QString::fromLatin1(kSheet);
    // Longer names first where one begins with another.
    const std::pair<const char*, QString> words[] = {
        {"@accentHover", mixed(t.accent, t.text, 0.12)},
        {"@accent", t.accent.name()},
        {"@onAccent", t.onAccent.name()},
        {"@panel", t.panel.name()},
        {"@canvas", t.canvas.name()},
        {"@text", t.text.name()},
        {"@secondary", t.secondary.name()},
        {"@faint", mixed(t.secondary, t.panel, 0.4)},
        {"@line", t.line.name()},
        {"@tint", t.accentTint.name()},
        {"@hover", t.hover.name()},
        {"@field", t.field.name()},
        {"@bar", t.bar.name()},
        {"@wire", t.wire.name()},
        {"@scroll", mixed(t.line, t.wire, 0.3)},
        {"@error", t.error.name()},
        {"@warning", t.warning.name()},
        {"@good", t.good.name()},
        {"@fixed", fonts::fixed().family()},
        {"@headSize", pointSize(fonts::plain(10.5))},
        {"@smallSize", pointSize(fonts::secondary())},
        {"@titleSize", pointSize(fonts::name())},
    };
    for (const auto& [word, value] : words) {
        sheet.replace(QLatin1String(word), value);
    }
    return sheet.replace("@icon(", ":/weft/icons/").replace(QStringLiteral("))"), (t.dark ? "_dark.svg)" : "_light.svg)"));
}

} // namespace weft::ui
