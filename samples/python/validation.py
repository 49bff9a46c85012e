"""What is refused, and with which words: programs may compare these messages.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 validation.py
"""
import json
import os
import urllib.error
import urllib.request

base = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:5080/v1")

for wrong in (
    {"aspect_ratio": "16-9"},
    {"aspect_ratio": "invalid"},
    {"seed": -1},
    {"seed": 4294967296},
    {"safety_tolerance": 7},
    {"safety_tolerance": -1},
    {"webhook_url": "invalid-url"},
    {"webhook_url": "ftp://example.com/hook"},
):
    request = urllib.request.Request(
        f"{base}/images/generations",
        data=json.dumps({"model": "flux-kontext-pro", "prompt": "A red circle", **wrong}).encode(),
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "Content-Type": "application/json"},
    )
    try:
        urllib.request.urlopen(request, timeout=300)
        print("200")
    except urllib.error.HTTPError as refusal:
        error = json.load(refusal)["error"]
        print(f"{refusal.code} {error['type']}: {error['message']}")
