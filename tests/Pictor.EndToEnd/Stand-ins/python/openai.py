"""Stands in for openai-python, which the package sources of the tests do not have.

It puts the same bytes on the wire for images.generate as openai-python 2.43 was recorded to do: extra_body merged into the
top level, compact JSON with non-ASCII characters as they are, the x-stainless headers, two retries steered by x-should-retry.
What a program reads from an answer (attributes, error classes, request_id) has the SDK's names.
"""
import http.client
import json
import os
import platform
import types
from urllib.parse import urlsplit


class APIStatusError(Exception):
    def __init__(self, status, headers, body):
        error = body.get("error", body) if isinstance(body, dict) else body
        super().__init__(f"Error code: {status} - {body}")
        self.status_code = status
        self.request_id = headers.get("x-request-id")
        self.body = error
        self.type, self.param, self.code = (error.get(name) if isinstance(error, dict) else None for name in ("type", "param", "code"))


class BadRequestError(APIStatusError):
    pass


class AuthenticationError(APIStatusError):
    pass


class NotFoundError(APIStatusError):
    pass


_ERRORS = {400: BadRequestError, 401: AuthenticationError, 404: NotFoundError}
_RETRIED = {408, 409, 429}


class OpenAI:
    def __init__(self, api_key=None, base_url=None, max_retries=2, timeout=600.0):
        self._key = api_key or os.environ["OPENAI_API_KEY"]
        self._base = urlsplit((base_url or os.environ["OPENAI_BASE_URL"]).rstrip("/"))
        self._retries = max_retries
        self._timeout = timeout
        self.images = _Images(self)

    def post(self, path, body):
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        for count in range(self._retries + 1):
            status, headers, answer = self._send(path, content, count)
            if status < 300:
                return _record(answer, headers.get("x-request-id"))
            if headers.get("x-should-retry") != "true" and (headers.get("x-should-retry") == "false" or not (status in _RETRIED or status >= 500)):
                break
        raise _ERRORS.get(status, APIStatusError)(status, headers, answer)

    def _send(self, path, content, count):
        kind = http.client.HTTPSConnection if self._base.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._base.netloc, timeout=self._timeout)
        connection.request("POST", self._base.path + path, content, {
            "Accept-Encoding": "gzip, deflate",
            "Connection": "keep-alive",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "OpenAI/Python 2.43.0",
            "X-Stainless-Lang": "python",
            "X-Stainless-Package-Version": "2.43.0",
            "X-Stainless-OS": platform.system(),
            "X-Stainless-Arch": "x64",
            "X-Stainless-Runtime": "CPython",
            "X-Stainless-Runtime-Version": platform.python_version(),
            "Authorization": f"Bearer {self._key}",
            "X-Stainless-Async": "false",
            "x-stainless-retry-count": str(count),
            "x-stainless-read-timeout": f"{self._timeout:g}",
        })
        response = connection.getresponse()
        assert response.getheader("Content-Encoding") is None, "this stand-in does not unpack answers"
        return response.status, response.headers, json.loads(response.read())


class _Images:
    def __init__(self, client):
        self._client = client

    def generate(self, *, prompt, extra_body=None, **named):
        return self._client.post("/images/generations", {"prompt": prompt, **named, **(extra_body or {})})


def _record(value, request_id=None):
    if isinstance(value, dict):
        record = types.SimpleNamespace(url=None, b64_json=None, usage=None)
        record.__dict__.update({name: _record(item) for name, item in value.items()})
        if request_id:
            record._request_id = request_id
        return record
    return [_record(item) for item in value] if isinstance(value, list) else value
