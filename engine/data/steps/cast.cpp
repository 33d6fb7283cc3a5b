// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <cmath>
#include <limits>

namespace weft::steps {
namespace {

/// Whether the number is one of `To`'s. What becomes a float may lose digits; what becomes an integer must be one.
template <class To, class From>
bool fits(From value) {
    if constexpr (std::is_same_v<To, bool>) {
        return value == value; // not NaN
    } else if constexpr (std::is_integral_v<To>) {
        using Limits = std::numeric_limits<To>;
        if constexpr (std::is_integral_v<From>) {
            return static_cast<std::int64_t>(value) >= static_cast<std::int64_t>(Limits::min()) &&
                   static_cast<std::int64_t>(value) <= static_cast<std::int64_t>(Limits::max());
        } else {
            // The limit of int64 rounds up to 2^63 as a double, which is one too many: hence "less than one more".
            const auto number = static_cast<double>(value);
            return number == std::floor(number) && number >= static_cast<double>(Limits::min()) && number < std::ldexp(1.0, Limits::digits);
        }
    } else {
        return true;
    }
}

class CastStep final : public Step {
public:
    explicit CastStep(DType dtype) : m_dtype(dtype) {}

    TensorSpec output(const TensorSpec& input) const override { return {input.shape, m_dtype}; }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t firstRow) const override {
        const Rows of{rows, numbersPerRow(input), firstRow};
        visitNumbers(input.dtype, in, [&](const auto* from) {
            switch (m_dtype) {
            case DType::float32: convert(from, static_cast<float*>(out), of); return;
            case DType::int32: convert(from, static_cast<std::int32_t*>(out), of); return;
            case DType::boolean: convert(from, static_cast<bool*>(out), of); return;
            case DType::uint8: convert(from, static_cast<std::uint8_t*>(out), of); return;
            case DType::int64: convert(from, static_cast<std::int64_t*>(out), of); return;
            case DType::float64: convert(from, static_cast<double*>(out), of); return;
            }
        });
    }

    Object description() const override { return {"cast", {{"dtype", nameOf(m_dtype)}}}; }
    bool mayRefuse() const override { return m_dtype != DType::float32 && m_dtype != DType::float64; }

private:
    struct Rows {
        std::int64_t count, numbers, first;
    };

    template <class From, class To>
    void convert(const From* from, To* to, const Rows& rows) const {
        for (std::int64_t i = 0; i < rows.count * rows.numbers; ++i) {
            if (!fits<To>(from[i])) {
                throw Error(cat("the number in row ", rows.first + i / rows.numbers, " cannot become ", nameOf(m_dtype), ": expected ",
                                std::is_same_v<To, bool> ? std::string("a number")
                                                         : cat("a whole number from ", +std::numeric_limits<To>::min(), " to ",
                                                               +std::numeric_limits<To>::max()),
                                ", got ", shortest(static_cast<double>(from[i])), "."));
            }
            to[i] = static_cast<To>(from[i]);
        }
    }

    DType m_dtype;
};

struct Cast {
    std::string dtype = "float32";

    static Binding<Cast> binding() {
        Binding<Cast> b;
        b("dtype", &Cast::dtype, "Number type", "What every number becomes; a fraction is refused where it is to become an integer.")
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
