// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/initializers/initializer_type.h"
#include "tests/contract/allocations.h"
#include "tests/contract/layer_run.h"
#include "tests/contract/schema_contract.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

using namespace weft;
using namespace weft::test;

namespace {

/// Calls f(type, example) for all that can run.
template <class F>
void forEachExample(F&& f) {
    int seen = 0;
    for (const LayerType& type : layerTypes()) {
        if (type.build) {
            for (const LayerExample& example : type.examples) {
                f(type, Variant(example));
                if (const bool maskable = std::ranges::any_of(example.inputs, [](const TensorSpec& spec) { return spec.shape.rank() >= 3; });
                    maskable && type.masks) {
                    f(type, Variant(example, true));
                }
                ++seen;
            }
        }
    }
    CHECK(seen > 20);
}

bool anyNaN(const Block& block) {
    return std::any_of(block.floats(), block.floats() + block.size() / sizeof(float), [](float v) { return std::isnan(v); });
}

bool near(const Block& a, const Block& b, double tolerance) {
    for (std::size_t i = 0; i < a.size() / sizeof(float); ++i) {
        const auto x = static_cast<double>(a.floats()[i]);
        const auto y = static_cast<double>(b.floats()[i]);
        if (!(std::fabs(x - y) <= tolerance * (1 + std::fabs(y)))) {
            return false;
        }
    }
    return a.size() == b.size();
}

/// Whether this example draws random numbers: another seed gives something else.
bool isRandom(const LayerType& type, const Variant& example) {
    LayerRun a(type, example, true);
    LayerRun b(type, example, true);
    b.seed = 12;
    a.forward(a.whole());
    b.forward(b.whole());
    return type.isRandom && !(a.outputs == b.outputs);
}

/// A layer that only adds noise in training.
bool changesNothing(const LayerType& type, const LayerRun& run) {
    return type.isRandom && run.weights.empty() && run.outputs.size() == 1 && run.inference.outputs[0] == run.inputSpecs[0];
}

/// The defaults under an example's own parameters.
ParamMap complete(const LayerType& type, ParamMap params) {
    for (const Parameter& p : type.schema) {
        params.try_emplace(p.name, p.defaultValue);
    }
    return params;
}

} // namespace

TEST("every layer is described") {
    std::set<std::string> names;
    for (const LayerType& type : layerTypes()) {
        HOLDS(names.insert(type.name).second, type.name, "listed twice");
        HOLDS(isSentence(type.help), type.name, "no help that is a sentence");
        HOLDS(!type.formula.empty(), type.name, "no formula");
        HOLDS(!type.synonyms.empty(), type.name, "no synonyms to search for");
        HOLDS(!type.kerasClass.empty(), type.name, "no Keras class");
        HOLDS(!nameOf(type.family).empty(), type.name, "a family without a name");
        HOLDS(findLayerType(type.name) == &type && findLayerType(type.kerasClass) == &type, type.name, "not found by its names");
        HOLDS(type.keyParameters.size() <= 3, type.name, "more key parameters than a box shows");
        for (const std::string& key : type.keyParameters) {
            HOLDS(findParameter(type.schema, key), type.name, "shows a parameter that there is not: " + key);
        }
        HOLDS(type.isModel == !type.infer, type.name, "infer belongs to every layer but a model");
        HOLDS((type.isModel || type.isInput) == !type.build, type.name, "build belongs to every layer but inputs and models");
        HOLDS(type.isModel || !type.examples.empty(), type.name, "no examples");
    }
    CHECK(findLayerType("NoSuchLayer") == nullptr);
    for (int family = 0; family <= static_cast<int>(Family::input); ++family) {
        CHECK(!nameOf(static_cast<Family>(family)).empty());
    }
}

TEST("every layer's parameters are described, valid by default and survive JSON") {
    for (const LayerType& type : layerTypes()) {
        checkSchema(type.name, type.schema);
        for (const LayerExample& example : type.examples) {
            const auto problems = validate(type.schema, example.params);
            HOLDS(problems.empty(), describe(type, example), problems.empty() ? "" : problems[0].message);
            checkRoundTrip(type.name, example.params);
        }
        for (const Parameter& p : type.schema) {
            if (p.catalogue == "initializers" && p.defaultValue.asObject()) {
                HOLDS(findInitializerType(p.defaultValue.asObject()->type), type.name + "." + p.name, "its default is not in the catalogue");
            }
        }
    }
}

