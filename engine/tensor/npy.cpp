// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/npy.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace weft {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::uint64_t kMostHeader = 1 << 20;
constexpr int kMostDimensions = 32; // NumPy's own

/// Where bytes come from.
struct Input {
    std::string what;
    std::function<std::size_t(void*, std::size_t)> read;
    std::function<std::uint64_t()> atMostLeft;

    [[noreturn]] void wrong(const std::string& how) const { throw Error(cat(what, " is no .npy array that can be read: ", how, ".")); }
    void fill(void* out, std::size_t size, std::string_view of) const {
        if (const std::size_t got = read(out, size); got != size) {
            wrong(cat("its ", of, " has ", size, " bytes, the file holds ", got, " of them"));
        }
    }
};

struct Header {
    std::string descr;
    bool fortranOrder = false;
    Shape shape;
};

/// The header is a Python dict literal with three known keys; nothing else of Python is understood.
class HeaderParser {
public:
    HeaderParser(std::string_view text, const Input& input) : m_rest(text), m_input(input) {}

    Header parse() {
        Header header;
        bool descr = false, order = false, shape = false;
        expect('{');
        while (!take('}')) {
            const std::string key = quoted();
            expect(':');
            if (key == "descr" && !descr) {
                skipSpace();
                if (!m_rest.starts_with('\'') && !m_rest.starts_with('"')) {
                    m_input.wrong("it holds records of several fields, not numbers");
                }
                header.descr = quoted();
                descr = true;
            } else if (key == "fortran_order" && !order) {
                header.fortranOrder = truth();
                order = true;
            } else if (key == "shape" && !shape) {
                header.shape = tuple();
                shape = true;
            } else {
                bad();
            }
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (!descr || !order || !shape || !m_rest.empty()) {
            bad();
        }
        return header;
    }

private:
    [[noreturn]] void bad() const { m_input.wrong("its header is not as NumPy writes it"); }
    void skipSpace() {
        while (!m_rest.empty() && std::isspace(static_cast<unsigned char>(m_rest.front()))) {
            m_rest.remove_prefix(1);
        }
    }
    bool take(char c) {
        skipSpace();
        if (!m_rest.starts_with(c)) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!take(c)) {
            bad();
        }
    }
    std::string quoted() {
        skipSpace();
        if (m_rest.empty() || (m_rest.front() != '\'' && m_rest.front() != '"')) {
            bad();
        }
        const std::size_t end = m_rest.find(m_rest.front(), 1);
        if (end == std::string_view::npos) {
            bad();
        }
        std::string out(m_rest.substr(1, end - 1));
        m_rest.remove_prefix(end + 1);
        return out;
    }
    bool truth() {
        skipSpace();
        for (const bool value : {true, false}) {
            const std::string_view word = value ? "True" : "False";
            if (m_rest.starts_with(word)) {
                m_rest.remove_prefix(word.size());
                return value;
            }
        }
        bad();
    }
    Shape tuple() {
        std::vector<std::int64_t> dims;
        expect('(');
        while (!take(')')) {
            skipSpace();
            std::int64_t size = 0;
            const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), size);
            if (error != std::errc() || size < 0 || dims.size() == kMostDimensions) {
                m_input.wrong("its shape has a size that is negative or too large, or too many of them");
            }
            m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
            dims.push_back(size);
            if (!take(',')) {
                expect(')');
                break;
            }
        }
        return Shape(std::move(dims));
    }

    std::string_view m_rest;
    const Input& m_input;
};

/// Reads `count` stored numbers of type Stored and writes them as To.
template <class Stored, class To, class Convert>
void readAs(const Input& input, bool swapped, To* out, std::int64_t count, Convert&& convert) {
    std::array<char, 1 << 15> block;
    constexpr std::size_t kPerBlock = block.size() / sizeof(Stored);
    for (std::int64_t done = 0; done < count;) {
        const auto part = static_cast<std::size_t>(std::min<std::int64_t>(count - done, kPerBlock));
        input.fill(block.data(), part * sizeof(Stored), "data");
        for (std::size_t i = 0; i < part; ++i) {
            std::array<char, sizeof(Stored)> bytes;
            std::copy_n(block.data() + i * sizeof(Stored), sizeof(Stored), bytes.begin());
            if (swapped) {
                std::reverse(bytes.begin(), bytes.end());
            }
            out[done + static_cast<std::int64_t>(i)] = convert(std::bit_cast<Stored>(bytes));
        }
        done += static_cast<std::int64_t>(part);
    }
}

