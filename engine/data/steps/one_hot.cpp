// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::steps {
namespace {

/// More classes than anybody trains; a file with house numbers for labels must not take all memory.
constexpr std::int64_t kMostClasses = 1'000'000;

class OneHotStep final : public Step {
public:
    explicit OneHotStep(std::int64_t classes) : m_classes(classes) {}

    TensorSpec output(const TensorSpec& input) const override {
        // As Keras' to_categorical: a last dimension of 1 makes room for the classes.
        std::vector<std::int64_t> dims = input.shape.dims();
        if (dims.size() > 1 && dims.back() == 1) {
            dims.pop_back();
        }
        dims.push_back(m_classes);
        return {Shape(std::move(dims)), DType::float32};
    }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t firstRow) const override {
        const std::int64_t perRow = numbersPerRow(input);
        const std::int64_t count = rows * perRow;
        auto* to = static_cast<float*>(out);
        std::fill_n(to, count * m_classes, 0.0F);
        visitNumbers(input.dtype, in, [&](const auto* from) {
            for (std::int64_t i = 0; i < count; ++i, to += m_classes) {
                const auto label = static_cast<double>(from[i]);
                if (!(label >= 0 && label < static_cast<double>(m_classes)) || label != std::floor(label)) {
                    throw Error(cat("the label ", shortest(label), " in row ", firstRow + i / perRow, " is none of the ", m_classes,
                                    " classes; a whole number from 0 to ", m_classes - 1, " was expected."));
                }
                to[static_cast<std::int64_t>(label)] = 1.0F;
            }
        });
    }

    Object description() const override { return {"one_hot", {{"classes", m_classes}}}; }
    bool mayRefuse() const override { return true; }

private:
    std::int64_t m_classes;
};

struct OneHot {
    std::optional<std::int64_t> classes;

    static Binding<OneHot> binding() {
        Binding<OneHot> b;
        b("classes", &OneHot::classes, "Classes", "How many there are; labels are 0 to one less. None: found from the training rows.")
            .min(1)
            .max(static_cast<double>(kMostClasses));
        return b;
    }

    std::shared_ptr<const Step> fit(const TensorSpec&, const Tensor& rows) const {
        if (classes) {
            return std::make_shared<OneHotStep>(*classes);
        }
        if (rows.empty()) {
            throw Error("The step one_hot finds the number of classes from the training rows, and there are none.");
        }
        double most = 0;
        visitNumbers(rows.dtype(), rows.bytes(), [&](const auto* from) {
            for (std::int64_t i = 0; i < rows.size(); ++i) {
                most = std::max(most, static_cast<double>(from[i]));
            }
        });
        if (!(most < static_cast<double>(kMostClasses))) {
            throw Error(cat("the label ", shortest(most), " is too large; a whole number below ", kMostClasses, " was expected."));
        }
        return std::make_shared<OneHotStep>(static_cast<std::int64_t>(most) + 1);
    }
};

} // namespace

StepType one_hot() {
    StepType type;
    type.name = "one_hot";
    type.title = "One-hot";
    type.help = "Makes of each class number a row with a single 1 at its place.";
    type.found = {"classes"};
    type.oneHot = true;
    bindStep<OneHot>(type);
    return type;
}

} // namespace weft::steps
