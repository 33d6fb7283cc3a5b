// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/losses/loss_type.h"
#include "engine/metrics/metric_type.h"
#include "engine/optimizers/common.h"
#include "engine/training/train.h"

#include <algorithm>
#include <cmath>

namespace weft {
namespace {

class Search {
public:
    Search(const Model& model, const TrainingConfig& config, const DataSpec& data) : m_model(model), m_config(config), m_data(data) {}

    std::vector<std::string> run() {
        if (m_data.columns.empty()) {
            say("There are no data yet; choose a file in the data panel.");
            return std::move(m_found);
        }
        for (const Model::Port& input : m_model.inputs()) {
            const auto bound = m_config.inputs.find(input.name);
            needColumn(bound == m_config.inputs.end() ? std::string() : bound->second, cat("input \"", input.name, "\""), "No data column is chosen for ");
        }
        bool any = false;
        for (const Model::Port& output : m_model.outputs()) {
            const auto training = m_config.outputs.find(output.name);
            if (training != m_config.outputs.end() && training->second.loss) {
                any = true;
                checkOutput(output, training->second);
            }
        }
        if (!any) {
            say("No output has a loss; choose one in the training panel.");
        }
        checkRest();
        return std::move(m_found);
    }

private:
    void say(std::string sentence) { m_found.push_back(std::move(sentence)); }

    void needColumn(const std::string& name, const std::string& purpose, const std::string& lack) {
        if (name.empty()) {
            say(cat(lack, purpose, "."));
        } else if (!m_data.column(name)) {
            say(cat("The data have no column named \"", name, "\", which is chosen for ", purpose, "."));
        }
    }

    template <class Type>
    void checkObject(const Object& object, const Type* type, std::string_view kind, const std::string& output) {
        if (!type) {
            say(cat("Output \"", output, "\": there is no ", kind, " named \"", object.type, "\"."));
            return;
        }
        for (const ParamProblem& problem : validate(type->schema, object.params)) {
            say(cat("Output \"", output, "\": ", problem.message));
        }
    }

    void checkOutput(const Model::Port& output, const OutputTraining& training) {
        needColumn(training.target, cat("output \"", output.name, "\""), "No target is chosen for ");
        if (!training.sampleWeights.empty()) {
            needColumn(training.sampleWeights, cat("the sample weights of output \"", output.name, "\""), {});
        }
        checkObject(*training.loss, findLossType(training.loss->type), "loss", output.name);
        for (const auto* metrics : {&training.metrics, &training.weightedMetrics}) {
            for (const Object& metric : *metrics) {
                const Object resolved = resolveMetric(metric, output.spec, output.spec);
                checkObject(resolved, findMetricType(resolved.type), "metric", output.name);
            }
        }
        const bool weightsFinite = std::all_of(training.classWeights.begin(), training.classWeights.end(),
                                               [](const auto& weight) { return std::isfinite(weight.second) && weight.second >= 0; });
        if (!std::isfinite(training.weight) || !weightsFinite) {
            say(cat("Output \"", output.name, "\": loss weight and class weights must be finite numbers, class weights not negative."));
        }
        if (output.spec.dtype != DType::float32) {
            say(cat("Output \"", output.name, "\" holds ", nameOf(output.spec.dtype), "; only float32 can be trained."));
        }
    }

    void checkRest() {
        if (m_model.trainableParameters() == 0) {
            say("The model has nothing to train: no layer with weights, or all of them are frozen.");
        }
        if (const std::string problem = optimizerProblem(m_config.optimizer); !problem.empty()) {
            say(problem);
        }
        if (m_config.batchSize < 1) {
            say(cat("The batch size must be at least 1; it is ", m_config.batchSize, "."));
        }
        if (m_config.epochs < 1) {
            say(cat("The number of epochs must be at least 1; it is ", m_config.epochs, "."));
        }
        if (!(m_config.validationSplit >= 0 && m_config.validationSplit < 1)) {
            say(cat("The validation split must be in [0, 1); it is ", shortest(m_config.validationSplit), "."));
        }
    }

    const Model& m_model;
    const TrainingConfig& m_config;
    const DataSpec& m_data;
    std::vector<std::string> m_found;
};

} // namespace

std::vector<std::string> obstacles(const Model& model, const TrainingConfig& config, const DataSpec& data) {
    return Search(model, config, data).run();
}

} // namespace weft
