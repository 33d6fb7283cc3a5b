// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/training/train.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

/// A line for the person at the terminal, on standard error: `weft: ...`.
void note(std::string_view sentence);

/// A JSON value as the whole of a command's results.
void printJson(const nlohmann::json& json);

/// Rows of cells in columns, two spaces between them; the last column may be of any width.
std::string columns(const std::vector<std::vector<std::string>>& rows);

/// ` - accuracy: 0.9012 - loss: 0.3456 - val_accuracy: ...`, in Keras' order and digits.
std::string logsText(const Logs& logs);

/// What a person sees while something takes long: one line on standard error that is written over; nothing unless that is a terminal.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Shows a bar for `done` of `total`, and `text` after it; at most ten times a second.
    void show(std::int64_t done, std::int64_t total, const std::string& text);
    void clear();

private:
    bool m_isTerminal;
    bool m_isShown = false;
    double m_lastTime = 0;
};

/// Seconds on a clock that never goes back.
double now();

} // namespace weft::cli
