// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/data/step_type.h"
#include "engine/data/steps/numbers.h"

#include <cmath>

namespace weft::steps {
namespace {

class StandardiseStep final : public Step {
public:
    StandardiseStep(std::vector<double> mean, std::vector<double> deviation, std::string over)
        : m_mean(std::move(mean)), m_deviation(std::move(deviation)), m_over(std::move(over)) {}

    TensorSpec output(const TensorSpec& input) const override { return {input.shape, DType::float32}; }

    void apply(const TensorSpec& input, const void* in, void* out, std::int64_t rows, std::int64_t) const override {
        const auto features = static_cast<std::int64_t>(m_mean.size());
        const std::int64_t groups = rows * numbersPerRow(input) / features;
        auto* to = static_cast<float*>(out);
        visitNumbers(input.dtype, in, [&](const auto* from) {
            for (std::int64_t group = 0; group < groups; ++group) {
                for (std::int64_t f = 0; f < features; ++f, ++from, ++to) {
                    const auto i = static_cast<std::size_t>(f);
                    *to = static_cast<float>((static_cast<double>(*from) - m_mean[i]) / m_deviation[i]);
                }
            }
        });
    }

    Object description() const override {
        return {"standardise",
                {{"over", m_over},
                 {"mean", Value::List(m_mean.begin(), m_mean.end())},
                 {"deviation", Value::List(m_deviation.begin(), m_deviation.end())}}};
    }

private:
    std::vector<double> m_mean, m_deviation;
    std::string m_over;
};

struct Standardise {
    std::string over = "rows";
    std::optional<std::vector<double>> mean;
    std::optional<std::vector<double>> deviation;

    static Binding<Standardise> binding() {
        Binding<Standardise> b;
        b("over", &Standardise::over, "Over",
          "rows: each feature (place in the last dimension) by itself; everything: all numbers together.")
            .choices({"rows", "everything"});
        b("mean", &Standardise::mean, "Mean", "None: found from the training rows.").advanced();
        b("deviation", &Standardise::deviation, "Standard deviation", "None: found from the training rows.").above(0).advanced();
        return b;
    }

    std::shared_ptr<const Step> fit(const TensorSpec& input, const Tensor& rows) const {
        const auto features = static_cast<std::size_t>(over == "rows" && input.shape.rank() > 1 ? input.shape.back() : 1);
        if (mean && deviation) {
            if (mean->size() != features || deviation->size() != features || features == 0) {
                throw Error(cat("The step standardise has ", mean->size(), " means and ", deviation->size(),
                                " standard deviations for rows of shape ", input.shape.text(), "; ", features, " of each were expected."));
            }
            return std::make_shared<StandardiseStep>(*mean, *deviation, over);
        }
        if (rows.empty() || features == 0) {
            throw Error("The step standardise finds mean and standard deviation from the training rows, and there are none.");
        }
        return fitted(features, rows);
    }

private:
    /// Population variance by two passes, as scikit-learn's StandardScaler and Keras' Normalization have it.
    std::shared_ptr<const Step> fitted(std::size_t features, const Tensor& rows) const {
        const std::int64_t size = rows.size();
        const auto groups = static_cast<double>(size) / static_cast<double>(features);
        std::vector<double> means(features, 0.0), deviations(features, 0.0);
        visitNumbers(rows.dtype(), rows.bytes(), [&](const auto* from) {
            for (std::int64_t i = 0; i < size; ++i) {
                means[static_cast<std::size_t>(i) % features] += static_cast<double>(from[i]);
            }
            for (double& m : means) {
                m /= groups;
            }
            for (std::int64_t i = 0; i < size; ++i) {
                const std::size_t f = static_cast<std::size_t>(i) % features;
                const double d = static_cast<double>(from[i]) - means[f];
                deviations[f] += d * d;
            }
        });
        for (double& d : deviations) {
            d = std::sqrt(d / groups);
            d = d > 0 ? d : 1.0; // a feature that never changes becomes 0
        }
        return std::make_shared<StandardiseStep>(std::move(means), std::move(deviations), over);
    }
};

} // namespace

StepType standardise() {
    StepType type;
    type.name = "standardise";
    type.title = "Standardise";
    type.help = "Shifts and scales features so that over the training rows their mean is 0 and their standard deviation 1.";
    type.found = {"mean", "deviation"};
    bindStep<Standardise>(type);
    return type;
}

} // namespace weft::steps
