// SPDX-License-Identifier: Apache-2.0
#include "engine/model/plan.h"

#include "engine/model/plan_layout.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace weft {

struct Plan::Impl {
    std::shared_ptr<const Model> model;
    PlanOptions options;
    PlanLayout layout;
    Tensor arena;
    int workers;
    float* const* states = nullptr;

    /// A node's pass with the arrays its pointers point into; one per worker, since local buffers differ.
    struct Run {
        Pass pass;
        std::vector<const void*> inputs;
        std::vector<void*> outputs;
        std::vector<const float*> weights;
        std::vector<const float*> outputGradients;
        std::vector<float*> inputGradients;
        std::vector<float*> weightGradients;
        std::vector<const std::uint8_t*> inputMasks;
        std::vector<std::int64_t> inputMaskSizes;
        std::vector<std::uint8_t*> outputMasks;
        std::vector<float*> states, newWeights;
        std::unique_ptr<bool[]> accumulate;
        bool hasLocal = false;
    };
    std::vector<std::vector<Run>> runs; ///< by worker, then node
    struct Task {
        std::size_t group;
        std::int64_t part;
    };
    std::vector<Task> tasks;

    Impl(std::shared_ptr<const Model> m, PlanOptions o, int w)
        : model(std::move(m)), options(o), layout(layOut(*model, options, w)), arena(Shape{static_cast<std::int64_t>(layout.bytes)}, DType::uint8), workers(w) {
        runs.resize(static_cast<std::size_t>(workers));
        for (auto& nodes : runs) {
            nodes.resize(model->nodes().size());
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                prepare(nodes[i], i);
            }
        }
        for (std::size_t group = 0; group < layout.groups.size(); ++group) {
            for (std::int64_t part = 0; part < layout.groups[group].parts; ++part) {
                tasks.push_back({group, part});
            }
        }
        // Long ones first, so that no thread is left with a long one at the end.
        std::stable_sort(tasks.begin(), tasks.end(), [&](const Task& a, const Task& b) { return taskCost(a) > taskCost(b); });
    }

    double taskCost(const Task& task) const {
        const auto& group = layout.groups[task.group];
        double cost = 0;
        for (const int node : group.nodes) {
            cost += model->nodes()[static_cast<std::size_t>(node)].cost.multiplyAdds;
        }
        return cost / static_cast<double>(group.parts);
    }

    std::byte* base() { return static_cast<std::byte*>(arena.bytes()); }
    std::size_t rootOf(int value) const { return static_cast<std::size_t>(layout.root[static_cast<std::size_t>(value)]); }
    void* valueAt(int value) { return base() + layout.values[rootOf(value)].offset; }

    float* floatsAt(std::size_t offset) { return offset == PlanLayout::kNone ? nullptr : reinterpret_cast<float*>(base() + offset); }

    float* gradientOf(int value) {
        const Buffer& buffer = layout.gradients[rootOf(value)];
        const bool isFloat = model->values()[static_cast<std::size_t>(value)].dtype == DType::float32;
        return buffer.booked && isFloat ? reinterpret_cast<float*>(base() + buffer.offset) : nullptr;
    }

    void prepare(Run& run, std::size_t index) {
        const Model::Node& node = model->nodes()[index];
        for (const int input : node.inputs) {
            run.hasLocal = run.hasLocal || layout.values[rootOf(input)].local;
            run.inputs.push_back(valueAt(input));
        }
        for (const int output : node.outputs) {
            run.hasLocal = run.hasLocal || layout.values[rootOf(output)].local;
            run.outputs.push_back(valueAt(output));
        }
        for (const int mask : node.inputMasks) {
            run.hasLocal = run.hasLocal || (mask >= 0 && layout.values[rootOf(mask)].local);
            run.inputMasks.push_back(mask < 0 ? nullptr : static_cast<const std::uint8_t*>(valueAt(mask)));
            run.inputMaskSizes.push_back(mask < 0 ? 0 : model->values()[static_cast<std::size_t>(mask)].shape.count(1));
        }
        for (const int mask : node.outputMasks) {
            run.outputMasks.push_back(mask < 0 ? nullptr : static_cast<std::uint8_t*>(valueAt(mask)));
        }
        for (const int weight : node.weights) {
            run.newWeights.push_back(floatsAt(layout.newWeights[static_cast<std::size_t>(weight)]));
        }
        run.states.resize(node.states.size());
        run.weights.resize(node.weights.size());
        run.pass.batch = options.batch;
        run.pass.training = options.training;
        run.pass.asInference = infers(node, options);
        run.pass.statistics = floatsAt(layout.statistics[index]);
        run.pass.stream = node.stream;
        run.pass.stash = layout.stashes[index].booked ? base() + layout.stashes[index].offset : nullptr;
        if (options.training) {
            run.accumulate = std::make_unique<bool[]>(node.inputs.size() + 1);
            for (std::size_t port = 0; port < node.inputs.size(); ++port) {
                run.inputGradients.push_back(gradientOf(node.inputs[port]));
                run.accumulate[port] = layout.accumulate[index][port];
            }
            for (const int output : node.outputs) {
                run.outputGradients.push_back(gradientOf(output));
            }
            for (const int weight : node.weights) {
                run.weightGradients.push_back(floatsAt(layout.weightGradients[static_cast<std::size_t>(weight)]));
            }
        }
        run.pass.inputs = run.inputs.data();
        run.pass.outputs = run.outputs.data();
        run.pass.weights = run.weights.data();
        run.pass.outputGradients = run.outputGradients.data();
        run.pass.inputGradients = run.inputGradients.data();
        run.pass.weightGradients = run.weightGradients.data();
        run.pass.accumulate = run.accumulate.get();
        run.pass.inputMasks = run.inputMasks.data();
        run.pass.inputMaskSizes = run.inputMaskSizes.data();
        run.pass.outputMasks = run.outputMasks.data();
        run.pass.states = run.states.data();
        run.pass.newWeights = run.newWeights.data();
    }

    void begin(const float* const* weights, std::uint64_t seed, std::uint64_t step) {
        // Random numbers of one step: another sequence for each, by the golden ratio's bits.
        const std::uint64_t key = seed ^ (step * 0x9E3779B97F4A7C15ULL);
        for (auto& nodes : runs) {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                const auto& indices = model->nodes()[i].weights;
                for (std::size_t w = 0; w < indices.size(); ++w) {
                    nodes[i].weights[w] = weights[indices[w]];
                }
                const auto& own = model->nodes()[i].states;
                for (std::size_t s = 0; s < own.size(); ++s) {
                    nodes[i].states[s] = states[own[s]];
                }
                nodes[i].pass.seed = key;
            }
        }
        for (std::size_t w = 0; w < layout.newWeights.size(); ++w) {
            if (float* fresh = floatsAt(layout.newWeights[w])) {
                std::copy_n(weights[w], model->weights()[w].spec.shape.count(), fresh);
            }
        }
    }

    float* scratchOf(int worker) {
        return reinterpret_cast<float*>(base() + layout.scratchOffset + layout.scratchBytes * static_cast<std::size_t>(worker));
    }

    Rows rowsOf(std::int64_t chunk) const {
        const std::int64_t first = chunk * layout.chunkRows;
        return {first, std::min(options.batch, first + layout.chunkRows)};
    }

    /// Pointers are to row 0 of the batch; a local buffer holds only this chunk, so it is shown as if the rows before were there.
    void* shifted(int value, int worker, Rows rows) {
        const Buffer& buffer = layout.values[rootOf(value)];
        if (!buffer.local) {
            return base() + buffer.offset;
        }
        const auto address = reinterpret_cast<std::uintptr_t>(base()) + layout.localOffset + layout.localBytes * static_cast<std::size_t>(worker) +
                             buffer.offset - buffer.rowBytes * static_cast<std::size_t>(rows.begin);
        return reinterpret_cast<void*>(address);
    }

    /// Nodes of a segment: from its first to before the next one's.
    std::pair<std::size_t, std::size_t> nodesOf(std::size_t segment) const {
        return {layout.segments[segment], segment + 1 < layout.segments.size() ? layout.segments[segment + 1] : model->nodes().size()};
    }

    void forwardChunk(std::size_t segment, Rows rows, int worker) {
        auto& nodes = runs[static_cast<std::size_t>(worker)];
        float* scratch = scratchOf(worker);
        const auto [first, end] = nodesOf(segment);
        for (std::size_t i = first; i < end; ++i) {
            const Model::Node& node = model->nodes()[i];
            if (node.isView) {
                continue;
            }
            Run& run = nodes[i];
            if (run.hasLocal) {
                for (std::size_t port = 0; port < node.inputs.size(); ++port) {
                    run.inputs[port] = shifted(node.inputs[port], worker, rows);
                }
                for (std::size_t port = 0; port < node.outputs.size(); ++port) {
                    run.outputs[port] = shifted(node.outputs[port], worker, rows);
                }
                for (std::size_t port = 0; port < node.inputMasks.size(); ++port) {
                    run.inputMasks[port] = node.inputMasks[port] < 0 ? nullptr : static_cast<std::uint8_t*>(shifted(node.inputMasks[port], worker, rows));
                }
                for (std::size_t port = 0; port < node.outputMasks.size(); ++port) {
                    run.outputMasks[port] = node.outputMasks[port] < 0 ? nullptr : static_cast<std::uint8_t*>(shifted(node.outputMasks[port], worker, rows));
                }
            }
            node.op->forward(run.pass, rows, scratch);
        }
    }

    static float* rowOf(const Buffer& buffer, std::byte* base, Rows rows) {
        return reinterpret_cast<float*>(base + buffer.offset + buffer.rowBytes * static_cast<std::size_t>(rows.begin));
    }

    void clearOutputGradients(Rows rows) {
        for (const Buffer& buffer : layout.outputGradients) {
            if (buffer.booked) {
                std::memset(rowOf(buffer, base(), rows), 0, buffer.rowBytes * static_cast<std::size_t>(rows.count()));
            }
        }
    }

    /// A value that is an output several times over: its gradient is the sum of theirs.
    void gatherOutputGradients(Rows rows) {
        for (std::size_t i = 0; i < layout.outputGradients.size(); ++i) {
            if (!layout.outputGradientApart[i]) {
                continue;
            }
            const int value = model->outputs()[i].value;
            const Buffer& target = layout.gradients[rootOf(value)];
            const bool first = std::none_of(model->outputs().begin(), model->outputs().begin() + static_cast<std::ptrdiff_t>(i),
                                            [&](const Model::Port& port) { return rootOf(port.value) == rootOf(value); });
            float* to = rowOf(target, base(), rows);
            const float* from = rowOf(layout.outputGradients[i], base(), rows);
            const std::size_t count = target.rowBytes / sizeof(float) * static_cast<std::size_t>(rows.count());
            for (std::size_t k = 0; k < count; ++k) {
                to[k] = first ? from[k] : to[k] + from[k];
            }
        }
    }

    /// Nodes `end`-1 down to `first`.
    void backwardChunk(std::size_t first, std::size_t end, Rows rows, int worker) {
        auto& nodes = runs[static_cast<std::size_t>(worker)];
        for (std::size_t i = end; i-- > first;) {
            if (layout.backward[i]) {
                model->nodes()[i].op->backward(nodes[i].pass, rows, scratchOf(worker));
            }
        }
    }

    /// What a node learns from the whole batch, forward or backward.
    void gather(ThreadPool& pool, std::size_t node, bool backward) {
        const std::int64_t parts = layout.statisticsParts[node];
        pool.forEach(parts, [&](std::int64_t part, int worker) {
            const Pass& pass = runs[static_cast<std::size_t>(worker)][node].pass;
            const LayerOp& op = *model->nodes()[node].op;
            backward ? op.gatherBackward(pass, {part, parts}, scratchOf(worker)) : op.gather(pass, {part, parts}, scratchOf(worker));
        });
    }

    /// The node that has to see the whole batch before this segment's first row; false where there is none.
    bool gathersAt(std::size_t segment) const { return layout.statisticsParts.size() > layout.segments[segment] && layout.statisticsParts[layout.segments[segment]] > 0; }

    /// All segments but the last, which a step joins with the losses.
    void forwardSegments(ThreadPool& pool) {
        for (std::size_t segment = 0; segment < layout.segments.size(); ++segment) {
            if (gathersAt(segment)) {
                gather(pool, layout.segments[segment], false);
            }
            if (segment + 1 < layout.segments.size()) {
                pool.forEach(layout.chunks, [&](std::int64_t chunk, int worker) { forwardChunk(segment, rowsOf(chunk), worker); });
            }
        }
    }

    void finishWeights(const Task& task, int worker, const WeightHook& after) {
        const auto& group = layout.groups[task.group];
        const Part part{task.part, group.parts};
        bool first = true;
        for (const int node : group.nodes) {
            Run& run = runs[static_cast<std::size_t>(worker)][static_cast<std::size_t>(node)];
            run.pass.accumulateWeights = !first;
            first = false;
            model->nodes()[static_cast<std::size_t>(node)].op->weightGradient(run.pass, part, scratchOf(worker));
        }
        if (!after) {
            return;
        }
        for (const int weight : group.weights) {
            const Model::Weight& w = model->weights()[static_cast<std::size_t>(weight)];
            if (!w.trainable) {
                continue;
            }
            Rows elements = partOf(w.spec.shape, part);
            const std::int64_t width = w.spec.shape.rank() < 2 ? 1 : w.spec.shape.back();
            elements = {elements.begin * width, elements.end * width};
            if (elements.count() > 0) {
                after(static_cast<std::size_t>(weight), elements, worker);
            }
        }
    }
};

