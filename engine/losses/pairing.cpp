// SPDX-License-Identifier: Apache-2.0
#include "engine/losses/pairing.h"

#include "engine/base/text.h"

namespace weft {
namespace {

std::string misfit(const TensorSpec& target, const TensorSpec& prediction, const Shape& wanted) {
    return cat("the target must have the shape ", wanted.withBatch(kUnknown).text(), " for a prediction of shape ",
               prediction.shape.withBatch(kUnknown).text(), "; it has ", target.shape.withBatch(kUnknown).text(), ".");
}

Shape withoutLast(const Shape& shape) {
    return Shape(std::vector<std::int64_t>(shape.dims().begin(), shape.dims().end() - 1));
}

bool sameSamples(const Shape& a, const Shape& b) {
    return a.rank() == b.rank() && a.withBatch(1) == b.withBatch(1);
}

Pairing cut(const Shape& shape) {
    Pairing out;
    if (!shape.withBatch(1).isKnown()) {
        out.problem = cat("every size but the batch must be known; the shape is ", shape.text(), ".");
    } else if (shape.rank() > 1) {
        out.width = shape.back();
        out.values = out.width == 0 ? 0 : shape.count(1) / out.width;
    }
    return out;
}

} // namespace

Pairing pairUp(const TensorSpec& target, const TensorSpec& prediction) {
    Shape t = target.shape;
    Shape p = prediction.shape;
    if (t.rank() == 0 || p.rank() == 0) {
        return {1, 1, "target and prediction must have a batch dimension."};
    }
    if (p.rank() == t.rank() + 1 && p.back() == 1) {
        if (t.rank() == 1) {
            t = p.withBatch(t[0]);
        } else {
            p = withoutLast(p);
        }
    } else if (t.rank() == p.rank() + 1 && t.back() == 1) {
        t = withoutLast(t);
    }
    if (!sameSamples(t, p)) {
        return {1, 1, misfit(target, prediction, prediction.shape)};
    }
    return cut(p);
}

Pairing pairClasses(const TensorSpec& target, const TensorSpec& prediction) {
    Shape t = target.shape;
    const Shape& p = prediction.shape;
    if (t.rank() == 0 || p.rank() < 2) {
        return {1, 1, cat("the prediction must have one number per class, (None, classes); it has the shape ", p.text(), ".")};
    }
    if (t.rank() == p.rank() && t.back() == 1) {
        t = withoutLast(t);
    }
    if (!sameSamples(t, withoutLast(p))) {
        return {1, 1, misfit(target, prediction, withoutLast(p))};
    }
    return cut(p);
}

} // namespace weft
