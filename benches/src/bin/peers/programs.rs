//! What is done, and by which programs; every package with its version.

use turnwise_benches::inputs::{jsonl, transcript, whatsapp};

/// Something that several programs can do with a file.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// What the file is called, and how many bytes it has, about.
    pub(crate) file: &'static str,
    pub(crate) bytes: usize,
    pub(crate) input: fn(usize) -> String,
    /// The arguments of `turnwise`.
    pub(crate) ours: &'static [&'static str],
    pub(crate) programs: &'static [(&'static str, Source)],
}

/// Where a program comes from, and how it is run; the file is its last argument.
pub(crate) enum Source {
    /// Is on this machine, or not.
    Here(&'static [&'static str]),
    /// A script of Python, with packages of PyPI.
    Python { packages: &'static [&'static str], script: &'static str },
    /// A script of Node, with packages of npm.
    Node { packages: &'static [&'static str], script: &'static str },
    /// A program of crates.io: its crate, its version, its arguments.
    Crate { name: &'static str, version: &'static str, arguments: &'static [&'static str] },
    /// A program around a library of crates.io.
    Rust { dependency: &'static str, version: &'static str, main: &'static str },
}

/// Everything that is compared.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "50 MB of JSON Lines",
        file: "chats.jsonl",
        bytes: 50_000_000,
        input: jsonl,
        ours: &["normalize"],
        programs: &[
            ("jq, any JSON", Source::Here(&["jq", "-c", "."])),
            ("jaq, any JSON", Source::Crate { name: "jaq", version: "3.1.2", arguments: &["-c", "."] }),
            ("Python json, any JSON", Source::Python { packages: &[], script: PYTHON_JSON }),
            ("orjson, any JSON", Source::Python { packages: &["orjson==3.13.0"], script: ORJSON }),
            ("Node JSON, any JSON", Source::Node { packages: &[], script: NODE_JSON }),
            ("LangChain, Python", Source::Python { packages: &["langchain-core==1.7.2"], script: LANGCHAIN }),
            (
                "LangChain, JavaScript",
                Source::Node { packages: &["@langchain/core@1.2.13"], script: LANGCHAIN_JS },
            ),
        ],
    },
    Job {
        name: "the same, to Anthropic Messages",
        file: "chats.jsonl",
        bytes: 50_000_000,
        input: jsonl,
        ours: &["convert", "--to", "anthropic"],
        programs: &[("llm-bridge", Source::Node { packages: &["llm-bridge@2.0.1"], script: LLM_BRIDGE })],
    },
    Job {
        name: "10 MB of labelled text",
        file: "chat.txt",
        bytes: 10_000_000,
        input: transcript,
        ours: &["normalize"],
        programs: &[
            ("Python `re.split`", Source::Python { packages: &[], script: PYTHON_SPLIT }),
            ("Node `String.split`", Source::Node { packages: &[], script: NODE_SPLIT }),
        ],
    },
    Job {
        name: "5 MB of WhatsApp",
        file: "whatsapp.txt",
        bytes: 5_000_000,
        input: whatsapp,
        ours: &["normalize"],
        programs: &[
            ("chatpack", Source::Rust { dependency: "chatpack", version: "0.7.0", main: CHATPACK }),
            ("whatstk", Source::Python { packages: &["whatstk==0.9.1"], script: WHATSTK }),
            ("chat-miner", Source::Python { packages: &["chat-miner==0.6.0"], script: CHAT_MINER }),
            (
                "whatsapp-chat-parser",
                Source::Node { packages: &["whatsapp-chat-parser@4.0.2"], script: WHATSAPP_CHAT_PARSER },
            ),
        ],
    },
];

const PYTHON_JSON: &str = r#"
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    print(json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")))
"#;

const ORJSON: &str = r#"
import orjson, sys
for line in open(sys.argv[1], "rb"):
    sys.stdout.buffer.write(orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE))
"#;

const NODE_JSON: &str = r"
const lines = require('readline').createInterface({ input: require('fs').createReadStream(process.argv[1]) });
lines.on('line', (line) => process.stdout.write(JSON.stringify(JSON.parse(line)) + '\n'));
";

const LANGCHAIN: &str = r#"
import json, sys
from langchain_core.messages import convert_to_messages, convert_to_openai_messages
for line in open(sys.argv[1], encoding="utf-8"):
    messages = convert_to_messages(json.loads(line)["messages"])
    print(json.dumps(convert_to_openai_messages(messages), ensure_ascii=False))
"#;

const LANGCHAIN_JS: &str = r"
const { coerceMessageLikeToMessage, mapChatMessagesToStoredMessages } = require('@langchain/core/messages');
const lines = require('readline').createInterface({ input: require('fs').createReadStream(process.argv[1]) });
lines.on('line', (line) => {
  const messages = JSON.parse(line).messages.map(coerceMessageLikeToMessage);
  process.stdout.write(JSON.stringify(mapChatMessagesToStoredMessages(messages)) + '\n');
});
";

const LLM_BRIDGE: &str = r"
const { translateBetweenProviders } = require('llm-bridge');
const lines = require('readline').createInterface({ input: require('fs').createReadStream(process.argv[1]) });
lines.on('line', (line) => {
  const request = translateBetweenProviders('openai', 'anthropic', JSON.parse(line));
  process.stdout.write(JSON.stringify(request) + '\n');
});
";

const PYTHON_SPLIT: &str = r#"
import json, re, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
parts = re.split(r"(?im)^(user|assistant|human|ai|customer|agent|system|tool)\s*: ?", text)
pairs = zip(parts[1::2], parts[2::2])
json.dump({"messages": [{"role": role.lower(), "content": content} for role, content in pairs]}, sys.stdout)
"#;

const NODE_SPLIT: &str = r"
const text = require('fs').readFileSync(process.argv[1], 'utf8');
const parts = text.split(/^(user|assistant|human|ai|customer|agent|system|tool)\s*: ?/im);
const messages = [];
for (let at = 1; at < parts.length; at += 2) {
  messages.push({ role: parts[at].toLowerCase(), content: parts[at + 1] });
}
process.stdout.write(JSON.stringify({ messages }));
";

const CHATPACK: &str = r#"
use chatpack::prelude::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("no file")?;
    let messages = create_parser(Platform::WhatsApp).parse(std::path::Path::new(&path))?;
    print!("{}", to_jsonl(&messages, &OutputConfig::all())?);
    Ok(())
}
"#;

const WHATSTK: &str = r#"
import sys
from whatstk import df_from_whatsapp
df_from_whatsapp(sys.argv[1], max_size=None).to_json(sys.stdout, orient="records", lines=True)
"#;

const CHAT_MINER: &str = r#"
import sys
from chatminer.chatparsers import WhatsAppParser
parser = WhatsAppParser(sys.argv[1])
parser.parse_file()
parser.parsed_messages.get_df().to_json(sys.stdout, orient="records", lines=True)
"#;

const WHATSAPP_CHAT_PARSER: &str = r"
const { parseString } = require('whatsapp-chat-parser');
for (const message of parseString(require('fs').readFileSync(process.argv[1], 'utf8'))) {
  process.stdout.write(JSON.stringify(message) + '\n');
}
";
