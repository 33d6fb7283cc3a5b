// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/data/step_type.h"

#include <algorithm>
#include <array>
#include <bit>

namespace weft::readers {
namespace {

/// Big-endian numbers to the machine's own.
template <class Number>
void toNative(char* bytes, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i, bytes += sizeof(Number)) {
        std::reverse(bytes, bytes + sizeof(Number));
    }
}

void nothing(char*, std::int64_t) {}

/// Numbers narrower than the tensor's lie at the end of its memory and are widened from the front.
template <std::size_t size>
void widen(char* bytes, std::int64_t count) {
    char* from = bytes + static_cast<std::size_t>(count) * (4 - size);
    for (std::int64_t i = 0; i < count; ++i, from += size) {
        std::int32_t value = static_cast<signed char>(from[0]);
        for (std::size_t b = 1; b < size; ++b) {
            value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << 8 | static_cast<unsigned char>(from[b]));
        }
        std::copy_n(reinterpret_cast<const char*>(&value), 4, bytes + i * 4);
    }
}

struct Kind {
    unsigned char code;
    std::size_t stored;
    DType dtype;
    void (*finish)(char* bytes, std::int64_t count);
};
constexpr std::array<Kind, 6> kKinds{{{0x08, 1, DType::uint8, nothing},
                                      {0x09, 1, DType::int32, widen<1>},
                                      {0x0B, 2, DType::int32, widen<2>},
                                      {0x0C, 4, DType::int32, toNative<std::int32_t>},
                                      {0x0D, 4, DType::float32, toNative<float>},
                                      {0x0E, 8, DType::float64, toNative<double>}}};

const Kind* kindOf(unsigned char code) {
    const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.code == code; });
    return found == kKinds.end() ? nullptr : &*found;
}

ReaderType::Contents read(const std::filesystem::path& path, const ParamMap&, const Reading& reading) {
    InputFile file(path);
    const std::string name = pathText(path);
    std::array<unsigned char, 4> magic{};
    const std::size_t got = file.read(magic.data(), magic.size());
    if (got == 0) {
        throw Error(cat(name, " is empty."));
    }
    const Kind* kind = kindOf(magic[2]);
    if (got < magic.size() || magic[0] != 0 || magic[1] != 0 || !kind || magic[3] == 0) {
        throw Error(cat(name, " is no IDX file: it does not begin with 0, 0, a type of number and a count of dimensions."));
    }
    std::vector<std::int64_t> dims;
    for (int i = 0; i < magic[3]; ++i) {
        std::array<unsigned char, 4> size{};
        if (file.read(size.data(), size.size()) != size.size()) {
            throw Error(cat(name, " is cut off within its header: it says it has ", int{magic[3]},
                            " dimensions, and the size of dimension ", i + 1, " is missing."));
        }
        dims.push_back(std::int64_t{size[0]} << 24 | size[1] << 16 | size[2] << 8 | size[3]);
    }
    const Shape shape(std::move(dims));
    const auto count = shape.elementCount();
    const std::uint64_t most = file.atMostLeft();
    if (!count || static_cast<std::uint64_t>(*count) > most / kind->stored) {
        throw Error(cat(name, " is cut off: for its shape ", shape.text(), " it must have ",
                        count && *count < std::int64_t{1} << 58 ? cat(static_cast<std::uint64_t>(*count) * kind->stored, " bytes")
                                                                : "more bytes than there are",
                        " of numbers; it has ", file.isGzip() ? "at most " : "", most, "."));
    }
    Tensor values(shape, kind->dtype);
    const std::size_t bytes = static_cast<std::size_t>(*count) * kind->stored;
    char* to = values.data<char>() + (values.byteSize() - bytes);
    constexpr std::size_t kPart = std::size_t{1} << 20;
    for (std::size_t done = 0; done < bytes; done += std::min(kPart, bytes - done)) {
        reading.at(static_cast<double>(done) / static_cast<double>(bytes));
        const std::size_t wanted = std::min(kPart, bytes - done);
        if (const std::size_t part = file.read(to + done, wanted); part != wanted) {
            throw Error(cat(name, " is cut off: for its shape ", shape.text(), " it must have ", bytes, " bytes of numbers; it has ",
                            done + part, "."));
        }
    }
    char more = 0;
    if (file.read(&more, 1) != 0) {
        throw Error(cat(name, " holds more bytes than the ", bytes, " that its shape ", shape.text(), " needs."));
    }
    kind->finish(values.data<char>(), *count);
    return {{}, std::move(values), {}, {}};
}

} // namespace

ReaderType idx() {
    ReaderType type;
    type.name = "idx";
    type.title = "IDX";
    type.help = "Arrays as MNIST and its kin are handed out; may be packed with gzip.";
    type.endings = {".idx", "-ubyte", "-ubyte.gz", ".idx.gz"};
    type.read = read;
    type.matches = [](std::string_view head, std::string_view) {
        return head.size() >= 8 && head[0] == 0 && head[1] == 0 && kindOf(static_cast<unsigned char>(head[2])) && head[3] > 0 &&
               head[3] <= 8;
    };
    return type;
}

} // namespace weft::readers
