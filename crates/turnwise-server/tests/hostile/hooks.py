"""An idempotency key that is sent again with another body is refused, and rightly: so each gets a key of its own."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = case.body.get("idempotencyKey") if isinstance(case.body, dict) else None
    if isinstance(key, str) and 1 <= len(key) <= 255:
        case.body["idempotencyKey"] = str(uuid.uuid4())
