// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/layers/support.h"

namespace weft::layers {
namespace {

struct Input {
    std::vector<std::int64_t> shape = {28, 28, 1};
    std::string dtype = "float32";
    std::optional<std::int64_t> batch_size;

    static Binding<Input> binding() {
        Binding<Input> b;
        b("shape", &Input::shape, "Shape",
          "Size of one sample, without the batch: 28, 28, 1 for a grey image of 28 × 28 pixels; 13 for a row of 13 numbers; empty for a single "
          "number. A size may be left open (none) if it differs from batch to batch.")
            .min(1).max(kLargestSize).required().unknownAllowed();
        b("dtype", &Input::dtype, "Dtype", "Kind of number: float32 for measurements and pixels, int32 for counts and codes, bool for yes or no.")
            .choices({"float32", "int32", "bool"});
        b("batch_size", &Input::batch_size, "Batch size",
          "Number of samples in every batch, if the model is to accept no other. Usually left open (none).")
            .min(1).max(kLargestSize).advanced();
        return b;
    }

    Inference infer(std::span<const TensorSpec>) const {
        Inference out;
        out.outputs.push_back({Shape(shape).prepended(batch_size.value_or(kUnknown)), dtypeNamed(dtype)});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec>) const { return nullptr; }
};

/// Keras keeps shape and batch size in one list.
ParamMap inputFromKeras(ParamMap config) {
    const auto found = config.find("batch_shape");
    if (found == config.end()) {
        return config;
    }
    const Value::List* dims = found->second.asList();
    if (!dims || dims->empty()) {
        throw Error("The batch_shape of an InputLayer must be a list that begins with the batch size, but it is " + found->second.text() + ".");
    }
    config["batch_size"] = dims->front();
    config["shape"] = Value::List(dims->begin() + 1, dims->end());
    config.erase("batch_shape");
    return config;
}

ParamMap inputToKeras(ParamMap params) {
    const Schema schema = Input::binding().schema();
    Value::List dims = {valueOf(schema, params, "batch_size")};
    const Value::List* shape = valueOf(schema, params, "shape").asList();
    dims.insert(dims.end(), shape->begin(), shape->end());
    params.erase("batch_size");
    params.erase("shape");
    params["batch_shape"] = std::move(dims);
    return params;
}

} // namespace

LayerType input() {
    LayerType t;
    t.name = "Input";
    t.kerasClass = "InputLayer";
    t.family = Family::input;
    t.help = "The place where data enters the network; its shape is that of one sample.";
    t.formula = "y = data";
    t.synonyms = {"InputLayer", "data", "source", "start", "placeholder"};
    t.keyParameters = {"dtype"}; // the box shows the shape as its output
    bindLayer<Input>(t);
    t.build = nullptr; // data is written straight to its output
    t.inputs = {0, 0, {}};
    t.isInput = true;
    t.kerasFixed = {{"sparse", false}, {"ragged", false}, {"optional", false}};
    t.fromKeras = inputFromKeras;
    t.toKeras = inputToKeras;
    t.examples = {{{}, {}},
                  {{{"shape", Value::List{}}}, {}},
                  {{{"shape", Value::List{Value(), 7}}, {"dtype", "int32"}}, {}},
                  {{{"shape", Value::List{5}}, {"dtype", "bool"}, {"batch_size", 4}}, {}}};
    return t;
}

} // namespace weft::layers