TEST("every layer's parameters survive Keras' config") {
    for (const LayerType& type : layerTypes()) {
        HOLDS(static_cast<bool>(type.fromKeras) == static_cast<bool>(type.toKeras), type.name, "reads Keras' config but does not write it, or the reverse");
        for (const LayerExample& example : type.examples) {
            if (type.fromKeras && type.toKeras) {
                const ParamMap params = complete(type, example.params);
                HOLDS(type.fromKeras(type.toKeras(params)) == params, describe(type, example), "parameters change on the way through Keras' config");
            }
        }
        for (const auto& [key, value] : type.kerasFixed) {
            HOLDS(!findParameter(type.schema, key), type.name, "both a parameter and fixed: " + key);
        }
    }
}

TEST("examples have sound inferences") {
    forEachExample([](const LayerType& type, const Variant& example) {
        const std::string who = describe(type, example);
        const auto ports = static_cast<int>(example.inputs.size());
        HOLDS(ports >= type.inputs.minimum && (type.inputs.maximum < 0 || ports <= type.inputs.maximum), who, "a number of inputs that its ports forbid");
        const Inference known = type.infer(example.params, example.inputs);
        HOLDS(known.problems.empty(), who, known.problems.empty() ? "" : known.problems[0].message);
        HOLDS(!known.outputs.empty(), who, "no outputs");
        HOLDS(std::isfinite(known.cost.multiplyAdds) && known.cost.multiplyAdds >= 0, who, "a cost that is no number");
        for (const TensorSpec& out : known.outputs) {
            HOLDS(out.shape.isKnown() && out.shape[0] == example.inputs[0].shape[0], who, "an output whose shape is not known: " + out.shape.text());
        }
        for (const WeightSpec& weight : known.weights) {
            const InitializerType* initializer = findInitializerType(weight.initializer.type);
            HOLDS(initializer && validate(initializer->schema, weight.initializer.params).empty(), who, "a weight without a valid initializer: " + weight.name);
        }
        // The batch may be anything, so that weights, cost and the rest of the shapes must not depend on it.
        std::vector<TensorSpec> open = example.inputs;
        for (TensorSpec& spec : open) {
            spec.shape[0] = kUnknown;
        }
        const Inference unknown = type.infer(example.params, open);
        if (type.build && !type.build(example.params, example.inputs)->stateSizes().empty()) {
            HOLDS(!unknown.problems.empty(), who, "remembers from batch to batch, but takes batches of any size");
            return;
        }
        HOLDS(unknown.problems.empty() && unknown.weights == known.weights && unknown.cost == known.cost && unknown.isView == known.isView, who,
              "depends on the size of the batch");
        for (std::size_t i = 0; i < known.outputs.size(); ++i) {
            HOLDS(unknown.outputs[i].shape == known.outputs[i].shape.withBatch(kUnknown), who, "does not keep an open batch");
        }
    });
}

