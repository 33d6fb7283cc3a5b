// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// A size that is not known until data comes; Keras writes `None`.
inline constexpr std::int64_t kUnknown = -1;

/// Sizes of a tensor, outermost first. Where a shape describes a value in a graph, dimension 0 is the batch.
class Shape {
public:
    Shape() = default;
    Shape(std::initializer_list<std::int64_t> dims) : m_dims(dims) {}
    explicit Shape(std::vector<std::int64_t> dims) : m_dims(std::move(dims)) {}

    int rank() const { return static_cast<int>(m_dims.size()); }
    std::int64_t operator[](int axis) const { return m_dims[static_cast<std::size_t>(axis)]; }
    std::int64_t& operator[](int axis) { return m_dims[static_cast<std::size_t>(axis)]; }
    /// The last dimension; the shape must have one.
    std::int64_t back() const { return m_dims.back(); }
    const std::vector<std::int64_t>& dims() const { return m_dims; }

    /// True where no dimension is `kUnknown`.
    bool isKnown() const;
    /// The product of all dimensions (1 for rank 0); nullopt if one is unknown or the product exceeds 2^62.
    std::optional<std::int64_t> elementCount() const;
    /// The product of dimensions `from`..end, all of which must be known; unchecked, for shapes that were checked.
    std::int64_t count(int from = 0) const;
    /// The shape without dimension 0.
    Shape withoutBatch() const;
    /// The same with dimension 0 set to `batch`.
    Shape withBatch(std::int64_t batch) const;
    /// `batch` followed by these dimensions.
    Shape prepended(std::int64_t batch) const;
    /// As Keras prints it: `(None, 28, 28)`, `(3,)`, `()`.
    std::string text() const;
    /// As a wire carries it, without the batch: `28 × 28 × 1`; `scalar` for rank 1; `?` for unknown.
    std::string wireText() const;

    friend bool operator==(const Shape&, const Shape&) = default;

private:
    std::vector<std::int64_t> m_dims;
};

} // namespace weft
