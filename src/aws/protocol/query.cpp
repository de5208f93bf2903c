#include "aws/protocol/query.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "aws/protocol/text.hpp"
#include "base/http/message.hpp"
#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

using json::Kind;
using json::Type;

void append(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  out += http::percent_encode(name);
  out += '=';
  out += http::percent_encode(value);
}

std::string joined(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
}

void append_member(std::string& out, const Service& service, const std::string& prefix,
                   std::string_view member, const Type& type, const void* object);

void append_structure(std::string& out, const Service& service, const std::string& prefix,
                      const Type& type, const void* object) {
  for (const auto& field : type.fields)
    append_member(out, service, joined(prefix, field.name), field.name, field.type(),
                  field.in(object));
}

void append_list(std::string& out, const Service& service, const std::string& prefix,
                 std::string_view member, const Type& type, const void* object, bool is_optional) {
  std::size_t size = type.size(object);
  // Only a list that was set to nothing on purpose is sent as empty.
  if (size == 0 && is_optional) append(out, prefix, "");
  auto item = service.item_name(member, type.inner());
  for (std::size_t i = 0; i < size; ++i)
    append_member(out, service, fmt::format("{}.{}.{}", prefix, item, i + 1), item, type.inner(),
                  type.at(object, i));
}

void append_map(std::string& out, const Service& service, const std::string& prefix,
                const Type& type, const void* object) {
  struct Context {
    std::string& out;
    const Service& service;
    const std::string& prefix;
    const Type& inner;
    int index = 0;
  } context{out, service, prefix, type.inner()};
  type.each(
      object,
      [](void* p, const std::string& key, const void* value) {
        auto& c = *static_cast<Context*>(p);
        auto entry = fmt::format("{}.entry.{}", c.prefix, ++c.index);
        append(c.out, entry + ".key", key);
        append_member(c.out, c.service, entry + ".value", "value", c.inner, value);
      },
      &context);
}

void append_member(std::string& out, const Service& service, const std::string& prefix,
                   std::string_view member, const Type& type, const void* object) {
  const Type* inner = &type;
  bool is_optional = type.kind == Kind::optional;
  if (is_optional) {
    object = type.value(object);
    if (!object) return;
    inner = &type.inner();
  }
  switch (inner->kind) {
    case Kind::structure:
      append_structure(out, service, prefix, *inner, object);
      return;
    case Kind::list:
      append_list(out, service, prefix, member, *inner, object, is_optional);
      return;
    case Kind::map:
      append_map(out, service, prefix, *inner, object);
      return;
    default:
      append(out, prefix, scalar_to_text(*inner, object));
  }
}

}  // namespace

// "A.member.1.B=x" is kept as A -> member -> 1 -> B. A node may have both a value and children.
struct QueryForm::Node {
  std::optional<std::string> value;
  std::map<std::string, Node, std::less<>> children;

  const Node* child(std::string_view name) const {
    auto it = children.find(name);
    return it == children.end() ? nullptr : &it->second;
  }

  Result<> decode(const Service& service, std::string_view member, const Type& type, void* object,
                  const std::string& path) const;
  Result<> decode_list(const Service& service, std::string_view member, const Type& type,
                       void* object, const std::string& path) const;
  Result<> decode_map(const Service& service, const Type& type, void* object,
                      const std::string& path) const;
  // Children with positive numbers for names, in the order of these.
  std::map<std::uint32_t, const Node*> numbered() const {
    std::map<std::uint32_t, const Node*> out;
    for (const auto& [name, node] : children)
      if (auto number = parse_index(name)) out.emplace(*number, &node);
    return out;
  }
};

Result<> QueryForm::Node::decode_list(const Service& service, std::string_view member,
                                      const Type& type, void* object,
                                      const std::string& path) const {
  type.clear(object);
  // "member" is accepted everywhere: some tools send it to services with names of their own.
  std::string_view item = service.item_name(member, type.inner());
  const Node* items = child(item);
  if (!items) items = child(item = "member");
  if (!items) return {};
  for (const auto& [number, node] : items->numbered())
    SB_TRY_VOID(node->decode(service, item, type.inner(), type.emplace(object),
                             fmt::format("{}.{}.{}", path, item, number)));
  return {};
}

Result<> QueryForm::Node::decode_map(const Service& service, const Type& type, void* object,
                                     const std::string& path) const {
  type.clear(object);
  const Node* entries = child("entry");
  if (!entries) return {};
  for (const auto& [number, node] : entries->numbered()) {
    auto here = fmt::format("{}.entry.{}", path, number);
    const Node* key = node->child("key");
    const Node* entry_value = node->child("value");
    if (!key || !key->value || !entry_value)
      return fail(ErrorCode::invalid_argument, "a map entry needs a key and a value", here);
    SB_TRY_VOID(entry_value->decode(service, "value", type.inner(),
                                    type.insert(object, *key->value), here + ".value"));
  }
  return {};
}

Result<> QueryForm::Node::decode(const Service& service, std::string_view member, const Type& type,
                                 void* object, const std::string& path) const {
  switch (type.kind) {
    case Kind::optional:
      return decode(service, member, type.inner(), type.emplace(object), path);
    case Kind::structure:
      for (const auto& field : type.fields)
        if (const Node* node = child(field.name))
          SB_TRY_VOID(node->decode(service, field.name, field.type(), field.in(object),
                                   joined(path, field.name)));
      return {};
    case Kind::list:
      return decode_list(service, member, type, object, path);
    case Kind::map:
      return decode_map(service, type, object, path);
    default:
      if (!value) return fail(ErrorCode::invalid_argument, "expected a single value", path);
      return scalar_from_text(type, *value, object, path);
  }
}

Result<QueryForm> QueryForm::parse(std::string_view body) {
  auto pairs = http::parse_query(body);
  if (!pairs)
    return fail(ErrorCode::invalid_argument, "the body is not application/x-www-form-urlencoded");
  auto root = std::make_shared<Node>();
  for (auto& [name, value] : *pairs) {
    if (!json::is_valid_utf8(name) || !json::is_valid_utf8(value))
      return fail(ErrorCode::invalid_argument, "not UTF-8", json::is_valid_utf8(name) ? name : "");
    Node* node = root.get();
    std::size_t depth = 0;
    for (std::string_view rest = name;;) {
      std::size_t dot = rest.find('.');
      if (++depth > 2 * json::kMaxDepth)
        return fail(ErrorCode::invalid_argument, "nested too deep", name.substr(0, 100));
      node = &node->children[std::string(rest.substr(0, dot))];
      if (dot == std::string_view::npos) break;
      rest.remove_prefix(dot + 1);
    }
    node->value = std::move(value);
  }
  QueryForm form;
  form.root_ = std::move(root);
  return form;
}

const std::string* QueryForm::find(std::string_view name) const {
  const Node* node = root_->child(name);
  return node && node->value ? &*node->value : nullptr;
}

Result<> QueryForm::decode(const Service& service, const Type& type, void* object) const {
  return root_->decode(service, "", type, object, "");
}

std::string encode_query(const Service& service, std::string_view action, const Type& type,
                         const void* object) {
  std::string out;
  append(out, "Action", action);
  append(out, "Version", service.api_version);
  append_structure(out, service, "", type, object);
  return out;
}

}  // namespace sb::aws
