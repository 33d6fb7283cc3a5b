// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/rules.h"
#include "engine/layers/support.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace weft::layers {
namespace {

/// Sizes of one call: T steps ask, S steps answer.
struct Attention {
    std::int64_t queries = 1, keys = 1; ///< T and S
    std::array<std::int64_t, 3> in{};   ///< numbers per step of query, key, value
    std::int64_t heads = 1, keyDim = 1, valueDim = 1, out = 1;
    bool useBias = true;
    double dropout = 0;
    std::uint64_t salt = 0;

    /// Steps of query, key, value, and numbers per head that each is projected to.
    std::int64_t steps(std::size_t which) const { return which == 0 ? queries : keys; }
    std::int64_t perHead(std::size_t which) const { return which == 2 ? valueDim : keyDim; }
    std::int64_t width(std::size_t which) const { return heads * perHead(which); }
    std::int64_t projected(std::size_t which) const { return steps(which) * width(which); }
    std::int64_t shares() const { return heads * queries * keys; }
    std::int64_t context() const { return queries * heads * valueDim; }
};

/// softmax(q kᵀ / √key_dim) v for every head, all of them joined and projected. Vaswani and others (2017).
class MultiHeadAttentionOp final : public LayerOp {
public:
    MultiHeadAttentionOp(const Attention& a, bool hasKey) : m_a(a), m_port{0, hasKey ? 2U : 1U, 1U} {
        for (std::size_t which = 0; which < 3; ++which) {
            m_kernels[which] = {a.in[which], a.heads, a.perHead(which)};
            m_biases[which] = {a.heads, a.perHead(which)};
        }
        m_kernels[3] = {a.heads, a.valueDim, a.out};
        m_biases[3] = {a.out};
    }

    Booking book(bool training) const override {
        const std::int64_t kept = kept0(3) + m_a.shares() + m_a.context();
        return {.stashBytesPerSample = training ? static_cast<std::size_t>(kept + kept0(3)) * sizeof(float) : 0,
                .scratchFloats = static_cast<std::size_t>(kept + 2 * m_a.shares() + m_a.context()),
                .needsInputs = true,
                .needsOutputs = false};
    }

    void forward(const Pass& pass, Rows rows, float* scratch) const override {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const Kept kept = keptOf(pass, row, scratch);
            float* dropped = scratch + kept0(3) + m_a.shares() + m_a.context();
            for (std::size_t which = 0; which < 3; ++which) {
                kernels::gemm({.m = m_a.steps(which),
                               .n = m_a.width(which),
                               .k = m_a.in[which],
                               .a = input(pass, which, row),
                               .lda = m_a.in[which],
                               .b = pass.weights[weight(which)],
                               .ldb = m_a.width(which),
                               .c = kept.projected[which],
                               .ldc = m_a.width(which),
                               .bias = m_a.useBias ? pass.weights[weight(which) + 1] : nullptr});
            }
            for (std::int64_t head = 0; head < m_a.heads; ++head) {
                float* shares = kept.shares + head * m_a.queries * m_a.keys;
                kernels::gemm({.transposeB = true,
                               .m = m_a.queries,
                               .n = m_a.keys,
                               .k = m_a.keyDim,
                               .a = kept.projected[0] + head * m_a.keyDim,
                               .lda = m_a.width(0),
                               .b = kept.projected[1] + head * m_a.keyDim,
                               .ldb = m_a.width(1),
                               .c = shares,
                               .ldc = m_a.keys});
                kernels::scaled(scale(), shares, shares, m_a.queries * m_a.keys, false);
                mask(pass, row, shares);
                kernels::activate(kernels::Activation::softmax, shares, shares, m_a.queries, m_a.keys);
                kernels::gemm({.m = m_a.queries,
                               .n = m_a.valueDim,
                               .k = m_a.keys,
                               .a = drop(pass, row, head, shares, dropped),
                               .lda = m_a.keys,
                               .b = kept.projected[2] + head * m_a.valueDim,
                               .ldb = m_a.width(2),
                               .c = kept.context + head * m_a.valueDim,
                               .ldc = m_a.heads * m_a.valueDim});
            }
            kernels::gemm({.m = m_a.queries,
                           .n = m_a.out,
                           .k = m_a.heads * m_a.valueDim,
                           .a = kept.context,
                           .lda = m_a.heads * m_a.valueDim,
                           .b = pass.weights[weight(3)],
                           .ldb = m_a.out,
                           .c = at(floatsOf(pass.outputs[0]), row, m_a.queries * m_a.out),
                           .ldc = m_a.out,
                           .bias = m_a.useBias ? pass.weights[weight(3) + 1] : nullptr});
        }
    }

