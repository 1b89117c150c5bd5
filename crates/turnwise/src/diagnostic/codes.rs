//! The table of codes: a row a finding.

use super::Severity::{self, Error, Info, Warning};

/// What there is to know of a code.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// Its stable name, such as `ambiguous-boundary`.
    pub slug: &'static str,
    /// How much a finding of this kind matters.
    pub severity: Severity,
    /// One sentence; `{name}` is filled in for each finding.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
    /// Why the code exists, for `turnwise explain`.
    pub explanation: &'static str,
}

impl CodeInfo {
    /// The sentence with an ellipsis for each thing that is filled in.
    ///
    /// ```
    /// let info = turnwise::Code::UnknownRole.info();
    /// assert_eq!(info.summary(), "`…` is no known role");
    /// ```
    pub fn summary(&self) -> String {
        let mut pieces = self.message.split('{');
        let mut summary = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            summary.push('…');
            summary.push_str(piece.split_once('}').map_or(piece, |(_, rest)| rest));
        }
        summary
    }
}

macro_rules! codes {
    ($($code:ident $slug:literal $severity:ident { $message:literal $help:literal $explanation:literal })*) => {
        /// The kinds of findings; each has a row in [`CODES`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $message] $code,)*
        }

        /// Every code, in the order of the table.
        pub const CODES: &[CodeInfo] = &[
            $(CodeInfo {
                code: Code::$code, slug: $slug, severity: $severity,
                message: $message, help: $help, explanation: $explanation,
            },)*
        ];

        impl Code {
            /// The row of the table.
            pub const fn info(self) -> &'static CodeInfo {
                match self { $(Self::$code => &CodeInfo {
                    code: Code::$code, slug: $slug, severity: $severity,
                    message: $message, help: $help, explanation: $explanation,
                },)* }
            }
        }
    };
}

impl Code {
    /// The stable name, such as `ambiguous-boundary`.
    pub const fn slug(self) -> &'static str {
        self.info().slug
    }

    /// The code of that stable name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        CODES.iter().find(|row| row.slug == slug).map(|row| row.code)
    }
}