TEST("no input makes infer throw, its problems are sentences, and its fixes mend them") {
    for (const LayerType& type : layerTypes()) {
        if (!type.infer || type.isInput) {
            continue;
        }
        std::vector<ParamMap> variants = {{}};
        for (const LayerExample& example : type.examples) {
            variants.push_back(example.params);
        }
        const std::vector<Shape> shapes = {{kUnknown},       {2},          {kUnknown, 0},      {2, 784},          {kUnknown, kUnknown},
                                           {2, 3, 3},        {2, 5, kUnknown}, {2, 2, 2, 1},   {2, 9, 9, 6},      {kUnknown, kUnknown, kUnknown, kUnknown},
                                           {2, 1, 1, 1, 1},  {2, std::int64_t{1} << 40, std::int64_t{1} << 40, 3}};
        const int ports = type.inputs.minimum;
        for (const ParamMap& params : variants) {
            for (std::size_t first = 0; first < shapes.size(); ++first) {
                for (std::size_t others = 0; others < (ports > 1 ? shapes.size() : 1); ++others) {
                    for (const DType dtype : {DType::float32, DType::int32, DType::uint8}) {
                        std::vector<TensorSpec> inputs(static_cast<std::size_t>(ports), {shapes[others], dtype});
                        inputs[0].shape = shapes[first];
                        const std::string who = describe(type, {params, inputs});
                        const Inference inference = type.infer(params, inputs);
                        HOLDS(!inference.outputs.empty() || !inference.problems.empty(), who, "neither outputs nor problems");
                        for (const Problem& problem : inference.problems) {
                            HOLDS(isSentence(problem.message), who, "a problem that is no sentence: " + problem.message);
                            HOLDS(!problem.code.empty() && problem.port < ports, who, "a problem without code or with a port that there is not");
                            HOLDS(problem.parameter.empty() || findParameter(type.schema, problem.parameter), who, "a problem of an unknown parameter");
                            for (const FixHint& fix : problem.fixes) {
                                ParamMap mendedParams = params;
                                std::vector<TensorSpec> mendedInputs = inputs;
                                if (fix.kind == FixHint::Kind::setParameter) {
                                    mendedParams[fix.name] = fix.value;
                                    HOLDS(validate(type.schema, mendedParams).empty(), who, "a fix that is not valid: " + fix.text);
                                } else {
                                    const LayerType* inserted = findLayerType(fix.name);
                                    REQUIRE(inserted && problem.port >= 0 && validate(inserted->schema, fix.params).empty());
                                    TensorSpec& wire = mendedInputs[static_cast<std::size_t>(problem.port)];
                                    const Inference between = inserted->infer(fix.params, std::span(&wire, 1));
                                    if (!between.problems.empty()) {
                                        continue; // the wire has troubles of its own, which are reported as well
                                    }
                                    wire = between.outputs[0];
                                }
                                const Inference mended = type.infer(mendedParams, mendedInputs);
                                HOLDS(std::none_of(mended.problems.begin(), mended.problems.end(),
                                                   [&](const Problem& p) { return p.code == problem.code && p.port == problem.port && p.message == problem.message; }),
                                      who, "the fix \"" + fix.text + "\" does not mend: " + problem.message);
                            }
                        }
                    }
                }
            }
        }
    }
}

TEST("forward writes every element of the inferred shape and nothing else") {
    forEachExample([](const LayerType& type, const Variant& example) {
        for (const bool training : {false, true}) {
            LayerRun run(type, example, training);
            HOLDS(run.booking.stashBytesPerSample % 4 == 0, run.name, "a stash that is no multiple of 4 bytes");
            LayerRun again(type, example, training);
            again.forward(again.whole());
            for (std::size_t i = 0; i < run.outputs.size(); ++i) {
                if (run.inference.outputs[i].dtype == DType::float32) {
                    HOLDS(!anyNaN(again.outputs[i]), run.name, "an element of the output was not written, or is NaN");
                }
            }
            for (std::size_t i = 0; i < run.states.size(); ++i) {
                HOLDS(!anyNaN(again.states[i]) && !(again.states[i] == again.initialStates[i]), run.name, "does not leave its state");
            }
            for (const Block& mask : again.outputMasks) {
                const auto* bytes = static_cast<const std::uint8_t*>(mask.data());
                HOLDS(std::all_of(bytes, bytes + mask.size(), [](std::uint8_t b) { return b <= 1; }), run.name, "a mask that is neither true nor false somewhere");
            }
            // Row 1 alone: other rows keep their bytes; bytes other than 0xFF show that it was written.
            run.forward({1, 2});
            for (std::size_t i = 0; i < run.outputs.size(); ++i) {
                const std::size_t row = run.rowBytes(run.inference.outputs[i]);
                Block untouched(run.outputs[i].size());
                HOLDS(same(run.outputs[i], again.outputs[i], row, 2 * row), run.name, "a row alone differs from the same row in its batch");
                HOLDS(same(run.outputs[i], untouched, 0, row) && same(run.outputs[i], untouched, 2 * row, untouched.size()), run.name,
                      "a row wrote to other rows");
            }
            for (std::size_t i = 0; i < run.states.size(); ++i) {
                const std::size_t row = run.states[i].size() / static_cast<std::size_t>(run.batch);
                HOLDS(same(run.states[i], again.states[i], row, 2 * row), run.name, "a row alone leaves another state");
                HOLDS(same(run.states[i], run.initialStates[i], 0, row) && same(run.states[i], run.initialStates[i], 2 * row, run.states[i].size()), run.name,
                      "a row wrote to the state of others");
            }
            for (std::size_t i = 0; i < run.outputMasks.size(); ++i) {
                const std::size_t row = run.outputMasks[i].size() / static_cast<std::size_t>(run.batch);
                const Block untouched(run.outputMasks[i].size());
                HOLDS(same(run.outputMasks[i], again.outputMasks[i], row, 2 * row), run.name, "a row alone has another mask");
                HOLDS(same(run.outputMasks[i], untouched, 0, row) && same(run.outputMasks[i], untouched, 2 * row, untouched.size()), run.name,
                      "a row wrote to the masks of others");
            }
            HOLDS(run.guardsIntact() && again.guardsIntact(), run.name, "wrote beyond what it booked");
        }
    });
}

