//! The table of label spellings, and what a word before a colon says about its speaker.

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

use crate::{model::Role, parse::Parser};

/// Who a listed word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    User,
    Assistant,
    System,
    Developer,
    Tool,
    /// Speaks, but on which side is open: `Speaker`, `Host`.
    Open,
}

impl Party {
    /// The role, where the word settles it.
    pub(crate) fn role(self) -> Option<Role> {
        match self {
            Self::User => Some(Role::User),
            Self::Assistant => Some(Role::Assistant),
            Self::System => Some(Role::System),
            Self::Developer => Some(Role::Developer),
            Self::Tool => Some(Role::Tool),
            Self::Open => None,
        }
    }

    /// The other side of a conversation between two.
    pub(crate) fn other_side(self) -> Option<Self> {
        match self {
            Self::User => Some(Self::Assistant),
            Self::Assistant => Some(Self::User),
            _ => None,
        }
    }
}

/// How much a word alone says that its line begins a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// No listed word; only repetition over the document can make it a speaker.
    Unlisted,
    /// Listed, but common in prose too (`Q`, `Client`, `Agent Smith`); the document must support it.
    Weak,
    /// A label of the API's guide, a role's name, or one that the caller named.
    Strong,
}

/// What is known of a word that stands where a label would.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label<'a> {
    pub(crate) strength: Strength,
    pub(crate) role: Option<Role>,
    pub(crate) party: Party,
    /// The role's word as written, decoration and name aside.
    pub(crate) word: &'a str,
    /// The name written after the role's word, or the whole of an unlisted label.
    pub(crate) name: Option<&'a str>,
    /// Whether the word is one that heads lists and notes rather than speeches.
    pub(crate) heading: bool,
}

/// Words of the table, a row a party: first those that are strong, then those that are weak.
#[rustfmt::skip]
const LISTED: &[(Party, &[&str], &[&str])] = &[
    (
        Party::User,
        &[
            "user", "human", "customer", "caller", "you said", "enduser", "end user", "end-user", "用户", "使用者", "人类",
            "客户", "顾客", "ユーザー", "ユーザ", "お客様", "사용자", "고객", "benutzer", "benutzerin", "nutzer", "nutzerin",
            "anwender", "kunde", "kundin", "anrufer", "anruferin", "utilisateur", "utilisatrice", "usuario", "usuaria", "usuário",
            "usuária", "cliente", "utente", "пользователь", "клиент", "gebruiker", "klant", "użytkownik", "klient", "kullanıcı",
            "müşteri", "användare", "kund", "bruger", "kunde", "käyttäjä", "asiakas", "uživatel", "zákazník", "felhasználó",
            "utilizator", "користувач", "клієнт", "χρήστης", "המשתמש", "משתמש", "المستخدم", "مستخدم", "العميل",
            "उपयोगकर्ता", "ग्राहक", "người dùng", "khách hàng", "ผู้ใช้", "pengguna", "pelanggan", 
        ],
        &[
            "q", "question", "client", "you", "me", "visitor", "guest", "patient", "prompt", "instruction", "input", "prompter",
            "student", "buyer", "member", "respondent", "subscriber", "consumer",
            "patron", "requester", "问", "問", "提问",
        ],
    ),
    (
        Party::Assistant,
        &[
            "assistant", "ai", "agent", "bot", "chatbot", "chatgpt", "chatgpt said", "gpt", "claude", "gemini", "copilot", "cursor",
            "ai assistant", "virtual assistant", "virtual agent", "support agent", "customer support", "customer service",
            "support", "representative", "customer service representative", "iva", "llm", "助手", "助理", "客服", "机器人",
            "人工智能", "アシスタント", "オペレーター", "オペレータ", "어시스턴트", "상담원", "상담사", "assistent", "assistentin",
            "mitarbeiter", "mitarbeiterin", "berater", "beraterin", "kundenberater", "kundenservice", "ki", "conseiller",
            "conseillère", "assistante", "asistente", "agente", "ia", "assistente", "atendente", "operatore", "ассистент",
            "помощник", "оператор", "бот", "ии", "medewerker", "asystent", "konsultant", "doradca", "asistan", "temsilci",
            "assistenten", "handläggare", "medarbejder", "avustaja", "asistent", "operátor", "помічник", "βοηθός", "עוזר",
            "המערכת", "المساعد", "مساعد", "सहायक", "trợ lý", "ผู้ช่วย", "asisten",
        ],
        &[
            "a", "answer", "response", "model", "operator", "rep", "advisor", "adviser", "assistant said", "output", "advocate",
            "specialist", "csr", "doctor", "tutor", "teacher", "expert", "salesperson", "seller", "technician", "dispatcher",
            "receptionist", "reply", "deepseek", "grok", "llama", "mistral", "qwen", "bard", "bing", "alexa", "siri", "答", "回答",
            "supervisor", "manager", "therapist", "consultant", "concierge",
        ],
    ),
    (
        Party::System,
        &["system", "系统", "系統", "システム", "시스템", "systemnachricht", "système", "sistema", "система", "systeem", "sistem"],
        &["system message", "system prompt", "context"],
    ),
    (Party::Developer, &["developer"], &["dev", "developer message"]),
    (
        Party::Tool,
        &["tool", "function", "工具", "ツール", "outil", "herramienta", "ferramenta", "werkzeug", "инструмент"],
        &["observation", "tool result", "tool response", "tool output", "function result", "function response", "ipython"],
    ),
    (
        Party::Open,
        &[],
        &[
            "speaker", "host", "narrator", "interviewer", "interviewee", "participant", "moderator", "person", "presenter", "audience", "man", "woman", "unknown speaker",
            "unknown", "panelist", "chair",
        ],
    ),
];

