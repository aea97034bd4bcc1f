"""A web application to look at."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event


class Site(ThreadingHTTPServer):
    """A web application: /ok, /fail, /rude (an answer with terminal sequences) and /hang."""

    daemon_threads = True
    url: str
    hanging: Event


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        if self.path.startswith("/hang"):
            site.hanging.set()
            Event().wait(30)
        failing = self.path.startswith("/fail")
        body = b'{"state": "\\u001b[31mred"}' if self.path.startswith("/rude") else b'{"state": "good"}'
        self.send_response(500 if failing else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to the tests."""
