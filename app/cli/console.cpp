// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include "engine/base/text.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace weft::cli {

namespace {

bool isTerminal() {
#ifdef _WIN32
    return _isatty(_fileno(stderr)) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
}

/// Keras' Progbar: four decimals, or four digits of mantissa where that would show nothing.
std::string logNumber(double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, std::fabs(value) > 1e-3 ? "%.4f" : "%.4e", value);
    return buffer;
}

/// Characters of UTF-8 text.
std::size_t widthOf(const std::string& text) {
    std::size_t n = 0;
    for (const char c : text) {
        n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }
    return n;
}

} // namespace

void note(std::string_view sentence) {
    std::cout.flush();
    std::cerr << "weft: " << sentence << "\n";
}

void printJson(const nlohmann::json& json) { std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n"; }

std::string columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], widthOf(row[i]));
        }
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            out += i + 1 < row.size() ? std::string(widths[i] + 2 - widthOf(row[i]), ' ') : "\n";
        }
    }
    return out;
}

std::string logsText(const Logs& logs) {
    std::string own, validation;
    for (const auto& [name, value] : logs) {
        (name.starts_with("val_") ? validation : own) += cat(" - ", name, ": ", logNumber(value));
    }
    return own + validation;
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

ProgressLine::ProgressLine() : m_isTerminal(isTerminal()) {}

void ProgressLine::show(std::int64_t done, std::int64_t total, const std::string& text) {
    const double time = now();
    if (!m_isTerminal || total <= 0 || (time - m_lastTime < 0.1 && done < total)) {
        return;
    }
    m_lastTime = time;
    m_isShown = true;
    constexpr int kWidth = 20;
    const auto filled = static_cast<int>(done * kWidth / total);
    std::string bar;
    for (int i = 0; i < kWidth; ++i) {
        bar += i < filled ? "━" : "─";
    }
    std::cerr << "\r\033[K" << bar << " " << text << std::flush;
}

void ProgressLine::clear() {
    if (m_isShown) {
        std::cerr << "\r\033[K" << std::flush;
        m_isShown = false;
    }
}

} // namespace weft::cli
