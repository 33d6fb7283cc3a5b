// SPDX-License-Identifier: Apache-2.0
#include "engine/tensor/npy.h"

#include "engine/data/step_type.h"

namespace weft::readers {

ReaderType npy() {
    ReaderType type;
    type.name = "npy";
    type.title = "NumPy array";
    type.help = "One array, as numpy.save writes it; rows are its first dimension.";
    type.endings = {".npy"};
    type.read = [](const std::filesystem::path& path, const ParamMap&, const Reading& reading) {
        reading.at(0);
        return ReaderType::Contents{{}, readNpy(path), {}, {}};
    };
    type.matches = [](std::string_view head, std::string_view) { return head.starts_with("\x93NUMPY"); };
    return type;
}

} // namespace weft::readers
