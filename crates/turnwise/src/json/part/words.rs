//! Parts that are words: text, and the reasoning of a model.

use crate::{
    format::Format,
    json::{
        ai_sdk,
        fields::known_kind,
        reader::Reader,
        scan::{Key, Kind, Scanner},
    },
    model::{Extra, Reasoning, Text},
};

/// Reads words, of a part whose `type` is one of `kinds`; none where there are no words.
pub(crate) fn text(scan: &mut Reader<'_>, kinds: &[&str]) -> Option<Text> {
    let (mut text, mut extra) = (None, Extra::default());
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, kinds, &mut extra),
            "providerOptions" | "providerMetadata" | "state" => ai_sdk::keep(scan, key, &mut extra),
            "text" | "content" | "value" | "refusal" if text.is_none() => {
                if key.name == "content" {
                    scan.evidence.saw(Format::OtelGenAi, "a part of `type` `text` with `content`");
                }
                if key.name == "value" {
                    scan.evidence.saw(Format::OpenAiChat, "parts with a `value`, as LLaMA-Factory has them");
                }
                scan.take_text(key, &mut text, &mut extra);
            }
            "extra" => scan.take_extra(key, &mut extra),
            _ => scan.keep(key, &mut extra),
        }
    }
    text.map(|text: String| Text::with(text, extra))
}

/// Reads a model's reasoning, of a part whose `type` is one of `kinds`.
pub(crate) fn reasoning(scan: &mut Reader<'_>, kinds: &[&str]) -> Reasoning {
    let mut reasoning = Reasoning::default();
    let mut text = None;
    let extra = &mut reasoning.extra;
    scan.open();
    while let Some(key) = scan.key() {
        match &*key.name {
            "type" => known_kind(scan, key, kinds, extra),
            "text" | "content" | "thinking" | "reasoning" | "value"
                if text.is_none() && scan.kind() == Kind::String =>
            {
                scan.take_text(key, &mut text, extra);
            }
            "signature" => scan.take_text(key, &mut reasoning.signature, extra),
            "extras" | "providerOptions" => take_signature(scan, key, &mut reasoning.signature, extra),
            "providerMetadata" => ai_sdk::keep(scan, key, extra),
            "extra" => scan.take_extra(key, extra),
            _ => scan.keep(key, extra),
        }
    }
    reasoning.text = text.unwrap_or_default();
    reasoning
}

/// Takes a signature that stands alone in an object, or in that of a provider; any other object is kept.
fn take_signature(scan: &mut Reader<'_>, key: Key<'_>, signature: &mut Option<String>, extra: &mut Extra) {
    let mut inner = scan.probe();
    let only = |inner: &mut Scanner<'_>, name: &str| {
        inner.kind() == Kind::Object && {
            inner.open();
            inner.key().is_some_and(|key| key.name == name)
        }
    };
    let provided = key.name != "providerOptions" || only(&mut inner, "anthropic");
    if provided && signature.is_none() && only(&mut inner, "signature") && inner.kind() == Kind::String {
        let text = inner.text();
        let ends = inner.key().is_none() && (key.name == "extras" || inner.key().is_none());
        if ends && inner.is_sound() {
            *signature = Some(text.into());
            scan.raw();
            return;
        }
    }
    extra.push(key.name, scan.raw().to_json());
}