TEST("training and inference agree where nothing is random") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun training(type, example, true);
        LayerRun inference(type, example, false);
        training.forward(training.whole());
        inference.forward(inference.whole());
        for (std::size_t i = 0; i < training.outputs.size(); ++i) {
            if (changesNothing(type, inference)) {
                HOLDS(inference.outputs[i] == inference.inputs[i], inference.name, "does not hand its input through in inference");
            } else if (isRandom(type, example)) {
                continue;
            } else if (training.gathers()) {
                HOLDS(!near(training.outputs[i], inference.outputs[i], 1e-2), training.name, "looks at the whole batch in training, but it does not show");
            } else if (inference.inference.outputs[i].dtype == DType::float32) {
                HOLDS(near(training.outputs[i], inference.outputs[i], 1e-6), training.name, "differs between training and inference");
            } else {
                HOLDS(training.outputs[i] == inference.outputs[i], training.name, "differs between training and inference");
            }
        }
    });
}

TEST("a training pass as inference gives what inference gives, and hands gradients through where inference hands numbers through") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun training(type, example, true);
        LayerRun inference(type, example, false);
        training.asInference = true;
        training.run(training.whole(), 1);
        inference.forward(inference.whole());
        for (std::size_t i = 0; i < training.outputs.size(); ++i) {
            if (inference.inference.outputs[i].dtype == DType::float32) {
                HOLDS(near(training.outputs[i], inference.outputs[i], 1e-6), training.name, "differs from inference");
            }
        }
        HOLDS(!type.isRandom || !changesNothing(type, training) || training.inputGradients[0] == training.cotangents[0], training.name,
              "random layers change gradients in inference");
    });
}

TEST("outputs lie in the range that a layer is sure of") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun run(type, example, false);
        run.forward(run.whole());
        const OutputRange range = run.op->outputRange();
        if (range == OutputRange::any) {
            return;
        }
        const Block& out = run.outputs[0];
        const float* end = out.floats() + out.size() / sizeof(float);
        HOLDS(std::all_of(out.floats(), end, [](float v) { return v >= 0 && v <= 1; }), run.name, "a number outside 0 to 1");
        const std::int64_t columns = run.inference.outputs[0].shape.back();
        for (const float* row = out.floats(); range == OutputRange::distribution && row < end; row += columns) {
            double sum = 0;
            for (std::int64_t i = 0; i < columns; ++i) {
                sum += static_cast<double>(row[i]);
            }
            HOLDS(std::fabs(sum - 1) < 1e-5, run.name, "a last dimension that does not sum to 1");
        }
    });
}

TEST("a view's output is its input") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun run(type, example, false);
        if (run.inference.isView) {
            run.forward(run.whole());
            HOLDS(run.outputs[0] == run.inputs[0], run.name, "is said to be a view, but changes its input");
        }
    });
}

