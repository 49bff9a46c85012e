"""The way of requests.post(url, headers=..., json=...), with the standard library: size and quality, then the download.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 urllib_size.py
"""
import json
import os
import urllib.error
import urllib.request

base = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:5080/v1")

request = urllib.request.Request(
    f"{base}/images/generations",
    data=json.dumps({
        "model": "gpt-4o-image",
        "prompt": "A lighthouse by the sea",
        "size": "1536x1024",
        "quality": "high",
        "response_format": "url",
        "n": 2,
    }).encode(),
    headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "Content-Type": "application/json"},
)
try:
    with urllib.request.urlopen(request, timeout=300) as response:
        answer = json.load(response)
except urllib.error.HTTPError as refusal:
    raise SystemExit(f"{refusal.code}: {json.load(refusal)['error']['message']}")

for number, picture in enumerate(answer["data"], start=1):
    name, _ = urllib.request.urlretrieve(picture["url"], f"lighthouse-{number}.png")
    print(f"{name}: {os.path.getsize(name)} bytes, {picture['width']}x{picture['height']}")
