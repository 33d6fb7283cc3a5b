// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/layer_type.h"
#include "tests/support/check.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

using namespace weft;
using L = Value::List;

namespace {

struct Situation {
    const char* keras; ///< as it stands in Keras' table of errors; empty: not there
    const char* layer;
    ParamMap params;
    std::vector<TensorSpec> inputs;
    const char* code;
    int port = -1;
    const char* parameter = "";
    const char* part = ""; ///< of the message
    int fixes = 0;
};

constexpr std::int64_t N = kUnknown;

std::vector<Situation> situations() {
    return {
        {"Concatenate axis -1 of (3,4) and (2,4)", "Concatenate", {}, {{{N, 3, 4}}, {{N, 2, 4}}}, "shape_mismatch", 1, "", "input 2 is 2 × 4"},
        {"Add of (3,) and (4,)", "Add", {}, {{{N, 3}}, {{N, 4}}}, "shape_mismatch", 1, "", "input 2 is 4 where 3 is expected", 1},
        {"Conv2D on rank-2 input", "Conv2D", {}, {{{N, 4}}}, "rank", 0, "", "height × width × channels", 1},
        {"Conv2D valid with kernel larger than the image (5 on 3x3)", "Conv2D", {{"kernel_size", L{5, 5}}}, {{{N, 3, 3, 1}}}, "kernel_too_large", 0,
         "kernel_size", "5 × 5, larger than the image of 3 × 3", 2},
        {"Conv2D strides 2 with dilation 2", "Conv2D", {{"strides", L{2, 2}}, {"dilation_rate", L{2, 2}}}, {{{N, 9, 9, 1}}}, "strides_and_dilation", -1,
         "dilation_rate", "but not both", 2},
        {"Conv2D groups=2 with 3 channels", "Conv2D", {{"groups", 2}}, {{{N, 8, 8, 3}}}, "groups_channels", 0, "groups", "3 channels", 1},
        {"Conv2D filters=3 groups=2", "Conv2D", {{"filters", 3}, {"groups", 2}}, {{{N, 8, 8, 2}}}, "groups_filters", -1, "groups", "3 filters", 1},
        {"Dense on undefined last dim", "Dense", {{"units", 2}}, {{{N, N}}}, "unknown_size", 0, "", "is open"},
        {"Reshape (2,6) to (5,)", "Reshape", {{"target_shape", L{5}}}, {{{N, 2, 6}}}, "element_count", 0, "target_shape", "2 × 6 holds 12 and (5,) holds 5", 1},
        {"MaxPooling2D pool 4 valid on 3x3", "MaxPooling2D", {{"pool_size", L{4, 4}}}, {{{N, 3, 3, 1}}}, "pool_too_large", 0, "pool_size", "4 × 4", 2},
        {"", "Conv2D", {}, {{{N, 28, 28}}}, "rank", 0, "", "28 × 28", 1},
        {"", "Conv1D", {}, {{{N, 28}}}, "rank", 0, "", "steps × channels", 1},
        {"", "Conv1D", {{"kernel_size", L{5}}}, {{{N, 3, 1}}}, "kernel_too_large", 0, "kernel_size", "5 steps long", 2},
        {"", "Conv2DTranspose", {{"strides", L{2, 2}}, {"output_padding", L{2, 0}}}, {{{N, 4, 4, 1}}}, "output_padding", -1, "output_padding", "fewer lines", 1},
        {"", "AveragePooling1D", {{"pool_size", L{4}}}, {{{N, 3, 1}}}, "pool_too_large", 0, "pool_size", "4 steps long", 2},
        {"", "GlobalAveragePooling1D", {}, {{{N, 4}}}, "rank", 0, "", "GlobalAveragePooling1D looks at sequences", 1},
        {"", "BatchNormalization", {}, {{{N}}}, "rank", 0, "", "single number", 1},
        {"", "BatchNormalization", {{"axis", 0}}, {{{N, 4}}}, "axis", -1, "axis", "that is the batch", 1},
        {"", "BatchNormalization", {}, {{{N, 3, N}}}, "unknown_size", 0, "", "is open"},
        {"", "LayerNormalization", {{"axis", L{3}}}, {{{N, 3, 4}}}, "axis", -1, "axis", "not all dimensions", 1},
        {"", "Softmax", {{"axis", 4}}, {{{N, 3}}}, "axis", -1, "axis", "none of the dimensions", 1},
        {"Permute wrong dims", "Permute", {{"dims", L{1, 3}}}, {{{N, 3, 4}}}, "dims", 0, "dims", "every dimension of a sample once", 1},
        {"", "RepeatVector", {}, {{{N, 3, 4}}}, "rank", 0, "", "one list of numbers", 1},
        {"Cropping2D more than the size", "Cropping2D", {{"cropping", L{2, 2, 0, 0}}}, {{{N, 4, 4, 1}}}, "nothing_left", 0, "cropping", "nothing is left", 1},
        {"Dot of (3,4),(5,6) axes=2", "Dot", {{"axes", L{2, 2}}}, {{{N, 3, 4}}, {{N, 5, 6}}}, "shape_mismatch", 1, "axes", "that of input 1 has 4 and that of input 2 has 6"},
        {"", "Subtract", {}, {{{N, 3}}, {{N, 4}}}, "shape_mismatch", 1, "", "input 2 is 4 where 3 is expected", 1},
        {"", "MultiHeadAttention", {}, {{{N, 3, 4}}, {{N, 4}}}, "rank", 1, "", "steps × features"},
        {"", "Dense", {{"kernel_regularizer", Object{"Loud", {}}}}, {{{N, 3}}}, "rule", -1, "kernel_regularizer", "no regularizer named \"Loud\"", 1},
        {"", "Dense", {{"activity_regularizer", Object{"OrthogonalRegularizer", {}}}}, {{{N, 3}}}, "rule", -1, "activity_regularizer", "number by number", 1},
        {"", "Dense", {{"bias_constraint", Object{"MaxNorm", {{"axis", L{1}}}}}}, {{{N, 3}}}, "rule", -1, "bias_constraint", "none of the dimensions of the weight", 1},
        {"", "Conv2D", {}, {{{N, 784}}}, "rank", 0, "", "784", 1},
        {"", "Conv2D", {}, {{{N, 7}}}, "rank", 0, "", "7"},
        {"", "Conv2D", {}, {{{N, 8, 8, N}}}, "unknown_size", 0, "", "channels"},
        {"", "Conv2D", {{"dilation_rate", L{4, 4}}}, {{{N, 8, 8, 1}}}, "kernel_too_large", 0, "kernel_size", "9 × 9 with its dilation", 1},
        {"", "Conv2D", {{"data_format", "channels_first"}}, {{{N, 3, 2, 9}}}, "kernel_too_large", 0, "kernel_size", "image of 2 × 9", 2},
        {"", "Conv2D", {}, {{{N, 8, 8, 1}, DType::int32}}, "dtype", 0, "", "int32"},
        {"", "MaxPooling2D", {}, {{{N, 4}}}, "rank", 0, "", "MaxPooling2D looks at images", 1},
        {"", "GlobalMaxPooling2D", {}, {{{N, 4, 4}}}, "rank", 0, "", "GlobalMaxPooling2D looks at images", 1},
        {"", "Dense", {}, {{{N}}}, "rank", 0, "", "single number", 1},
        {"", "Activation", {{"activation", "softmax"}}, {{{N}}}, "rank", 0, "activation", "softmax", 1},
        {"", "Reshape", {{"target_shape", L{-1, -1}}}, {{{N, 4}}}, "target_shape", -1, "target_shape", "only one may be -1"},
        {"", "Reshape", {{"target_shape", L{0}}}, {{{N, 4}}}, "target_shape", -1, "target_shape", "1 or more"},
        {"", "Reshape", {{"target_shape", L{-1, 5}}}, {{{N, 12}}}, "element_count", 0, "target_shape", "cannot divide them evenly", 1},
        {"", "Concatenate", {{"axis", 0}}, {{{N, 3}}, {{N, 3}}}, "axis", -1, "axis", "is the batch", 1},
        {"", "Concatenate", {{"axis", -2}}, {{{N, 3}}, {{N, 3}}}, "axis", -1, "axis", "is the batch", 1},
        {"", "Concatenate", {{"axis", 2}}, {{{N, 3}}, {{N, 3}}}, "axis", -1, "axis", "none of the dimensions", 1},
        {"", "Concatenate", {}, {{{N, 3}}, {{N, 2, 2}}}, "rank", 1, "", "Flatten", 1},
        {"", "Concatenate", {}, {{{N, 2, 2}}, {{N, 3}}}, "rank", 0, "", "Flatten", 1},
        {"", "Concatenate", {}, {{{N, 3}}, {{N, 3}, DType::int32}}, "dtype", 1, "", "int32"},
        {"", "Concatenate", {}, {{{4, 3}}, {{5, 3}}}, "batch_mismatch", 1, "", "batches of 5"},
        {"", "Average", {}, {{{N, 2, 3}}, {{N, 3, 3}}}, "shape_mismatch", 1, "", "3 × 3 where 2 × 3"},
        {"", "Add", {}, {{{4, 3}}, {{5, 3}}}, "batch_mismatch", 1, "", "batches of 5"},
        {"", "Dropout", {{"noise_shape", L{Value(), 2}}}, {{{N, 3}}}, "noise_shape", 0, "noise_shape", "does not fit", 1},
        {"", "Dropout", {{"noise_shape", L{1}}}, {{{N, 3}}}, "noise_shape", 0, "noise_shape", "does not fit", 1},
        {"", "Dense", {{"units", 1000000000}}, {{{N, std::int64_t{1} << 40}}}, "too_large", -1, "", "any computer"},
        {"LSTM on rank-2 input", "LSTM", {}, {{{N, 4}}}, "rank", 0, "", "steps × features", 1},
        {"stateful LSTM with batch None", "LSTM", {{"stateful", true}}, {{{N, 3, 4}}}, "stateful_batch", 0, "stateful", "Batch size of the Input", 1},
        {"", "GRU", {}, {{{N, 2, 3, 4}}}, "rank", 0, "", "2 × 3 × 4", 1},
        {"", "GRU", {}, {{{N, 3, N}}}, "unknown_size", 0, "", "is open"},
        {"", "GRU", {}, {{{N, 3, 4}, DType::int32}}, "dtype", 0, "", "int32"},
        {"", "LSTM", {{"units", 3}}, {{{N, 3, 4}}, {{N, 3}}}, "initial_state", 1, "", "2 states, but 1 is wired"},
        {"", "SimpleRNN", {{"units", 3}}, {{{N, 3, 4}}, {{N, 5}}}, "initial_state", 1, "", "a list of 3 numbers"},
        {"", "SimpleRNN", {{"units", 3}}, {{{4, 3, 4}}, {{5, 3}}}, "batch_mismatch", 1, "", "batches of 4 samples meet batches of 5"},
        {"", "Masking", {}, {{{N}}}, "rank", 0, "", "single number", 1},
        {"TimeDistributed on rank-2", "TimeDistributed", {}, {{{N, 3}}}, "rank", 0, "", "at least one dimension more"},
        {"", "TimeDistributed", {{"layer", Object{"Nothing", {}}}}, {{{N, 3, 4}}}, "held_layer", -1, "layer", "\"Nothing\""},
        {"", "TimeDistributed", {{"layer", Object{"Model", {}}}}, {{{N, 3, 4}}}, "held_layer", -1, "layer", "\"Model\""},
        {"", "TimeDistributed", {{"layer", Object{"Add", {}}}}, {{{N, 3, 4}}}, "held_layer", -1, "layer", "Add takes several"},
        {"", "TimeDistributed", {{"layer", Object{"Dense", {{"units", 0}}}}}, {{{N, 3, 4}}}, "parameter", -1, "layer", "In the Dense inside TimeDistributed: Units", 1},
        {"", "TimeDistributed", {{"layer", Object{"Conv2D", {}}}}, {{{N, 3, 4}}}, "rank", 0, "", "height × width × channels"},
        {"", "TimeDistributed", {{"layer", Object{"LSTM", {{"stateful", true}}}}}, {{{2, 3, 4, 5}}}, "stateful_batch", 0, "layer", "Batch size", 1},
        {"", "Bidirectional", {{"layer", Object{"Dense", {}}}}, {{{N, 3, 4}}}, "not_recurrent", -1, "layer", "it holds Dense", 1},
        {"", "Bidirectional", {{"layer", Object{"LSTM", {{"units", -1}}}}}, {{{N, 3, 4}}}, "parameter", -1, "layer", "In the LSTM inside Bidirectional: Units", 1},
        {"", "Bidirectional", {{"layer", Object{"LSTM", {{"go_backwards", true}}}}}, {{{N, 3, 4}}}, "go_backwards", -1, "layer", "same direction", 1},
        {"", "Bidirectional", {{"backward_layer", Object{"GRU", {}}}}, {{{N, 3, 4}}}, "go_backwards", -1, "backward_layer", "same direction", 1},
        {"", "Bidirectional", {{"backward_layer", Object{"GRU", {{"go_backwards", true}, {"return_sequences", true}}}}}, {{{N, 3, 4}}}, "different_layers", -1,
         "backward_layer", "return_sequences", 1},
        {"", "Bidirectional", {{"backward_layer", Object{"GRU", {{"go_backwards", true}, {"units", 3}}}}, {"merge_mode", "sum"}}, {{{N, 3, 4}}}, "units", -1,
         "merge_mode", "32 and 3", 1},
        {"", "Bidirectional", {}, {{{N, 3, 4}}, {{N, 32}}}, "initial_state", 1, "", "odd number"},
        {"", "Bidirectional", {}, {{{N, 3, 4}}, {{N, 32}}, {{N, 32}}}, "initial_state", 1, "", "2 states, but 1 is wired"},
        {"", "Bidirectional", {}, {{{N, 4}}}, "rank", 0, "", "steps × features", 1},
        {"", "Bidirectional", {{"layer", Object{"GRU", {{"stateful", true}}}}}, {{{N, 3, 4}}}, "stateful_batch", 0, "layer", "Batch size of the Input", 1},
    };
}

const LayerType& layer(const char* name) {
    const LayerType* type = findLayerType(name);
    REQUIRE(type);
    return *type;
}

std::vector<Problem> problemsOf(const Situation& s) {
    const LayerType& type = layer(s.layer);
    REQUIRE(validate(type.schema, s.params).empty());
    return type.infer(s.params, s.inputs).problems;
}

} // namespace

