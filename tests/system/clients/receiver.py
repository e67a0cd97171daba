"""A receiver of webhooks. It prints its port, reads the secret from its input, and takes what is signed over the body
as json.dumps writes it again. Of everything that it takes it prints a line of JSON."""

import hashlib
import hmac
import json
import logging
import sys
import threading

from flask import Flask, request
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = Flask(__name__)
secret = ""


def is_signed(payload, signature):
    computed = hmac.new(secret.encode("utf-8"), json.dumps(payload).encode("utf-8"), hashlib.sha256).hexdigest()
    return signature == f"sha256={computed}"


@app.route("/", methods=["POST"])
def receive():
    if not is_signed(request.json, request.headers.get("X-Webhook-Signature")):
        return {"error": "Invalid signature"}, 401
    print(json.dumps({"event": request.headers.get("X-Webhook-Event"), "body": request.json}), flush=True)
    return {"success": True}


server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
for line in sys.stdin:
    secret = line.strip()
