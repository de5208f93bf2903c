"""A proxy before saltcloud's endpoint: hands everything on as it came, and answers in its place what a test wants."""
import dataclasses
import http.client
import http.server
import json
import re
import sys
import threading
import urllib.parse


@dataclasses.dataclass
class Call:
    """One request of the AWS API."""
    number: int      # of all calls since the rule was set, from 1
    service: str     # as SigV4 signs it: "ecs", "ssm", "monitoring"
    operation: str
    is_json: bool
    body: bytes

    def document(self):
        return json.loads(self.body)


@dataclasses.dataclass
class Answer:
    status: int
    body: str
    headers: dict


def operation_of(headers, body):
    """As JSON and Query each name it."""
    target = headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    return urllib.parse.parse_qs((body or b"").decode(errors="replace")).get("Action", [""])[0]


def error(call, status, code, message, query_code=None):
    """An AWS error in the shape of the call's own protocol; Query calls it by another name at times."""
    query_code = query_code or code
    if call.is_json:
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        if call.service == "monitoring":
            headers["x-amzn-query-error"] = f"{query_code};{'Sender' if status < 500 else 'Receiver'}"
        return Answer(status, json.dumps({"__type": code, "message": message}), headers)
    side = "Sender" if status < 500 else "Receiver"
    body = (f'<ErrorResponse><Error><Type>{side}</Type><Code>{query_code}</Code><Message>{message}</Message></Error>'
            f"<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>")
    return Answer(status, body, {"Content-Type": "text/xml"})


def throttled(call):
    return error(call, 400, "ThrottlingException", "Rate exceeded", "Throttling")


def expired(call):
    return error(call, 400 if call.is_json else 403, "ExpiredTokenException",
                 "The security token included in the request is expired", "ExpiredToken")


class Between:
    """From `with` to its end saltctl finds the proxy's address instead of saltcloud's."""

    def __init__(self, home):
        self.file = home.path / "cloud" / "saltcloud.json"
        self.found = self.file.read_text()
        self.upstream = urllib.parse.urlsplit(json.loads(self.found)["endpoint"]).netloc
        self.lock = threading.Lock()
        self.answer_with(None)
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = between.decide(self.headers, body)
                if not answer:
                    answer = between.hand_on(self.command, self.path, self.headers, body)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if isinstance(answer.body, bytes) else answer.body.encode())

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """Who is killed in the middle of a call closes nothing properly."""
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(request, client_address)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer_with(self, rule):
        """`rule` sees each call and gives its answer, or None where saltcloud is to answer."""
        with self.lock:
            self.rule, self.number, self.answered = rule, 0, []

    def decide(self, headers, body):
        scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("Authorization", ""))
        if not scope:
            return None  # not of the AWS API
        with self.lock:
            if not self.rule:
                return None
            self.number += 1
            call = Call(self.number, scope[1], operation_of(headers, body), "X-Amz-Target" in headers, body)
            answer = self.rule(call)
            if answer:
                self.answered.append(call)
            return answer

    def hand_on(self, method, path, headers, body):
        """As it came, its Host included: the signature covers it."""
        upstream = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            upstream.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body or None)
            response = upstream.getresponse()
            skipped = ("content-length", "transfer-encoding", "connection")
            kept = {name: value for name, value in response.getheaders() if name.lower() not in skipped}
            return Answer(response.status, response.read(), kept)
        finally:
            upstream.close()

    def point_to(self, endpoint):
        """In one step, so that nobody reads half of it."""
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(json.loads(self.found) | {"endpoint": endpoint}))
        new.rename(self.file)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.point_to(self.endpoint)
        return self

    def __exit__(self, *_):
        self.point_to(json.loads(self.found)["endpoint"])
        self.server.shutdown()
        self.server.server_close()


class CutOff(Between):
    """Saltcloud does what the nth call of this operation asks for, and `act` comes before its answer."""

    def __init__(self, home, operation, nth, act):
        super().__init__(home)
        self.operation, self.nth, self.act, self.seen = operation, nth, act, 0

    def hand_on(self, method, path, headers, body):
        answer = super().hand_on(method, path, headers, body)
        if operation_of(headers, body) == self.operation:
            self.seen += 1
            if self.seen == self.nth:
                self.act()
        return answer