/// Words that head notes, lists and code rather than speeches; they are never taken for names.
#[rustfmt::skip]
const HEADINGS: &[&str] = &[
    "note", "notes", "title", "subject", "explanation", "instructions", "ingredients", "directions", "answers", "else", "try",
    "except", "finally", "default", "output", "input", "example", "examples", "chorus", "verse", "bridge", "intro", "outro", "url",
    "link", "source", "sources", "pros", "cons", "step", "steps", "summary", "conclusion", "introduction", "background", "problem",
    "solution", "warning", "caution", "tip", "tips", "hint", "important", "remember", "reason", "reasons", "result", "results",
    "date", "time", "from", "to", "cc", "bcc", "sent", "re", "fwd", "name", "age", "email", "e-mail", "phone", "address", "price",
    "cost", "total", "amount", "quantity", "status", "type", "category", "description", "features", "requirements", "options",
    "option", "part", "section", "chapter", "scene", "act", "setting", "characters", "location", "day", "week", "month", "year",
    "dear", "hello", "hi", "sincerely", "regards", "ps", "p.s", "http", "https", "ftp", "file", "files", "code", "error", "info",
    "debug", "todo", "fixme", "definition", "theorem", "proof", "lemma", "given", "where", "when", "what", "why", "how", "who",
    "first", "second", "third", "finally", "next", "then", "also", "however", "therefore", "key", "value", "id", "version",
    "author", "authors", "language", "format", "method", "methods", "parameters", "returns", "return", "args", "raises", "usage",
    "break", "music", "laughter", "channel", "topic", "agenda", "attendees", "present", "action", "actions", "decision",
    "hinweis", "notiz", "anmerkung", "achtung", "wichtig", "beispiel", "lösung", "antwort", "frage", "remarque", "nota",
    "attention", "exemple", "ejemplo", "importante", "exemplo", "примечание", "внимание", "注意", "备注", "说明", "例如", "注",
    "提示", "例", "備考", "参考", "more", "advantages", "disadvantages", "benefits", "goal", "goals", "objective", "task",
    "rule", "rules", "fact", "facts", "quote", "translation", "original", "score", "rating", "headline", "caption", "tags",
    "keywords", "license", "licence", "copyright", "comment", "comments", "added", "fixed", "changed", "removed", "deprecated",
    "security", "changes", "password", "port", "database", "username", "homepage", "maintainer", "package", "media", "voice", "duration", "podcast", "video", "transcript", "transcript_by", "speakers", "model",
    "temperature", "class", "def", "if", "for", "while", "switch", "case", "public", "private", "protected", "with", "main",
    "premise", "hypothesis", "evidence", "analysis", "review", "feedback", "details", "overview", "contents", "appendix",
];

struct Listed {
    party: Party,
    strength: Strength,
}

fn table() -> &'static HashMap<&'static str, Listed> {
    static TABLE: OnceLock<HashMap<&'static str, Listed>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for &(party, strong, weak) in LISTED {
            table.extend(strong.iter().map(|&word| (word, Listed { party, strength: Strength::Strong })));
            table.extend(weak.iter().map(|&word| (word, Listed { party, strength: Strength::Weak })));
        }
        table
    })
}

fn is_heading(folded: &str) -> bool {
    static WORDS: OnceLock<std::collections::HashSet<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| HEADINGS.iter().copied().collect());
    let first = folded.split([' ', '(']).next().unwrap_or(folded);
    words.contains(folded) || words.contains(first)
}

/// Whether a run of letters can be the first word of a listed spelling, told by its first three bytes and its
/// length: nearly no word that begins a line of prose can.
pub(super) fn may_begin_label(word: &[u8]) -> bool {
    first_words(word) >> word.len().min(31) & 1 == 1
}

/// The lengths, a bit a length, of the first words of listed spellings that begin as `line` does.
#[inline(always)]
pub(super) fn first_words(line: &[u8]) -> u32 {
    let letter = |at: usize| letter(line.get(at).copied().unwrap_or_default());
    let lengths = |table: &Lengths, at: usize| {
        let row = table.get(letter(at));
        row.and_then(|row| row.get(letter(at.wrapping_add(1)))).copied().unwrap_or_default()
    };
    lengths(&FIRST_AND_SECOND, 0) & lengths(&SECOND_AND_THIRD, 1)
}

/// 1 to 26 for a letter. What is none may look like one: it is told by the length of the word.
const fn letter(byte: u8) -> usize {
    (byte & 31) as usize
}

/// Lengths of first words, by two of their letters.
type Lengths = [[u32; 32]; 32];

