"""A job that runs while you do something else: 202 at once, then ask for it by its id.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 job.py
"""
import json
import os
import urllib.request

base = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:5080/v1")
headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}", "Content-Type": "application/json"}


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(base + path, data=data, headers=headers), timeout=300) as response:
        return response.status, json.load(response)


status, job = call("/images/generations", {"model": "flux-kontext-max", "prompt": "Ocean waves at night", "aspect_ratio": "3:2", "async": True})
print(status, job["status"] in ("queued", "running"))

while job["status"] not in ("succeeded", "failed", "cancelled"):
    # The answer is held until the job ends, at most 30 seconds.
    _, job = call(f"/images/generations/{job['id']}?wait=30")
print(job["status"], job["data"][0]["url"])