TEST("chunks of the batch and parts of the weights do not change a bit") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun one(type, example, true);
        one.run(one.whole(), 1);
        for (const std::int64_t parts : {1, 2, 3, 7, 64}) {
            LayerRun many(type, example, true);
            many.run(parts == 2 ? LayerRun::Cuts{0, 1, many.batch} : many.singles(), parts);
            HOLDS(many.outputs == one.outputs, one.name, "outputs depend on the chunks");
            HOLDS(many.outputMasks == one.outputMasks, one.name, "masks depend on the chunks");
            HOLDS(many.states == one.states, one.name, "states depend on the chunks");
            HOLDS(many.inputGradients == one.inputGradients, one.name, "input gradients depend on the chunks");
            HOLDS(many.weightGradients == one.weightGradients, one.name, cat("weight gradients depend on the number of parts, here ", parts));
            HOLDS(many.guardsIntact(), one.name, "wrote beyond what it booked");
        }
        for (std::size_t i = 0; i < one.inputs.size(); ++i) {
            HOLDS(!one.floatInput(i) || !anyNaN(one.inputGradients[i]), one.name, "an element of an input gradient was not written, or is NaN");
        }
        for (std::size_t i = 0; i < one.weights.size(); ++i) {
            HOLDS(!one.inference.weights[i].trainable || !anyNaN(one.weightGradients[i]), one.name, "an element of a weight gradient was not written, or is NaN");
        }
    });
}

TEST("a row's backward and a part's gradient touch their own rows only") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun run(type, example, true);
        run.forward(run.whole());
        run.backward({1, 2});
        for (std::size_t i = 0; i < run.inputs.size(); ++i) {
            const std::size_t row = run.rowBytes(run.inputSpecs[i]);
            const Block untouched(run.inputGradients[i].size());
            HOLDS(same(run.inputGradients[i], untouched, 0, row) && same(run.inputGradients[i], untouched, 2 * row, untouched.size()), run.name,
                  "backward of one row wrote to the gradients of others");
        }
        run.backward(run.whole());
        run.op->weightGradient(run.pass(), {1, 3}, run.scratch.floats());
        for (std::size_t i = 0; i < run.weightGradients.size(); ++i) {
            const Shape& shape = run.inference.weights[i].shape;
            const Rows own = partOf(shape, {1, 3});
            const std::size_t row = (shape.rank() > 1 ? static_cast<std::size_t>(shape.back()) : 1) * sizeof(float);
            const Block untouched(run.weightGradients[i].size());
            HOLDS(same(run.weightGradients[i], untouched, 0, static_cast<std::size_t>(own.begin) * row) &&
                      same(run.weightGradients[i], untouched, static_cast<std::size_t>(own.end) * row, untouched.size()),
                  run.name, "a part wrote to the gradient of another part");
        }
    });
}

TEST("accumulate adds to what is there") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun fresh(type, example, true);
        fresh.run(fresh.whole(), 1);
        LayerRun added(type, example, true);
        added.forward(added.whole());
        added.accumulate = true;
        const auto prepare = [](std::vector<Block>& blocks, std::vector<Block>& expected) {
            for (std::size_t i = 0; i < blocks.size(); ++i) {
                for (std::size_t j = 0; j < blocks[i].size() / sizeof(float); ++j) {
                    const float before = 0.25F * static_cast<float>(j % 7) - 1.0F;
                    blocks[i].floats()[j] = before;
                    expected[i].floats()[j] += before;
                }
            }
        };
        prepare(added.weightGradients, fresh.weightGradients);
        for (std::size_t i = 0; i < added.inputs.size(); ++i) {
            if (added.floatInput(i)) {
                std::vector<Block> gradient = {added.inputGradients[i]};
                std::vector<Block> expected = {fresh.inputGradients[i]};
                prepare(gradient, expected);
                added.inputGradients[i] = gradient[0];
                fresh.inputGradients[i] = expected[0];
            }
        }
        added.backward(added.singles());
        added.weightGradient(2);
        for (std::size_t i = 0; i < added.inputs.size(); ++i) {
            HOLDS(!added.floatInput(i) || near(added.inputGradients[i], fresh.inputGradients[i], 1e-5), added.name, "an input gradient is not added");
        }
        for (std::size_t i = 0; i < added.weightGradients.size(); ++i) {
            HOLDS(!added.inference.weights[i].trainable || near(added.weightGradients[i], fresh.weightGradients[i], 1e-5), added.name, "a weight gradient is not added");
        }
    });
}

