//! Counts of tokens, in the words of any format.

use super::{
    raw,
    reader::Reader,
    scan::{Key, Kind},
};
use crate::{
    format::Format,
    model::{Extra, Usage},
};

/// Takes the counts of a message; what else is said of them goes to `extra` under the same name.
pub(crate) fn take(scan: &mut Reader<'_>, key: Key<'_>, usage: &mut Usage, extra: &mut Extra) {
    if scan.kind() != Kind::Object {
        return scan.wrong(key, "an object", extra);
    }
    if usage.prompt_tokens.is_some() || usage.completion_tokens.is_some() {
        return scan.repeated(key, extra);
    }
    let mut left = Extra::default();
    fields(scan, usage, &mut left, false);
    let counted = usage.prompt_tokens.is_some() || usage.completion_tokens.is_some();
    if !counted || !left.is_empty() {
        extra.push(key.name, raw::object(&left));
    }
}

/// Takes the counts; those of `tokens`, an object within it, count as its own.
fn fields(scan: &mut Reader<'_>, usage: &mut Usage, left: &mut Extra, inner: bool) {
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "promptTokens" | "prompt_tokens" | "input_tokens" | "inputTokens" | "promptTokenCount"
            | "prompt_token_count" | "total_input_tokens"
                if usage.prompt_tokens.is_none() =>
            {
                scan.take_count(key, &mut usage.prompt_tokens, left);
            }
            "completionTokens"
            | "completion_tokens"
            | "output_tokens"
            | "outputTokens"
            | "candidatesTokenCount"
            | "candidates_token_count"
            | "total_output_tokens"
                if usage.completion_tokens.is_none() =>
            {
                scan.take_count(key, &mut usage.completion_tokens, left);
            }
            "tokens" if !inner && scan.kind() == Kind::Object => {
                scan.evidence
                    .decided(Format::OpenAiChat, "token counts with an object `tokens`, as Cohere has them");
                fields(scan, usage, left, true);
            }
            _ => left.push(key.name, scan.raw().to_json()),
        }
    }
}
