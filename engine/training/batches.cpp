// SPDX-License-Identifier: Apache-2.0
#include "engine/training/batches.h"

#include "engine/base/error.h"
#include "engine/base/random.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cstring>

namespace weft {
namespace {

const Column* columnNamed(const std::map<std::string, Column>& columns, const std::string& name, const std::string& purpose) {
    if (name.empty()) {
        throw Error(cat(purpose, ": no data column is chosen."));
    }
    const auto found = columns.find(name);
    if (found == columns.end()) {
        throw Error(cat(purpose, ": there is no data column named \"", name, "\"."));
    }
    return &found->second;
}

const OutputTraining* trainingOf(const TrainingConfig& config, const std::string& output) {
    const auto found = config.outputs.find(output);
    const bool used = found != config.outputs.end() &&
                      (found->second.loss || !found->second.metrics.empty() || !found->second.weightedMetrics.empty());
    return used ? &found->second : nullptr;
}

const Column* targetOf(const Model::Port& output, const OutputTraining& training, const std::map<std::string, Column>& columns) {
    return columnNamed(columns, training.target, cat("The target of output \"", output.name, "\""));
}

const Column* inputOf(const Model::Port& input, const TrainingConfig& config, const std::map<std::string, Column>& columns) {
    const auto bound = config.inputs.find(input.name);
    return columnNamed(columns, bound == config.inputs.end() ? std::string() : bound->second, cat("Input \"", input.name, "\""));
}

/// What fills up the sequences of a column, if anything does.
std::optional<double> paddingOf(const Column& column) {
    std::optional<double> padding;
    for (const auto& step : column.steps()) {
        padding = step->padding() ? step->padding() : padding;
    }
    return padding;
}

Tensor stagingFor(const Column* column, DType wanted, std::int64_t rows) {
    return column && column->spec().dtype != wanted ? Tensor(column->spec().shape.withBatch(rows), column->spec().dtype) : Tensor();
}

} // namespace

std::vector<std::optional<TensorSpec>> BatchSource::targets(const Model& model, const TrainingConfig& config,
                                                            const std::map<std::string, Column>& columns) {
    std::vector<std::optional<TensorSpec>> out;
    for (const Model::Port& output : model.outputs()) {
        const OutputTraining* training = trainingOf(config, output.name);
        out.push_back(training ? std::optional(targetOf(output, *training, columns)->spec()) : std::nullopt);
    }
    return out;
}

std::vector<Shape> BatchSource::inputs(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns) {
    std::vector<Shape> out;
    for (const Model::Port& input : model.inputs()) {
        out.push_back(inputOf(input, config, columns)->spec().shape);
    }
    return out;
}

BatchSource::BatchSource(const Model& model, const TrainingConfig& config, const std::map<std::string, Column>& columns, const Objective& objective,
                         bool classWeights, std::int64_t batchSize)
    : m_model(model), m_objective(objective), m_classWeights(classWeights), m_batchSize(batchSize) {
    for (const Model::Port& input : model.inputs()) {
        m_inputs.push_back(inputOf(input, config, columns));
        m_specs.inputs.push_back(m_inputs.back()->spec());
        m_inputStaging.push_back(stagingFor(m_inputs.back(), input.spec.dtype, batchSize));
    }
    if (model.isOpen()) {
        m_open = model.at(inputs(model, config, columns));
    }
    // An output that is as long as its input has a target of that length, which is not cut.
    const bool mayCut = std::all_of(objective.outputs().begin(), objective.outputs().end(), [&](const Objective::Output& output) {
        return model.outputs()[output.index].spec.shape.withoutBatch().isKnown();
    });
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        const Shape& shape = model.inputs()[i].spec.shape;
        m_padding.push_back(mayCut && shape.rank() > 1 && shape[1] == kUnknown ? paddingOf(*m_inputs[i]) : std::nullopt);
    }
    m_specs.targets = targets(model, config, columns);
    for (const Model::Port& output : model.outputs()) {
        const OutputTraining* training = trainingOf(config, output.name);
        m_targets.push_back(training ? targetOf(output, *training, columns) : nullptr);
        const bool weighted = training && !training->sampleWeights.empty();
        m_weights.push_back(weighted ? columnNamed(columns, training->sampleWeights, cat("The sample weights of output \"", output.name, "\"")) : nullptr);
        m_specs.weights.push_back(weighted ? std::optional(m_weights.back()->spec()) : std::nullopt);
        m_weightStaging.push_back(stagingFor(m_weights.back(), DType::float32, batchSize));
    }
}

Batch BatchSource::book() const {
    return bookBatch(m_model, m_objective, m_specs, m_batchSize);
}

void BatchSource::gather(const Column& column, std::span<const std::int64_t> rows, void* out, DType type, Tensor& staging) const {
    if (staging.empty()) {
        column.gather(rows, out);
    } else {
        column.gather(rows, staging.bytes());
        convert(staging.bytes(), staging.dtype(), out, type, static_cast<std::int64_t>(rows.size()) * staging.shape().count(1));
    }
}

