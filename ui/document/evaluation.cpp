// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/evaluation.h"

#include <QCoreApplication>

#include <cmath>
#include <numeric>

namespace weft::ui {

namespace {

constexpr std::int64_t kMostClasses = 64;

std::int64_t largestOf(const Tensor& row, std::int64_t begin, std::int64_t count) {
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < count; ++i) {
        if (row.at(begin + i) > row.at(begin + best)) {
            best = i;
        }
    }
    return best;
}

} // namespace

Scores scoresOf(const Model& model, const TrainingConfig& config, const Dataset& data, const Weights& weights, const std::stop_token& stop) {
    Scores scores;
    DataPart part = DataPart::test;
    const std::map<std::string, Column>* columns = &data.test;
    std::int64_t first = 0;
    scores.rows = data.testRows;
    scores.part = QCoreApplication::translate("Scores", "Test");
    if (data.testRows == 0) {
        columns = &data.train;
        scores.rows = data.trainRows;
        part = DataPart::train;
        scores.part = QCoreApplication::translate("Scores", "Training");
        if (config.validationSplit > 0) {
            // Keras' rule, as training cuts it: floor(rows * (1 - split)) rows are trained on.
            first = static_cast<std::int64_t>(std::floor(static_cast<double>(data.trainRows) * (1.0 - config.validationSplit)));
            scores.rows = data.trainRows - first;
            part = DataPart::validation;
            scores.part = QCoreApplication::translate("Scores", "Validation");
        }
    }
    scores.logs = weft::evaluate(model, config, data, part, weights, 0, stop);
    if (stop.stop_requested()) {
        return scores;
    }
    std::vector<std::int64_t> rows(static_cast<std::size_t>(scores.rows));
    std::iota(rows.begin(), rows.end(), first);
    std::vector<Tensor> predictions;
    for (std::size_t o = 0; o < model.outputs().size(); ++o) {
        const Model::Port& output = model.outputs()[o];
        const auto training = config.outputs.find(output.name);
        if (training == config.outputs.end() || !columns->contains(training->second.target) || output.spec.shape.rank() != 2) {
            continue;
        }
        const std::int64_t classes = output.spec.shape[1];
        const Column& target = columns->at(training->second.target);
        const Shape& targetShape = target.spec().shape;
        const std::int64_t width = targetShape.rank() == 1 ? 1 : targetShape.rank() == 2 ? targetShape[1] : 0;
        const bool sparse = width == 1 && target.spec().dtype != DType::float32;
        if (classes < 2 || classes > kMostClasses || (width != classes && !sparse)) {
            continue;
        }
        if (predictions.empty()) {
            std::map<std::string, Tensor> inputs;
            for (const Model::Port& input : model.inputs()) {
                const auto column = config.inputs.find(input.name);
                if (column == config.inputs.end() || !columns->contains(column->second)) {
                    return scores;
                }
                inputs.emplace(input.name, columns->at(column->second).tensor(rows));
            }
            predictions = predict(model, weights, inputs, 256, 0, stop);
            if (stop.stop_requested()) {
                return scores;
            }
        }
        const Tensor truth = target.tensor(rows);
        Scores::Confusion confusion{QString::fromStdString(output.name), classes, {}};
        confusion.counts.resize(static_cast<std::size_t>(classes * classes));
        for (std::int64_t r = 0; r < scores.rows; ++r) {
            const std::int64_t is = sparse ? static_cast<std::int64_t>(truth.at(r)) : largestOf(truth, r * classes, classes);
            if (is >= 0 && is < classes) {
                ++confusion.counts[static_cast<std::size_t>(is * classes + largestOf(predictions[o], r * classes, classes))];
            }
        }
        scores.confusions.push_back(std::move(confusion));
    }
    return scores;
}

} // namespace weft::ui
