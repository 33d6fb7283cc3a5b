// SPDX-License-Identifier: Apache-2.0
#include "engine/model/plan_layout.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace weft {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// Hands out places in a block whose size is found on the way, and takes back those whose time is over.
class LiveBlock {
public:
    std::size_t take(std::size_t bytes) {
        bytes = aligned(std::max<std::size_t>(bytes, 1));
        for (auto at = m_free.begin(); at != m_free.end(); ++at) {
            if (at->second >= bytes) {
                const std::size_t offset = at->first;
                const std::size_t rest = at->second - bytes;
                m_free.erase(at);
                if (rest > 0) {
                    m_free[offset + bytes] = rest;
                }
                return offset;
            }
        }
        const std::size_t offset = m_end;
        m_end += bytes;
        return offset;
    }

    void giveBack(std::size_t offset, std::size_t bytes) {
        bytes = aligned(std::max<std::size_t>(bytes, 1));
        auto at = m_free.emplace(offset, bytes).first;
        if (const auto next = std::next(at); next != m_free.end() && at->first + at->second == next->first) {
            at->second += next->second;
            m_free.erase(next);
        }
        if (at != m_free.begin()) {
            if (const auto before = std::prev(at); before->first + before->second == at->first) {
                before->second += at->second;
                m_free.erase(at);
            }
        }
    }

    std::size_t size() const { return m_end; }

private:
    std::map<std::size_t, std::size_t> m_free;
    std::size_t m_end = 0;
};

class Layouter {
public:
    Layouter(const Model& model, const PlanOptions& options, int workers) : m_model(model), m_options(options), m_workers(workers) {}

    PlanLayout run() {
        chooseChunks();
        findRoots();
        placeEnds();
        if (m_options.training) {
            placeTraining();
        } else {
            placeInference();
        }
        placeWorkers();
        m_out.bytes = m_end;
        return std::move(m_out);
    }

private:
    std::size_t shared(std::size_t bytes) {
        const std::size_t offset = m_end;
        m_end += aligned(std::max<std::size_t>(bytes, 1));
        // Far from overflow, and more than any machine has.
        if (m_end > (std::size_t{1} << 46)) {
            throw Error(cat("The model \"", m_model.name(), "\" needs more memory for a batch of ", m_options.batch, " than any machine has."));
        }
        return offset;
    }

    std::size_t rowBytes(int value) const {
        const TensorSpec& spec = m_model.values()[static_cast<std::size_t>(value)];
        const auto count = spec.shape.withoutBatch().elementCount();
        if (!count) {
            throw Error(cat("A value of shape ", spec.shape.text(), " has a size that is not known or too large; give the Input layers a fixed shape."));
        }
        return static_cast<std::size_t>(*count) * sizeOf(spec.dtype);
    }

    bool isFloat(int value) const { return m_model.values()[static_cast<std::size_t>(value)].dtype == DType::float32; }

    /// Rows that run together. Large enough that a chunk is worth handing out and that a product reads its weights for many rows; small
    /// enough that threads share the work evenly. Depends on model and batch alone: results must not depend on the number of threads.
    void chooseChunks() {
        constexpr double kWorthwhile = 2e6; // multiply-adds: some 20 microseconds
        constexpr double kRowsPerWeight = 32;
        constexpr std::int64_t kMostChunks = 32;
        const double cost = std::max(m_model.cost().multiplyAdds, 1.0);
        const double weightShare = std::min(1.0, static_cast<double>(m_model.parameters()) / cost);
        const auto batch = std::max<std::int64_t>(m_options.batch, 1);
        auto rows = static_cast<std::int64_t>(std::ceil(std::max(kWorthwhile / cost, kRowsPerWeight * weightShare)));
        rows = std::clamp<std::int64_t>(rows, (batch + kMostChunks - 1) / kMostChunks, batch);
        m_out.chunks = (batch + rows - 1) / rows;
        m_out.chunkRows = (batch + m_out.chunks - 1) / m_out.chunks;
        m_out.chunks = (batch + m_out.chunkRows - 1) / m_out.chunkRows;
    }

