"""The same app on the standard library alone, for machines that cannot reach PyPI."""

import argparse
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from greeter import facts


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.startswith("/hello/"):
            return self.send_error(404)
        name = self.path[len("/hello/"):]
        body = json.dumps({"greeting": f"Hello, {name}", **facts()}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the demo prints what matters."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    HTTPServer(("127.0.0.1", parser.parse_args().port), Handler).serve_forever()


if __name__ == "__main__":
    main()
