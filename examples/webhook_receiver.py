"""Receives Gatebell's events by a signed webhook: docs/webhook-receiver.md. Takes WEBHOOK_SECRET and PORT."""

import base64, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        timestamp = self.headers["webhook-timestamp"]
        signed = f'{self.headers["webhook-id"]}.{timestamp}.'.encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
        valid = any(hmac.compare_digest(expected, given) for given in self.headers["webhook-signature"].split())
        if valid and abs(time.time() - int(timestamp)) < 300:
            print(json.loads(body)["type"], json.loads(body)["data"]["name"], flush=True)
            self.send_response(204)
        else:
            self.send_response(401)
        self.end_headers()

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
