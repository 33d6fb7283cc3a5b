// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/losses/loss_type.h"
#include "engine/losses/pairing.h"

namespace weft {

/// Keras' epsilon and the bounds that probabilities are clipped to, as float32 holds them.
inline constexpr float kProbabilityFloor = 1e-7f;
inline constexpr float kProbabilityCeiling = 1.0f - 1e-7f;

/// A loss whose values each belong to one row of `width` numbers of a float target and of the prediction.
class RowwiseLoss : public LossOp {
public:
    explicit RowwiseLoss(const Pairing& pairing) : m_values(pairing.values), m_width(pairing.width) {}
    std::int64_t valuesPerSample() const final { return m_values; }
    void evaluate(Rows rows, const void* target, const float* prediction, float* values, const float* factors, float* gradient) const final;

protected:
    /// The value of one row; its gradient times `factor` where `gradient` is not null.
    virtual float row(std::int64_t width, const float* target, const float* prediction, float factor, float* gradient) const = 0;

private:
    std::int64_t m_values, m_width;
};

/// Adds the parameter that all losses have; T has a member `std::string reduction`.
template <class T>
void addReduction(Binding<T>& b) {
    b("reduction", &T::reduction, "Reduction", "How the values of a batch become one number.")
        .choices({"sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"})
        .advanced();
}

/// Fills schema, check and build of a record from a struct with `static Binding<T> binding()`,
/// `Pairing pair(const TensorSpec& target, const TensorSpec& prediction) const` and `std::shared_ptr<const LossOp> build(const Pairing&) const`.
template <class T>
void bindLoss(LossType& type) {
    auto binding = std::make_shared<const Binding<T>>(T::binding());
    type.schema = binding->schema();
    type.check = [binding, title = type.title](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        const std::string problem = binding->read(params).pair(target, prediction).problem;
        return problem.empty() ? std::string() : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec& target, const TensorSpec& prediction) {
        const T loss = binding->read(params);
        return loss.build(loss.pair(target, prediction));
    };
}

} // namespace weft