TEST("backward reads no more than is booked, and works where nobody needs a gradient") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun one(type, example, true);
        one.run(one.whole(), 1);
        LayerRun run(type, example, true);
        run.forward(run.whole());
        for (Block& input : run.inputs) {
            if (!run.booking.needsInputs) {
                input.fill(0xFF); // memory that a plan uses for something else by now
            }
        }
        for (Block& output : run.outputs) {
            if (!run.booking.needsOutputs) {
                output.fill(0xFF);
            }
        }
        run.backward(run.whole());
        run.weightGradient(1);
        HOLDS(run.inputGradients == one.inputGradients && run.weightGradients == one.weightGradients, run.name, "reads what it said it does not need");

        LayerRun frozen(type, example, true);
        frozen.forward(frozen.whole());
        frozen.gatherBackward();
        Pass pass = frozen.pass();
        std::vector<float*> nothing(std::max(frozen.inputs.size(), frozen.weights.size()), nullptr);
        pass.inputGradients = nothing.data();
        frozen.op->backward(pass, {0, frozen.batch}, frozen.scratch.floats());
        frozen.op->weightGradient(pass, {0, 1}, frozen.scratch.floats());
        HOLDS(frozen.weightGradients == one.weightGradients, frozen.name, "weight gradients depend on whether an input gradient is wanted");
        pass.weightGradients = nothing.data();
        frozen.op->weightGradient(pass, {0, 1}, frozen.scratch.floats());
        HOLDS(frozen.guardsIntact(), frozen.name, "wrote beyond what it booked");
    });
}

TEST("masks are there for each output and begin as it does") {
    forEachExample([](const LayerType& type, const Variant& example) {
        if (!type.masks) {
            return;
        }
        const LayerRun run(type, example, false);
        const std::vector<MaskOf> masks = type.masks(example.params, example.inputs, example.masks());
        HOLDS(masks.size() == run.outputs.size(), run.name, "not one mask for each output");
        for (std::size_t i = 0; i < std::min(masks.size(), run.outputs.size()); ++i) {
            HOLDS(masks[i].kind != MaskOf::Kind::input || (masks[i].input >= 0 && masks[i].input < static_cast<int>(example.inputs.size())), run.name,
                  "a mask of an input that there is not");
            const Shape& mask = masks[i].shape;
            const Shape& out = run.inference.outputs[i].shape;
            bool begins = mask.rank() > 0 && mask.rank() <= out.rank();
            for (int axis = 0; begins && axis < mask.rank(); ++axis) {
                begins = mask[axis] == out[axis];
            }
            HOLDS(masks[i].kind != MaskOf::Kind::own || begins, run.name, "a mask of a shape that its output does not begin with: " + mask.text());
        }
    });
}

TEST("an output that nothing depends on has a gradient of zero") {
    forEachExample([](const LayerType& type, const Variant& example) {
        LayerRun run(type, example, true);
        for (std::size_t unused = 0; run.outputs.size() > 1 && unused < run.outputs.size(); ++unused) {
            LayerRun zero(type, example, true);
            zero.cotangents[unused].fill(0);
            zero.run(zero.whole(), 1);
            LayerRun null(type, example, true);
            null.forward(null.whole());
            Pass pass = null.pass();
            std::vector<const float*> gradients(pass.outputGradients, pass.outputGradients + null.outputs.size());
            gradients[unused] = nullptr;
            pass.outputGradients = gradients.data();
            null.op->backward(pass, {0, null.batch}, null.scratch.floats());
            null.op->weightGradient(pass, {0, 1}, null.scratch.floats());
            HOLDS(null.inputGradients == zero.inputGradients && null.weightGradients == zero.weightGradients, null.name,
                  "no gradient of an output is not the same as one of zero");
        }
    });
}