static FIRST_AND_SECOND: Lengths = lengths(0);
static SECOND_AND_THIRD: Lengths = lengths(1);

/// The lengths by the letter `at` a place and the one after it. What stands behind a word may be anything.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated by the compiler")]
const fn lengths(at: usize) -> Lengths {
    let mut lengths = [[0; 32]; 32];
    let mut party = 0;
    while party < LISTED.len() {
        let lists = [LISTED[party].1, LISTED[party].2];
        let mut list = 0;
        while list < lists.len() {
            let mut word = 0;
            while word < lists[list].len() {
                let bytes = lists[list][word].as_bytes();
                let mut length = 0;
                while length < bytes.len() && bytes[length].is_ascii_alphabetic() {
                    length += 1;
                }
                let mut row = 0;
                while row < 32 {
                    let fits = at >= length || row == letter(bytes[at]);
                    let mut column = 0;
                    while fits && column < 32 {
                        if at + 1 >= length || column == letter(bytes[at + 1]) {
                            lengths[row][column] |= 1 << length;
                        }
                        column += 1;
                    }
                    row += 1;
                }
                word += 1;
            }
            list += 1;
        }
        party += 1;
    }
    lengths
}

/// The word with case folded and inner blanks made one.
fn fold(word: &str) -> Cow<'_, str> {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase());
    if plain {
        return word.into();
    }
    let mut folded = String::with_capacity(word.len());
    for piece in word.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(piece.chars().flat_map(char::to_lowercase));
    }
    folded.into()
}

/// The role of a word that stands where containers name their speakers, such as `assistant` in ChatML.
pub(crate) fn role(parser: &Parser, word: &str) -> Option<Role> {
    let label = look_up(parser, word);
    label.role.filter(|_| label.name.is_none())
}

/// What is known of `word`: a listed label, a listed label with a name, or a name.
pub(crate) fn look_up<'a>(parser: &Parser, word: &'a str) -> Label<'a> {
    let bare = undecorated(word);
    let folded = fold(bare);
    if let Some(label) = listed(parser, word, &folded) {
        return label;
    }
    if let Some(label) = with_name(parser, bare) {
        return label;
    }
    Label {
        strength: Strength::Unlisted,
        role: None,
        party: Party::Open,
        word,
        name: Some(word),
        heading: is_heading(&folded),
    }
}

fn listed<'a>(parser: &Parser, word: &'a str, folded: &str) -> Option<Label<'a>> {
    let own = parser.labels.iter().find(|(spelling, _)| fold(spelling.trim()) == folded);
    if let Some((_, role)) = own {
        return Some(Label {
            strength: Strength::Strong,
            role: Some(role.clone()),
            party: party_of(role),
            word,
            name: None,
            heading: false,
        });
    }
    let row = table().get(folded)?;
    let heading = row.strength == Strength::Weak && is_heading(folded);
    Some(Label {
        strength: row.strength,
        role: row.party.role(),
        party: row.party,
        word,
        name: None,
        heading,
    })
}

fn party_of(role: &Role) -> Party {
    match role {
        Role::User => Party::User,
        Role::Assistant => Party::Assistant,
        Role::System => Party::System,
        Role::Developer => Party::Developer,
        Role::Tool => Party::Tool,
        Role::Other(_) => Party::Open,
    }
}

/// A label has no more words than it may have breaks between them.
const MOST_BREAKS: usize = 6;

/// A listed word with a name: `Agent Smith`, `Speaker 2`, `Zion Bot`.
fn with_name<'a>(parser: &Parser, bare: &'a str) -> Option<Label<'a>> {
    // The longest listed word comes first: `Customer Service Representative Jane`.
    let breaks = bare
        .char_indices()
        .rev()
        .filter(|&(_, c)| matches!(c, ' ' | '_' | '-' | '#' | '\u{a0}' | '\u{202f}' | '\u{3000}'));
    for (at, _) in breaks.take(MOST_BREAKS) {
        let (first, rest) = bare.split_at_checked(at)?;
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        if is_name(rest)
            && let Some(label) = listed(parser, first, &fold(first))
        {
            return Some(Label { strength: Strength::Weak, name: Some(rest), ..label });
        }
    }
    let (rest, last) = bare.rsplit_once([' ', '_'])?;
    let label = listed(parser, last, &fold(last)).filter(|label| label.party == Party::Assistant)?;
    is_name(rest).then_some(Label { strength: Strength::Weak, name: Some(rest), ..label })
}

/// Whether every word of `text` begins with a capital or is a number: `Jane Doe`, `2`.
pub(crate) fn is_name(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| {
            let first = word.trim_start_matches(['(', '#', '\'', '"']).chars().next();
            first.is_some_and(|c| {
                c.is_uppercase() || c.is_numeric() || (c.is_alphabetic() && !c.is_lowercase())
            }) || matches!(word, "de" | "van" | "von" | "der" | "da" | "la" | "le" | "of")
        })
}

/// The word without the emoji or mark before or after it.
fn undecorated(word: &str) -> &str {
    word.trim_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, '(' | ')' | '.' | '\'') || c.is_whitespace()
    })
}
