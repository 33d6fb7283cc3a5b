// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/safetensors.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/schema/value_json.h"
#include "engine/tensor/npy.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

namespace weft {
namespace {

constexpr std::uint64_t kMostHeader = 100'000'000;
constexpr std::string_view kMetadata = "__metadata__";

/// `count` numbers as they are stored, into a tensor's memory.
using Read = void (*)(const char* from, void* to, std::int64_t count);

template <class Stored, class To>
void readAs(const char* from, void* to, std::int64_t count) {
    auto* out = static_cast<To*>(to);
    for (std::int64_t i = 0; i < count; ++i, from += sizeof(Stored)) {
        Stored value{};
        std::memcpy(&value, from, sizeof(Stored)); // may lie unaligned
        out[i] = static_cast<To>(value);
    }
}

void readBooleans(const char* from, void* to, std::int64_t count) {
    std::transform(from, from + count, static_cast<std::uint8_t*>(to), [](char c) { return static_cast<std::uint8_t>(c != 0); });
}

template <float (*convert)(std::uint16_t)>
void read16(const char* from, void* to, std::int64_t count) {
    auto* out = static_cast<float*>(to);
    for (std::int64_t i = 0; i < count; ++i, from += 2) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, from, 2);
        out[i] = convert(bits);
    }
}

float bfloatToFloat(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

struct Kind {
    std::string_view name;
    std::int64_t size;
    DType dtype;
    bool written; ///< the name under which tensors of `dtype` are written
    Read read;
};
constexpr std::array<Kind, 12> kKinds{{
    {"F32", 4, DType::float32, true, readAs<float, float>},
    {"F64", 8, DType::float64, true, readAs<double, double>},
    {"I32", 4, DType::int32, true, readAs<std::int32_t, std::int32_t>},
    {"I64", 8, DType::int64, true, readAs<std::int64_t, std::int64_t>},
    {"U8", 1, DType::uint8, true, readAs<std::uint8_t, std::uint8_t>},
    {"BOOL", 1, DType::boolean, true, readBooleans},
    {"F16", 2, DType::float32, false, read16<halfToFloat>},
    {"BF16", 2, DType::float32, false, read16<bfloatToFloat>},
    {"I8", 1, DType::int32, false, readAs<std::int8_t, std::int32_t>},
    {"I16", 2, DType::int32, false, readAs<std::int16_t, std::int32_t>},
    {"U16", 2, DType::int32, false, readAs<std::uint16_t, std::int32_t>},
    {"U32", 4, DType::int64, false, readAs<std::uint32_t, std::int64_t>},
}};

struct Entry {
    std::string name;
    const Kind* kind = nullptr;
    Shape shape;
    std::uint64_t begin = 0, end = 0;
};

class Parser {
public:
    Parser(std::string_view bytes, std::string_view what) : m_bytes(bytes), m_what(what) {}

    SafeTensors parse() {
        SafeTensors out;
        const nlohmann::json header = parseHeader();
        std::vector<Entry> entries;
        for (const auto& [name, description] : header.items()) {
            if (name == kMetadata) {
                out.metadata = metadata(description);
            } else {
                entries.push_back(entry(name, description));
            }
        }
        checkCoverage(entries);
        for (const Entry& e : entries) {
            auto tensor = std::make_shared<Tensor>(e.shape, e.kind->dtype);
            if (tensor->size() != 0) {
                e.kind->read(m_bytes.data() + e.begin, tensor->bytes(), tensor->size());
            }
            out.tensors[e.name] = std::move(tensor);
        }
        return out;
    }

private:
    [[noreturn]] void damaged(const std::string& how) const { throw Error(cat(m_what, " is damaged or no safetensors file: ", how, ".")); }

    /// Reads the header and leaves only the data in m_bytes.
    nlohmann::json parseHeader() {
        if (m_bytes.size() < 8) {
            damaged(cat("it has ", m_bytes.size(), " bytes; at least 8 were expected"));
        }
        std::uint64_t length = 0;
        for (std::size_t i = 8; i-- > 0;) {
            length = length << 8 | static_cast<unsigned char>(m_bytes[i]);
        }
        if (length > kMostHeader || length > m_bytes.size() - 8) {
            damaged(cat("its header says it has ", length, " bytes, which is more than there are"));
        }
        const std::string_view text = m_bytes.substr(8, static_cast<std::size_t>(length));
        if (!text.starts_with('{')) {
            damaged("its header does not begin with {");
        }
        m_bytes.remove_prefix(8 + text.size());
        nlohmann::json header = parseJson(text, cat("The header of ", m_what));
        if (!header.is_object()) {
            damaged("its header is no JSON object");
        }
        return header;
    }

    std::map<std::string, std::string> metadata(const nlohmann::json& json) const {
        std::map<std::string, std::string> out;
        if (!json.is_object()) {
            damaged("its __metadata__ is no JSON object");
        }
        for (const auto& [key, value] : json.items()) {
            if (!value.is_string()) {
                damaged(cat("its __metadata__ \"", key, "\" is no text"));
            }
            out[key] = value.get<std::string>();
        }
        return out;
    }

    std::uint64_t size(const nlohmann::json& json, const std::string& name) const {
        // The parser gives numbers that are not negative this type; 1.0 and -0 are none.
        if (!json.is_number_unsigned()) {
            damaged(cat("the header of \"", name, "\" has a size that is no whole number"));
        }
        return json.get<std::uint64_t>();
    }

    Entry entry(const std::string& name, const nlohmann::json& json) const {
        const bool complete =
            json.is_object() && json.size() == 3 && json.contains("dtype") && json.contains("shape") && json.contains("data_offsets");
        if (!complete || !json["dtype"].is_string() || !json["shape"].is_array() || !json["data_offsets"].is_array() ||
            json["data_offsets"].size() != 2) {
            damaged(cat("the header of \"", name, "\" is not dtype, shape and data_offsets"));
        }
        Entry out;
        out.name = name;
        const auto dtype = json["dtype"].get<std::string>();
        const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == dtype; });
        if (kind == kKinds.end()) {
            throw Error(cat("\"", name, "\" in ", m_what, " holds numbers of type ", dtype, ", which Weft does not read."));
        }
        out.kind = &*kind;
        std::vector<std::int64_t> dims;
        for (const auto& dim : json["shape"]) {
            const std::uint64_t value = size(dim, name);
            if (value > std::uint64_t{1} << 62) {
                damaged(cat("the shape of \"", name, "\" is too large"));
            }
            dims.push_back(static_cast<std::int64_t>(value));
        }
        out.shape = Shape(std::move(dims));
        out.begin = size(json["data_offsets"][0], name);
        out.end = size(json["data_offsets"][1], name);
        const auto count = out.shape.elementCount();
        if (!count || out.end < out.begin || out.end > m_bytes.size() || *count > static_cast<std::int64_t>(m_bytes.size()) ||
            static_cast<std::uint64_t>(*count * out.kind->size) != out.end - out.begin) {
            damaged(cat("the shape ", out.shape.text(), " of \"", name, "\" does not fit its place in the file"));
        }
        return out;
    }

    void checkCoverage(std::vector<Entry>& entries) const {
        std::sort(entries.begin(), entries.end(),
                  [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
        std::uint64_t at = 0;
        for (const Entry& e : entries) {
            if (e.begin != at) {
                damaged(cat("there is a hole or an overlap before \"", e.name, "\""));
            }
            at = e.end;
        }
        if (at != m_bytes.size()) {
            damaged(cat("its tensors end at byte ", at, " of ", m_bytes.size()));
        }
    }

    std::string_view m_bytes;
    std::string_view m_what;
};

} // namespace

