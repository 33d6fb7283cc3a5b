// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/screenshot.h"

#include <QApplication>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace weft::ui {

namespace {

/// Loading a preview, laying out, a plot that draws ten times a second: all done by then.
constexpr int kSettle = 700;

void save(MainWindow& window, const QString& file) {
    const bool saved = window.grab().save(file);
    if (!saved) {
        std::fprintf(stderr, "weft-studio: error: the picture %s could not be written.\n", qPrintable(file));
    }
    window.training().stop();
    QApplication::exit(saved ? 0 : 1);
}

} // namespace

void takeScreenshot(MainWindow& window, const ScreenshotRequest& request) {
    const Graph& graph = window.document().project().rootGraph();
    for (const auto& [id, call] : graph.calls) {
        if (!request.select.isEmpty() && graph.layerOf(id) && QString::fromStdString(graph.layerOf(id)->name) == request.select) {
            window.selection().select({id});
        }
    }
    window.showPanel(request.panel);
    if (request.epochs <= 0) {
        QTimer::singleShot(kSettle, &window, [&window, request] { save(window, request.file); });
        return;
    }
    const auto taken = std::make_shared<bool>(false);
    const auto take = [&window, request, taken] {
        if (!*taken) {
            *taken = true;
            QTimer::singleShot(150, &window, [&window, request] { save(window, request.file); });
        }
    };
    // A little into the next epoch, so that the picture shows it under way.
    QObject::connect(&window.training(), &TrainingController::progressed, &window, [&window, request, take] {
        const TrainProgress& p = window.training().progress();
        if (static_cast<int>(window.training().history().size()) >= request.epochs && p.batches > 0 && p.batch * 3 > p.batches) {
            take();
        }
    });
    QObject::connect(&window.training(), &TrainingController::finished, &window, [take](const QString& error) {
        if (!error.isEmpty()) {
            std::fprintf(stderr, "weft-studio: error: %s\n", qPrintable(error));
        }
        take();
    });
    window.document().edit(QStringLiteral("Train for the picture"), [&](Project& project) {
        TrainingConfig& config = project.training[window.chosenModel()];
        config.epochs = std::max<std::int64_t>(config.epochs, request.epochs * 5 / 3);
    });
    window.training().train(window.chosenModel());
}

} // namespace weft::ui
