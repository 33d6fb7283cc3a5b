// SPDX-License-Identifier: Apache-2.0
#include "engine/training/trainer.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <atomic>
#include <cmath>
#include <cstring>

namespace weft {
namespace {

constexpr std::uint64_t kDropoutSeed = 0x64726F70; // so that dropout and shuffling draw from different sequences
constexpr std::size_t kMostPlans = 8;

std::shared_ptr<const Tensor> weightOf(const Model::Weight& weight, const Weights& weights) {
    const auto found = weights.find(weight.key);
    if (found == weights.end() || !found->second || found->second->shape() != weight.spec.shape || found->second->dtype() != DType::float32) {
        throw Error(cat("weight ", weight.path, ": expected float32 of shape ", weight.spec.shape.text(), ", got ",
                        found == weights.end() || !found->second ? "none" : found->second->shape().text(), "."));
    }
    return found->second;
}

std::vector<UpdaterWeight> updaterWeights(const Model& model, const Weights& weights) {
    std::vector<UpdaterWeight> out;
    for (const Model::Weight& weight : model.weights()) {
        out.push_back({weight.key, weightOf(weight, weights), weight.trainable});
    }
    return out;
}

std::optional<TensorSpec> specOf(std::span<const Tensor> tensors, std::size_t i) {
    if (i >= tensors.size() || tensors[i].empty()) {
        return std::nullopt;
    }
    return TensorSpec{tensors[i].shape(), tensors[i].dtype()};
}

void requireRows(std::string_view what, const Tensor& tensor, std::int64_t rows) {
    if (tensor.shape().rank() == 0 || tensor.shape()[0] != rows) {
        throw Error(cat(what, ": expected ", rows, " rows, got the shape ", tensor.shape().text(), "."));
    }
}

} // namespace

struct Trainer::Current {
    Plan* plan = nullptr;
    const Batch* batch = nullptr;
    double lossScale = 1;
    std::atomic<bool> finite{true};
};

int usefulThreads(const Model& model, std::int64_t batch, bool training, int threads) {
    constexpr double kWorthwhile = 2e6; // multiply-adds of a pass: some 100 microseconds
    const double work = model.cost().multiplyAdds * static_cast<double>(batch) * (training ? 3 : 1);
    return work < kWorthwhile ? 1 : threads;
}

std::vector<std::shared_ptr<const Tensor>> weightTensors(const Model& model, const Weights& weights) {
    std::vector<std::shared_ptr<const Tensor>> out;
    for (const Model::Weight& weight : model.weights()) {
        out.push_back(weightOf(weight, weights));
    }
    return out;
}

Trainer::Trainer(std::shared_ptr<const Model> model, TrainingConfig config, const Weights& weights, const OptimizerState& state, int threads)
    : m_model(std::move(model)), m_config(std::move(config)), m_updater(m_config.optimizer, updaterWeights(*m_model, weights), state), m_rules(*m_model),
      m_pool(usefulThreads(*m_model, m_config.batchSize, true, threads)), m_gradients(m_model->weights().size()),
      m_current(std::make_unique<Current>()) {
    m_losses = [this](Rows rows, int) {
        for (std::size_t i = 0; i < m_objective->outputs().size(); ++i) {
            const std::size_t output = m_objective->outputs()[i].index;
            const auto* prediction = static_cast<const float*>(m_current->plan->output(output));
            if (!m_objective->evaluate(i, *m_current->batch, rows, prediction, m_current->plan->outputGradient(output))) {
                m_current->finite = false;
            }
        }
    };
    m_update = [this](std::size_t weight, Rows elements, int) {
        if (m_current->finite) {
            float* gradient = m_current->plan->weightGradient(weight);
            m_rules.addGradient(weight, elements, gradient);
            m_updater.update(weight, elements, gradient);
        }
    };
}

Trainer::~Trainer() = default;

Plan& Trainer::plan(const Batch& batch, Mode mode) {
    std::shared_ptr<const Model> model = m_model;
    if (m_model->isOpen()) {
        m_shapes.clear();
        for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
            m_shapes.push_back(batch.inputShape(i));
        }
        model = m_model->at(m_shapes);
    }
    const PlanKey key{model.get(), batch.rows, mode};
    const auto found = m_plans.find(key);
    if (found != m_plans.end()) {
        return found->second;
    }
    if (m_plans.size() >= kMostPlans) {
        m_plans.clear();
    }
    return m_plans.emplace(key, Plan(model, {.batch = batch.rows, .training = mode != Mode::predicting, .asInference = mode == Mode::probing}, m_pool.threads())).first->second;
}

