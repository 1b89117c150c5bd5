//! Whether a page holds only the markup that its templates have, as a browser's tokenizer sees it.

use html5gum::{Token, Tokenizer};

const TAGS: &str = "html head meta title link script body a header nav main footer p h1 h2 h3 h4 h5 h6 kbd form label \
    input select option button textarea details summary pre code span b mark section aside div ol ul \
    li article time table caption thead tbody tr th td img br hr em strong del blockquote";
const ATTRIBUTES: &str = "lang charset name content rel href type src defer class id tabindex role action method for value \
    selected placeholder rows spellcheck autocomplete autocapitalize open scope title datetime start \
    alt download disabled checked required aria-label aria-labelledby aria-current aria-hidden \
    aria-describedby aria-invalid data-live data-line data-name data-search";

/// Fails where a page has a tag, an attribute or an address that no template writes.
pub(crate) fn check(html: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut scripts = 0;
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                assert!(TAGS.split(' ').any(|known| known == name), "<{name}> in {html}");
                scripts += usize::from(name == "script");
                for (attribute, value) in &tag.attributes {
                    let (attribute, value) = (text(attribute), text(value));
                    assert!(
                        ATTRIBUTES.split(' ').any(|known| known == attribute),
                        "<{name} {attribute}> in {html}"
                    );
                    match attribute.as_str() {
                        "href" => assert!(follows(&value), "<{name} href={value}>"),
                        "action" | "data-live" => {
                            assert!(value.starts_with('/') && !value.starts_with("//"), "{value}")
                        }
                        "src" if name == "script" => assert_eq!(value, "/assets/script.js"),
                        "src" => assert!(value.starts_with("data:image/"), "{value}"),
                        _ => {}
                    }
                }
            }
            Token::Comment(comment) => panic!("<!--{}--> in {html}", text(&comment)),
            _ => {}
        }
    }
    assert!(scripts <= 1, "{scripts} scripts in {html}");
}

fn follows(address: &str) -> bool {
    let own = address.starts_with('/') && !address.starts_with("//") || address.starts_with('#');
    let address = address.to_ascii_lowercase();
    own || ["http://", "https://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

/// The text of a page, as a reader sees it.
pub(crate) fn text(html: &str) -> String {
    Tokenizer::new(html)
        .flatten()
        .filter_map(|token| match token {
            Token::String(text) => Some(String::from_utf8_lossy(&text).into_owned()),
            _ => None,
        })
        .collect()
}
