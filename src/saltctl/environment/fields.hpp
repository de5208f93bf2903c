// Strict reading of one YAML map: every key must be asked for, every problem is noted with its
// place. Private to this folder: the only header besides the loader that sees yaml-cpp.
#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sb::saltctl {

// Problems found in one file, in the order of the reading.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Mark& mark, std::string_view what);
  bool empty() const {
    return lines_.empty();
  }
  std::string text() const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

class Fields {
 public:
  // `name` is what the map is called in messages: "task.secrets[0]".
  Fields(Problems& problems, YAML::Node node, std::string name);

  bool has(const std::string& key) const;
  // Each leaves `value` as it is when the key is absent.
  void text(const std::string& key, std::string& value, std::size_t max_length = 255);
  void number(const std::string& key, int& value, int low, int high);
  void decimal(const std::string& key, double& value, double low, double high);
  void flag(const std::string& key, bool& value);
  void choice(const std::string& key, std::string& value,
              std::initializer_list<std::string_view> allowed);
  void texts(const std::string& key, std::vector<std::string>& value);
  void text_map(const std::string& key, std::map<std::string, std::string>& value);
  Fields map(const std::string& key);
  std::vector<Fields> maps(const std::string& key);
  void require(std::initializer_list<std::string_view> keys);

  // Notes a problem at `key`'s value, or at the map itself.
  void problem(const std::string& key, std::string_view what);
  // Notes every key that nothing asked for.
  void finish();

 private:
  YAML::Node take(const std::string& key);
  std::string path(const std::string& key) const;

  Problems* problems_;
  YAML::Node node_;
  std::string name_;
  std::set<std::string> asked_;
};

}  // namespace sb::saltctl