codes! {
    // ---- what could not be read
    EmptyInput "empty-input" Error {
        "the input is empty"
        "give a transcript, or leave the file out"
        "The input holds nothing, or only blanks. The result is one conversation without messages."
    }
    InvalidUtf8 "invalid-utf8" Error {
        "these bytes are not UTF-8"
        "convert the file to UTF-8; each run of bad bytes was read as U+FFFD"
        "Transcripts are read as UTF-8. Bytes that are not are replaced by U+FFFD, the replacement character, and everything around them is read as usual; positions still count the bytes of the input."
    }
    BinaryInput "binary-input" Error {
        "the input looks like binary data, not text"
        "check that the file is a transcript, in UTF-8 and not compressed"
        "The input holds NUL bytes or many bytes that are not UTF-8, as files in UTF-16, compressed files and pictures do. It is kept as preamble, and no messages are looked for."
    }
    InputTooLarge "input-too-large" Error {
        "the input has more than {limit} bytes"
        "split the input, or raise the limit `input_bytes`"
        "Reading is bounded. What lies past the limit is not read, and the finding says where reading stopped."
    }
    LineTooLong "line-too-long" Error {
        "the line has more than {limit} bytes"
        "break the line, or raise the limit `line_bytes`"
        "Reading is bounded. A line of text that is too long is not looked into: it begins no message, and its words stay in the message around it. In an input of many JSON documents, such as JSON Lines, one that is too long is passed over, and the others are read."
    }
    LabelTooLong "label-too-long" Warning {
        "`{label}` has more than {limit} bytes, so it is not read as a label"
        "write a shorter label, or raise the limit `label_bytes`"
        "A label is short: what is long and ends with a colon is prose. This one begins with a word that is a label, or is one that was named, so its line may well begin a message."
    }
    TooManyMessages "too-many-messages" Error {
        "the conversation has more than {limit} messages"
        "split the input, or raise the limit `messages`"
        "Reading is bounded. What follows the last allowed message is kept: in text as part of that message, in JSON in `extra`."
    }
    NotAConversation "not-a-conversation" Error {
        "no messages were found"
        "label each turn, as in `User: ...` and `Assistant: ...`, or name the labels with `--label`; JSON begins with `{` or `[`"
        "No line reads as the start of a message: the text is prose, or its labels are of a kind that is not known and do not repeat. Nor is it JSON, which begins with a bracket or a brace, without comments and fences around it. The text is kept whole as preamble."
    }
    // ---- how the labels were read
    AmbiguousBoundary "ambiguous-boundary" Warning {
        "`{label}` {reading}"
        "label each turn once, on a line of its own start, and indent, quote or fence what is pasted; or send JSON"
        "A line that starts like a label can begin a message, or can be part of what somebody says: a pasted transcript, an example, a play. The whole document decides, by the shape of the separators, by alternation, by code fences and by the labels around it. Here both readings explain the text almost equally well; the finding names the other one."
    }
    UnlistedSpeaker "unlisted-speaker" Info {
        "`{label}` is read as a speaker, though it is no listed label"
        "say who speaks, as in `--label \"NAME=user\"`"
        "The document is plainly a dialogue of names that no table lists. The names are kept; roles stay open unless one party is known, and then the other party has the other role."
    }
    AssumedRole "assumed-role" Info {
        "`{label}` is taken for the {role}, as the other party of the conversation"
        "say who it is with `--label`"
        "One party of the dialogue has a listed label and the other has not. The other party is given the other role."
    }
    QuotedDocument "quoted-document" Info {
        "every line starts with `>`; the marks are not part of the messages"
        "nothing to do"
        "A quote mark before every line of a document is how it was carried, not what somebody quoted. The marks are taken off."
    }
    EscapedLabel "escaped-label" Info {
        "a backslash before a label is taken as an escape"
        "nothing to do, if this library wrote the text"
        "The text writer puts a backslash before a body line that would read as a label; the reader takes it off again."
    }
    UnclosedFence "unclosed-fence" Info {
        "this code fence is not closed before the message ends"
        "close the fence"
        "A code fence hides labels only when it closes. This one does not, so the labels after it were read as usual."
    }
    LabelMismatch "label-mismatch" Warning {
        "`{label}` is written otherwise than the other labels, such as `{other}`"
        "write labels in one way over the whole file"
        "The API's guide asks for one format over a file: the same labels, the same case, the same markup. This label was read as a message all the same."
    }
    // ---- times
    InvalidTimestamp "invalid-timestamp" Warning {
        "`{time}` cannot be read as a time"
        "write times as RFC 3339, such as 2025-01-20T14:30:00Z"
        "What stands where a time should stand is none, such as `later`, or names one that does not exist, such as 25:61. It is kept as written, in `time`."
    }
    AssumedUtc "assumed-utc" Info {
        "times have no offset from UTC; UTC is assumed"
        "write times as RFC 3339, such as 2025-01-20T14:30:00+02:00"
        "The times name a date and a time of day, but not where. They are taken as UTC, and the text is kept in `time`."
    }
    AmbiguousDate "ambiguous-date" Warning {
        "`{time}` may name a day first or a month first"
        "write dates as YYYY-MM-DD"
        "No date in the file tells whether the day or the month comes first (as 13/07 would). The day is taken to come first, and the text is kept in `time`."
    }
    TimestampsBackwards "timestamps-backwards" Warning {
        "this message is earlier than the one before it"
        "put messages in the order in which they were said, or correct the time"
        "Times run backwards. The order of the input is kept."
    }
    // ---- what the API's guide asks of a transcript
    MixedLabels "mixed-labels" Warning {
        "`{label}` and `{other}` both name the {role}"
        "keep to one pair: User/Assistant, Human/AI or Customer/Agent"
        "The API's guide asks for the same labels over a file. Several words for one role read well here, but other readers of the text may not know them all."
    }
    InconsistentSeparators "inconsistent-separators" Warning {
        "this message follows {found}, most others follow {usual}"
        "separate all messages in the same way"
        "The API's guide asks for the same line breaks over a file. Separators tell where messages start; where they differ, boundaries become doubtful."
    }
    InconsistentLineEndings "inconsistent-line-endings" Warning {
        "this line ends with {found}, most others with {usual}"
        "save the file with one kind of line end"
        "Lines end with LF, with CR LF or with CR alone. Where one file mixes them, contents carry the odd ones."
    }
    EmptyMessage "empty-message" Warning {
        "this message says nothing"
        "leave the label out, or give the message its text"
        "A message without text, tool call or other part carries no information for an analysis."
    }
    RepeatedRole "repeated-role" Info {
        "two messages of the {role} follow each other"
        "nothing to do, if both were sent"
        "People do send two messages in a row, but a repeated role can also be a sign of a lost message or of a label inside a message."
    }
    SystemNotFirst "system-not-first" Warning {
        "a {role} message stands after the conversation has begun"
        "put instructions before the first message of the user"
        "Instructions normally open a conversation; several APIs refuse them elsewhere."
    }
    OrphanToolResult "orphan-tool-result" Warning {
        "no tool call has the id `{id}`"
        "keep the call that this result answers, before it"
        "A tool result refers to a call that is not in the conversation before it; several APIs refuse such a conversation."
    }
    NoAnswer "no-answer" Warning {
        "the conversation has no answer"
        "send the conversation when it is complete"
        "No message of the assistant says anything, so there is nothing to analyse."
    }
    NoQuestion "no-question" Warning {
        "the conversation has no message of the user"
        "send the conversation when it is complete"
        "No message of the user says anything, so there is nothing to analyse."
    }
    Preamble "preamble" Info {
        "text stands before the first message"
        "nothing to do; it is kept as `preamble`"
        "The text before the first label belongs to no message."
    }
    // ---- JSON
    InvalidJson "invalid-json" Error {
        "{problem}"
        "correct the JSON at this place; everything that could be read around it was kept"
        "The JSON is not well formed here (RFC 8259)."
    }
    TruncatedJson "truncated-json" Error {
        "the JSON ends in the middle of {what}"
        "get the whole document; everything before the cut was kept"
        "The document ends before its last bracket. What came before is read as if the brackets were there."
    }
    TooDeep "too-deep" Error {
        "values are nested more than {limit} deep"
        "raise the limit `depth`"
        "Nesting is bounded. The value is kept as written, but not looked into."
    }
    DuplicateKey "duplicate-key" Warning {
        "`{key}` is given twice; the first value is used"
        "keep one of the two"
        "A key stands twice in one object, of which JSON leaves open what it means; or a message and the object around it both have the field. The first value is used and the others are kept in `extra`."
    }
    LoneSurrogate "lone-surrogate" Warning {
        "`{escape}` is half of a character"
        "write the whole character"
        "An escape names one half of a surrogate pair, which is no character. It is read as U+FFFD."
    }
    WrongType "wrong-type" Warning {
        "`{field}` should be {expected}, not {found}"
        "correct the field; its value was kept in `extra`"
        "A field that the format names has a value of another kind than it should. Nothing is guessed; the value is kept as written."
    }
    UnknownField "unknown-field" Info {
        "`{field}` has no place in the model"
        "nothing to do; it is kept in `extra`"
        "A field without a place in the model is kept as written. Each name is reported once, and no more than fifty names."
    }
    UnknownPart "unknown-part" Info {
        "a part `{kind}` has no place in the model"
        "nothing to do; the part is kept as it is written"
        "A message has parts, such as texts, images and calls of tools. One of a kind that is not known, or without what its kind needs, such as the name of a tool, is kept as it is, and only the format that it comes from can hold it. Each kind is reported once."
    }
    InvalidArguments "invalid-arguments" Warning {
        "the arguments of this call are not JSON"
        "nothing was repaired; ask the source for the whole call"
        "Models write arguments as JSON in a string, and sometimes break off or make mistakes. The string is kept as it was written, so that nobody mistakes a repair for what the model said."
    }
    DoubleEncoded "double-encoded" Warning {
        "the arguments of this call are JSON in a string within a string"
        "decode them once more where they are used"
        "Some programs encode the arguments of a call twice. They are kept as they were written."
    }
    StringifiedJson "stringified-json" Info {
        "`{field}` holds messages as JSON in a string"
        "nothing to do; send JSON as JSON to have places within it"
        "A conversation was found in a string of the document. Its messages have the place of that string."
    }
    AlternatingStrings "alternating-strings" Info {
        "`{field}` is a list of strings, taken for the user and the assistant by turns"
        "send objects that say who speaks, as in `{\"role\": \"user\", \"content\": ...}`"
        "The list has strings without labels where messages should be. Nothing says who speaks, so the first is taken for the user, the next for the assistant, and so on."
    }
    RepeatedHistory "repeated-history" Info {
        "messages that have been said before are left out: {count}"
        "nothing to do"
        "Traces often keep what was asked in the input and again in the output. Messages that are the same in every way are read once."
    }
    UnknownRole "unknown-role" Warning {
        "`{role}` is no known role"
        "use system, developer, user, assistant or tool"
        "The role is kept as written; whoever gets the conversation may not know it."
    }
    UnsupportedJson "unsupported-json" Error {
        "no conversation was found in this JSON"
        "give `{\"messages\": [{\"role\": ..., \"content\": ...}]}`"
        "The document is JSON, but has no messages in a place that is known. It is kept whole in `extra`."
    }
    UnsupportedRecord "unsupported-record" Warning {
        "this record is no message"
        "nothing to do, if it is meant to be there; it is kept in `extra`"
        "Between the messages of a log, one a line, stands an object that is no message. It is kept as `record` in the `extra` of the conversation, and the messages after it belong to the same conversation."
    }
    MissingField "missing-field" Error {
        "the line has no string under `{field}`"
        "name the right field with `--field`"
        "With `--field NAME`, every line is a JSON object that holds the transcript as a string under that name."
    }
    CutStream "cut-stream" Warning {
        "the stream ends before the answer does"
        "get the whole stream; everything before the cut was kept"
        "The chunks of an answer stop without the one that says that it is complete. What came was put together."
    }
    // ---- writing
    NotRepresentable "not-representable" Warning {
        "{format} has no place for {what}; it is left out"
        "convert to the canonical form, which holds everything"
        "The target format cannot hold a part of the conversation. Everything else is written."
    }
    ChangedInWriting "changed-in-writing" Warning {
        "{format} holds {what} in another way, and it reads back otherwise"
        "convert to the canonical form, which holds everything"
        "The target format has a place for this, but not for all of it, or not as it was written. What was written is read back and compared, so nothing changes unseen."
    }
    RoleReworded "role-reworded" Info {
        "{format} has its own words for roles; the word of the source is not kept"
        "nothing to do"
        "The word that the source had for a role, such as `gpt` or `Customer`, is replaced by the word of the target format. The role is the same."
    }
}
