"""A service that does things in a workspace by an incoming webhook, signed as json.dumps writes them. It prints the
answers as one line of JSON."""

import hashlib
import hmac
import json
import os

import requests


def send(payload, secret=os.environ["WEBHOOK_SECRET"]):
    computed = hmac.new(secret.encode("utf-8"), json.dumps(payload).encode("utf-8"), hashlib.sha256).hexdigest()
    headers = {"X-Webhook-Id": os.environ["WEBHOOK_ID"], "X-Webhook-Signature": f"sha256={computed}"}
    response = requests.post(os.environ["WEBHOOK_URL"], json=payload, headers=headers)
    return {"status": response.status_code, "body": response.json()}


answers = {request["action"]: send(request) for request in json.loads(os.environ["REQUESTS"])}
answers["forged"] = send({"action": "send_message", "data": {"content": "x"}}, "another secret")
print(json.dumps(answers))
