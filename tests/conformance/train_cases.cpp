// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/losses/loss_type.h"
#include "engine/metrics/metric_type.h"
#include "engine/optimizers/optimizer_type.h"
#include "engine/training/train.h"
#include "engine/training/trainer.h"
#include "tests/conformance/model_case.h"
#include "tests/conformance/optimizer_state.h"

#include <algorithm>
#include <cstring>

namespace weft::conformance {
namespace {

// --- compile.json ----------------------------------------------------------------------------------------------------

Object lossFrom(const Json& json, const std::string& where) { return readKerasObject(json, where, "losses", allCatalogues); }

/// A string stays as it is, since it is also the name in the logs; "accuracy" is resolved by the engine.
Object metricFrom(const Json& json, const std::string& where) {
    if (!json.is_string()) {
        return readKerasObject(json, where, "metrics", allCatalogues);
    }
    const auto name = json.get<std::string>();
    if (name != "accuracy" && name != "acc") {
        readKerasObject(json, where, "metrics", allCatalogues); // throws where there is none
    }
    return {name, {}};
}

/// Hands what is given for outputs to them: a dictionary by key, a list by place, one thing to all of them.
template <class Take>
void forOutputs(const Json& json, const ModelOfCase& m, bool listIsOneThing, const Take& take) {
    const std::size_t count = m.model->outputs().size();
    if (json.is_object() && !json.contains("class_name")) {
        for (const auto& [key, value] : json.items()) {
            take(m.outputNamed(key), value);
        }
    } else if (json.is_array() && !listIsOneThing) {
        if (json.size() != count) {
            throw Error(cat("compile.json has a list of ", json.size(), " for ", count, " outputs."));
        }
        for (std::size_t i = 0; i < count; ++i) {
            take(i, json[i]);
        }
    } else if (!json.is_null()) {
        for (std::size_t i = 0; i < count; ++i) {
            take(i, json);
        }
    }
}

void takeMetrics(const Json& json, const ModelOfCase& m, std::vector<OutputTraining>& outputs, std::vector<Object> OutputTraining::*list) {
    const bool isFlat = json.is_array() && std::none_of(json.begin(), json.end(), [](const Json& e) { return e.is_array() || e.is_null(); });
    forOutputs(json, m, isFlat, [&](std::size_t i, const Json& given) {
        const Json metrics = given.is_array() ? given : given.is_null() ? Json::array() : Json::array({given});
        for (const Json& metric : metrics) {
            (outputs[i].*list).push_back(metricFrom(metric, "metric"));
        }
    });
}

TrainingConfig configOf(Case& c, const ModelOfCase& m) {
    const Json compile = c.document(c.json().at("compile").get<std::string>());
    c.expectKeys(compile, {"optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly", "steps_per_execution", "jit_compile"}, "compile.json");
    TrainingConfig config;
    config.optimizer = readKerasObject(compile.at("optimizer"), "optimizer", "optimizers", allCatalogues);
    config.batchSize = c.json().at("batch_size").get<std::int64_t>();
    config.epochs = c.json().at("epochs").get<std::int64_t>();
    config.shuffle = c.json().at("shuffle").get<bool>();
    std::vector<OutputTraining> outputs(m.model->outputs().size());
    forOutputs(compile.at("loss"), m, false, [&](std::size_t i, const Json& loss) {
        if (!loss.is_null()) {
            outputs[i].loss = lossFrom(loss, "loss");
        }
    });
    forOutputs(compile.at("loss_weights"), m, false, [&](std::size_t i, const Json& weight) { outputs[i].weight = weight.get<double>(); });
    takeMetrics(compile.at("metrics"), m, outputs, &OutputTraining::metrics);
    takeMetrics(compile.at("weighted_metrics"), m, outputs, &OutputTraining::weightedMetrics);
    if (const Json weights = c.json().value("class_weight", Json()); !weights.is_null()) {
        for (const auto& [name, weight] : weights.items()) {
            outputs.at(0).classWeights[std::stoll(name)] = weight.get<double>();
        }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        config.outputs[m.model->outputs()[i].name] = outputs[i];
    }
    return config;
}

// --- Data --------------------------------------------------------------------------------------------------------------

/// Tensors by the model's order; targets and weights by output.
struct Data {
    std::vector<Tensor> inputs, targets, weights;

