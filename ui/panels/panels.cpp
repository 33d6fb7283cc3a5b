// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/panel.h"

// The tabs from left to right; each is a file of this folder with a function of this name that returns its record.
#define WEFT_PANELS(X) X(problemsPanel) X(dataPanel) X(trainingPanel) X(evaluatePanel) X(summaryPanel)

namespace weft::ui {

#define WEFT_DECLARE(function) PanelType function();
WEFT_PANELS(WEFT_DECLARE)
#undef WEFT_DECLARE

std::vector<PanelType> panelTypes() {
#define WEFT_CALL(function) function(),
    return {WEFT_PANELS(WEFT_CALL)};
#undef WEFT_CALL
}

} // namespace weft::ui
