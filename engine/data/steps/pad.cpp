// SPDX-License-Identifier: Apache-2.0
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <cstring>

namespace weft::steps {
namespace {

/// The numbers stay as they are; the column knows from now on which of them only fill up.
class PadStep final : public Step {
public:
    explicit PadStep(double value) : m_value(value) {}

    TensorSpec output(const TensorSpec& input) const override { return input; }
    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t) const override {
        std::memcpy(out, in, static_cast<std::size_t>(rows * numbersPerRow(input)) * sizeOf(input.dtype));
    }
    Object description() const override { return {"pad", {{"value", m_value}}}; }
    bool isView() const override { return true; }
    std::optional<double> padding() const override { return m_value; }

private:
    double m_value;
};

struct Pad {
    double value = 0;

    static Binding<Pad> binding() {
        Binding<Pad> b;
        b("value", &Pad::value, "Filled up with", "The number that stands at the end of a sequence that is shorter than the longest.");
        return b;
    }
    std::shared_ptr<const Step> fit(const TensorSpec&, const Tensor&) const { return std::make_shared<PadStep>(value); }
};

} // namespace

StepType pad() {
    StepType type;
    type.name = "pad";
    type.title = "Sequences of different lengths";
    type.help = "Says with which number short sequences are filled up: where the model's Input leaves the number of steps open, a batch is then only "
                "as long as its longest sequence.";
    bindStep<Pad>(type);
    return type;
}

} // namespace weft::steps
