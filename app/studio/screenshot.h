// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/main_window/main_window.h"

namespace weft::ui {

/// What `--screenshot` asks for.
struct ScreenshotRequest {
    QString file;
    QString panel;
    QString select;   ///< name of a layer whose box is to be selected
    int epochs = 0;   ///< train, and take the picture when so many epochs are done; 0: do not train
};

/// Waits until everything is drawn (and, if asked, trained), saves a picture of the window, and ends the program with its status.
void takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

} // namespace weft::ui
