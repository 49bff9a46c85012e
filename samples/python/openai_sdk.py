"""The OpenAI SDK for Python (pip install openai). What OpenAI does not know goes into extra_body.

    OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... python3 openai_sdk.py
"""
import base64

import openai

client = openai.OpenAI()

answer = client.images.generate(
    model="flux-kontext-pro",
    prompt="雪山上的日落",
    extra_body={"aspect_ratio": "21:9", "seed": 7, "safety_tolerance": 2, "output_format": "jpeg"},
)
print(answer.data[0].url)

answer = client.images.generate(model="gpt-image-1", prompt="A red circle", size="1024x1024", quality="low")
with open("circle.png", "wb") as file:
    print(f"circle.png: {file.write(base64.b64decode(answer.data[0].b64_json))} bytes, {answer.usage.total_tokens} tokens")

try:
    client.images.generate(model="flux-kontext-pro", prompt="x", extra_body={"seed": 4294967296})
except openai.BadRequestError as refusal:
    print(f"{refusal.status_code} {refusal.type} {refusal.param}: {refusal.body['message']} (request {bool(refusal.request_id)})")
