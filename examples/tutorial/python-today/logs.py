"""What to log of a call today: the request id, the tokens that Claude counted, and the time. The gateway's ledger has them as well."""

from __future__ import annotations

import logging
import os
import time

import anthropic

logging.basicConfig(
    level=logging.INFO,
    format="%(asctime)s - %(levelname)s - %(message)s",
    handlers=[logging.FileHandler("claude_api.log", encoding="utf-8"), logging.StreamHandler()],
)
logging.getLogger("httpx2").setLevel(logging.WARNING)
logger = logging.getLogger(__name__)
client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

begun = time.perf_counter()
message = client.messages.create(model="claude-opus-5-5", max_tokens=300, messages=[{"role": "user", "content": "What is a gate?"}])
response_time_ms = round((time.perf_counter() - begun) * 1000)
logger.info(
    "API call: request_id=%s, input_tokens=%d, output_tokens=%d, response_time=%dms, stop_reason=%s",
    message._request_id,  # noqa: SLF001  (public, for all its underscore)
    message.usage.input_tokens,
    message.usage.output_tokens,
    response_time_ms,
    message.stop_reason,
)