Plan::Plan(std::shared_ptr<const Model> model, PlanOptions options, int workers) : m_impl(std::make_unique<Impl>(std::move(model), options, workers)) {}
Plan::~Plan() = default;
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;

const Model& Plan::model() const { return *m_impl->model; }
const PlanOptions& Plan::options() const { return m_impl->options; }
std::size_t Plan::arenaBytes() const { return m_impl->layout.bytes; }
void* Plan::input(std::size_t i) { return m_impl->valueAt(m_impl->model->inputs()[i].value); }
const void* Plan::output(std::size_t i) const { return m_impl->valueAt(m_impl->model->outputs()[i].value); }

float* Plan::outputGradient(std::size_t i) {
    const Buffer& buffer = m_impl->layout.outputGradients[i];
    return buffer.booked ? reinterpret_cast<float*>(m_impl->base() + buffer.offset) : nullptr;
}

const float* Plan::inputGradient(std::size_t i) const { return m_impl->gradientOf(m_impl->model->inputs()[i].value); }

float* Plan::weightGradient(std::size_t i) {
    const std::size_t offset = m_impl->layout.weightGradients[i];
    return offset == PlanLayout::kNone ? nullptr : reinterpret_cast<float*>(m_impl->base() + offset);
}

const std::uint8_t* Plan::outputMask(std::size_t i) const {
    const int mask = m_impl->model->outputs()[i].mask;
    return mask < 0 ? nullptr : static_cast<const std::uint8_t*>(m_impl->valueAt(mask));
}