    void findRoots() {
        const std::size_t count = m_model.values().size();
        m_out.root.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            m_out.root[i] = static_cast<int>(i);
        }
        for (const Model::Node& node : m_model.nodes()) {
            if (node.isView) {
                m_out.root[static_cast<std::size_t>(node.outputs[0])] = m_out.root[static_cast<std::size_t>(node.inputs[0])];
            }
        }
        m_out.values.resize(count);
        m_out.gradients.resize(count);
        m_out.stashes.resize(m_model.nodes().size());
        m_out.accumulate.resize(m_model.nodes().size());
        m_out.backward.resize(m_model.nodes().size());
        m_out.weightGradients.assign(m_model.weights().size(), PlanLayout::kNone);
        m_out.newWeights.assign(m_model.weights().size(), PlanLayout::kNone);
        m_out.statistics.assign(m_model.nodes().size(), PlanLayout::kNone);
        m_out.statisticsParts.assign(m_model.nodes().size(), 0);
    }

    int rootOf(int value) const { return m_out.root[static_cast<std::size_t>(value)]; }
    Buffer& bufferOf(int value) { return m_out.values[static_cast<std::size_t>(rootOf(value))]; }

    void placeShared(int value) {
        Buffer& buffer = bufferOf(value);
        if (!buffer.booked) {
            buffer.rowBytes = rowBytes(rootOf(value));
            buffer.offset = shared(buffer.rowBytes * static_cast<std::size_t>(m_options.batch));
            buffer.booked = true;
        }
    }

    void placeEnds() {
        for (const Model::Port& port : m_model.inputs()) {
            placeShared(port.value);
        }
        for (const Model::Port& port : m_model.outputs()) {
            placeShared(port.value);
            if (port.mask >= 0) {
                placeShared(port.mask);
            }
        }
    }

    void placeStashes(bool training) {
        for (std::size_t i = 0; i < m_model.nodes().size(); ++i) {
            if (m_model.nodes()[i].isView) {
                continue;
            }
            const Booking booking = m_model.nodes()[i].op->book(training);
            if (training && booking.statisticsFloats > 0 && !infers(m_model.nodes()[i], m_options)) {
                placeStatistics(i, booking);
            }
            m_scratch = std::max(m_scratch, booking.scratchFloats * sizeof(float));
            if (booking.stashBytesPerSample > 0) {
                Buffer& stash = m_out.stashes[i];
                stash.rowBytes = booking.stashBytesPerSample;
                stash.offset = shared(stash.rowBytes * static_cast<std::size_t>(m_options.batch));
                stash.booked = true;
            }
        }
    }

    void placeStatistics(std::size_t node, const Booking& booking) {
        constexpr std::int64_t kMostParts = 16;
        m_out.statistics[node] = shared(booking.statisticsFloats * sizeof(float));
        m_out.statisticsParts[node] = std::clamp<std::int64_t>(booking.statisticsParts, 1, kMostParts);
        if (node > 0) {
            m_out.segments.push_back(node);
        }
        for (const int weight : m_model.nodes()[node].weights) {
            const WeightSpec& spec = m_model.weights()[static_cast<std::size_t>(weight)].spec;
            auto& offset = m_out.newWeights[static_cast<std::size_t>(weight)];
            if (!spec.trainable && m_model.nodes()[node].trainable && offset == PlanLayout::kNone) {
                offset = shared(static_cast<std::size_t>(spec.shape.count()) * sizeof(float));
            }
        }
    }

    /// Values that a node reads, and those that it writes, masks included.
    template <class Visit>
    static void forReads(const Model::Node& node, const Visit& visit) {
        std::for_each(node.inputs.begin(), node.inputs.end(), visit);
        std::for_each(node.inputMasks.begin(), node.inputMasks.end(), [&](int mask) { mask >= 0 ? visit(mask) : void(); });
    }
    template <class Visit>
    static void forWrites(const Model::Node& node, const Visit& visit) {
        std::for_each(node.outputs.begin(), node.outputs.end(), visit);
        std::for_each(node.outputMasks.begin(), node.outputMasks.end(), [&](int mask) { mask >= 0 ? visit(mask) : void(); });
    }

    /// Inference: values live in each worker's own block for as long as somebody still reads them.
    void placeInference() {
        placeStashes(false);
        std::vector<std::size_t> lastUse(m_model.values().size(), 0);
        for (std::size_t i = 0; i < m_model.nodes().size(); ++i) {
            forReads(m_model.nodes()[i], [&](int input) { lastUse[static_cast<std::size_t>(rootOf(input))] = i; });
            forWrites(m_model.nodes()[i], [&](int output) {
                auto& last = lastUse[static_cast<std::size_t>(rootOf(output))];
                last = std::max(last, i);
            });
        }
        std::multimap<std::size_t, int> ends;
        LiveBlock block;
        for (std::size_t i = 0; i < m_model.nodes().size(); ++i) {
            forWrites(m_model.nodes()[i], [&](int output) {
                Buffer& buffer = bufferOf(output);
                if (!buffer.booked) {
                    const int root = rootOf(output);
                    buffer = {0, rowBytes(root), true, true};
                    buffer.offset = block.take(buffer.rowBytes * static_cast<std::size_t>(m_out.chunkRows));
                    ends.emplace(lastUse[static_cast<std::size_t>(root)], root);
                }
            });
            while (!ends.empty() && ends.begin()->first <= i) {
                const Buffer& over = m_out.values[static_cast<std::size_t>(ends.begin()->second)];
                block.giveBack(over.offset, over.rowBytes * static_cast<std::size_t>(m_out.chunkRows));
                ends.erase(ends.begin());
            }
        }
        m_out.localBytes = block.size();
    }

    void placeTraining() {
        for (std::size_t value = 0; value < m_model.values().size(); ++value) {
            placeShared(static_cast<int>(value));
        }
        placeStashes(true);
        const std::vector<bool> needed = neededGradients();
        placeGradients(needed);
        placeOutputGradients(needed);
        settleBackward(needed);
        groupWeights();
    }

    /// Per root value: whether anything trainable, or an input that is asked for, lies behind it.
    std::vector<bool> neededGradients() const {
        std::vector<bool> needed(m_model.values().size(), false);
        if (m_options.inputGradients) {
            for (const Model::Port& port : m_model.inputs()) {
                needed[static_cast<std::size_t>(rootOf(port.value))] = isFloat(port.value);
            }
        }
        for (const Model::Node& node : m_model.nodes()) {
            bool any = std::any_of(node.weights.begin(), node.weights.end(),
                                   [&](int w) { return m_model.weights()[static_cast<std::size_t>(w)].trainable; });
            for (const int input : node.inputs) {
                any = any || needed[static_cast<std::size_t>(rootOf(input))];
            }
            for (const int output : node.outputs) {
                if (any && isFloat(output)) {
                    needed[static_cast<std::size_t>(rootOf(output))] = true;
                }
            }
        }
        return needed;
    }

    void placeGradients(const std::vector<bool>& needed) {
        for (std::size_t value = 0; value < needed.size(); ++value) {
            if (needed[value] && rootOf(static_cast<int>(value)) == static_cast<int>(value)) {
                Buffer& buffer = m_out.gradients[value];
                buffer = {0, rowBytes(static_cast<int>(value)), false, true};
                buffer.offset = shared(buffer.rowBytes * static_cast<std::size_t>(m_options.batch));
            }
        }
    }

    void placeOutputGradients(const std::vector<bool>& needed) {
        std::vector<int> uses(m_model.values().size(), 0);
        for (const Model::Port& port : m_model.outputs()) {
            ++uses[static_cast<std::size_t>(rootOf(port.value))];
        }
        for (const Model::Port& port : m_model.outputs()) {
            const auto root = static_cast<std::size_t>(rootOf(port.value));
            const bool apart = !needed[root] || uses[root] > 1;
            Buffer buffer;
            if (isFloat(port.value)) {
                buffer = apart ? Buffer{0, rowBytes(port.value), false, true} : m_out.gradients[root];
                if (apart) {
                    buffer.offset = shared(buffer.rowBytes * static_cast<std::size_t>(m_options.batch));
                }
            }
            m_out.outputGradients.push_back(buffer);
            m_out.outputGradientApart.push_back(apart && needed[root]);
        }
    }

    /// Who writes a gradient first may overwrite; all others add. Going backwards, the model's own outputs come before all.
    void settleBackward(const std::vector<bool>& needed) {
        std::vector<bool> written(m_model.values().size(), false);
        for (const Model::Port& port : m_model.outputs()) {
            written[static_cast<std::size_t>(rootOf(port.value))] = true;
        }
        for (std::size_t at = m_model.nodes().size(); at-- > 0;) {
            const Model::Node& node = m_model.nodes()[at];
            bool reached = false;
            for (const int output : node.outputs) {
                reached = reached || (written[static_cast<std::size_t>(rootOf(output))] && needed[static_cast<std::size_t>(rootOf(output))]);
            }
            m_out.backward[at] = reached && !node.isView;
            m_out.accumulate[at].assign(node.inputs.size(), false);
            for (std::size_t port = 0; port < node.inputs.size(); ++port) {
                const auto root = static_cast<std::size_t>(rootOf(node.inputs[port]));
                m_out.accumulate[at][port] = written[root];
                if (reached && needed[root] && isFloat(node.inputs[port])) {
                    written[root] = true;
                }
            }
            // An output of several that nothing reads has no gradient: its op is told so by a null pointer.
            for (const int output : node.outputs) {
                const auto root = static_cast<std::size_t>(rootOf(output));
                if (!written[root]) {
                    m_out.gradients[root].booked = false;
                }
            }
        }
    }

    void groupWeights() {
        constexpr double kWorthwhile = 1e6;
        constexpr std::int64_t kMostParts = 16;
        std::map<std::vector<int>, std::size_t> groupOf;
        for (std::size_t i = 0; i < m_model.nodes().size(); ++i) {
            const Model::Node& node = m_model.nodes()[i];
            const bool trainable = std::any_of(node.weights.begin(), node.weights.end(),
                                               [&](int w) { return m_model.weights()[static_cast<std::size_t>(w)].trainable; });
            if (!trainable || !m_out.backward[i]) {
                continue;
            }
            const auto [at, isNew] = groupOf.emplace(node.weights, m_out.groups.size());
            if (isNew) {
                m_out.groups.push_back({{}, node.weights, 1});
            }
            m_out.groups[at->second].nodes.push_back(static_cast<int>(i));
        }
        for (PlanLayout::WeightGroup& group : m_out.groups) {
            double work = 0;
            for (const int node : group.nodes) {
                work += m_model.nodes()[static_cast<std::size_t>(node)].cost.multiplyAdds * static_cast<double>(m_options.batch);
            }
            std::int64_t rows = 1;
            for (const int weight : group.weights) {
                const Model::Weight& w = m_model.weights()[static_cast<std::size_t>(weight)];
                if (w.trainable) {
                    m_out.weightGradients[static_cast<std::size_t>(weight)] = shared(static_cast<std::size_t>(w.spec.shape.count()) * sizeof(float));
                    rows = std::max(rows, partOf(w.spec.shape, {}).end);
                }
            }
            group.parts = std::clamp<std::int64_t>(static_cast<std::int64_t>(work / kWorthwhile), 1, std::min(kMostParts, rows));
        }
    }

    void placeWorkers() {
        const auto workers = static_cast<std::size_t>(m_workers);
        m_out.localBytes = aligned(m_out.localBytes);
        m_out.localOffset = shared(m_out.localBytes * workers);
        m_out.scratchBytes = aligned(m_scratch);
        m_out.scratchOffset = shared(m_out.scratchBytes * workers);
    }

    const Model& m_model;
    const PlanOptions& m_options;
    int m_workers;
    PlanLayout m_out;
    std::size_t m_end = 0;
    std::size_t m_scratch = 0;
};

} // namespace

bool infers(const Model::Node& node, const PlanOptions& options) {
    return options.asInference || (!node.trainable && node.type->infersWhenFrozen);
}

PlanLayout layOut(const Model& model, const PlanOptions& options, int workers) { return Layouter(model, options, workers).run(); }

} // namespace weft
