// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/model.h"

namespace weft {

/// What the stateful layers of a model remember between batches of `rows` rows: row i of a batch goes on from row i of the one before.
/// Zero at first, as in Keras. A model without such layers has none.
class LayerStates {
public:
    LayerStates() = default;
    LayerStates(const Model& model, std::int64_t rows);
    std::int64_t rows() const { return m_rows; }
    void reset();
    /// For Plan::bindStates, as long as this lives.
    float* const* pointers() { return m_pointers.data(); }

private:
    std::int64_t m_rows = 0;
    std::vector<Tensor> m_states;
    std::vector<float*> m_pointers;
};

} // namespace weft
