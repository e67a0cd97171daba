"""A program on requests that works through the API as a user's does. It prints what it got as one line of JSON."""

import json
import os

import requests

session = requests.Session()
session.headers.update({
    "Authorization": f"Bearer {os.environ['API_TOKEN']}",
    "Content-Type": "application/json",
})
remaining = []


def call(method, path, **arguments):
    response = session.request(method, os.environ["API_URL"] + path, **arguments)
    remaining.append(int(response.headers["X-RateLimit-Remaining"]))
    response.raise_for_status()
    return response.json()


def refusal(method, path, body):
    try:
        call(method, path, json=body)
    except requests.HTTPError as error:
        return {"status": error.response.status_code, "body": error.response.json()}
    return None


def message(channel, content, metadata=None):
    return {"channelId": channel, "content": content, "messageType": "integration", "metadata": metadata or {}}


by_name = call("POST", "/messages", json=message("general", "Hello from Python!"))
channel = call("POST", "/channels", json={
    "name": "announcements",
    "description": None,
    "type": "public",
    "departmentId": None,
})["channel"]
sent = call("POST", "/messages", json=message(channel["id"], "Hello 🐍", {"source": "script", "tags": ["a", "b"]}))
empty = call("POST", "/messages", json=message(channel["id"], "Nothing beside"))
channels = call("GET", "/channels")["channels"]
new = {"email": os.environ["NEW_MEMBER"], "role": "member", "departmentId": None, "title": None}
added = call("POST", "/members", json=new)
members = call("GET", "/members", params={"page": 1, "limit": 50})
again = refusal("POST", "/members", new)
nowhere = refusal("POST", "/messages", message("nowhere", "Hello"))
unsaid = refusal("POST", "/messages", message("general", ""))

print(json.dumps({
    "byName": by_name,
    "channel": channel,
    "sent": sent,
    "empty": empty,
    "channels": channels,
    "added": added,
    "members": members,
    "again": again,
    "nowhere": nowhere,
    "unsaid": unsaid,
    "remaining": remaining,
}))
