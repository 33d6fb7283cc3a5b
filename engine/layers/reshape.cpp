// SPDX-License-Identifier: Apache-2.0
#include "engine/base/text.h"
#include "engine/layers/support.h"

#include <algorithm>

namespace weft::layers {
namespace {

struct Reshape {
    std::vector<std::int64_t> target_shape = {28, 28, 1};

    static Binding<Reshape> binding() {
        Binding<Reshape> b;
        b("target_shape", &Reshape::target_shape, "Target shape",
          "Size of one sample afterwards, without the batch. One size may be -1: it is then worked out from the others.")
            .min(-1).max(kLargestSize).required();
        return b;
    }

    Inference infer(std::span<const TensorSpec> inputs) const {
        Inference out;
        out.isView = true;
        const Shape sample = inputs[0].shape.withoutBatch();
        const auto open = std::count(target_shape.begin(), target_shape.end(), -1);
        if (open > 1 || std::count(target_shape.begin(), target_shape.end(), 0) > 0) {
            out.problems.push_back({"target_shape",
                                    cat("The target shape ", Shape(target_shape).text(),
                                        " is not clear: every size must be 1 or more, and only one may be -1, to be worked out."),
                                    -1, "target_shape", {}});
            return out;
        }
        Shape target(target_shape);
        if (!sample.isKnown()) { // -1 is kUnknown, as which it stays
            out.outputs.push_back({target.prepended(inputs[0].shape[0]), inputs[0].dtype});
            checkSizes(out);
            return out;
        }
        std::vector<std::int64_t> given;
        std::copy_if(target_shape.begin(), target_shape.end(), std::back_inserter(given), [](std::int64_t d) { return d != -1; });
        const auto held = sample.elementCount();
        const auto asked = Shape(given).elementCount();
        if (!held || !asked || (open == 1 ? *held % *asked != 0 : *held != *asked)) {
            std::vector<FixHint> fixes;
            if (held && isSize(*held)) {
                fixes.push_back(setParameter(cat("Use the shape (", *held, ")"), "target_shape", Value::List{*held}));
            }
            out.problems.push_back({"element_count",
                                    cat("Reshape keeps all numbers of a sample, but ", sampleText(inputs[0].shape), " holds ",
                                        held ? withThousands(*held) : "too many", " and ", target.text(),
                                        open == 1 ? " cannot divide them evenly" : cat(" holds ", asked ? withThousands(*asked) : "too many"), "."),
                                    0, "target_shape", std::move(fixes)});
            return out;
        }
        std::vector<std::int64_t> dims = target_shape;
        std::replace(dims.begin(), dims.end(), std::int64_t{-1}, *held / *asked);
        out.outputs.push_back({Shape(std::move(dims)).prepended(inputs[0].shape[0]), inputs[0].dtype});
        checkSizes(out);
        return out;
    }

    std::shared_ptr<const LayerOp> build(std::span<const TensorSpec> inputs) const {
        return copyOp(inputs[0].shape.count(1), sizeOf(inputs[0].dtype));
    }
};

} // namespace

LayerType reshape() {
    LayerType t;
    t.name = "Reshape";
    t.family = Family::shape;
    t.help = "Gives the same numbers another shape, for example a list of 784 numbers that of an image of 28 × 28 × 1.";
    t.formula = "y = x in the target shape";
    t.synonyms = {"view", "resize", "unflatten", "fold"};
    t.keyParameters = {"target_shape"};
    bindLayer<Reshape>(t);
    t.examples = {{{{"target_shape", Value::List{2, 3}}}, {{{4, 6}}}},
                  {{{"target_shape", Value::List{-1, 3}}}, {{{2, 6, 5}}}},
                  {{{"target_shape", Value::List{4, 1, -1}}}, {{{3, 2, 2, 5}, DType::int32}}},
                  {{{"target_shape", Value::List{}}}, {{{3, 1}}}},
                  {{{"target_shape", Value::List{1, -1, 1}}}, {{{5}}}}};
    return t;
}

} // namespace weft::layers
