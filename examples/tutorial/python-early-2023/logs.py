"""What to log of a call, as in 2023: the prompt's length and the time, to a file and to the terminal.

As printed in tutorials no level is set, so that nothing below a warning is written, and `logger` and `response_time` come from
nowhere. The prompt itself does not belong into a log, nor does the key.
"""

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
logger = logging.getLogger(__name__)
client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])

prompt = f"{anthropic.HUMAN_PROMPT} What is a gate?{anthropic.AI_PROMPT}"
begun = time.perf_counter()
response = client.completion(prompt=prompt, model="claude-2", max_tokens_to_sample=300)
response_time_ms = round((time.perf_counter() - begun) * 1000)
logger.info("API call: prompt_length=%d, response_time=%dms, stop_reason=%s", len(prompt), response_time_ms, response["stop_reason"])
