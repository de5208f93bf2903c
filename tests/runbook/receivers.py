"""Slack, PagerDuty, Datadog, Statuspage and a webhook on this machine: as strict as the real ones, and dead when a test
wants it."""
import hashlib
import hmac
import http.server
import json
import socket
import threading
import urllib.parse


class Receiver:
    """One address that is a black hole until `come_alive`, and a strict service afterwards. With `raw`, `check` is given
    the body's bytes, not what they mean."""

    def __init__(self, check, raw=False):
        self.check = check
        self.raw = raw
        self.accepted = []
        self.refused = []
        self.server = None
        self.port = 0
        self.dig()
        self.port = self.hole.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def dig(self):
        """Connections are made by the kernel and nobody answers: the worst kind of dead."""
        self.hole = socket.socket()
        self.hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.hole.bind(("127.0.0.1", self.port))
        self.hole.listen(64)

    def refuse(self):
        """No connection is made any more."""
        self.close()

    def fall_silent(self):
        self.close()
        self.dig()

    def come_alive(self):
        self.hole.close()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                document = None
                try:
                    document = json.loads(text) if text else None
                    status, answer = receiver.check(f"{self.command} {self.path}", self.headers,
                                                    text if receiver.raw else document)
                except (ValueError, KeyError, AssertionError) as error:
                    status, answer = 400, f"invalid_payload {error!r}"
                (receiver.accepted if status < 300 else receiver.refused).append(
                    document if status < 300 else (status, answer, text))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.hole.close()
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


DEPLOYS_PATH = "/services/T000/B000/secret-path-of-deploys"
INCIDENTS_PATH = "/services/T000/B111/secret-path-of-incidents"
ROUTING_KEY = "routing-key-of-a-test-no-account"


def slack(channel_path):
    """Slack as one incoming webhook sees it: of one channel, whose path is the secret."""
    def check(path, headers, document):
        if path != "POST " + channel_path:
            return 404, "no_service"
        assert headers["Content-Type"] == "application/json", "content type"
        assert document["text"], "no_text"
        for block in document["blocks"]:
            assert block["type"] in ("section", "context"), block
            if block["type"] == "section":
                assert block["text"]["type"] == "mrkdwn" and len(block["text"]["text"].encode()) <= 3000
        return 200, "ok"
    return check


def pagerduty(path, headers, document):
    assert path == "POST /v2/enqueue" and headers["Content-Type"] == "application/json"
    assert document["routing_key"] == ROUTING_KEY and len(document["dedup_key"]) <= 255
    assert document["event_action"] in ("trigger", "resolve")
    if document["event_action"] == "trigger":
        payload = document["payload"]
        assert payload["severity"] in ("critical", "error", "warning", "info") and payload["summary"] and payload["source"]
    return 202, json.dumps({"status": "success", "dedup_key": document["dedup_key"]})


def ids(receiver):
    """The messages that Slack took, in order, as saltctl calls them."""
    return [document["blocks"][0]["block_id"] for document in receiver.accepted]


class Datadog:
    """Monitors, dashboards, downtimes and events, as an account keeps them."""

    def __init__(self):
        self.events = []
        self.monitors = {}
        self.dashboards = {}
        self.downtimes = {}
        self.writes = []

    def downtime(self, method, key, document):
        if method == "GET":
            return 200, json.dumps({"data": [{"id": i, "type": "downtime", "attributes": a}
                                             for i, a in self.downtimes.items()]})
        if method == "DELETE":
            self.writes.append(f"{method} /api/v2/downtime")
            return (204, "") if self.downtimes.pop(key, None) else (404, json.dumps({"errors": ["Downtime not found"]}))
        assert document["data"]["type"] == "downtime"
        attributes = document["data"]["attributes"]
        if method == "PATCH":
            self.writes.append(f"{method} /api/v2/downtime")
            self.downtimes[key].update(attributes)
            return 200, json.dumps({"data": {"id": key, "type": "downtime", "attributes": self.downtimes[key]}})
        assert method == "POST"
        assert attributes["scope"] and list(attributes["monitor_identifier"]) == ["monitor_tags"]
        key = f"downtime-{len(self.writes)}"
        self.writes.append(f"{method} /api/v2/downtime")
        self.downtimes[key] = {**attributes, "status": "active"}
        return 200, json.dumps({"data": {"id": key, "type": "downtime", "attributes": self.downtimes[key]}})

    def check(self, path, headers, document):
        method, path = path.split(" ")
        path, _, query = path.partition("?")
        if headers["DD-API-KEY"] == API_KEY and (method, path) == ("POST", "/api/v1/events"):
            assert document["title"] and document["text"] and document["alert_type"] in ("info", "success", "warning", "error")
            self.events.append(document)
            return 202, json.dumps({"status": "ok"})
        if (headers["DD-API-KEY"], headers["DD-APPLICATION-KEY"]) != (API_KEY, APP_KEY):
            return 403, json.dumps({"errors": ["Forbidden"]})
        if path.startswith("/api/v2/downtime"):
            return self.downtime(method, path.rpartition("/")[2], document)
        if method == "GET":
            if path == "/api/v1/monitor":
                tags = urllib.parse.parse_qs(query).get("monitor_tags", [])
                return 200, json.dumps([m for m in self.monitors.values() if set(tags) <= set(m["tags"])])
            if path == "/api/v1/dashboard":
                return 200, json.dumps({"dashboards": list(self.dashboards.values())})
            return 200, json.dumps(self.dashboards[path.rpartition("/")[2]])
        assert document["name" if "monitor" in path else "title"]
        if path == "/api/v1/monitor/validate":
            return 200, "{}"
        self.writes.append(f"{method} {path}")
        kept = self.monitors if "monitor" in path else self.dashboards
        key = path.rpartition("/")[2]
        if method == "POST":
            key = str(len(kept) + 1)
        kept[key] = {**document, "id": int(key) if kept is self.monitors else key, "creator": "ops"}
        return 200, json.dumps(kept[key])