template <class Stored, class To>
void readPlain(const Input& input, bool swapped, Tensor& out) {
    if (!swapped && std::is_same_v<Stored, To>) {
        input.fill(out.bytes(), out.byteSize(), "data");
    } else {
        readAs<Stored>(input, swapped, out.data<To>(), out.size(), [](Stored v) { return static_cast<To>(v); });
    }
}

void readBooleans(const Input& input, bool, Tensor& out) {
    readAs<std::uint8_t>(input, false, out.data<std::uint8_t>(), out.size(),
                         [](std::uint8_t v) { return static_cast<std::uint8_t>(v != 0); });
}

void readHalves(const Input& input, bool swapped, Tensor& out) {
    readAs<std::uint16_t>(input, swapped, out.data<float>(), out.size(), halfToFloat);
}

void readUint64(const Input& input, bool swapped, Tensor& out) {
    readAs<std::uint64_t>(input, swapped, out.data<std::int64_t>(), out.size(), [&](std::uint64_t v) {
        if (v > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            input.wrong(cat("it holds ", v, ", which is larger than 2^63 - 1"));
        }
        return static_cast<std::int64_t>(v);
    });
}

/// One kind of stored number.
struct Kind {
    std::string_view code; ///< descr without the byte order
    std::size_t size;
    DType dtype;
    void (*read)(const Input&, bool swapped, Tensor&);
};

constexpr std::array<Kind, 12> kKinds{{
    {"b1", 1, DType::boolean, readBooleans},
    {"u1", 1, DType::uint8, readPlain<std::uint8_t, std::uint8_t>},
    {"i1", 1, DType::int32, readPlain<std::int8_t, std::int32_t>},
    {"u2", 2, DType::int32, readPlain<std::uint16_t, std::int32_t>},
    {"i2", 2, DType::int32, readPlain<std::int16_t, std::int32_t>},
    {"u4", 4, DType::int64, readPlain<std::uint32_t, std::int64_t>},
    {"i4", 4, DType::int32, readPlain<std::int32_t, std::int32_t>},
    {"u8", 8, DType::int64, readUint64},
    {"i8", 8, DType::int64, readPlain<std::int64_t, std::int64_t>},
    {"f2", 2, DType::float32, readHalves},
    {"f4", 4, DType::float32, readPlain<float, float>},
    {"f8", 8, DType::float64, readPlain<double, double>},
}};

std::string_view descrOf(DType dtype) {
    switch (dtype) {
    case DType::float32: return "<f4";
    case DType::int32: return "<i4";
    case DType::boolean: return "|b1";
    case DType::uint8: return "|u1";
    case DType::int64: return "<i8";
    case DType::float64: break;
    }
    return "<f8";
}

/// Data whose first dimension runs fastest, into C order.
Tensor fromFortranOrder(const Tensor& stored, const Shape& shape) {
    Tensor out(shape, stored.dtype());
    const std::size_t size = sizeOf(out.dtype());
    std::vector<std::int64_t> index(static_cast<std::size_t>(shape.rank()), 0);
    std::vector<std::int64_t> stride(index.size(), 1);
    for (int axis = 1; axis < shape.rank(); ++axis) {
        stride[static_cast<std::size_t>(axis)] = stride[static_cast<std::size_t>(axis) - 1] * shape[axis - 1];
    }
    const auto* from = stored.data<std::byte>();
    auto* to = out.data<std::byte>();
    std::int64_t at = 0;
    for (std::int64_t i = 0; i < out.size(); ++i, to += size) {
        std::memcpy(to, from + static_cast<std::size_t>(at) * size, size);
        for (std::size_t axis = index.size(); axis-- > 0;) {
            at += stride[axis];
            if (++index[axis] < shape[static_cast<int>(axis)]) {
                break;
            }
            at -= stride[axis] * index[axis];
            index[axis] = 0;
        }
    }
    return out;
}