    Data rows(std::int64_t begin, std::int64_t end) const {
        const auto cut = [&](const std::vector<Tensor>& all) {
            std::vector<Tensor> out;
            for (const Tensor& tensor : all) {
                out.push_back(tensor.empty() ? Tensor() : tensor.rows(begin, end));
            }
            return out;
        };
        return {cut(inputs), cut(targets), cut(weights)};
    }
    std::int64_t count() const { return inputs.at(0).shape()[0]; }
};

Tensor joined(const Tensor& a, const Tensor& b) {
    if (a.empty()) {
        return {};
    }
    Tensor out(a.shape().withBatch(a.shape()[0] + b.shape()[0]), a.dtype());
    std::memcpy(out.bytes(), a.bytes(), a.byteSize());
    std::memcpy(static_cast<std::byte*>(out.bytes()) + a.byteSize(), b.bytes(), b.byteSize());
    return out;
}

Data dataOf(Case& c, const ModelOfCase& m) {
    const Json& json = c.json();
    Data data;
    data.inputs = c.arrays(json.at("inputs"));
    const std::size_t outputs = m.model->outputs().size();
    data.targets.resize(outputs);
    data.weights.resize(outputs);
    const auto structure = json.at("targets_structure").get<std::string>();
    const bool isDict = structure == "dict";
    if (!isDict && structure != "single" && structure != "list") {
        throw Error(cat("The runner does not know targets_structure \"", structure, "\"."));
    }
    const auto outputOf = [&](std::size_t i) { return isDict ? m.outputNamed(json.at("targets_keys").at(i).get<std::string>()) : i; };
    const Json& targets = json.at("targets");
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!targets[i].is_null()) {
            data.targets.at(outputOf(i)) = c.array(targets[i]);
        }
    }
    if (const Json weights = json.value("sample_weights", Json()); !weights.is_null()) {
        const auto form = json.at("sample_weight_structure").get<std::string>();
        if (form != "single" && form != "list") {
            throw Error(cat("The runner does not know sample_weight_structure \"", form, "\"."));
        }
        for (std::size_t i = 0; i < outputs; ++i) {
            const Json& weight = form == "single" ? weights.at(0) : weights.at(i);
            if (!weight.is_null()) {
                data.weights[i] = c.array(weight).cast(DType::float32);
            }
        }
    }
    return data;
}

/// The data as columns, and the columns' names into the configuration.
std::shared_ptr<const Dataset> datasetOf(const Data& data, const Model& model, TrainingConfig& config) {
    auto dataset = std::make_shared<Dataset>();
    dataset->trainRows = data.count();
    const auto add = [&](const std::string& name, const Tensor& tensor) {
        std::vector<std::int64_t> rows(static_cast<std::size_t>(tensor.shape()[0]));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = static_cast<std::int64_t>(i);
        }
        dataset->train.emplace(name, Column(std::make_shared<const Tensor>(tensor), std::move(rows), {}));
        return name;
    };
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
        config.inputs[model.inputs().at(i).name] = add(cat("input ", i), data.inputs[i]);
    }
    for (std::size_t i = 0; i < data.targets.size(); ++i) {
        OutputTraining& output = config.outputs[model.outputs()[i].name];
        const bool isTrained = output.loss || !output.metrics.empty() || !output.weightedMetrics.empty();
        output.target = isTrained && !data.targets[i].empty() ? add(cat("target ", i), data.targets[i]) : std::string();
        output.sampleWeights = isTrained && !data.weights[i].empty() ? add(cat("weights ", i), data.weights[i]) : std::string();
    }
    return dataset;
}

// --- Comparing -------------------------------------------------------------------------------------------------------

