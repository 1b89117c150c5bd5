//! What all pages share: head, navigation, foot.

use maud::{DOCTYPE, Markup, html};

/// A place in the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Conversations,
    Playground,
    /// A page that the navigation does not name.
    Elsewhere,
}

/// Puts `body` into a page; `title` is shown by the browser.
pub(super) fn page(title: &str, here: Place, body: &Markup) -> Markup {
    let link = |place: Place, address: &str, words: &str| {
        let current = (place == here).then_some("page");
        html! { a href=(address) aria-current=[current] { (words) } }
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · turnwise" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/script.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/" { "turnwise" }
                    nav aria-label="Pages" {
                        (link(Place::Conversations, "/", "Conversations"))
                        (link(Place::Playground, "/playground", "Playground"))
                    }
                }
                main id="main" tabindex="-1" { (body) }
                footer {
                    p {
                        "A server for development and tests. "
                        span.keys {
                            "Keys: " kbd { "/" } " search, " kbd { "j" } " and " kbd { "k" } " next and previous. "
                        }
                        a href="/login" { "Sign in or out" }
                    }
                }
            }
        }
    }
}
