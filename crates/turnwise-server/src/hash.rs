//! SHA-256 of what is compared.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Hash of a request: what it does to what, and its body.
pub(crate) fn of_request(action: &str, body: &str) -> [u8; 32] {
    Sha256::new().chain_update(action).chain_update([0]).chain_update(body).finalize().into()
}

/// Hash of a system prompt as the official SDK has it: trimmed, white space collapsed to one blank, in hexadecimal.
pub(crate) fn of_prompt(prompt: &str) -> String {
    let mut hasher = Sha256::new();
    for (index, word) in prompt.split_whitespace().enumerate() {
        if index > 0 {
            hasher.update(" ");
        }
        hasher.update(word);
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::of_prompt;

    #[test]
    fn prompts_hash_as_the_sdk_has_it() {
        let vectors = [
            (
                "You are a helpful assistant",
                "11ec99cfa6e6f58a352f4aee9cdb6d96e2eca86d437158f18efc6d4fe5909b07",
            ),
            (
                " You\n are a\thelpful  assistant ",
                "11ec99cfa6e6f58a352f4aee9cdb6d96e2eca86d437158f18efc6d4fe5909b07",
            ),
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ];
        for (prompt, hash) in vectors {
            assert_eq!(of_prompt(prompt), hash, "{prompt:?}");
        }
    }
}