/// Keras numbers metrics of a class by how many of that class its process has made, so that one metric is `auc` in compile.json, `auc_1` in
/// the logs of single steps and `auc_2` in those of fit. Such a name is brought back to the one that compile.json has.
Json withoutProcessCounts(const Json& expected, const Logs& got) {
    Json out = Json::object();
    for (const auto& [name, value] : expected.items()) {
        const std::size_t end = name.find_last_not_of("0123456789");
        const bool counted = end != std::string::npos && end + 1 < name.size() && end > 0 && name[end] == '_';
        const std::string plain = counted ? name.substr(0, end) : name;
        out[!got.contains(name) && got.contains(plain) && !expected.contains(plain) ? plain : name] = value;
    }
    return out;
}

void compareLogs(Case& c, const Logs& got, const Json& given, const std::string& where) {
    const Json expected = withoutProcessCounts(given, got);
    for (const auto& [name, value] : expected.items()) {
        const auto found = got.find(name);
        if (found == got.end()) {
            c.fail(cat(where, ": there is no ", name));
        } else {
            c.compare(found->second, value.get<double>(), cat(where, ", ", name), kHistory);
        }
    }
    for (const auto& entry : got) {
        if (!expected.contains(entry.first)) {
            c.fail(cat(where, ": ", entry.first, " is not in Keras' logs"));
        }
    }
}

struct Recorder : TrainObserver {
    std::vector<Logs> batches;
    void onBatch(const TrainProgress&, const Logs& logs) override { batches.push_back(logs); }
};

Data firstBatch(const Data& data, std::int64_t size) { return data.rows(0, std::min(size, data.count())); }

void runFirstStep(Case& c, const ModelOfCase& m, const TrainingConfig& config, const Data& data) {
    const Json& expected = c.json().at("step1");
    c.expectKeys(expected, {"loss", "gradients", "note"}, "step1");
    Trainer trainer(m.model, config, m.weights);
    const Data batch = firstBatch(data, config.batchSize);
    const auto got = trainer.gradients(batch.inputs, batch.targets, batch.weights);
    c.compare(got.loss, expected.at("loss").get<double>(), "step 1, loss", kHistory);
    m.compareByIndex(c, expected.at("gradients"), got.weights, "step 1, gradient");
    m.requireListed(c, expected.at("gradients"), "step 1, gradient");
}

void runSingleSteps(Case& c, const ModelOfCase& m, const TrainingConfig& config, const Data& data) {
    const Json& expected = c.json().at("step_logs");
    Trainer trainer(m.model, config, m.weights);
    std::size_t step = 0;
    for (std::int64_t epoch = 0; epoch < config.epochs; ++epoch) {
        for (std::int64_t row = 0; row < data.count(); row += config.batchSize, ++step) {
            const Data batch = data.rows(row, std::min(row + config.batchSize, data.count()));
            trainer.resetMetrics();
            const Logs logs = trainer.trainOnBatch(batch.inputs, batch.targets, batch.weights);
            if (step < expected.size()) {
                compareLogs(c, logs, expected[step], cat("single step ", step + 1));
            }
        }
    }
    if (step != expected.size()) {
        c.fail(cat("step_logs: ", step, " steps, expected ", expected.size()));
    }
}

