// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/shape.h"

#include <algorithm>

namespace weft {

bool Shape::isKnown() const {
    return std::all_of(m_dims.begin(), m_dims.end(), [](std::int64_t d) { return d >= 0; });
}

std::optional<std::int64_t> Shape::elementCount() const {
    std::int64_t product = 1;
    for (const std::int64_t d : m_dims) {
        if (d < 0) {
            return std::nullopt;
        }
        if (d != 0 && product > (std::int64_t{1} << 62) / d) {
            return std::nullopt;
        }
        product *= d;
    }
    return product;
}

std::int64_t Shape::count(int from) const {
    std::int64_t product = 1;
    for (int i = from; i < rank(); ++i) {
        product *= (*this)[i];
    }
    return product;
}

Shape Shape::withoutBatch() const {
    return m_dims.empty() ? Shape{} : Shape(std::vector<std::int64_t>(m_dims.begin() + 1, m_dims.end()));
}

Shape Shape::withBatch(std::int64_t batch) const {
    Shape out = *this;
    if (!out.m_dims.empty()) {
        out.m_dims.front() = batch;
    }
    return out;
}

Shape Shape::prepended(std::int64_t batch) const {
    std::vector<std::int64_t> dims{batch};
    dims.insert(dims.end(), m_dims.begin(), m_dims.end());
    return Shape(std::move(dims));
}

std::string Shape::text() const {
    std::string out = "(";
    for (std::size_t i = 0; i < m_dims.size(); ++i) {
        out += i == 0 ? "" : ", ";
        out += m_dims[i] < 0 ? "None" : std::to_string(m_dims[i]);
    }
    out += m_dims.size() == 1 ? ",)" : ")";
    return out;
}

std::string Shape::wireText() const {
    if (m_dims.size() <= 1) {
        return "scalar";
    }
    std::string out;
    for (std::size_t i = 1; i < m_dims.size(); ++i) {
        out += i == 1 ? "" : " × ";
        out += m_dims[i] < 0 ? "?" : std::to_string(m_dims[i]);
    }
    return out;
}

} // namespace weft