class StatusPage:
    """One component, and incidents that are found again by what their metadata says."""

    def __init__(self):
        self.component = "operational"
        self.incidents = {}
        self.told = []  # what the public could read, in order: an incident's status, or "component"

    def check(self, path, headers, document):
        method, path = path.split(" ")
        if headers["Authorization"] != "OAuth " + STATUSPAGE_KEY:
            return 401, json.dumps({"error": "Could not authenticate"})
        base = f"/v1/pages/{STATUSPAGE_PAGE}/"
        if not path.startswith(base):
            return 404, json.dumps({"error": "not found"})
        path = path.removeprefix(base)
        if (method, path) == ("GET", "incidents/unresolved"):
            theirs = {"id": "theirs", "name": "DNS", "metadata": {}}
            return 200, json.dumps([i for i in self.incidents.values() if i["status"] != "resolved"] + [theirs])
        if (method, path) == ("PATCH", f"components/{COMPONENT}"):
            self.change(document["component"]["status"])
            self.told.append("component")
            return 200, json.dumps({"id": COMPONENT})
        incident = document["incident"]
        assert incident["status"] in ("investigating", "identified", "monitoring", "resolved"), incident
        assert incident.get("impact_override", "none") in ("none", "minor", "major", "critical"), incident
        assert all(isinstance(entry, dict) for entry in incident["metadata"].values()), incident
        if (method, path) == ("POST", "incidents"):
            assert incident["name"], incident
            key = f"inc{len(self.incidents)}"
        else:
            key = path.removeprefix("incidents/")
            if method != "PATCH" or key not in self.incidents:
                return 404, json.dumps({"error": "no such incident"})
        self.incidents[key] = {**self.incidents.get(key, {}), **incident, "id": key}
        self.change(incident["components"][COMPONENT])
        self.told.append(incident["status"])
        return 201 if method == "POST" else 200, json.dumps({"id": key})

    def change(self, status):
        assert status in ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
        self.component = status


class Webhook:
    """Takes what carries the right signature; for a `Receiver` that is `raw`."""

    def __init__(self):
        self.taken = []

    def check(self, path, headers, body):
        when, _, signature = headers["X-SaltBitter-Signature"].partition(",v1=")
        signed = when.removeprefix("t=").encode() + b"." + body
        if not hmac.compare_digest(signature, hmac.new(WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()):
            return 401, "wrong signature"
        document = json.loads(body)
        assert path == "POST " + WEBHOOK_PATH and headers["X-SaltBitter-Delivery"] == document["id"]
        assert set(document) == {"id", "what", "severity", "environment", "release_id", "title", "text", "facts", "at"}
        self.taken.append(document)
        return 204, ""


API_KEY = "datadog-api-key-of-a-test"
APP_KEY = "datadog-app-key-of-a-test"
STATUSPAGE_KEY = "statuspage-key-of-a-test"
STATUSPAGE_PAGE, COMPONENT = "page0of0test", "component0test"
WEBHOOK_PATH = "/hooks/secret-path-of-a-webhook"
WEBHOOK_SECRET = "webhook-secret-of-a-test"
