// The terminal of the person who runs the plugin: raw while a session is open, restored however it
// ends.
#pragma once

#include <string>

namespace sb::session_plugin {

class RawTerminal {
 public:
  RawTerminal();   // nothing happens when stdin is no terminal
  ~RawTerminal();  // also run from signal-safe exits through restore()
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  static void restore();
};

// {"cols":80,"rows":24} of stdout's terminal; 300 by 100 without one, as AWS's plugin says.
std::string terminal_size_json();

// Writes all of `bytes` to stdout; false when it is closed.
bool write_stdout(const std::string& bytes);

}  // namespace sb::session_plugin
