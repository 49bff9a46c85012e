#!/usr/bin/env bash
# One picture with curl: ask, take the link out of the answer, fetch it.
#   OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... ./generate.sh
set -euo pipefail
base=${OPENAI_BASE_URL:-http://127.0.0.1:5080/v1}

answer=$(curl -sS --fail-with-body --max-time 300 "$base/images/generations" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "dall-e-3", "prompt": "A forest in the morning", "size": "1024x1792", "quality": "standard"}')
echo "$answer"

link=$(grep -o '"url": *"[^"]*"' <<<"$answer" | cut -d'"' -f4)
curl -sS --fail "${link//\\u0026/&}" -o forest.png
