// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

class Arguments;

/// One option of a command.
struct Option {
    std::string name;  ///< `--epochs`, `-o`
    std::string value; ///< what follows it: `N`; empty: nothing does
    std::string help;
    bool many = false;     ///< may be given again, and takes several values of the form NAME=FILE
    bool required = false; ///< the command makes no sense without it
};

/// All that the program knows of one command, in one file of app/cli/commands.
struct Command {
    std::string name;    ///< `fit`
    std::string operand; ///< the argument without a name: `P.weft`; `[NAME]` where it may be left out; empty: there is none
    std::string summary; ///< one line
    std::string help;    ///< what else there is to know
    std::vector<Option> options;
    /// Returns the exit status; throws weft::Error for status 1 and UsageError for status 2.
    int (*run)(const Arguments& arguments) = nullptr;
};

/// Options that every command takes.
const std::vector<Option>& commonOptions();

/// What `weft COMMAND --help` prints.
std::string manual(const Command& command);

} // namespace weft::cli

namespace weft::commands {
/// All commands, in the order of `weft --help`. The list is in app/cli/commands/CMakeLists.txt.
std::vector<cli::Command> records();
} // namespace weft::commands
