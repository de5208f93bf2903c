#include "platform/photos/service.hpp"

#include <fmt/format.h>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "platform/photos/image.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::photos {

namespace {

constexpr std::size_t kUuidLength = 36;

std::string_view extension(ImageType type) {
  return type == ImageType::jpeg ? ".jpg" : ".png";
}

// A photo's completeness points: five each, up to five photos.
constexpr const char* kAdd =
    "UPDATE profiles SET photos = photos || jsonb_build_array(jsonb_build_object('photo_id', $2::text, 'url', $3::text,"
    "  'order', jsonb_array_length(photos), 'uploaded_at', " SB_SQL_TIME("now()") ")),"
    " completeness_score = completeness_score + CASE WHEN jsonb_array_length(photos) < 5 THEN 5 ELSE 0 END,"
    " updated_at = now() WHERE user_id = $1 AND jsonb_array_length(photos) < $4::int"
    " RETURNING jsonb_array_length(photos) - 1";

constexpr const char* kRemove =
    "WITH gone AS (SELECT p.user_id, e.photo->>'url' url FROM profiles p, "
    "jsonb_array_elements(p.photos) e(photo)"
    "  WHERE p.user_id = $1 AND e.photo->>'photo_id' = $2),"
    " changed AS (UPDATE profiles p SET updated_at = now(),"
    "  completeness_score = completeness_score - CASE WHEN jsonb_array_length(p.photos) <= 5 THEN "
    "5 ELSE 0 END,"
    "  photos = (SELECT coalesce(jsonb_agg(jsonb_set(e.photo, '{order}', to_jsonb(e.n - 1)) ORDER "
    "BY e.n), '[]')"
    "   FROM (SELECT photo, row_number() OVER (ORDER BY o) n FROM jsonb_array_elements(p.photos) "
    "WITH ORDINALITY"
    "    x(photo, o) WHERE photo->>'photo_id' <> $2) e) FROM gone WHERE p.user_id = gone.user_id "
    "RETURNING 1)"
    " SELECT url FROM gone WHERE EXISTS (SELECT 1 FROM changed)";

}  // namespace

Task<Outcome<std::string>> Service::add(std::string user_id, std::string content_type,
                                        std::string body, Deadline deadline) {
  if (folder_.empty()) co_return unavailable("Photos cannot be uploaded at the moment");
  auto upload = find_upload(content_type, body);
  if (!upload) co_return invalid_field("file", upload.error().message);
  if (upload->size() > kMaxBytes)
    co_return std::unexpected(ApiError(413, "payload_too_large", "The photo is too large"));
  auto image = read_image(*upload);
  if (!image) co_return invalid_field("file", image.error().message);
  if (image->width < kMinSide || image->height < kMinSide)
    co_return invalid_field("file",
                            fmt::format("both sides must have at least {} pixels", kMinSide));

  std::string photo_id = crypto::uuid4();
  std::string name = photo_id + std::string(extension(image->type));
  std::string url = base_url_ + "/" + name;
  // The file first: a row never names a photo that is not there. A file without a row harms nobody.
  auto write = [this, &name, &image] { return fs::write_file(folder_ / name, image->bytes, 0644); };
  auto written = co_await disk_.run(write);
  if (!written) co_return std::unexpected(std::move(written).error());
  auto rows = co_await pool_.query(
      kAdd, {std::move(user_id), photo_id, url, std::to_string(kMaxPhotos)}, deadline);
  if (!rows || rows->empty()) {
    auto discard = [this, &name] { return fs::remove_all(folder_ / name); };
    auto discarded = co_await disk_.run(discard);
    if (!discarded) log::warning("an unused photo stays", {{"error", discarded.error().text()}});
    if (!rows) co_return std::unexpected(std::move(rows).error());
    co_return invalid_input(
        fmt::format("A profile comes first, and it holds at most {} photos", kMaxPhotos));
  }
  JsonWriter json;
  json.begin_object()
      .member("photo_url", url)
      .member("message", "Photo saved")
      .member("photo_id", photo_id);
  json.member("order", rows->integer(0, 0)).end_object();
  co_return json.take();
}

Task<Outcome<std::string>> Service::remove(std::string user_id, std::string photo_id,
                                           Deadline deadline) {
  auto rows = co_await pool_.query(kRemove, {std::move(user_id), photo_id}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No such photo");
  std::string name(rows->text(0, 0).substr(rows->text(0, 0).rfind('/') + 1));
  auto discard = [this, &name] { return fs::remove_all(folder_ / name); };
  auto discarded = co_await disk_.run(discard);
  if (!discarded)
    log::warning("a deleted photo's file stays", {{"error", discarded.error().text()}});
  JsonWriter json;
  json.begin_object()
      .member("message", "Photo deleted")
      .member("deleted_photo_id", photo_id)
      .end_object();
  co_return json.take();
}

Task<Outcome<Service::File>> Service::read(std::string file_name) {
  bool is_jpeg = file_name.ends_with(".jpg");
  bool is_ours = file_name.size() == kUuidLength + 4 && (is_jpeg || file_name.ends_with(".png")) &&
                 crypto::is_uuid(std::string_view(file_name).substr(0, kUuidLength));
  if (folder_.empty() || !is_ours) co_return not_found("No such photo");
  auto load = [this, &file_name] { return fs::read_file(folder_ / file_name); };
  auto bytes = co_await disk_.run(load);
  if (!bytes && bytes.error().code == ErrorCode::not_found) co_return not_found("No such photo");
  if (!bytes) co_return std::unexpected(std::move(bytes).error());
  co_return File{*std::move(bytes), is_jpeg ? "image/jpeg" : "image/png"};
}

}  // namespace sb::platform::photos
