// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/training/train.h"

#include <algorithm>
#include <array>
#include <set>

namespace weft {
namespace {

/// What is sure about an output's numbers: by the op that makes them, seen through views.
OutputRange rangeOf(const Model& model, int value) {
    for (auto node = model.nodes().rbegin(); node != model.nodes().rend(); ++node) {
        if (std::find(node->outputs.begin(), node->outputs.end(), value) != node->outputs.end()) {
            if (!node->isView) {
                return node->op->outputRange();
            }
            value = node->inputs.front();
        }
    }
    return OutputRange::any;
}

/// A column that by its name holds what is to be predicted.
bool soundsLikeTarget(const DataColumn& column) {
    static constexpr std::array<std::string_view, 5> kWords = {"label", "target", "class", "species", "category"};
    const std::string name = lowered(column.name);
    return name == "y" || std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool isOneHot(const DataColumn& column) {
    const StepType* last = column.steps.empty() ? nullptr : findStepType(column.steps.back().type);
    return last && last->oneHot;
}

class Proposal {
public:
    Proposal(const Model& model, const TrainingConfig& config, const DataSpec& data) : m_model(model), m_config(config), m_data(data) {
        // Beside an output that is trained, one with a target and no loss is one whose loss was taken away: it is left alone.
        const auto has = [&](const Model::Port& output, bool loss) {
            const auto found = config.outputs.find(output.name);
            return found != config.outputs.end() && (loss ? found->second.loss.has_value() : !found->second.loss && !found->second.target.empty());
        };
        const auto& outputs = model.outputs();
        if (std::any_of(outputs.begin(), outputs.end(), [&](const Model::Port& output) { return has(output, true); })) {
            for (const Model::Port& output : outputs) {
                if (has(output, false)) {
                    m_off.insert(output.name);
                }
            }
        }
    }

    TrainingConfig run() {
        // What was chosen and is there stays and is not given out twice; what is not there is chosen anew.
        for (const Model::Port& input : m_model.inputs()) {
            keep(m_config.inputs[input.name]);
        }
        for (const Model::Port& output : m_model.outputs()) {
            keep(m_config.outputs[output.name].target);
            m_used.insert(m_config.outputs[output.name].sampleWeights);
        }
        for (const Model::Port& output : m_model.outputs()) {
            choose(m_config.outputs[output.name].target, output.name, true);
        }
        for (const Model::Port& input : m_model.inputs()) {
            choose(m_config.inputs[input.name], input.name, false);
        }
        for (const Model::Port& output : m_model.outputs()) {
            chooseLast(m_config.outputs[output.name].target);
        }
        for (const Model::Port& input : m_model.inputs()) {
            chooseLast(m_config.inputs[input.name]);
        }
        for (const Model::Port& output : m_model.outputs()) {
            if (!m_off.contains(output.name)) {
                proposeLoss(output, m_config.outputs[output.name]);
            }
        }
        return std::move(m_config);
    }

private:
    void keep(std::string& column) {
        if (!m_data.column(column)) {
            column.clear();
        }
        m_used.insert(column);
    }

    void take(std::string& slot, const DataColumn& column) {
        slot = column.name;
        m_used.insert(column.name);
    }

    bool isFree(const DataColumn& column) const { return !m_used.contains(column.name); }

    /// A column of the same name; else the first free one that sounds (or does not sound) like a target.
    void choose(std::string& slot, const std::string& port, bool target) {
        if (!slot.empty()) {
            return;
        }
        for (const DataColumn& column : m_data.columns) {
            if (column.name == port && isFree(column)) {
                return take(slot, column);
            }
        }
        for (const DataColumn& column : m_data.columns) {
            if (isFree(column) && soundsLikeTarget(column) == target) {
                return take(slot, column);
            }
        }
    }

    /// Where no name helps: the last column that is left, as tables have it.
    void chooseLast(std::string& slot) {
        for (auto column = m_data.columns.rbegin(); slot.empty() && column != m_data.columns.rend(); ++column) {
            if (isFree(*column)) {
                take(slot, *column);
            }
        }
    }

    /// Whether a target without one-hot holds class numbers, as far as can be told without reading it.
    bool holdsClasses(const DataColumn& column) const {
        return soundsLikeTarget(column) || column.name == m_data.split.by || column.fields.size() == 1;
    }

    void proposeLoss(const Model::Port& output, OutputTraining& training) const {
        const DataColumn* target = m_data.column(training.target);
        if (training.loss || !target || output.spec.dtype != DType::float32 || output.spec.shape.rank() == 0) {
            return;
        }
        const OutputRange range = rangeOf(m_model, output.value);
        const bool several = output.spec.shape.rank() > 1 && output.spec.shape.back() > 1;
        const bool classes = several && (range == OutputRange::distribution || (range == OutputRange::any && (isOneHot(*target) || holdsClasses(*target))));
        const ParamMap logits = range == OutputRange::distribution ? ParamMap{} : ParamMap{{"from_logits", true}};
        if (classes) {
            training.loss = Object{isOneHot(*target) ? "CategoricalCrossentropy" : "SparseCategoricalCrossentropy", logits};
        } else if (range == OutputRange::unit) {
            training.loss = Object{"BinaryCrossentropy", {}};
        } else {
            training.loss = Object{"MeanSquaredError", {}};
        }
        const bool tellsClasses = classes || range == OutputRange::unit;
        if (training.metrics.empty() && tellsClasses) {
            training.metrics = {Object{"accuracy", {}}};
        }
    }

    const Model& m_model;
    TrainingConfig m_config;
    const DataSpec& m_data;
    std::set<std::string> m_used;
    std::set<std::string> m_off; ///< outputs that are not to be trained
};

} // namespace

TrainingConfig proposeTraining(const Model& model, const TrainingConfig& config, const DataSpec& data) {
    return Proposal(model, config, data).run();
}

} // namespace weft
