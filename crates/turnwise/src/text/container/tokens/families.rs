//! The table of templates: a row a family.

/// The tokens of a family.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    /// Begins a message.
    pub(super) open: &'static str,
    /// Ends the head of a message; the role stands before it.
    pub(super) close: &'static [&'static str],
    /// What the template writes between the head and the text.
    pub(super) gap: &'static [&'static str],
    /// Tokens that end a message.
    pub(super) ends: &'static [&'static str],
    /// Whether a message may begin right after the text of another.
    pub(super) glued: Glued,
    /// Whether only listed words count as roles, because the tokens are common in other text.
    pub(super) listed: bool,
}

/// Whether a message may begin right after the text of another, with no token that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glued {
    Never,
    /// Only in an input where no message is ended by a token; GLM writes so.
    WhereNoneEnds,
    Always,
}

/// Tokens that stand before the first message.
pub(super) const BEGINNINGS: &[&str] = &[
    "<s>",
    "<bos>",
    "<BOS_TOKEN>",
    "<|begin_of_text|>",
    "<|startoftext|>",
    "<|endoftext|>",
    "[gMASK]",
    "<sop>",
    "<｜begin▁of▁sentence｜>",
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "ChatML",
        open: "<|im_start|>",
        close: &["<|im_sep|>", "\n"],
        gap: &[],
        ends: &["<|im_end|>", "<|endoftext|>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "harmony",
        open: "<|start|>",
        close: &["<|message|>"],
        gap: &[],
        ends: &["<|end|>", "<|call|>", "<|return|>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "Llama 3",
        open: "<|start_header_id|>",
        close: &["<|end_header_id|>"],
        gap: &["\n\n", "\n"],
        ends: &["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "Llama 4",
        open: "<|header_start|>",
        close: &["<|header_end|>"],
        gap: &["\n\n", "\n"],
        ends: &["<|eot|>", "<|eom|>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "Gemma",
        open: "<start_of_turn>",
        close: &["\n"],
        gap: &[],
        ends: &["<end_of_turn>", "<eos>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "Command R",
        open: "<|START_OF_TURN_TOKEN|><|",
        close: &["|>"],
        gap: &[],
        ends: &["<|END_OF_TURN_TOKEN|>"],
        glued: Glued::Never,
        listed: false,
    },
    Family {
        name: "Baize",
        open: "[|",
        close: &["|]"],
        gap: &[" "],
        ends: &[],
        glued: Glued::Never,
        listed: true,
    },
    Family {
        name: "DeepSeek",
        open: "<｜",
        close: &["｜>"],
        gap: &[],
        ends: &["<｜end▁of▁sentence｜>"],
        glued: Glued::Always,
        listed: true,
    },
    Family {
        name: "Zephyr, Phi or GLM",
        open: "<|",
        close: &["|>"],
        gap: &["\n"],
        ends: &["<|end|>", "</s>", "<|endoftext|>", "<|eot|>"],
        glued: Glued::WhereNoneEnds,
        listed: true,
    },
];
