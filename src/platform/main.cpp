#include "platform/cli/commands.hpp"

int main(int argc, char** argv) {
  sb::platform::cli::Arguments arguments(argv + 1, argv + argc);
  return sb::platform::cli::main(argv[0], arguments);
}