const float* Plan::newWeight(std::size_t i) const { return m_impl->floatsAt(m_impl->layout.newWeights[i]); }

void Plan::setLossScale(double scale) {
    for (auto& nodes : m_impl->runs) {
        for (auto& run : nodes) {
            run.pass.lossScale = static_cast<float>(scale);
        }
    }
}

void Plan::bindStates(float* const* states) { m_impl->states = states; }

const void* Plan::value(int value) const { return m_impl->options.training ? m_impl->valueAt(value) : nullptr; }

void Plan::forward(ThreadPool& pool, const float* const* weights, std::uint64_t seed, std::uint64_t step) {
    Impl& impl = *m_impl;
    impl.begin(weights, seed, step);
    impl.forwardSegments(pool);
    const std::size_t last = impl.layout.segments.size() - 1;
    pool.forEach(impl.layout.chunks, [&](std::int64_t chunk, int worker) { impl.forwardChunk(last, impl.rowsOf(chunk), worker); });
}

void Plan::step(ThreadPool& pool, const float* const* weights, std::uint64_t seed, std::uint64_t step, const RowHook& between, const WeightHook& after,
                const std::function<void()>& whole) {
    Impl& impl = *m_impl;
    impl.begin(weights, seed, step);
    impl.forwardSegments(pool);
    std::size_t segment = impl.layout.segments.size() - 1;
    std::size_t end = impl.model->nodes().size();
    // A node that gathers is the first of its segment and goes back only when all behind it have gone.
    const auto firstOf = [&] { return impl.layout.segments[segment] + (impl.gathersAt(segment) ? 1 : 0); };
    if (whole) {
        pool.forEach(impl.layout.chunks, [&](std::int64_t chunk, int worker) { impl.forwardChunk(segment, impl.rowsOf(chunk), worker); });
        whole();
    }
    pool.forEach(impl.layout.chunks, [&](std::int64_t chunk, int worker) {
        const Rows rows = impl.rowsOf(chunk);
        if (!whole) {
            impl.forwardChunk(segment, rows, worker);
        }
        impl.clearOutputGradients(rows);
        if (between) {
            between(rows, worker);
        }
        impl.gatherOutputGradients(rows);
        impl.backwardChunk(firstOf(), end, rows, worker);
    });
    for (bool more = impl.gathersAt(segment); more;) {
        const std::size_t node = impl.layout.segments[segment];
        if (impl.layout.backward[node]) {
            impl.gather(pool, node, true);
        }
        end = node + 1;
        more = segment > 0;
        const std::size_t first = more ? (--segment, firstOf()) : node;
        more = more && impl.gathersAt(segment);
        pool.forEach(impl.layout.chunks, [&](std::int64_t chunk, int worker) { impl.backwardChunk(first, end, impl.rowsOf(chunk), worker); });
    }
    pool.forEach(static_cast<std::int64_t>(impl.tasks.size()),
                 [&](std::int64_t task, int worker) { impl.finishWeights(impl.tasks[static_cast<std::size_t>(task)], worker, after); });
}

} // namespace weft