Tensor read(const Input& input) {
    std::array<unsigned char, 12> start{};
    input.fill(start.data(), 8, "start");
    if (std::memcmp(start.data(), kMagic.data(), kMagic.size()) != 0) {
        input.wrong("it does not begin as such a file does");
    }
    const int version = start[6];
    if (version < 1 || version > 3 || start[7] != 0) {
        input.wrong(cat("its version is ", version, ".", int{start[7]}, "; 1.0 to 3.0 was expected"));
    }
    const std::size_t lengthSize = version == 1 ? 2 : 4;
    input.fill(start.data() + 8, lengthSize, "start");
    std::uint64_t length = 0;
    for (std::size_t i = lengthSize; i-- > 0;) {
        length = length << 8 | start[8 + i];
    }
    if (length > kMostHeader || length > input.atMostLeft()) {
        input.wrong(cat("its header says it has ", length, " bytes, which is more than there are"));
    }
    std::string text(static_cast<std::size_t>(length), '\0');
    input.fill(text.data(), text.size(), "header");
    const Header header = HeaderParser(text, input).parse();

    const char order = header.descr.empty() ? '?' : header.descr.front();
    const std::string_view code = std::string_view(header.descr).substr(header.descr.empty() ? 0 : 1);
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.code == code; });
    const bool ordered = order == '<' || order == '>' || order == '=' || order == '|';
    if (!ordered || kind == kKinds.end()) {
        input.wrong(cat("it holds elements of type ", header.descr,
                        header.descr.find('O') == std::string::npos ? "" : " (Python objects, which may run code)",
                        "; real numbers were expected"));
    }
    const auto count = header.shape.elementCount();
    if (!count || static_cast<std::uint64_t>(*count) > std::numeric_limits<std::uint64_t>::max() / 16 ||
        static_cast<std::uint64_t>(*count) * kind->size > input.atMostLeft()) {
        input.wrong(cat("its shape ", header.shape.text(), " needs more bytes than the file holds"));
    }
    Tensor out(header.shape, kind->dtype);
    kind->read(input, order == '>', out);
    char more = 0;
    if (input.read(&more, 1) != 0) {
        input.wrong(cat("it holds more bytes than its shape ", header.shape.text(), " needs"));
    }
    return header.fortranOrder && header.shape.rank() > 1 ? fromFortranOrder(out, header.shape) : std::move(out);
}

std::string startOf(const Tensor& tensor) {
    std::string shape = "(";
    for (int axis = 0; axis < tensor.shape().rank(); ++axis) {
        shape += cat(axis == 0 ? "" : " ", tensor.shape()[axis], axis + 1 < tensor.shape().rank() || axis == 0 ? "," : "");
    }
    std::string dict = cat("{'descr': '", descrOf(tensor.dtype()), "', 'fortran_order': False, 'shape': ", shape, "), }");
    dict.append(63 - (10 + dict.size()) % 64, ' ');
    dict += '\n';
    std::string out(kMagic);
    out += {1, 0, static_cast<char>(dict.size() & 0xff), static_cast<char>(dict.size() >> 8)};
    return out + dict;
}

std::string_view dataOf(const Tensor& tensor) { return {tensor.data<char>(), tensor.byteSize()}; }

} // namespace

static_assert(std::endian::native == std::endian::little, "Numbers are written as they lie in memory.");

float halfToFloat(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    float value = 0;
    if (exponent == 31) {
        value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    } else if (exponent == 0) {
        value = std::ldexp(static_cast<float>(fraction), -24);
    } else {
        value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    }
    return (bits >> 15) != 0 ? -value : value;
}

Tensor parseNpy(std::string_view bytes, std::string_view what) {
    return read({std::string(what),
                 [&](void* out, std::size_t size) {
                     const std::size_t part = std::min(size, bytes.size());
                     std::copy_n(bytes.data(), part, static_cast<char*>(out));
                     bytes.remove_prefix(part);
                     return part;
                 },
                 [&] { return static_cast<std::uint64_t>(bytes.size()); }});
}

Tensor readNpy(const std::filesystem::path& path) {
    InputFile file(path);
    return read({pathText(path), [&](void* out, std::size_t size) { return file.read(out, size); }, [&] { return file.atMostLeft(); }});
}

std::string npyBytes(const Tensor& tensor) {
    std::string out = startOf(tensor);
    out += dataOf(tensor);
    return out;
}

void writeNpy(const std::filesystem::path& path, const Tensor& tensor) {
    AtomicFile file(path);
    file.write(startOf(tensor));
    file.write(dataOf(tensor));
    file.commit();
}

} // namespace weft
