//! What is read and written: made up here, of any size, always the same.

mod documents;
mod formats;
mod payload;
mod prose;
mod shapes;
mod transcript;

pub use documents::{Build, DOCUMENTS};
pub use formats::{conversation, in_format, whatsapp};
pub use payload::{jsonl, payload};
pub use prose::prose;
pub use shapes::SHAPES;
pub use transcript::transcript;
