#include "platform/api/routes.hpp"

namespace sb::platform {

namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", get_root, Access::open, Limit::none, Body::none,
     "Name and version of the service"},
    {"GET", "/health", get_health, Access::open, Limit::none, Body::none, "Liveness"},
    {"GET", "/ready", get_ready, Access::open, Limit::none, Body::none,
     "Readiness: database, cache and schema"},
    {"GET", "/metrics", get_metrics, Access::open, Limit::none, Body::none, "Prometheus metrics"},
    {"GET", "/openapi.json", get_openapi, Access::open, Limit::none, Body::none,
     "This description"},
    {"GET", "/openapi.yaml", get_openapi_yaml, Access::open, Limit::none, Body::none,
     "This description, as YAML"},
    {"GET", "/docs", get_docs, Access::open, Limit::none, Body::none, "The API for people"},
    {"GET", "/redoc", get_docs, Access::open, Limit::none, Body::none, "The API for people"},

    {"POST", "/api/auth/register", post_register, Access::open, Limit::credentials, Body::json,
     "Create an account"},
    {"POST", "/api/auth/login", post_login, Access::open, Limit::credentials, Body::json, "Log in"},
    {"POST", "/api/auth/refresh", post_refresh, Access::open, Limit::credentials, Body::json,
     "Exchange a refresh token for new tokens"},
    {"POST", "/api/auth/logout", post_logout, Access::bearer, Limit::standard, Body::json,
     "End a session, or all of them when no token is named"},
    {"GET", "/api/auth/me", get_me, Access::bearer, Limit::standard, Body::none,
     "The caller's account"},

    {"GET", "/api/profiles/me", get_profile, Access::bearer, Limit::standard, Body::none,
     "The caller's profile"},
    {"PUT", "/api/profiles/me", put_profile, Access::bearer, Limit::standard, Body::json,
     "Create or change the caller's profile"},
    {"POST", "/api/profiles/me", post_profile, Access::bearer, Limit::standard, Body::json,
     "Create the caller's profile"},

    {"GET", "/api/profiles/{user_id}", get_public_profile, Access::bearer, Limit::standard,
     Body::none, "Somebody's profile"},
    {"POST", "/api/profiles/me/photos", post_photo, Access::bearer, Limit::photo, Body::photo,
     "Add a photo"},
    {"DELETE", "/api/profiles/me/photos/{photo_id}", delete_photo, Access::bearer, Limit::standard,
     Body::none, "Delete a photo"},
    {"GET", "/photos/{name}", get_photo, Access::open, Limit::none, Body::none, "A photo"},

    {"GET", "/api/attachment/assessment", get_assessment, Access::bearer, Limit::standard,
     Body::none, "The questionnaire"},
    {"POST", "/api/attachment/assessment", post_assessment, Access::bearer, Limit::standard,
     Body::json, "Hand in the questionnaire"},
    {"GET", "/api/attachment/results/{user_id}", get_results, Access::bearer, Limit::standard,
     Body::none, "The caller's results"},

    {"GET", "/api/matches", get_matches, Access::bearer, Limit::standard, Body::none,
     "Today's matches"},
    {"POST", "/api/matches/{match_id}/like", post_like, Access::bearer, Limit::standard, Body::raw,
     "Like a match"},
    {"POST", "/api/matches/{match_id}/pass", post_pass, Access::bearer, Limit::standard, Body::raw,
     "Pass on a match"},

    {"POST", "/api/subscriptions", post_subscription, Access::bearer, Limit::standard, Body::json,
     "Subscribe"},
    {"GET", "/api/subscriptions/me", get_subscription, Access::bearer, Limit::standard, Body::none,
     "The caller's subscription"},
    {"PUT", "/api/subscriptions/{subscription_id}", put_subscription, Access::bearer,
     Limit::standard, Body::json, "Change the tier"},
    {"DELETE", "/api/subscriptions/{subscription_id}", delete_subscription, Access::bearer,
     Limit::standard, Body::raw, "Cancel"},
    {"GET", "/api/payments", get_payments, Access::bearer, Limit::standard, Body::none,
     "What was paid"},
    {"POST", "/webhooks/stripe", post_webhook, Access::open, Limit::none, Body::raw,
     "Events of the payment processor"},

    {"POST", "/api/compliance/data-export", post_export, Access::bearer, Limit::standard, Body::raw,
     "Ask for a copy of one's data"},
    {"GET", "/api/compliance/data-export/{request_id}", get_export, Access::bearer, Limit::standard,
     Body::none, "The copy of one's data"},
    {"DELETE", "/api/compliance/data-deletion", delete_account, Access::bearer, Limit::standard,
     Body::raw, "Ask for the deletion of one's account"},
    {"POST", "/api/compliance/data-deletion/cancel", post_keep_account, Access::bearer,
     Limit::standard, Body::raw, "Keep the account after all"},

    {"POST", "/api/consents", post_consent, Access::bearer, Limit::standard, Body::json,
     "Give or take back a consent"},
    {"GET", "/api/consents", get_consents, Access::bearer, Limit::standard, Body::none,
     "The consents that hold"},

    {"GET", "/api/messages", get_conversations, Access::bearer, Limit::standard, Body::none,
     "Conversations"},
    {"POST", "/api/messages", post_message, Access::bearer, Limit::standard, Body::json,
     "Write to a mutual match"},
    {"GET", "/api/messages/{user_id}", get_conversation, Access::bearer, Limit::standard,
     Body::none, "One conversation"},

    {"POST", "/api/moderation/reports", post_report, Access::bearer, Limit::standard, Body::json,
     "Report somebody"},
    {"POST", "/api/moderation/blocks/{user_id}", post_block, Access::bearer, Limit::standard,
     Body::raw, "Block somebody"},
    {"DELETE", "/api/moderation/blocks/{user_id}", delete_block, Access::bearer, Limit::standard,
     Body::raw, "Unblock somebody"},
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace sb::platform
