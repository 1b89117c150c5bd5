//! The secret that every request carries.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// An API key, such as `sk_live_...`. It is never printed, and its memory is wiped when it is dropped.
///
/// ```
/// use turnwise_client::ApiKey;
/// assert_eq!(format!("{:?}", ApiKey::new("sk_live_1")), "ApiKey(..)");
/// ```
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Keeps a key; blanks around it, which copying it often leaves, are taken off.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self(SecretString::from(key.as_ref().trim()))
    }

    /// Whether it can stand in a header: there is one, and it is of visible ASCII characters only.
    pub(crate) fn is_sendable(&self) -> bool {
        let key = self.0.expose_secret();
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The value of the header `Authorization` (RFC 6750).
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0.expose_secret())
    }

    /// Takes the key out of what somebody else wrote, such as a server that repeats it in its message.
    pub(crate) fn redact(&self, text: &mut String) {
        let key = self.0.expose_secret();
        if !key.is_empty() && text.contains(key) {
            *text = text.replace(key, "[key]");
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}
