// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weft {

/// True where the bytes begin as gzip does.
bool looksLikeGzip(std::string_view bytes);

/// Unpacks a stream piece by piece into memory that the caller gives: what comes out never takes more than that.
class Inflater {
public:
    enum class Format {
        gzip, ///< one member or several
        raw,  ///< deflate without a header, as in a ZIP
    };
    /// `what` names the data in errors.
    Inflater(Format format, std::string what);
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Takes from `input` (and shortens it), gives up to `size` bytes; fewer where the input is used up or the stream has ended.
    /// Throws Error on damaged data.
    std::size_t inflate(std::string_view& input, char* out, std::size_t size);
    /// The stream, or its last member, is complete.
    bool ended() const;
    /// Throws Error where it is not.
    void requireEnd() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// All of a gzip stream. Throws Error where it is damaged, ends early, or unpacks to more than `limit` bytes.
std::string gunzip(std::string_view bytes, std::uint64_t limit, std::string_view what);

/// gzip with neither name nor time: the same bytes give the same bytes.
std::string gzip(std::string_view bytes);

} // namespace weft