SafeTensors parseSafeTensors(std::string_view bytes, std::string_view what) { return Parser(bytes, what).parse(); }

std::string safeTensorsBytes(const SafeTensors& content) {
    std::vector<std::pair<std::string_view, const Tensor*>> order;
    for (const auto& [name, tensor] : content.tensors) {
        order.emplace_back(name, tensor.get());
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return sizeOf(a.second->dtype()) > sizeOf(b.second->dtype()); });
    nlohmann::json header = nlohmann::json::object();
    if (!content.metadata.empty()) {
        header[std::string(kMetadata)] = content.metadata;
    }
    std::uint64_t at = 0;
    for (const auto& [name, tensor] : order) {
        const auto kind =
            std::find_if(kKinds.begin(), kKinds.end(), [&, t = tensor](const Kind& k) { return k.written && k.dtype == t->dtype(); });
        const std::uint64_t end = at + tensor->byteSize();
        header[std::string(name)] = {{"dtype", kind->name}, {"shape", tensor->shape().dims()}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const nlohmann::json::exception&) {
        throw Error("A tensor's name is not valid UTF-8 and cannot be written.");
    }
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string out;
    out.reserve(8 + text.size() + static_cast<std::size_t>(at));
    for (int shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(static_cast<std::uint64_t>(text.size()) >> shift & 0xff);
    }
    out += text;
    for (const auto& [name, tensor] : order) {
        if (tensor->size() != 0) {
            out.append(tensor->data<char>(), tensor->byteSize());
        }
    }
    return out;
}

} // namespace weft
