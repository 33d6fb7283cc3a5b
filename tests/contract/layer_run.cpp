// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/layer_run.h"

#include "engine/base/random.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft::test {
namespace {

constexpr std::size_t kGuard = 256;
constexpr unsigned char kGuardByte = 0xA5;

std::size_t bytesOf(const TensorSpec& spec) { return static_cast<std::size_t>(spec.shape.count()) * sizeOf(spec.dtype); }

void fillNormal(Block& block, std::uint64_t stream, float deviation) {
    const Random random(2024, stream);
    for (std::size_t i = 0; i < block.size() / sizeof(float); ++i) {
        block.floats()[i] = deviation * random.normal(i);
    }
}

void fillInput(Block& block, const TensorSpec& spec, std::uint64_t stream) {
    if (spec.dtype == DType::float32) {
        return fillNormal(block, stream, 1.3F);
    }
    const Random random(2024, stream);
    auto* bytes = static_cast<unsigned char*>(block.data());
    const std::size_t width = sizeOf(spec.dtype);
    std::memset(bytes, 0, block.size());
    for (std::size_t i = 0; i * width < block.size(); ++i) {
        bytes[i * width] = static_cast<unsigned char>(random.below(i, spec.dtype == DType::boolean ? 2 : 100));
    }
}

} // namespace

Block::Block(std::size_t bytes) : m_size(bytes), m_bytes(bytes + kGuard, kGuardByte) { fill(0xFF); }

void Block::fill(unsigned char byte) { std::fill_n(m_bytes.begin(), m_size, byte); }

bool Block::guardIntact() const {
    return std::all_of(m_bytes.begin() + static_cast<std::ptrdiff_t>(m_size), m_bytes.end(), [](unsigned char b) { return b == kGuardByte; });
}

bool same(const Block& a, const Block& b, std::size_t begin, std::size_t end) {
    return std::memcmp(a.m_bytes.data() + begin, b.m_bytes.data() + begin, end - begin) == 0;
}

bool operator==(const Block& a, const Block& b) { return a.size() == b.size() && same(a, b, 0, a.size()); }

std::string describe(const LayerType& type, const LayerExample& example) {
    std::vector<std::string> params;
    for (const auto& [name, value] : example.params) {
        params.push_back(cat(name, ": ", value.text()));
    }
    std::vector<std::string> shapes;
    for (const TensorSpec& spec : example.inputs) {
        shapes.push_back(spec.shape.text() + (spec.dtype == DType::float32 ? std::string() : cat(" ", nameOf(spec.dtype))));
    }
    return cat(type.name, " {", join(params, ", "), "} on ", join(shapes, ", "));
}

std::vector<std::optional<Shape>> Variant::masks() const {
    std::vector<std::optional<Shape>> shapes;
    for (const TensorSpec& spec : inputs) {
        const bool has = masked && spec.shape.rank() >= 3;
        shapes.push_back(has ? std::optional(Shape{spec.shape[0], spec.shape[1]}) : std::nullopt);
    }
    return shapes;
}

LayerRun::LayerRun(const LayerType& type, const Variant& example, bool isTraining)
    : name(describe(type, example) + (example.masked ? ", masked" : "")), inference(type.infer(example.params, example.inputs)), op(type.build(example.params, example.inputs)),
      batch(example.inputs.at(0).shape[0]), booking(op->book(isTraining)), training(isTraining), inputSpecs(example.inputs),
      stash(static_cast<std::size_t>(batch) * booking.stashBytesPerSample), scratch(booking.scratchFloats * sizeof(float)),
      statistics(booking.statisticsFloats * sizeof(float)), gatherParts(booking.statisticsParts), m_accumulate(new bool[example.inputs.size()]()) {
    std::uint64_t stream = 1;
    for (const TensorSpec& spec : inputSpecs) {
        fillInput(inputs.emplace_back(bytesOf(spec)), spec, stream++);
        inputGradients.emplace_back(bytesOf(spec));
    }
    for (const WeightSpec& weight : inference.weights) {
        fillNormal(weights.emplace_back(bytesOf({weight.shape, DType::float32})), stream++, 0.4F);
        for (std::size_t i = 0; !weight.trainable && i < weights.back().size() / sizeof(float); ++i) {
            weights.back().floats()[i] = 0.5F + std::abs(weights.back().floats()[i]); // statistics, such as a variance
        }
        movedWeights.push_back(weights.back());
        weightGradients.emplace_back(bytesOf({weight.shape, DType::float32}));
    }
    for (const TensorSpec& spec : inference.outputs) {
        outputs.emplace_back(bytesOf(spec));
        fillNormal(cotangents.emplace_back(static_cast<std::size_t>(spec.shape.count()) * sizeof(float)), stream++, 1.0F);
    }
    const auto masks = example.masks();
    for (const auto& shape : masks) {
        Block& mask = inputMasks.emplace_back(shape ? bytesOf({*shape, DType::boolean}) : 0);
        const Random random(2024, stream++);
        for (std::size_t i = 0; i < mask.size(); ++i) { // the first step of the first sample does not count, and a third of all others
            static_cast<unsigned char*>(mask.data())[i] = i > 0 && random.below(i, 3) > 0;
        }
    }
    for (const MaskOf& mask : type.masks ? type.masks(example.params, example.inputs, masks) : std::vector<MaskOf>()) {
        outputMasks.emplace_back(mask.kind == MaskOf::Kind::own ? bytesOf({mask.shape, DType::boolean}) : 0);
    }
    for (const std::int64_t size : op->stateSizes()) {
        fillNormal(initialStates.emplace_back(static_cast<std::size_t>(batch * size) * sizeof(float)), stream++, 0.7F);
    }
    states = initialStates;
}

