#!/usr/bin/env bash
# An asynchronous job with curl: 202 and a place to ask at, then wait there.
#   OPENAI_BASE_URL=http://127.0.0.1:5080/v1 OPENAI_API_KEY=sk-... ./job.sh
set -euo pipefail
base=${OPENAI_BASE_URL:-http://127.0.0.1:5080/v1}

place=$(curl -sS --fail-with-body -D - -o /dev/null "$base/images/generations" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H "Content-Type: application/json" \
  -H "Prefer: respond-async" \
  -d '{"model": "flux-kontext-pro", "prompt": "Three yellow stars", "aspect_ratio": "1:1"}' |
  tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
echo "$place"
curl -sS --fail-with-body "${base%/v1}$place?wait=60" -H "Authorization: Bearer $OPENAI_API_KEY"
echo