    void backward(const Pass& pass, Rows rows, float* scratch) const override {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const Kept kept = keptOf(pass, row, scratch);
            const std::array<float*, 3> d = gradients(pass, row);
            float* dropped = scratch;
            float* dShares = dropped + m_a.queries * m_a.keys;
            float* dContext = dShares + m_a.queries * m_a.keys;
            kernels::gemm({.transposeB = true,
                           .m = m_a.queries,
                           .n = m_a.heads * m_a.valueDim,
                           .k = m_a.out,
                           .a = at(pass.outputGradients[0], row, m_a.queries * m_a.out),
                           .lda = m_a.out,
                           .b = pass.weights[weight(3)],
                           .ldb = m_a.out,
                           .c = dContext,
                           .ldc = m_a.heads * m_a.valueDim});
            for (std::int64_t head = 0; head < m_a.heads; ++head) {
                backwardHead(pass, row, head, kept, d, dContext + head * m_a.valueDim, dropped, dShares);
            }
            for (std::size_t which = 0; which < 3; ++which) {
                // Key and value may be one input: the first to come overwrites, the second adds.
                const std::size_t port = m_port[which];
                if (float* dx = pass.inputGradients[port]) {
                    kernels::gemm({.transposeB = true,
                                   .m = m_a.steps(which),
                                   .n = m_a.in[which],
                                   .k = m_a.width(which),
                                   .a = d[which],
                                   .lda = m_a.width(which),
                                   .b = pass.weights[weight(which)],
                                   .ldb = m_a.width(which),
                                   .c = at(dx, row, m_a.steps(which) * m_a.in[which]),
                                   .ldc = m_a.in[which],
                                   .accumulate = pass.accumulate[port] || (which == 2 && m_port[1] == port)});
                }
            }
        }
    }

    void weightGradient(const Pass& pass, Part part, float*) const override {
        for (std::size_t which = 0; which < 3; ++which) {
            const std::int64_t lines = pass.batch * m_a.steps(which);
            const std::int64_t each = m_a.perHead(which);
            const float* dz = gradientsOfBatch(pass, which);
            if (float* dKernel = pass.weightGradients[weight(which)]) {
                const Rows own = partOf(m_kernels[which], part);
                for (std::int64_t r = own.begin; r < own.end; ++r) { // a row of the kernel is what one number gives to one head
                    kernels::gemm({.transposeA = true,
                                   .m = 1,
                                   .n = each,
                                   .k = lines,
                                   .a = floatsOf(pass.inputs[m_port[which]]) + r / m_a.heads,
                                   .lda = m_a.in[which],
                                   .b = dz + r % m_a.heads * each,
                                   .ldb = m_a.width(which),
                                   .c = dKernel + r * each,
                                   .ldc = each,
                                   .accumulate = pass.accumulateWeights});
                }
            }
            biasGradient(pass, which, dz, lines, m_a.width(which), part);
        }
        const std::int64_t lines = pass.batch * m_a.queries;
        const std::int64_t width = m_a.heads * m_a.valueDim;
        if (float* dKernel = pass.weightGradients[weight(3)]) {
            const Rows own = partOf(m_kernels[3], part);
            kernels::gemm({.transposeA = true,
                           .m = own.count(),
                           .n = m_a.out,
                           .k = lines,
                           .a = contextOfBatch(pass) + own.begin,
                           .lda = width,
                           .b = pass.outputGradients[0],
                           .ldb = m_a.out,
                           .c = dKernel + own.begin * m_a.out,
                           .ldc = m_a.out,
                           .accumulate = pass.accumulateWeights});
        }
        biasGradient(pass, 3, pass.outputGradients[0], lines, m_a.out, part);
    }