LayerRun::Cuts LayerRun::singles() const {
    Cuts cuts;
    for (std::int64_t i = 0; i <= batch; ++i) {
        cuts.push_back(i);
    }
    return cuts;
}

std::size_t LayerRun::rowBytes(const TensorSpec& spec) const { return bytesOf(spec) / static_cast<std::size_t>(batch); }

Pass LayerRun::pass() {
    const auto pointers = [](auto& blocks, auto& list) {
        list.clear();
        for (auto& block : blocks) {
            list.push_back(static_cast<typename std::decay_t<decltype(list)>::value_type>(block.data()));
        }
        return list.data();
    };
    Pass p;
    p.batch = batch;
    p.training = training;
    p.asInference = asInference;
    p.seed = seed;
    p.lossScale = lossScale;
    p.stream = 3;
    p.inputs = pointers(inputs, m_inputs);
    p.outputs = pointers(outputs, m_outputs);
    p.weights = pointers(weights, m_weights);
    m_inputMasks.clear();
    m_maskSizes.clear();
    for (const Block& mask : inputMasks) {
        m_inputMasks.push_back(mask.size() > 0 ? static_cast<const std::uint8_t*>(mask.data()) : nullptr);
        m_maskSizes.push_back(static_cast<std::int64_t>(mask.size()) / batch);
    }
    p.inputMasks = m_inputMasks.data();
    p.inputMaskSizes = m_maskSizes.data();
    m_outputMasks.assign(outputs.size(), nullptr);
    for (std::size_t i = 0; i < outputMasks.size(); ++i) {
        m_outputMasks[i] = outputMasks[i].size() > 0 ? static_cast<std::uint8_t*>(outputMasks[i].data()) : nullptr;
    }
    p.outputMasks = m_outputMasks.data();
    p.states = pointers(states, m_states);
    p.stash = stash.data();
    p.outputGradients = pointers(cotangents, m_cotangents);
    pointers(inputGradients, m_inputGradients);
    for (std::size_t i = 0; i < inputSpecs.size(); ++i) {
        m_inputGradients[i] = floatInput(i) ? m_inputGradients[i] : nullptr;
        m_accumulate[i] = accumulate;
    }
    p.inputGradients = m_inputGradients.data();
    p.accumulate = m_accumulate.get();
    pointers(weightGradients, m_weightGradients);
    pointers(movedWeights, m_movedWeights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const bool trained = inference.weights[i].trainable;
        m_weightGradients[i] = trained && !frozen ? m_weightGradients[i] : nullptr;
        m_movedWeights[i] = trained || frozen ? nullptr : m_movedWeights[i];
    }
    p.weightGradients = m_weightGradients.data();
    p.newWeights = m_movedWeights.data();
    p.statistics = gathers() ? statistics.floats() : nullptr;
    p.accumulateWeights = accumulate;
    return p;
}

void LayerRun::gather() {
    if (gathers()) {
        movedWeights = weights;
        const Pass p = pass();
        for (std::int64_t part = gatherParts; part-- > 0;) {
            scratch.fill(0xFF);
            op->gather(p, {part, gatherParts}, scratch.floats());
        }
    }
}

void LayerRun::gatherBackward() {
    if (gathers()) {
        const Pass p = pass();
        for (std::int64_t part = gatherParts; part-- > 0;) {
            scratch.fill(0xFF);
            op->gatherBackward(p, {part, gatherParts}, scratch.floats());
        }
    }
}

void LayerRun::forward(const Cuts& cuts) {
    states = initialStates;
    gather();
    const Pass p = pass();
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        op->forward(p, {cuts[i - 1], cuts[i]}, scratch.floats());
    }
}

void LayerRun::backward(const Cuts& cuts) {
    gatherBackward();
    const Pass p = pass();
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        scratch.fill(0xFF); // nothing may be kept there from one call to the next
        op->backward(p, {cuts[i - 1], cuts[i]}, scratch.floats());
    }
}

void LayerRun::weightGradient(std::int64_t parts) {
    const Pass p = pass();
    for (std::int64_t part = parts; part-- > 0;) { // in no order that helps
        scratch.fill(0xFF);
        op->weightGradient(p, {part, parts}, scratch.floats());
    }
}

void LayerRun::run(const Cuts& cuts, std::int64_t parts) {
    spoil();
    forward(cuts);
    backward(cuts);
    weightGradient(parts);
}

void LayerRun::spoil() {
    for (auto* blocks : {&outputs, &outputMasks, &inputGradients, &weightGradients}) {
        for (Block& block : *blocks) {
            block.fill(0xFF);
        }
    }
    stash.fill(0xFF);
    scratch.fill(0xFF);
    statistics.fill(0xFF);
}

bool LayerRun::guardsIntact() const {
    bool fine = stash.guardIntact() && scratch.guardIntact() && statistics.guardIntact();
    for (const auto* blocks :
         {&inputs, &inputMasks, &weights, &movedWeights, &outputs, &outputMasks, &states, &cotangents, &inputGradients, &weightGradients}) {
        fine = fine && std::all_of(blocks->begin(), blocks->end(), [](const Block& block) { return block.guardIntact(); });
    }
    return fine;
}

} // namespace weft::test
