// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"

namespace weft::ui {

/// Numbers of one model, as far as the drawing lets them be known.
struct Totals {
    std::int64_t parameters = 0;
    std::int64_t trainable = 0;
    double multiplyAdds = 0; ///< per sample
    double bytes = 0;        ///< of the weights
    std::size_t layers = 0;
};

/// Of `model`, or of all that is drawn in `graph` where there is no such model.
Totals totalsOf(const Document& document, GraphId graph, ModelId model);

} // namespace weft::ui