void runFit(Case& c, const ModelOfCase& m, TrainingConfig config, const Data& data) {
    const Json& json = c.json();
    Data fitted = data;
    if (const Json split = json.value("validation_split", Json()); !split.is_null()) {
        config.validationSplit = split.get<double>();
    }
    if (const Json validation = json.value("validation", Json()); !validation.is_null()) {
        // Keras is given the first samples again as validation data; here they are the last part of longer data.
        c.expectKeys(validation, {"first_n_samples"}, "validation");
        const auto count = validation.at("first_n_samples").get<std::int64_t>();
        const Data held = data.rows(0, count);
        for (std::size_t i = 0; i < data.inputs.size(); ++i) {
            fitted.inputs[i] = joined(data.inputs[i], held.inputs[i]);
        }
        for (std::size_t i = 0; i < data.targets.size(); ++i) {
            fitted.targets[i] = joined(data.targets[i], held.targets[i]);
            fitted.weights[i] = joined(data.weights[i], held.weights[i]);
        }
        config.validationSplit = (static_cast<double>(count) - 0.5) / static_cast<double>(fitted.count());
    }
    TrainRequest request;
    request.model = m.model;
    request.data = datasetOf(fitted, *m.model, config);
    request.config = config;
    request.weights = m.weights;
    Recorder recorder;
    const TrainResult result = train(request, {}, &recorder);
    if (!result.trouble.empty()) {
        throw Error(result.trouble);
    }
    const Json& batchLogs = json.at("fit_batch_logs");
    if (recorder.batches.size() != batchLogs.size()) {
        c.fail(cat("fit_batch_logs: ", recorder.batches.size(), " batches, expected ", batchLogs.size()));
    }
    for (std::size_t i = 0; i < std::min(recorder.batches.size(), batchLogs.size()); ++i) {
        compareLogs(c, recorder.batches[i], batchLogs[i], cat("fit, batch ", i + 1));
    }
    for (std::size_t epoch = 0; epoch < result.history.size(); ++epoch) {
        Json expected = Json::object();
        for (const auto& [name, values] : json.at("history").items()) {
            expected[name] = values.at(epoch);
        }
        compareLogs(c, result.history[epoch], expected, cat("history, epoch ", epoch + 1));
    }
    if (result.history.size() != static_cast<std::size_t>(config.epochs)) {
        c.fail(cat("history: ", result.history.size(), " epochs, expected ", config.epochs));
    }
    m.compareByIndex(c, json.at("after"), inOrder(*m.model, result.weights), "after fit, the value");
    std::vector<WeightKey> trained;
    for (const Model::Weight& weight : m.model->weights()) {
        if (weight.trainable) {
            trained.push_back(weight.key);
        }
    }
    compareOptimizerState(c, json.at("optimizer_variables"), result.optimizer, trained,
                          *valueOf(findOptimizerType(config.optimizer.type)->schema, config.optimizer.params, "learning_rate").asNumber());

    TrainingConfig plain = config;
    plain.validationSplit = 0;
    const auto dataset = datasetOf(data, *m.model, plain);
    compareLogs(c, evaluate(*m.model, plain, *dataset, DataPart::train, result.weights), json.at("evaluate_after"), "evaluate after fit");
    std::map<std::string, Tensor> inputs;
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
        inputs[m.model->inputs()[i].name] = data.inputs[i];
    }
    const auto predicted = predict(*m.model, result.weights, inputs, config.batchSize);
    const std::vector<Tensor> expected = c.arrays(json.at("predict_after"));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        c.compare(predicted.at(i), expected[i], cat("predict after fit, output ", i));
    }
}

} // namespace

void runTrain(Case& c) {
    c.expectCaseKeys({"model", "weights", "input_names", "output_names", "input_shapes", "output_shapes", "layers", "count_params", "trainable_params", "summary",
                      "compile", "inputs", "targets", "targets_structure", "targets_keys", "sample_weights", "sample_weight_structure", "class_weight", "batch_size",
                      "epochs", "shuffle", "step1", "step_logs", "fit_batch_logs", "fit_batch_logs_note", "history", "after", "optimizer_variables", "evaluate_after",
                      "predict_after", "validation", "validation_split", "callbacks"});
    const ModelOfCase m(c);
    const TrainingConfig config = configOf(c, m);
    for (const Json& callback : c.json().value("callbacks", Json::array())) {
        const auto name = callback.at("class_name").get<std::string>();
        throw UnknownType(cat("callback ", name), cat("There is no callback ", name, "."));
    }
    const Data data = dataOf(c, m);
    runFirstStep(c, m, config, data);
    if (c.json().contains("step_logs")) {
        runSingleSteps(c, m, config, data);
    }
    runFit(c, m, config, data);
}

} // namespace weft::conformance
