#include <postgresql/libpq-fe.h>

#include <charconv>

#include "base/pg/pg.hpp"

namespace sb::pg {

void Rows::Clear::operator()(pg_result* r) const {
  PQclear(r);
}
Rows::Rows(pg_result* result) : result_(result) {}
int Rows::size() const {
  return PQntuples(result_.get());
}
bool Rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::optional<std::string> Rows::optional_text(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return std::string(text(row, column));
}

template <class T>
static T number(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t Rows::integer(int row, int column) const {
  return number<std::int64_t>(text(row, column));
}
double Rows::real(int row, int column) const {
  return number<double>(text(row, column));
}
bool Rows::boolean(int row, int column) const {
  return text(row, column) == "t";
}
std::int64_t Rows::affected() const {
  return number<std::int64_t>(PQcmdTuples(result_.get()));
}

}  // namespace sb::pg