private:
    /// What forward keeps of one sample.
    struct Kept {
        std::array<float*, 3> projected; ///< query, key, value
        float *shares, *context;
    };

    float scale() const { return 1.0F / std::sqrt(static_cast<float>(m_a.keyDim)); }
    /// Index of the kernel of query, key, value or output.
    std::size_t weight(std::size_t which) const { return m_a.useBias ? 2 * which : which; }
    /// Numbers per sample of the projections before this one.
    std::int64_t kept0(std::size_t which) const {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < which; ++i) {
            sum += m_a.projected(i);
        }
        return sum;
    }
    const float* input(const Pass& pass, std::size_t which, std::int64_t row) const {
        return at(floatsOf(pass.inputs[m_port[which]]), row, m_a.steps(which) * m_a.in[which]);
    }

    // The stash, for the whole batch, one block after the other: projections, shares, context, gradients by the projections.
    float* block(const Pass& pass, std::int64_t before) const { return floatsOf(pass.stash) + pass.batch * before; }
    float* contextOfBatch(const Pass& pass) const { return block(pass, kept0(3) + m_a.shares()); }
    float* gradientsOfBatch(const Pass& pass, std::size_t which) const { return block(pass, kept0(3) + m_a.shares() + m_a.context() + kept0(which)); }
    Kept keptOf(const Pass& pass, std::int64_t row, float* scratch) const {
        const auto place = [&](std::int64_t before, std::int64_t size) { return pass.training ? at(block(pass, before), row, size) : scratch + before; };
        return {{place(0, m_a.projected(0)), place(kept0(1), m_a.projected(1)), place(kept0(2), m_a.projected(2))},
                place(kept0(3), m_a.shares()),
                place(kept0(3) + m_a.shares(), m_a.context())};
    }
    std::array<float*, 3> gradients(const Pass& pass, std::int64_t row) const {
        std::array<float*, 3> out{};
        for (std::size_t which = 0; which < 3; ++which) {
            out[which] = at(gradientsOfBatch(pass, which), row, m_a.projected(which));
        }
        return out;
    }

    /// Where a mask says no, the score falls so far that nothing remains of it; Keras' number.
    void mask(const Pass& pass, std::int64_t row, float* scores) const {
        constexpr float kFar = -1e9F;
        for (std::size_t which = 0; which < 3; ++which) {
            const std::size_t port = m_port[which];
            const std::uint8_t* given = pass.inputMasks ? pass.inputMasks[port] : nullptr;
            if (!given || pass.inputMaskSizes[port] != m_a.steps(which) || (which == 2 && port == m_port[1])) {
                continue;
            }
            given += row * m_a.steps(which);
            for (std::int64_t i = 0; i < m_a.queries * m_a.keys; ++i) {
                if (given[which == 0 ? i / m_a.keys : i % m_a.keys] == 0 && scores[i] > kFar / 2) {
                    scores[i] += kFar;
                }
            }
        }
    }

    bool drops(const Pass& pass) const { return pass.behavesAsTraining() && m_a.dropout > 0; }
    /// The shares as they are used: some of them dropped in training.
    const float* drop(const Pass& pass, std::int64_t row, std::int64_t head, const float* shares, float* dropped) const {
        if (!drops(pass)) {
            return shares;
        }
        const std::int64_t count = m_a.queries * m_a.keys;
        kernels::dropout(shares, dropped, count, static_cast<float>(m_a.dropout), pass.seed ^ m_a.salt, pass.stream,
                         static_cast<std::uint64_t>((row * m_a.heads + head) * count), false);
        return dropped;
    }

    void backwardHead(const Pass& pass, std::int64_t row, std::int64_t head, const Kept& kept, const std::array<float*, 3>& d, const float* dContext,
                      float* dropped, float* dShares) const {
        const std::int64_t width = m_a.heads * m_a.valueDim;
        const float* shares = kept.shares + head * m_a.queries * m_a.keys;
        kernels::gemm({.transposeA = true,
                       .m = m_a.keys,
                       .n = m_a.valueDim,
                       .k = m_a.queries,
                       .a = drop(pass, row, head, shares, dropped),
                       .lda = m_a.keys,
                       .b = dContext,
                       .ldb = width,
                       .c = d[2] + head * m_a.valueDim,
                       .ldc = m_a.width(2)});
        kernels::gemm({.transposeB = true,
                       .m = m_a.queries,
                       .n = m_a.keys,
                       .k = m_a.valueDim,
                       .a = dContext,
                       .lda = width,
                       .b = kept.projected[2] + head * m_a.valueDim,
                       .ldb = m_a.width(2),
                       .c = dShares,
                       .ldc = m_a.keys});
        if (drops(pass)) {
            drop(pass, row, head, dShares, dropped);
            std::copy_n(dropped, m_a.queries * m_a.keys, dShares);
        }
        kernels::activateGradient(kernels::Activation::softmax, nullptr, shares, dShares, dShares, m_a.queries, m_a.keys, false);
        kernels::scaled(scale(), dShares, dShares, m_a.queries * m_a.keys, false);
        for (const bool ofQuery : {true, false}) {
            const std::size_t which = ofQuery ? 0 : 1;
            const std::size_t other = ofQuery ? 1 : 0;
            kernels::gemm({.transposeA = !ofQuery,
                           .m = m_a.steps(which),
                           .n = m_a.keyDim,
                           .k = m_a.steps(other),
                           .a = dShares,
                           .lda = m_a.keys,
                           .b = kept.projected[other] + head * m_a.keyDim,
                           .ldb = m_a.width(other),
                           .c = d[which] + head * m_a.keyDim,
                           .ldc = m_a.width(which)});
        }
    }

    void biasGradient(const Pass& pass, std::size_t which, const float* dz, std::int64_t lines, std::int64_t width, Part part) const {
        if (float* dBias = m_a.useBias ? pass.weightGradients[weight(which) + 1] : nullptr) {
            const Shape& shape = m_biases[which];
            const std::int64_t each = shape.rank() > 1 ? shape.back() : 1;
            const Rows own = partOf(shape, part);
            kernels::columnSums(dz, lines, width, own.begin * each, own.end * each, dBias, pass.accumulateWeights);
        }
    }

    Attention m_a;
    std::array<std::size_t, 3> m_port;       ///< of query, key, value
    std::array<Shape, 4> m_kernels, m_biases; ///< of query, key, value, output
};

