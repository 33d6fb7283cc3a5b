// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tensor/shape.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace weft {

enum class DType : std::uint8_t { float32, int32, boolean, uint8, int64, float64 };

/// Bytes of one element.
std::size_t sizeOf(DType dtype);
/// NumPy's and Keras' name: `float32`, `int32`, `bool`, ...
std::string_view nameOf(DType dtype);
/// The other way round; throws Error on a name that is none.
DType dtypeNamed(std::string_view name);

/// What is known of a value before it is there. `shape` includes the batch.
struct TensorSpec {
    Shape shape;
    DType dtype = DType::float32;
    friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

/// A dense block of numbers, C order, 64-byte aligned. Copying copies the numbers; moving is free.
class Tensor {
public:
    Tensor() = default;
    /// Zeros. The shape must be known; throws Error if it would not fit in memory.
    explicit Tensor(Shape shape, DType dtype = DType::float32);
    /// float32 with these numbers; `values.size()` must be the shape's count.
    Tensor(Shape shape, std::span<const float> values);
    Tensor(const Tensor& other);
    Tensor& operator=(const Tensor& other);
    Tensor(Tensor&&) noexcept = default;
    Tensor& operator=(Tensor&&) noexcept = default;
    ~Tensor() = default;

    const Shape& shape() const { return m_shape; }
    DType dtype() const { return m_dtype; }
    /// Number of elements.
    std::int64_t size() const { return m_size; }
    std::size_t byteSize() const { return static_cast<std::size_t>(m_size) * sizeOf(m_dtype); }
    bool empty() const { return m_size == 0; }

    void* bytes() { return m_data.get(); }
    const void* bytes() const { return m_data.get(); }
    /// The elements; `T` must be the C++ type of `dtype()` (float, int32, uint8 for boolean and uint8, ...).
    template <class T> T* data() { return static_cast<T*>(static_cast<void*>(m_data.get())); }
    template <class T> const T* data() const { return static_cast<const T*>(static_cast<const void*>(m_data.get())); }
    std::span<float> floats() { return {data<float>(), static_cast<std::size_t>(m_size)}; }
    std::span<const float> floats() const { return {data<float>(), static_cast<std::size_t>(m_size)}; }

    /// Element `i` of any dtype as a double.
    double at(std::int64_t i) const;
    /// The same numbers in another dtype (float to integer truncates as C does, to boolean is `!= 0`).
    Tensor cast(DType dtype) const;
    /// The same numbers under another shape of the same count.
    Tensor reshaped(Shape shape) const;
    /// Rows `begin`..`end` of dimension 0.
    Tensor rows(std::int64_t begin, std::int64_t end) const;

    /// Same dtype, shape and bytes.
    friend bool operator==(const Tensor& a, const Tensor& b);

private:
    struct Free { void operator()(std::byte* p) const noexcept; };
    Shape m_shape{0};
    DType m_dtype = DType::float32;
    std::int64_t m_size = 0;
    std::unique_ptr<std::byte[], Free> m_data;
};

} // namespace weft