TEST("statistics of a batch are the same bits whatever the parts, and what is stored of them moves unless the layer is frozen") {
    int gathering = 0;
    forEachExample([&](const LayerType& type, const Variant& example) {
        LayerRun one(type, example, true);
        HOLDS(one.gathers() || !type.infersWhenFrozen, one.name, "does otherwise when frozen, but has no statistics");
        if (!one.gathers()) {
            return;
        }
        ++gathering;
        one.gatherParts = 1;
        one.run(one.whole(), 1);
        for (const std::int64_t parts : {std::int64_t{2}, one.booking.statisticsParts}) {
            LayerRun many(type, example, true);
            many.gatherParts = parts;
            many.run(many.singles(), 3);
            HOLDS(many.statistics == one.statistics && many.movedWeights == one.movedWeights && many.outputs == one.outputs &&
                      many.inputGradients == one.inputGradients && many.weightGradients == one.weightGradients,
                  one.name, cat("depends on the parts of its statistics, here ", parts));
            HOLDS(many.guardsIntact(), one.name, "wrote beyond what it booked");
        }
        bool moves = false;
        for (std::size_t i = 0; i < one.weights.size(); ++i) {
            moves = moves || !(one.movedWeights[i] == one.weights[i]);
            HOLDS(!one.inference.weights[i].trainable || one.movedWeights[i] == one.weights[i], one.name, "moves a weight that gradients train");
        }
        HOLDS(moves, one.name, "stores nothing of what it has seen");

        LayerRun frozen(type, example, true);
        frozen.frozen = true;
        frozen.asInference = type.infersWhenFrozen;
        frozen.run(frozen.whole(), 1);
        HOLDS(frozen.movedWeights == frozen.weights, one.name, "moves although it is frozen");
        LayerRun inference(type, example, false);
        inference.forward(inference.whole());
        HOLDS(near(frozen.outputs[0], inference.outputs[0], 1e-6), one.name, "frozen, it does not do as in inference");
    });
    CHECK(gathering > 0);
}

TEST("passes allocate nothing") {
    const long start = allocations();
    static_cast<void>(std::make_unique<int>(1));
    CHECK(allocations() > start); // the counter counts
    forEachExample([](const LayerType& type, const Variant& example) {
        for (const bool training : {false, true}) {
            LayerRun run(type, example, training);
            run.movedWeights = run.weights;
            const Pass pass = run.pass();
            const long before = allocations();
            if (run.gathers()) {
                run.op->gather(pass, {0, 1}, run.scratch.floats());
                run.op->gatherBackward(pass, {0, 1}, run.scratch.floats());
            }
            run.op->forward(pass, {0, run.batch}, run.scratch.floats());
            if (training) {
                run.op->backward(pass, {0, run.batch}, run.scratch.floats());
                run.op->weightGradient(pass, {0, 2}, run.scratch.floats());
                run.op->weightGradient(pass, {1, 2}, run.scratch.floats());
            }
            const long made = allocations() - before;
            HOLDS(made == 0, run.name, cat(made, " allocations in a pass"));
        }
    });
}

TEST("the same seed gives the same result, another seed another one, where something is random") {
    for (const LayerType& type : layerTypes()) {
        bool differs = false;
        for (const LayerExample& example : type.examples) {
            if (!type.build) {
                continue;
            }
            LayerRun a(type, example, true);
            LayerRun b(type, example, true);
            LayerRun c(type, example, true);
            c.seed = 12;
            a.run(a.whole(), 1);
            b.run(b.whole(), 1);
            c.run(c.whole(), 1);
            HOLDS(a.outputs == b.outputs && a.inputGradients == b.inputGradients && a.weightGradients == b.weightGradients, a.name,
                  "the same seed gives another result");
            differs = differs || !(a.outputs == c.outputs);
        }
        HOLDS(differs == type.isRandom, type.name, type.isRandom ? "no example depends on the seed" : "depends on the seed, but is not said to be random");
    }
}
