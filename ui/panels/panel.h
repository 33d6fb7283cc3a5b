// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"
#include "ui/document/selection.h"
#include "ui/document/data_importer.h"
#include "ui/document/training_controller.h"
#include "ui/theme/appearance.h"

#include <QWidget>

#include <functional>
#include <vector>

namespace weft::ui {

/// All that a panel may know.
struct PanelContext {
    Document& document;
    Selection& selection;
    TrainingController& training;
    DataImporter& importer;
    const Appearance& appearance;
    /// Brings another panel to the front, by name; empty where there is only this one.
    std::function<void(const QString& panel)> showPanel = {};
};

/// One panel of the row at the bottom.
struct PanelType {
    QString name;  ///< for `--panel` and as object name: `training`
    QString title; ///< of its tab, translated
    std::function<QWidget*(const PanelContext&, QWidget* parent)> make;
};

/// All panels in the order of their tabs. The list is in panels.cpp.
std::vector<PanelType> panelTypes();

} // namespace weft::ui
