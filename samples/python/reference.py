"""A picture of your own as reference: sent as a data URI in front of the prompt, and as input_image.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 reference.py picture.png
"""
import base64
import json
import os
import sys
import urllib.request

base = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:5080/v1")
with open(sys.argv[1], "rb") as file:
    encoded = base64.b64encode(file.read()).decode()


def generate(body):
    request = urllib.request.Request(
        f"{base}/images/generations",
        data=json.dumps({"model": "flux-kontext-pro", **body}).encode(),
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=300) as response:
        return json.load(response)["data"][0]


for body in (
    {"prompt": f"data:image/png;base64,{encoded} Make it grayscale"},
    {"prompt": "Make it grayscale", "input_image": encoded},
):
    picture = generate(body)
    print(f"{picture['width']}x{picture['height']} {picture['url']}")