void BatchSource::cut(std::size_t input, Batch& batch) const {
    constexpr std::int64_t kGrain = 8; // so that not every batch needs a plan of its own
    Tensor& tensor = batch.inputs[input];
    const std::int64_t steps = tensor.shape()[1], width = tensor.shape().count(2);
    const std::size_t stepBytes = static_cast<std::size_t>(width) * sizeOf(tensor.dtype());
    const bool wide = tensor.dtype() == DType::float32;
    const auto fills = [&](std::int64_t at) {
        const double number = wide ? static_cast<double>(tensor.data<float>()[at])
                                   : tensor.dtype() == DType::int32 ? static_cast<double>(tensor.data<std::int32_t>()[at])
                                                                    : static_cast<double>(tensor.data<std::uint8_t>()[at]);
        return number == *m_padding[input];
    };
    std::int64_t longest = 1;
    for (std::int64_t row = 0; row < batch.rows; ++row) {
        std::int64_t end = steps * width;
        while (end > longest * width && fills(row * steps * width + end - 1)) {
            --end;
        }
        longest = std::max(longest, (end + width - 1) / width);
    }
    longest = std::min(steps, (longest + kGrain - 1) / kGrain * kGrain);
    batch.steps.resize(batch.inputs.size());
    batch.steps[input] = longest;
    auto* bytes = static_cast<std::byte*>(tensor.bytes());
    for (std::int64_t row = 1; row < batch.rows && longest < steps; ++row) {
        std::memmove(bytes + static_cast<std::size_t>(row * longest) * stepBytes, bytes + static_cast<std::size_t>(row * steps) * stepBytes,
                     static_cast<std::size_t>(longest) * stepBytes);
    }
}

void BatchSource::fill(std::span<const std::int64_t> rows, Batch& batch) {
    batch.rows = static_cast<std::int64_t>(rows.size());
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        gather(*m_inputs[i], rows, batch.inputs[i].bytes(), batch.inputs[i].dtype(), m_inputStaging[i]);
        if (const auto unknown = unknownCode(m_open ? *m_open : m_model, i, batch.inputs[i].bytes(), batch.rows)) {
            const std::int64_t row = m_inputs[i]->sourceRow(rows[static_cast<std::size_t>(unknown->row)]);
            const Origin* origin = m_inputs[i]->origin().get();
            const std::string& name = m_model.inputs()[i].name;
            throw Error(cat(origin ? cat("The data column \"", origin->column, "\" of input \"", name, "\" (", origin->file, "), row ", origin->rowNumber(row))
                                   : cat("The data of input \"", name, "\", row ", row + 1),
                            ": ", unknown->problem));
        }
        if (m_padding[i]) {
            cut(i, batch);
        }
    }
    for (const Objective::Output& output : m_objective.outputs()) {
        Batch::Target& target = batch.targets[output.index];
        m_targets[output.index]->gather(rows, target.given.bytes());
        if (const Column* weights = m_weights[output.index]) {
            gather(*weights, rows, target.weights.bytes(), DType::float32, m_weightStaging[output.index]);
        }
    }
    const auto place = [&](std::size_t output, std::int64_t row) {
        const Column& column = *m_targets[output];
        const std::int64_t source = column.sourceRow(rows[static_cast<std::size_t>(row)]);
        const std::string& name = m_model.outputs()[output].name;
        const Origin* origin = column.origin().get();
        return origin ? cat("The target column \"", origin->column, "\" of output \"", name, "\" (", origin->file, "), row ", origin->rowNumber(source))
                      : cat("The target of output \"", name, "\", row ", source + 1);
    };
    completeTargets(m_objective, m_specs, m_classWeights, batch, std::ref(place));
}

void shuffle(std::uint64_t seed, std::int64_t epoch, std::vector<std::int64_t>& rows) {
    const Random random(seed, static_cast<std::uint64_t>(epoch));
    for (std::size_t i = rows.size(); i > 1; --i) {
        std::swap(rows[i - 1], rows[random.below(i, i)]);
    }
}

BatchWalk::BatchWalk(BatchSource& source, std::span<const std::int64_t> rows, std::int64_t first, bool ahead, std::span<Batch, 2> batches)
    : m_source(source), m_rows(rows), m_batches(batches), m_next(first),
      m_count((static_cast<std::int64_t>(rows.size()) + source.batchSize() - 1) / source.batchSize()), m_ahead(ahead && m_count - first > 1),
      m_filled(first), m_inUse(first) {
    if (m_ahead) {
        m_thread = std::thread([this, first] { work(first); });
    }
}

BatchWalk::~BatchWalk() {
    if (m_thread.joinable()) {
        {
            const std::lock_guard lock(m_mutex);
            m_over = true;
        }
        m_changed.notify_all();
        m_thread.join();
    }
}

void BatchWalk::fill(std::int64_t batch) {
    const std::int64_t begin = batch * m_source.batchSize();
    const std::int64_t count = std::min(m_source.batchSize(), static_cast<std::int64_t>(m_rows.size()) - begin);
    m_source.fill(m_rows.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)), m_batches[static_cast<std::size_t>(batch % 2)]);
}

void BatchWalk::work(std::int64_t first) {
    for (std::int64_t batch = first; batch < m_count; ++batch) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return m_over || batch < m_inUse + 2; });
            if (m_over) {
                return;
            }
        }
        std::exception_ptr failure;
        try {
            fill(batch);
        } catch (...) {
            failure = std::current_exception();
        }
        {
            const std::lock_guard lock(m_mutex);
            m_filled = batch + 1;
            m_failure = failure;
        }
        m_changed.notify_all();
        if (failure) {
            return;
        }
    }
}

const Batch* BatchWalk::next() {
    if (m_next >= m_count) {
        return nullptr;
    }
    const std::int64_t batch = m_next++;
    if (!m_ahead) {
        fill(batch);
        return &m_batches[static_cast<std::size_t>(batch % 2)];
    }
    std::unique_lock lock(m_mutex);
    m_inUse = batch;
    m_changed.notify_all();
    m_changed.wait(lock, [&] { return m_filled > batch; });
    if (m_failure && m_filled == batch + 1) {
        std::rethrow_exception(m_failure);
    }
    return &m_batches[static_cast<std::size_t>(batch % 2)];
}

} // namespace weft