Objective& Trainer::prepare(const std::vector<std::optional<TensorSpec>>& targets, std::span<const Shape> inputs) {
    m_objective = std::make_unique<Objective>(m_model->isOpen() && !inputs.empty() ? *m_model->at(inputs) : *m_model, m_config, targets);
    m_targets = targets;
    m_predictions.resize(m_objective->outputs().size());
    m_masks.resize(m_objective->outputs().size());
    m_whole = m_objective->hasMasks() ? std::function<void()>([this] { begin(m_current->lossScale); }) : nullptr;
    m_batch.reset();
    return *m_objective;
}

void Trainer::begin(double lossScale) {
    m_objective->begin(*m_current->batch, lossScale, m_masks);
}

void Trainer::load(Plan& plan, const Batch& batch) {
    if (fixedBatch() != kUnknown && batch.rows != fixedBatch()) {
        throw Error(cat("the model's batch size is fixed to ", fixedBatch(), " by its Input; a batch of ", batch.rows, " cannot run."));
    }
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        const Tensor& input = batch.inputs[i];
        const bool isCut = i < batch.steps.size() && batch.steps[i] > 0; // as Batch::inputShape, which would allocate
        const std::int64_t perRow = isCut ? batch.steps[i] * input.shape().count(2) : input.shape().count(1);
        const std::size_t row = static_cast<std::size_t>(perRow) * sizeOf(input.dtype());
        std::memcpy(plan.input(i), input.bytes(), row * static_cast<std::size_t>(batch.rows));
    }
    if (m_states.rows() != batch.rows) {
        m_states = LayerStates(plan.model(), batch.rows);
    }
    plan.bindStates(m_states.pointers());
    m_current->plan = &plan;
    m_current->batch = &batch;
    m_current->finite = true;
    for (std::size_t i = 0; i < m_predictions.size(); ++i) {
        const std::size_t output = m_objective->outputs()[i].index;
        m_predictions[i] = static_cast<const float*>(plan.output(output));
        const int mask = plan.model().outputs()[output].mask;
        m_masks[i] = {plan.outputMask(output), mask < 0 ? 1 : plan.model().values()[static_cast<std::size_t>(mask)].shape.count(1)};
    }
}

/// Forward, losses, backward; and the update, if wanted. Gradients are of the loss times the loss scale.
double Trainer::run(const Batch& batch, bool update) {
    static const Plan::WeightHook kNone;
    Plan& p = plan(batch, Mode::training);
    load(p, batch);
    m_current->lossScale = update ? m_updater.lossScale() : 1.0;
    p.setLossScale(m_current->lossScale);
    m_rules.look(m_updater.weights(), m_current->lossScale, true);
    if (!m_whole) {
        begin(m_current->lossScale);
    }
    const bool byPart = update && m_updater.updatesByPart();
    if (update) {
        m_updater.begin();
    }
    p.step(m_pool, m_updater.weights(), m_config.seed ^ kDropoutSeed, static_cast<std::uint64_t>(m_updater.iteration()), m_losses, byPart ? m_update : kNone,
           m_whole);
    if (!byPart) {
        for (std::size_t i = 0; i < m_gradients.size(); ++i) {
            if (float* gradient = p.weightGradient(i)) {
                m_rules.addGradient(i, {0, m_model->weights()[i].spec.shape.count()}, gradient);
            }
        }
    }
    m_objective->setPenalty(m_rules.weightCost() + m_rules.outputCost(p));
    const double loss = m_objective->loss();
    if (!update || !m_current->finite) {
        return m_current->finite ? loss : std::nan("");
    }
    if (!byPart) {
        for (std::size_t i = 0; i < m_gradients.size(); ++i) {
            m_gradients[i] = p.weightGradient(i);
        }
        m_updater.updateAll(m_pool, m_gradients.data());
    }
    for (std::size_t i = 0; i < m_gradients.size(); ++i) {
        if (const float* fresh = p.newWeight(i)) {
            m_updater.overwrite(i, fresh);
        }
    }
    m_updater.end();
    for (const WeightRules::Constrained& constrained : m_rules.constraints()) {
        m_updater.constrain(constrained.weight, *constrained.rule);
    }
    return loss;
}

double Trainer::step(const Batch& batch) {
    const double loss = run(batch, true);
    if (std::isfinite(loss)) {
        m_objective->end(batch, m_predictions, m_masks);
    }
    return loss;
}