TEST("every mistake gives one problem with its code, port, parameter and fixes") {
    for (const Situation& s : situations()) {
        const std::vector<Problem> problems = problemsOf(s);
        const std::string who = std::string(s.layer) + " " + s.code + " " + s.part;
        if (problems.size() != 1) {
            CHECK_EQUAL(who + ": problems " + std::to_string(problems.size()), who);
            continue;
        }
        CHECK_EQUAL(problems[0].code, s.code);
        CHECK_EQUAL(problems[0].port, s.port);
        CHECK_EQUAL(problems[0].parameter, s.parameter);
        CHECK_EQUAL(problems[0].fixes.size(), static_cast<std::size_t>(s.fixes));
        if (problems[0].message.find(s.part) == std::string::npos) {
            CHECK_EQUAL(problems[0].message, std::string("…") + s.part + "…");
        }
    }
}

TEST("mistakes in parameters are found by the schema") {
    const auto refused = [](const char* name, ParamMap params) { return !validate(layer(name).schema, params).empty(); };
    CHECK(refused("Dense", {{"units", 0}}));
    CHECK(refused("Dense", {{"activation", "nope"}}));
    CHECK(refused("Dropout", {{"rate", 1.5}}));
    CHECK(refused("Dropout", {{"rate", -0.1}}));
    CHECK(refused("Conv2D", {{"kernel_size", L{3}}}));
    CHECK(refused("Conv2D", {{"strides", L{0, 1}}}));
    CHECK(refused("LSTM", {{"dropout", 1.0}}));
    CHECK(refused("Bidirectional", {{"merge_mode", "max"}}));
    CHECK(!refused("Bidirectional", {{"merge_mode", Value()}}));
    CHECK(refused("TimeDistributed", {{"layer", "Dense"}}));
    CHECK(refused("Input", {{"shape", L{0}}}));
    CHECK(refused("Input", {{"dtype", "complex64"}}));
    CHECK(refused("Input", {{"shape", Value()}}));
}

