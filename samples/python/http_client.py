"""A picture with nothing but the standard library: http.client, a JSON body, a link back.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 http_client.py
    python3 http_client.py --bare     sends the key without "Bearer"
"""
import http.client
import json
import os
import sys
from urllib.parse import urlsplit

base = urlsplit(os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:5080/v1"))
key = os.environ["OPENAI_API_KEY"]
Connection = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection

payload = json.dumps({
    "model": "flux-kontext-pro",
    "prompt": "Sunset over mountains",
    "aspect_ratio": "16:9",
    "seed": 42,
    "safety_tolerance": 2,
    "prompt_upsampling": False,
    "output_format": "png",
    "webhook_url": "null",
})
headers = {
    "Authorization": key if "--bare" in sys.argv else f"Bearer {key}",
    "Content-Type": "application/json",
}

connection = Connection(base.netloc, timeout=300)
connection.request("POST", f"{base.path}/images/generations", payload, headers)
response = connection.getresponse()
body = json.loads(response.read().decode("utf-8"))
if response.status != 200:
    sys.exit(f"{response.status}: {body['error']['message']} (request {response.getheader('x-request-id')})")

picture = body["data"][0]
print(picture["url"])
print(f"{picture['width']}x{picture['height']} {picture['format']}, seed {picture['seed']}, {body['cost']} {body['currency']}")
