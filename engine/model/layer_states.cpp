// SPDX-License-Identifier: Apache-2.0
#include "engine/model/layer_states.h"

#include <algorithm>

namespace weft {

LayerStates::LayerStates(const Model& model, std::int64_t rows) : m_rows(rows) {
    m_states.reserve(model.states().size());
    for (const Model::State& state : model.states()) {
        m_states.emplace_back(Shape{rows, state.size});
        m_pointers.push_back(m_states.back().data<float>());
    }
    reset();
}

void LayerStates::reset() {
    for (Tensor& state : m_states) {
        std::fill_n(state.data<float>(), state.size(), 0.0F);
    }
}

} // namespace weft
