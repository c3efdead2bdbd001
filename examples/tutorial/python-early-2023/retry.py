"""One question in early 2023: `completion` inside tenacity's exponential back-off.

As printed in tutorials it lacks `import os`, indents nothing, and catches `anthropic.APIError`, which the release that has
`completion` does not know: there it is `ApiException`.
"""

from __future__ import annotations

import os
import sys

import anthropic
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

# `strip`: a line break that came along when the key was pasted is the usual reason for a 401.
client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])
SHORTEST_WAIT_S = float(os.environ.get("TUTORIAL_SHORTEST_WAIT_S", "4"))


def may_pass(error: BaseException) -> bool:
    """Tell whether another try can help: a wrong key or a wrong prompt stays wrong, and each try of it is a call."""
    text = str(error.args[0]) if error.args else ""
    return not (isinstance(error, anthropic.ApiException) and any(f"code: {status}" in text for status in (400, 401, 403, 404)))


@retry(
    retry=retry_if_exception(may_pass),
    stop=stop_after_attempt(3),
    wait=wait_exponential(multiplier=1, min=SHORTEST_WAIT_S, max=10),
    reraise=True,
)
def send_message(question: str) -> str:
    """Ask one question and return the answer."""
    try:
        response = client.completion(
            prompt=f"{anthropic.HUMAN_PROMPT} {question}{anthropic.AI_PROMPT}",
            model="claude-2",
            max_tokens_to_sample=1000,
        )
    except anthropic.ApiException as error:
        # The first argument is a sentence with the status, the second the error's body.
        print("API error:", *error.args, file=sys.stderr)
        raise
    return response["completion"]


print(send_message("What is a gate?").strip())
