// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/tensor.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kAlignment = 64;

struct DTypeRow {
    DType dtype;
    std::string_view name;
    std::size_t size;
};
constexpr std::array<DTypeRow, 6> kDTypes{{{DType::float32, "float32", 4},
                                           {DType::int32, "int32", 4},
                                           {DType::boolean, "bool", 1},
                                           {DType::uint8, "uint8", 1},
                                           {DType::int64, "int64", 8},
                                           {DType::float64, "float64", 8}}};

template <class Visit>
decltype(auto) visitElements(DType dtype, Visit&& visit) {
    switch (dtype) {
    case DType::int32: return visit(std::int32_t{});
    case DType::boolean: return visit(bool{});
    case DType::uint8: return visit(std::uint8_t{});
    case DType::int64: return visit(std::int64_t{});
    case DType::float64: return visit(double{});
    case DType::float32: break;
    }
    return visit(float{});
}

/// What an integer type does not hold becomes the nearest number that it does hold: never another code or class that happens to exist.
template <class To, class From>
To castOne(From number) {
    if constexpr (std::is_same_v<To, bool>) {
        return number != From{};
    } else if constexpr (std::is_integral_v<To> && !std::is_same_v<From, bool>) {
        constexpr To low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
        if constexpr (std::is_floating_point_v<From>) {
            const auto wide = static_cast<double>(number);
            // The largest int64 rounds up to 2^63 as a double, hence not "greater". NaN is not above anything.
            return !(wide > static_cast<double>(low)) ? low : wide >= static_cast<double>(high) ? high : static_cast<To>(number);
        } else {
            const auto wide = static_cast<std::int64_t>(number);
            return wide < static_cast<std::int64_t>(low) ? low : wide > static_cast<std::int64_t>(high) ? high : static_cast<To>(number);
        }
    } else {
        return static_cast<To>(number);
    }
}

template <class From, class To>
void castElements(const From* from, To* to, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        to[i] = castOne<To>(from[i]);
    }
}

} // namespace

std::size_t sizeOf(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].size; }
std::string_view nameOf(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].name; }

DType dtypeNamed(std::string_view name) {
    for (const DTypeRow& row : kDTypes) {
        if (row.name == name) {
            return row.dtype;
        }
    }
    throw Error(cat("\"", name, "\" is not a number type of Weft; expected float32, float64, int32, int64, uint8 or bool."));
}

void Tensor::Free::operator()(std::byte* p) const noexcept { ::operator delete[](p, std::align_val_t{kAlignment}); }

Tensor::Tensor(Shape shape, DType dtype) : m_shape(std::move(shape)), m_dtype(dtype) {
    const auto count = m_shape.elementCount();
    // 2^46 bytes: beyond any machine, and far from overflow.
    if (!count || *count > (std::int64_t{1} << 46) / static_cast<std::int64_t>(sizeOf(dtype))) {
        throw Error(cat("A tensor of shape ", m_shape.text(), " is too large for memory."));
    }
    m_size = *count;
    if (m_size == 0) {
        return;
    }
    try {
        m_data.reset(static_cast<std::byte*>(::operator new[](byteSize(), std::align_val_t{kAlignment})));
    } catch (const std::bad_alloc&) {
        throw Error(cat("A tensor of shape ", m_shape.text(), " needs ", withThousands(static_cast<std::int64_t>(byteSize())),
                        " bytes, more than there is memory."));
    }
    std::memset(m_data.get(), 0, byteSize());
}

Tensor::Tensor(Shape shape, std::span<const float> values) : Tensor(std::move(shape), DType::float32) {
    assert(static_cast<std::int64_t>(values.size()) == m_size);
    if (m_size != 0) {
        std::memcpy(m_data.get(), values.data(), byteSize());
    }
}

Tensor::Tensor(const Tensor& other) : m_dtype(other.m_dtype) {
    if (other.m_data) { // one that was moved from is copied as an empty one
        *this = Tensor(other.m_shape, other.m_dtype);
        std::memcpy(m_data.get(), other.m_data.get(), byteSize());
    } else if (other.m_shape.elementCount() == 0) {
        m_shape = other.m_shape;
    }
}

Tensor& Tensor::operator=(const Tensor& other) {
    if (this != &other) {
        *this = Tensor(other);
    }
    return *this;
}

double Tensor::at(std::int64_t i) const {
    return visitElements(m_dtype, [&](auto zero) { return static_cast<double>(data<decltype(zero)>()[i]); });
}

Tensor Tensor::cast(DType dtype) const {
    if (dtype == m_dtype) {
        return *this;
    }
    Tensor out(m_shape, dtype);
    visitElements(m_dtype, [&](auto from) {
        visitElements(dtype, [&](auto to) { castElements(data<decltype(from)>(), out.data<decltype(to)>(), m_size); });
    });
    return out;
}

Tensor Tensor::reshaped(Shape shape) const {
    assert(shape.elementCount() == m_size);
    Tensor out = *this;
    out.m_shape = std::move(shape);
    return out;
}

Tensor Tensor::rows(std::int64_t begin, std::int64_t end) const {
    assert(m_shape.rank() > 0 && begin >= 0 && begin <= end && end <= m_shape[0]);
    Tensor out(m_shape.withBatch(end - begin), m_dtype);
    if (out.m_size != 0) {
        const std::size_t rowBytes = out.byteSize() / static_cast<std::size_t>(end - begin);
        std::memcpy(out.m_data.get(), m_data.get() + rowBytes * static_cast<std::size_t>(begin), out.byteSize());
    }
    return out;
}

bool operator==(const Tensor& a, const Tensor& b) {
    return a.m_dtype == b.m_dtype && a.m_shape == b.m_shape &&
           (a.m_size == 0 || std::memcmp(a.m_data.get(), b.m_data.get(), a.byteSize()) == 0);
}

} // namespace weft