struct MultiHeadAttention : KernelRules {
    std::int64_t num_heads = 2;
    std::int64_t key_dim = 32;
    std::optional<std::int64_t> value_dim;
    double dropout = 0;
    bool use_bias = true;
    std::optional<std::int64_t> output_shape;
    Object kernel_initializer{"GlorotUniform", {}};
    Object bias_initializer{"Zeros", {}};
    std::optional<std::int64_t> seed;

    static Binding<MultiHeadAttention> binding() {
        using T = MultiHeadAttention;
        Binding<T> b;
        b("num_heads", &T::num_heads, "Heads", "How many questions are asked at once; each has its own kernels.").min(1).max(1e6).required();
        b("key_dim", &T::key_dim, "Key size", "How many numbers a question, and what it is compared with, has in one head.").min(1).max(1e6).required();
        b("value_dim", &T::value_dim, "Value size", "How many numbers an answer has in one head; none: as many as the key.").min(1).max(1e6).advanced();
        b("dropout", &T::dropout, "Dropout", "Share of the attention that is left out in a training step.").min(0).below(1);
        b("use_bias", &T::use_bias, "Use bias", "Adds learned numbers after each kernel.").advanced();
        b("output_shape", &T::output_shape, "Output size", "How many numbers each step has afterwards; none: as many as the query.").min(1).max(kLargestSize).advanced();
        b("kernel_initializer", &T::kernel_initializer, "Kernel initializer", "How the kernels are filled before training.").from("initializers").advanced();
        b("bias_initializer", &T::bias_initializer, "Bias initializer", "How the biases are filled before training.")
            .from("initializers").advanced().when("use_bias", true);
        b("seed", &T::seed, "Seed", "A number that gives this layer's dropout random numbers of its own; none: they follow the seed of the training.").advanced();
        addKernelRules(b);
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        wantFloat(out, "MultiHeadAttention", inputs);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Shape& in = inputs[i].shape;
            if (in.rank() != 3) {
                out.problems.push_back({"rank", cat("MultiHeadAttention looks at sequences: each sample needs steps × features, but input ", i + 1, " is ", sampleText(in), "."),
                                        static_cast<int>(i), {}, {}});
            } else if (in.back() == kUnknown) {
                out.problems.push_back({"unknown_size",
                                        cat("MultiHeadAttention needs to know how many features come in to make its kernels, but the last size of ", sampleText(in),
                                            " is open. Give that size in the Shape of the Input."),
                                        static_cast<int>(i), {}, {}});
            }
        }
        if (!out.problems.empty()) {
            return out;
        }
        const Shape& query = inputs[0].shape;
        const Shape& value = inputs[1].shape;
        const Shape& key = inputs[inputs.size() > 2 ? 2 : 1].shape;
        if (value[1] != key[1] && value[1] != kUnknown && key[1] != kUnknown) {
            out.problems.push_back({"shape_mismatch",
                                    cat("Every key belongs to a value, but there are ", key[1], " keys and ", value[1], " values."), 2, {}, {}});
        }
        for (const TensorSpec& spec : inputs) {
            if (spec.shape[0] != query[0] && spec.shape[0] != kUnknown && query[0] != kUnknown) {
                out.problems.push_back({"batch_mismatch", "MultiHeadAttention combines samples one by one. Give all Inputs the same Batch size, or none.", 1, {}, {}});
                break;
            }
        }
        const std::int64_t values = value_dim.value_or(key_dim);
        const std::int64_t width = output_shape.value_or(query.back());
        const auto add = [&](const char* name, const Shape& kernel, const Shape& bias) {
            out.weights.push_back({cat(name, "/kernel"), kernel, kernel_initializer});
            if (use_bias) {
                out.weights.push_back({cat(name, "/bias"), bias, bias_initializer});
            }
        };
        add("query", {query.back(), num_heads, key_dim}, {num_heads, key_dim});
        add("key", {key.back(), num_heads, key_dim}, {num_heads, key_dim});
        add("value", {value.back(), num_heads, values}, {num_heads, values});
        add("attention_output", {num_heads, values, width}, {width});
        out.outputs.push_back({{query[0], query[1], width}, DType::float32});
        const auto known = [](std::int64_t n) { return n == kUnknown ? 1.0 : static_cast<double>(n); };
        const double heads = static_cast<double>(num_heads);
        const double keys = static_cast<double>(key_dim);
        const double answers = static_cast<double>(values);
        out.cost.multiplyAdds = heads * (known(query[1]) * (known(query.back()) * keys + known(value[1]) * (keys + answers) + answers * static_cast<double>(width)) +
                                         known(value[1]) * (known(key.back()) * keys + known(value.back()) * answers));
        checkSizes(out);
        applyRules(out, *this);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        const bool hasKey = inputs.size() > 2;
        Attention a;
        a.queries = inputs[0].shape[1];
        a.keys = inputs[1].shape[1];
        a.in = {inputs[0].shape[2], inputs[hasKey ? 2 : 1].shape[2], inputs[1].shape[2]};
        a.heads = num_heads;
        a.keyDim = key_dim;
        a.valueDim = value_dim.value_or(key_dim);
        a.out = output_shape.value_or(a.in[0]);
        a.useBias = use_bias;
        a.dropout = dropout;
        a.salt = seed ? (static_cast<std::uint64_t>(*seed) * 2 + 1) * 0x9E3779B97F4A7C15U : 0;
        return withActivityRegularizer(std::make_shared<MultiHeadAttentionOp>(a, hasKey), activity_regularizer, a.queries * a.out);
    }
};

} // namespace