TEST("merging layers want two inputs or more") {
    for (const LayerType& type : layerTypes()) {
        if (type.family == Family::merge) {
            CHECK_EQUAL(type.inputs.minimum, 2);
        }
    }
}

TEST("open sizes stay open") {
    const auto outputOf = [](const char* name, ParamMap params, std::vector<TensorSpec> inputs) {
        const Inference inference = layer(name).infer(params, inputs);
        REQUIRE(inference.problems.empty() && inference.outputs.size() == 1);
        return inference.outputs[0].shape.text();
    };
    CHECK_EQUAL(outputOf("Flatten", {}, {{{N, N, 4}}}), "(None, None)"); // as Keras says of Input((None, 4))
    CHECK_EQUAL(outputOf("Flatten", {}, {{{N}}}), "(None, 1)");
    CHECK_EQUAL(outputOf("Reshape", {{"target_shape", L{-1, 4}}}, {{{N, N, 4}}}), "(None, None, 4)");
    CHECK_EQUAL(outputOf("Reshape", {{"target_shape", L{2, 2}}}, {{{N, N}}}), "(None, 2, 2)");
    CHECK_EQUAL(outputOf("Dense", {{"units", 3}}, {{{N, N, 4}}}), "(None, None, 3)");
    CHECK_EQUAL(outputOf("Conv2D", {{"filters", 8}}, {{{N, N, 28, 3}}}), "(None, None, 26, 8)");
    CHECK_EQUAL(outputOf("Conv2D", {{"filters", 8}, {"padding", "same"}, {"strides", L{2, 2}}}, {{{N, 7, N, 3}}}), "(None, 4, None, 8)");
    CHECK_EQUAL(outputOf("MaxPooling2D", {}, {{{N, N, 5, N}}}), "(None, None, 2, None)");
    CHECK_EQUAL(outputOf("GlobalMaxPooling2D", {}, {{{N, N, N, 5}}}), "(None, 5)");
    CHECK_EQUAL(outputOf("Concatenate", {}, {{{N, N, 2}}, {{N, 3, N}}}), "(None, 3, None)");
    CHECK_EQUAL(outputOf("Concatenate", {{"axis", 1}}, {{{N, N, 2}}, {{N, 3, 2}}}), "(None, None, 2)");
    CHECK_EQUAL(outputOf("Add", {}, {{{N, N, 4}}, {{N, 4}}}), "(None, None, 4)");
    CHECK_EQUAL(outputOf("LSTM", {{"units", 3}, {"return_sequences", true}}, {{{N, N, 4}}}), "(None, None, 3)");
    CHECK_EQUAL(outputOf("Bidirectional", {{"layer", Object{"GRU", {{"units", 3}, {"return_sequences", true}}}}}, {{{N, N, 4}}}), "(None, None, 6)");
    CHECK_EQUAL(outputOf("TimeDistributed", {{"layer", Object{"Dense", {{"units", 3}}}}}, {{{N, N, N, 4}}}), "(None, None, None, 3)");
    CHECK_EQUAL(outputOf("Embedding", {{"output_dim", 3}}, {{{N, N}, DType::int32}}), "(None, None, 3)");
    CHECK_EQUAL(outputOf("Masking", {}, {{{N, N, 4}}}), "(None, None, 4)");
    CHECK_EQUAL(outputOf("Input", {{"shape", L{Value(), 3}}, {"batch_size", 2}}, {}), "(2, None, 3)");
}

TEST("the situations that name one of Keras' errors name it as the table does") {
    std::ifstream file(WEFT_TESTS_DIR "/../../shared/conformance/tables/errors.json");
    if (!file) {
        std::cerr << "     (the folder shared is not beside the project; not compared)\n";
        CHECK(true);
        return;
    }
    const nlohmann::json table = nlohmann::json::parse(file);
    int found = 0;
    for (const Situation& s : situations()) {
        if (*s.keras) {
            CHECK(std::any_of(table.begin(), table.end(), [&](const nlohmann::json& row) { return row["what"] == s.keras && row["error"] == "ValueError"; }));
            ++found;
        }
    }
    CHECK_EQUAL(found, 16);
}
