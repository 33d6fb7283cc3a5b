// SPDX-License-Identifier: Apache-2.0
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::steps {
namespace {

/// C leaves a float that does not fit an integer undefined; here it becomes the nearest that fits, and NaN 0.
template <class To, class From>
To converted(From value) {
    if constexpr (std::is_same_v<To, bool>) {
        return value != From{};
    } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
        const auto number = static_cast<double>(value);
        if (std::isnan(number)) {
            return To{};
        }
        if (number <= static_cast<double>(std::numeric_limits<To>::min())) {
            return std::numeric_limits<To>::min();
        }
        // The limit of int64 rounds up to 2^63 as a double, hence not "greater".
        return number >= static_cast<double>(std::numeric_limits<To>::max()) ? std::numeric_limits<To>::max() : static_cast<To>(number);
    } else {
        return static_cast<To>(value);
    }
}

class CastStep final : public Step {
public:
    explicit CastStep(DType dtype) : m_dtype(dtype) {}

    TensorSpec output(const TensorSpec& input) const override { return {input.shape, m_dtype}; }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t) const override {
        const std::int64_t count = rows * numbersPerRow(input);
        visitNumbers(input.dtype, in, [&](const auto* from) {
            switch (m_dtype) {
            case DType::float32: convert(from, static_cast<float*>(out), count); return;
            case DType::int32: convert(from, static_cast<std::int32_t*>(out), count); return;
            case DType::boolean: convert(from, static_cast<bool*>(out), count); return;
            case DType::uint8: convert(from, static_cast<std::uint8_t*>(out), count); return;
            case DType::int64: convert(from, static_cast<std::int64_t*>(out), count); return;
            case DType::float64: convert(from, static_cast<double*>(out), count); return;
            }
        });
    }

    Object description() const override { return {"cast", {{"dtype", nameOf(m_dtype)}}}; }

private:
    template <class From, class To>
    static void convert(const From* from, To* to, std::int64_t count) {
        std::transform(from, from + count, to, converted<To, From>);
    }

    DType m_dtype;
};

struct Cast {
    std::string dtype = "float32";

    static Binding<Cast> binding() {
        Binding<Cast> b;
        b("dtype", &Cast::dtype, "Number type", "What every number becomes; a fraction is cut off where it becomes an integer.")
            .choices({"float32", "int32", "uint8", "int64", "bool"});
        return b;
    }
    std::shared_ptr<const Step> fit(const TensorSpec&, const Tensor&) const { return std::make_shared<CastStep>(dtypeNamed(dtype)); }
};

} // namespace

StepType cast() {
    StepType type;
    type.name = "cast";
    type.title = "Cast";
    type.help = "Turns the numbers into another number type.";
    bindStep<Cast>(type);
    return type;
}

} // namespace weft::steps