LayerType multi_head_attention() {
    LayerType t;
    t.name = "MultiHeadAttention";
    t.family = Family::attention;
    t.help = "Every step of one sequence asks all steps of another what they have to say, and mixes the answers by how well they fit; the heart of transformers.";
    t.formula = "y = Σ over heads of softmax(q · kᵀ / √key_dim) · v · output kernel";
    t.synonyms = {"attention", "self-attention", "transformer", "MHA", "query key value", "cross-attention"};
    t.keyParameters = {"num_heads", "key_dim"};
    bindLayer<MultiHeadAttention>(t);
    t.inputs = {2, 3, {"query", "value", "key"}, {"", "", "key"}}; // arguments of their own, not a list
    t.kerasFixed = {{"use_gate", false}, {"sliding_window", Value()}, {"attention_axes", Value::List{1}}}; // the steps: what it works along anyway
    t.fromKeras = [](ParamMap config) {
        if (const auto found = config.find("output_shape"); found != config.end()) {
            const auto* list = found->second.asList();
            if (list && list->size() == 1) {
                found->second = Value((*list)[0]);
            }
        }
        if (const auto found = config.find("value_dim"); found != config.end() && config.contains("key_dim") && found->second == config["key_dim"]) {
            found->second = Value();
        }
        return config;
    };
    t.toKeras = [](ParamMap params) {
        if (params["value_dim"].isNull()) {
            params["value_dim"] = params["key_dim"];
        }
        return params;
    };
    t.examples = {{{{"num_heads", 2}, {"key_dim", 3}}, {{{2, 4, 5}}, {{2, 3, 6}}}},
                  {{{"num_heads", 1}, {"key_dim", 2}, {"value_dim", 3}, {"output_shape", 4}, {"use_bias", false}}, {{{2, 3, 5}}, {{2, 3, 2}}, {{2, 3, 3}}}},
                  {{{"num_heads", 3}, {"key_dim", 2}}, {{{3, 2, 7}}, {{3, 2, 7}}}}};
    return t;
}

} // namespace weft::layers