double Trainer::test(const Batch& batch) {
    Plan& p = plan(batch, m_rules.hasOutputCosts() ? Mode::probing : Mode::predicting);
    load(p, batch);
    m_rules.look(m_updater.weights(), 1.0, false);
    p.forward(m_pool, m_updater.weights(), 0, 0);
    begin(1.0);
    for (std::size_t i = 0; i < m_predictions.size(); ++i) {
        m_objective->evaluate(i, batch, {0, batch.rows}, m_predictions[i], nullptr);
    }
    m_objective->setPenalty(m_rules.weightCost() + m_rules.outputCost(p));
    return m_objective->end(batch, m_predictions, m_masks);
}

void Trainer::resetMetrics() {
    if (m_objective) {
        m_objective->reset();
    }
}

const Logs& Trainer::logs() {
    return m_objective->logs();
}

const Batch& Trainer::batchOf(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights, bool classWeights) {
    if (inputs.size() != m_model->inputs().size()) {
        throw Error(cat("the model has ", m_model->inputs().size(), " inputs; ", inputs.size(), " were given."));
    }
    BatchSpecs specs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        specs.inputs.push_back({inputs[i].shape(), inputs[i].dtype()});
    }
    for (std::size_t i = 0; i < m_model->outputs().size(); ++i) {
        specs.targets.push_back(specOf(targets, i));
        specs.weights.push_back(specOf(sampleWeights, i));
    }
    const auto withoutBatch = [](std::vector<std::optional<TensorSpec>> list) {
        for (auto& spec : list) {
            if (spec && spec->shape.rank() > 0) {
                spec->shape[0] = kUnknown;
            }
        }
        return list;
    };
    if (const auto wanted = withoutBatch(specs.targets); !m_objective || wanted != m_targets) {
        std::vector<Shape> shapes;
        for (const TensorSpec& input : specs.inputs) {
            shapes.push_back(input.shape);
        }
        prepare(wanted, shapes);
    }
    const std::int64_t rows = inputs.empty() || inputs[0].shape().rank() == 0 ? 0 : inputs[0].shape()[0];
    m_batch = std::make_unique<Batch>(bookBatch(*m_model, *m_objective, specs, rows));
    m_batch->rows = rows;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        requireRows(cat("input \"", m_model->inputs()[i].name, "\""), inputs[i], rows);
        convert(inputs[i].bytes(), inputs[i].dtype(), m_batch->inputs[i].bytes(), m_batch->inputs[i].dtype(), inputs[i].size());
    }
    for (const Objective::Output& output : m_objective->outputs()) {
        Batch::Target& target = m_batch->targets[output.index];
        requireRows(cat("target of output \"", output.name, "\""), targets[output.index], rows);
        target.given = targets[output.index];
        if (const auto& weights = specs.weights[output.index]) {
            const Tensor& given = sampleWeights[output.index];
            requireRows(cat("sample weights of output \"", output.name, "\""), given, rows);
            convert(given.bytes(), weights->dtype, target.weights.bytes(), DType::float32, given.size());
        }
    }
    completeTargets(*m_objective, specs, classWeights, *m_batch);
    return *m_batch;
}

Logs Trainer::trainOnBatch(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights) {
    const double loss = step(batchOf(inputs, targets, sampleWeights, true));
    Logs out = logs();
    if (!std::isfinite(loss)) {
        out["loss"] = loss;
    }
    return out;
}

Logs Trainer::testOnBatch(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights) {
    test(batchOf(inputs, targets, sampleWeights, false));
    return logs();
}

Trainer::Gradients Trainer::gradients(std::span<const Tensor> inputs, std::span<const Tensor> targets, std::span<const Tensor> sampleWeights) {
    const Batch& batch = batchOf(inputs, targets, sampleWeights, true);
    Gradients out;
    out.loss = run(batch, false);
    Plan& p = plan(batch, Mode::training);
    for (std::size_t i = 0; i < m_model->weights().size(); ++i) {
        const float* gradient = p.weightGradient(i);
        const Shape& shape = m_model->weights()[i].spec.shape;
        out.weights.push_back(gradient ? Tensor(shape, std::span(gradient, static_cast<std::size_t>(shape.count()))) : Tensor());
    }
    return out;
}

std::vector<Tensor> Trainer::predictOnBatch(std::span<const Tensor> inputs) {
    std::map<std::string, Tensor> named;
    for (std::size_t i = 0; i < inputs.size() && i < m_model->inputs().size(); ++i) {
        named.emplace(m_model->inputs()[i].name, inputs[i]);
    }
    const std::int64_t rows = inputs.empty() || inputs[0].shape().rank() == 0 ? 1 : std::max<std::int64_t>(inputs[0].shape()[0], 1);
    return predict(*m_model, weights(), named, rows, m_pool.threads());
}

Weights Trainer::weights() const {
    Weights out;
    const auto values = m_updater.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
        out[m_model->weights()[i].key] = values[i];
    }
    return out;
}

} // namespace weft
