//! The same chat in every format.

use serde_json::json;
use turnwise::{Conversation, Format, Parser, write};

use super::{payload, transcript};

/// A chat of about so many bytes as the model has it.
pub fn conversation(bytes: usize) -> Conversation {
    Parser::new().parse(&payload(bytes)).conversations.into_iter().next().unwrap_or_default()
}

/// A chat of about so many bytes in this format, as our writer writes it; without one, as a program of its own would.
pub fn in_format(format: Format, bytes: usize) -> String {
    let conversation = conversation(bytes);
    if let Some(written) = write(&conversation, format) {
        return written.text;
    }
    let said = conversation.messages.iter().filter(|message| !message.text().is_empty());
    let texts = said.map(|message| {
        let sender = message.role.as_ref().map_or("", |role| role.as_str());
        json!({ "sender": sender, "text": message.text() })
    });
    serde_json::Value::from_iter(texts).to_string()
}

/// A chat of about so many bytes as WhatsApp exports it: some messages have several lines.
pub fn whatsapp(bytes: usize) -> String {
    let mut minutes = 0_usize;
    let text = transcript(bytes);
    let lines = text.split_inclusive('\n').map(|line| {
        let (name, said) = match line.split_once(": ") {
            Some(("User", said)) => ("Ann Lee", said),
            Some(("Assistant", said)) => ("Bo", said),
            _ => return line.to_owned(),
        };
        minutes = minutes.saturating_add(1);
        let (day, hour, minute) = (minutes.div_euclid(1440) % 336, minutes.div_euclid(60) % 24, minutes % 60);
        let (month, day) = (day.div_euclid(28).saturating_add(1), (day % 28).saturating_add(1));
        format!("{day:02}/{month:02}/2024, {hour:02}:{minute:02} - {name}: {said}")
    });
    lines.collect()
}
