//! Markdown as safe HTML: nothing that was written becomes markup of its own.
//!
//! Raw HTML is shown as the text it is, links go to `http`, `https` and `mailto` only, and images become links, so
//! that looking at a conversation loads nothing and tells nobody.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html,
};

use super::links::{Piece, pieces};

/// The start of an address that a link may have.
const SCHEMES: &[&str] = &["http://", "https://", "mailto:"];
/// Characters shown of an address that is no link.
const ADDRESS: usize = 80;

/// Renders `text`.
pub(super) fn render(text: &str) -> Markup {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut safe = Safe::default();
    for event in TextMergeStream::new(Parser::new_ext(text, options)) {
        safe.take(event);
    }
    let mut rendered = String::new();
    html::push_html(&mut rendered, safe.events.into_iter());
    PreEscaped(rendered)
}

/// Whether an address may be that of a link.
pub(super) fn may_link(address: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// What may be shown of the events so far.
#[derive(Default)]
struct Safe<'a> {
    events: Vec<Event<'a>>,
    /// The links that are open: the address of one that is shown as text.
    links: Vec<Option<CowStr<'a>>>,
    /// Whether this is code, in which an address is no link.
    code: bool,
}

impl<'a> Safe<'a> {
    fn take(&mut self, event: Event<'a>) {
        let event = match event {
            Event::Html(markup) | Event::InlineHtml(markup) => Event::Text(markup),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::CodeBlock),
            // A line end in a chat is meant.
            Event::SoftBreak => Event::HardBreak,
            Event::Start(Tag::Heading { level, .. }) => {
                let level = below_ours(level);
                Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below_ours(level))),
            Event::Start(Tag::Link { .. }) => return self.open(event, ""),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                return self.open(Event::Start(Tag::Link { link_type, dest_url, title, id }), "Image: ");
            }
            Event::End(TagEnd::Link | TagEnd::Image) => return self.close(),
            Event::Text(text) if !self.code && self.links.is_empty() => return self.words(&text),
            event => event,
        };
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code = true,
            Event::End(TagEnd::CodeBlock) => self.code = false,
            _ => {}
        }
        self.events.push(event);
    }

    /// Running text, with its addresses as links.
    fn words(&mut self, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Words(words) => self.events.push(Event::Text(words.to_owned().into())),
                Piece::Address(address) => {
                    let address: CowStr<'_> = address.to_owned().into();
                    let (link_type, dest_url) = (LinkType::Autolink, address.clone());
                    let link = Tag::Link { link_type, dest_url, title: "".into(), id: "".into() };
                    let end = Event::End(TagEnd::Link);
                    self.events.extend([Event::Start(link), Event::Text(address), end]);
                }
            }
        }
    }

    /// Begins a link, unless it stands in another or its address is none to follow.
    fn open(&mut self, link: Event<'a>, words: &'static str) {
        let Event::Start(Tag::Link { dest_url, .. }) = &link else { return };
        let follows = may_link(dest_url) && !self.links.contains(&None);
        self.links.push((!follows).then(|| dest_url.clone()));
        if follows {
            self.events.push(link);
        }
        if !words.is_empty() {
            self.events.push(Event::Text(words.into()));
        }
    }

    fn close(&mut self) {
        match self.links.pop() {
            Some(None) => self.events.push(Event::End(TagEnd::Link)),
            Some(Some(address)) if !address.is_empty() => {
                let more = if address.chars().nth(ADDRESS).is_some() { "…" } else { "" };
                let shown: String = address.chars().take(ADDRESS).collect();
                self.events.push(Event::Text(format!(" ({shown}{more})").into()));
            }
            _ => {}
        }
    }
}

/// The page has its own headings down to the third level.
fn below_ours(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H4,
        HeadingLevel::H2 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::render;

    fn html(text: &str) -> String {
        render(text).into_string().trim().replace('\n', "")
    }

    #[test]
    fn what_is_written_becomes() {
        let cases = [
            ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
            ("a\nb", "<p>a<br />b</p>"),
            ("# a\n## b", "<h4>a</h4><h5>b</h5>"),
            ("~~a~~", "<p><del>a</del></p>"),
            // Markup is text.
            ("<b onclick=x()>a</b>", "<p>&lt;b onclick=x()&gt;a&lt;/b&gt;</p>"),
            ("<script>alert(1)</script>", "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>"),
            ("<!-- a -->", "<pre><code>&lt;!-- a --&gt;</code></pre>"),
            (
                "```\"><script>\na\n```",
                "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">a</code></pre>",
            ),
            // Links.
            ("[a](https://b.example)", "<p><a href=\"https://b.example\">a</a></p>"),
            ("<HTTPS://b.example>", "<p><a href=\"HTTPS://b.example\">HTTPS://b.example</a></p>"),
            ("[a](mailto:b@c.example \"d\")", "<p><a href=\"mailto:b@c.example\" title=\"d\">a</a></p>"),
            ("[a](javascript:alert(1))", "<p>a (javascript:alert(1))</p>"),
            ("[a](JaVaScRiPt&#58;alert(1))", "<p>a (JaVaScRiPt:alert(1))</p>"),
            ("[a](data:text/html,x)", "<p>a (data:text/html,x)</p>"),
            ("[a](//b.example)", "<p>a (//b.example)</p>"),
            ("[a](/login)", "<p>a (/login)</p>"),
            ("[a]()", "<p>a</p>"),
            ("[a][1]\n\n[1]: vbscript:x", "<p>a (vbscript:x)</p>"),
            (
                "[a](https://b.example/\"onmouseover=x)",
                "<p><a href=\"https://b.example/%22onmouseover=x\">a</a></p>",
            ),
            (
                "at https://b.example/c_d, now",
                "<p>at <a href=\"https://b.example/c_d\">https://b.example/c_d</a>, now</p>",
            ),
            ("`https://b.example`", "<p><code>https://b.example</code></p>"),
            ("    https://b.example", "<pre><code>https://b.example</code></pre>"),
            (
                "[https://b.example](https://d.example)",
                "<p><a href=\"https://d.example\">https://b.example</a></p>",
            ),
            // Images are links.
            ("![a](https://b.example/c.png)", "<p><a href=\"https://b.example/c.png\">Image: a</a></p>"),
            ("![a](data:image/png;base64,AA)", "<p>Image: a (data:image/png;base64,AA)</p>"),
            (
                "[![a](https://b.example/c.png)](https://d.example)",
                "<p><a href=\"https://d.example\">Image: a (https://b.example/c.png)</a></p>",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn long_addresses_are_cut() {
        let shown = html(&format!("[a](data:{})", "x".repeat(1000)));
        assert!(shown.contains('…') && shown.len() < 200, "{shown}");
    }
}
