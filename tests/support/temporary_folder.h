// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

namespace weft::test {

/// An empty folder for one test, gone when the test ends.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::random_device random;
        m_path = std::filesystem::temp_directory_path() / ("weft-test-" + std::to_string(random()) + "-" + std::to_string(random()));
        std::filesystem::create_directories(m_path);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    /// A file in it with these bytes.
    std::filesystem::path file(std::string_view name, std::string_view bytes) const {
        const auto path = m_path / name;
        std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return path;
    }
    /// Files and folders in it.
    int count() const {
        const std::filesystem::directory_iterator all(m_path);
        return static_cast<int>(std::distance(begin(all), end(all)));
    }

private:
    std::filesystem::path m_path;
};

} // namespace weft::test
