//! What a person meets in a real browser. Nothing is tested where chromedriver is not installed, unless
//! `TURNWISE_BROWSER` is set; `TURNWISE_SCREENSHOTS` names a folder for pictures.

use serde_json::{Value, json};

use crate::{driver::Browser, http::hostile, server::Local};

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const TAB: &str = "\u{E004}";

/// Tells of everything that runs or is refused; in place before a page is read.
const WATCH: &str = "window.refused = []; window.hit = 0; window.alert = () => { window.hit = 1; };
    document.addEventListener('securitypolicyviolation', (event) =>
        window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));";

fn watched() -> Option<Browser> {
    let browser = Browser::start()?;
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH}));
    Some(browser)
}

/// Nothing ran, nothing tried to, and the page is ours.
fn assert_untouched(browser: &Browser, what: &str) {
    assert_eq!(browser.value("window.hit"), json!(0), "{what}");
    assert_eq!(browser.value("window.refused"), json!([]), "{what}");
    assert_eq!(browser.value("document.scripts.length"), json!(1), "{what}");
    assert_eq!(
        browser.value("document.querySelectorAll('iframe, object, embed, style, base').length"),
        json!(0)
    );
    assert!(browser.text("document.title").ends_with(" · turnwise"), "{what}");
}

fn example() -> Value {
    json!({
        "agentName": "Support", "title": "Kettle without a lid", "status": "completed", "llmModel": "gpt-4o",
        "companyName": "Acme", "userId": "jo@example.com", "sessionId": "sess_81",
        "metadata": {"channel": "web", "language": "en", "cart": {"items": 2, "total": "41.90"}},
        "toolDefinitions": [{"name": "find_order", "description": "Finds an order by its number.",
            "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}],
        "messages": [
            {"role": "system", "content": "You are the support of a shop for kitchen goods.\nBe brief and kind. Never promise \
                a date that the tool does not give. When a customer is angry, say so in the notes, and hand over to a person. \
                Refunds above 50 need a person too. Sign with the shop's name.\n\n# Style\nShort sentences."},
            {"role": "user", "name": "Jo Lind", "content": "My kettle came without its lid :(\nOrder #12345", "timestamp": "2025-01-20T14:30:00Z"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "The order number is there. Look it up before answering."},
                {"type": "text", "text": "Sorry about that! Let me look."}],
                "timestamp": "2025-01-20T14:30:09Z", "model": "gpt-4o-2024-11-20", "latencyMs": 1340,
                "usage": {"promptTokens": 412, "completionTokens": 37},
                "toolCalls": [{"id": "call_1", "name": "find_order", "arguments": {"id": "12345"}}]},
            {"role": "tool", "toolCallId": "call_1", "content": "{\"status\":\"delivered\",\"parts\":[\"kettle\",\"base\"],\"missing\":[\"lid\"]}"},
            {"role": "assistant", "timestamp": "2025-01-20T14:30:12Z", "content": "I see it: the **lid was never packed**.\n\n\
                | Part | Sent |\n|---|---|\n| Kettle | yes |\n| Lid | no |\n\nTwo ways:\n1. a new lid, by Thursday\n2. money back\n\nSee [our returns page](https://example.com/returns) or run `lid --help`.\n\n```\nlid.send(order=12345)\n```"},
            {"role": "user", "name": "Jo Lind", "content": [
                {"type": "text", "text": "The lid please. This is how it looks:"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                    "data": "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"}}],
                "timestamp": "2025-01-21T08:02:44Z"},
            {"role": "assistant", "timestamp": "2025-01-21T08:02:50Z", "content": "It leaves today."},
        ],
    })
}

const TRANSCRIPT: &str = "User: Write a short scene between a user and an assistant.\nAssistant: Here it is:\n\n\
    User: Is anybody there?\n\nAssistant: Only the wind.\n\nUser: Then I will ask the wind.\n\nThe curtain falls.\n\
    User: Lovely. One more?\nAssistant: Tomorrow.\nUser: Good night.\nAssistant: Good night.";

/// A server with a few conversations; the identifiers of one in JSON and one in text.
fn filled() -> (Local, String, String) {
    let server = Local::start();
    for (number, (agent, status, content)) in [
        ("Sales", "completed", "Customer: Do you have it in blue?\nAgent: We do, in two shades."),
        ("Support", "active", "User: My code does not work\nAssistant: Which error do you see?"),
        ("Support", "abandoned", "User: Where do I change my address, the one for invoices and not the one for parcels, which is right, as I said before?\nAI: In your account."),
        ("Night desk", "completed", "Human: hello?\nAI: Hello! How can I help?"),
    ].into_iter().enumerate() {
        server.store(&json!({"agentName": agent, "status": status, "content": content, "sessionId": format!("s{number}")}));
    }
    let text = server.store(&json!({"agentName": "Stage", "status": "completed", "content": TRANSCRIPT}));
    let json = server.store(&example());
    (server, json, text)
}

#[test]
fn injected_markup_never_runs() {
    let Some(browser) = watched() else { return };
    let server = Local::start();
    let words = crate::http::HOSTILE.join(" ");
    let mut ids: Vec<_> = crate::http::HOSTILE.iter().map(|words| server.store(&hostile(words))).collect();
    ids.push(server.store(&hostile(&words)));
    ids.push(server.store(&json!({"content": format!("User: {words}\nAI: {words}")})));
    for id in ids {
        browser.go(&format!("{}/conversations/{id}", server.url));
        browser.value("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        assert_untouched(&browser, &id);
    }
    browser.go(&format!("{}/", server.url));
    assert_untouched(&browser, "the list");

    browser.go(&format!("{}/playground", server.url));
    let typed = Value::from(format!("User: {words}\nAI: {words}"));
    browser.value(&format!(
        "(() => {{ const text = document.getElementById('text'); text.value = {typed};
            text.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
    ));
    browser.wait("document.querySelector('#result .summary') !== null");
    assert_untouched(&browser, "the playground");
    // The guard itself works: what was injected after all would not run.
    browser.value("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit=1\">')");
    browser.wait("window.refused.length > 0");
    assert_eq!(browser.value("window.hit"), json!(0));
}

#[test]
fn the_playground_reads_while_one_types() {
    let Some(browser) = watched() else { return };
    let server = Local::start();
    browser.go(&format!("{}/playground", server.url));
    browser.keys("/");
    assert_eq!(browser.text("document.activeElement.id"), "text");
    browser.keys("User: hi");
    browser.wait("document.querySelectorAll('#result .line.begins').length === 1");
    browser.keys(&format!("{ENTER}AI: hello"));
    browser.wait("document.querySelectorAll('#result .line.begins').length === 2");
    assert!(browser.text("document.querySelector('.json').textContent").contains("\"content\": \"hello\""));
    assert!(browser.text("document.getElementById('status').textContent").contains("2 messages"));
    assert_eq!(browser.text("document.getElementById('text').value"), "User: hi\nAI: hello");

    // What one has opened stays open, and one is left where one types.
    browser.value("document.getElementById('chat').open = true");
    browser.keys("!");
    browser.wait("document.querySelector('.json').textContent.includes('hello!')");
    assert_eq!(browser.value("document.getElementById('chat').open"), json!(true));
    assert_eq!(browser.text("document.activeElement.id"), "text");

    // Uncertain boundaries are marked, with the other reading beside them.
    browser.go(&format!("{}/playground?example=doubt", server.url));
    assert!(
        browser
            .text("document.querySelector('.note.warning').textContent")
            .contains("but may be part of the one before")
    );
    assert_eq!(browser.value("document.querySelectorAll('.source mark.warning').length"), json!(2));
    assert_untouched(&browser, "the playground");
}

#[test]
fn everything_works_without_script() {
    let Some(browser) = Browser::start() else { return };
    let (server, id, _) = filled();
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    browser.go(&format!("{}/playground", server.url));
    browser.click("#text");
    browser.keys("User: hi\u{E007}AI: hello");
    browser.click("form.playground button");
    browser.wait("document.querySelectorAll('#result .line.begins').length === 2");
    assert_eq!(browser.text("document.getElementById('text').value"), "User: hi\nAI: hello");

    browser.go(&server.url);
    browser.click("#q");
    browser.keys(&format!("kettle{ENTER}"));
    browser.wait("location.search.includes('q=kettle')");
    assert_eq!(browser.value("document.querySelectorAll('a.step').length"), json!(1));
    browser.click("a.step");
    browser.wait(&format!("location.pathname === '/conversations/{id}'"));
    browser.click(".fold.call summary");
    assert_eq!(browser.value("document.querySelector('.fold.call').open"), json!(true));
}

#[test]
fn the_keyboard_is_enough() {
    let Some(browser) = watched() else { return };
    let (server, id, _) = filled();
    browser.go(&server.url);
    browser.keys(TAB);
    assert_eq!(browser.text("document.activeElement.className"), "skip");
    assert_eq!(browser.value("document.activeElement.getBoundingClientRect().left >= 0"), json!(true));
    browser.keys(ENTER);
    assert_eq!(browser.text("location.hash"), "#main");

    browser.keys("/");
    assert_eq!(browser.text("document.activeElement.id"), "q");
    browser.keys("/jk");
    assert_eq!(browser.text("document.activeElement.value"), "/jk");
    browser.keys(ESCAPE);
    browser.keys("j");
    assert_eq!(browser.text("document.activeElement.textContent"), "Kettle without a lid");
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.text(outline), "solid");
    browser.keys("jk");
    browser.keys(ENTER);
    browser.wait(&format!("location.pathname === '/conversations/{id}'"));

    let here = "document.activeElement.closest('.turn')?.id";
    browser.keys("jjj");
    assert_eq!(browser.text(here), "m3");
    browser.keys("k");
    assert_eq!(browser.text(here), "m2");
    assert_eq!(browser.text(outline), "solid");
    assert_untouched(&browser, "the conversation");
}

#[test]
fn a_phone_needs_no_scrolling_sideways() {
    let Some(browser) = watched() else { return };
    let (server, id, text) = filled();
    let long = server.store(&json!({"agentName": "x".repeat(250), "title": "y".repeat(300), "messages": [
        {"role": "user", "name": "z".repeat(300), "content": "w".repeat(3_000)},
        {"role": "assistant", "content": format!("`{}`\n\n| a | b |\n|---|---|\n| {} | {} |", "c".repeat(500), "d".repeat(300), "e".repeat(300))},
    ], "metadata": {"k".repeat(200): "v".repeat(900)}}));
    let paths =
        ["/", "/playground", "/playground?example=tools", "/playground?example=doubt", "/nowhere", "/login"]
            .map(str::to_owned);
    let conversations = [&id, &text, &long].map(|id| format!("/conversations/{id}"));
    for width in [320, 390, 820] {
        browser.size(width, 844);
        for path in paths.iter().chain(&conversations) {
            browser.go(&format!("{}{path}", server.url));
            browser
                .value("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
            // A phone makes the view as wide as the page is, so both would be wider.
            let widths = browser.value("[innerWidth, document.documentElement.scrollWidth]");
            assert_eq!(widths, json!([width, width]), "{path} at {width}");
        }
    }
}

/// The contrast of every text with what is behind it (WCAG 2.1), where it is below 4.5.
const FAINT: &str = r"(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = rgba(getComputedStyle(at).backgroundColor);
            if (color[3] === 255) return color;
        }
        return [255, 255, 255, 255];
    };
    const faint = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue;
        const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < 4.5) faint.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
    }
    return [...faint];
})()";

#[test]
fn light_and_dark_have_contrast() {
    let Some(browser) = watched() else { return };
    let (server, id, text) = filled();
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        browser.scheme(scheme);
        let conversations = [id.as_str(), text.as_str()].map(|id| format!("/conversations/{id}"));
        for path in ["/", "/playground?example=doubt", "/playground?example=tools", "/login"]
            .into_iter()
            .chain(conversations.iter().map(String::as_str))
        {
            browser.go(&format!("{}{path}", server.url));
            browser
                .value("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
            assert_eq!(browser.value(FAINT), json!([]), "{path}, {scheme}");
        }
        backgrounds.push(browser.text("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

#[test]
fn one_signs_in_and_out() {
    let Some(browser) = watched() else { return };
    let server = Local::with_keys(&["sk_one"]);
    browser.go(&format!("{}/playground?example=doubt", server.url));
    browser.keys("/");
    browser.keys(&format!("wrong{ENTER}"));
    browser.wait("document.getElementById('wrong') !== null");
    browser.keys("/");
    browser.keys(&format!("sk_one{ENTER}"));
    browser.wait("location.pathname + location.search === '/playground?example=doubt' && document.querySelector('.source') !== null");
    assert_eq!(browser.text("document.cookie"), "");
    browser.go(&format!("{}/login", server.url));
    browser.click("main button");
    browser.wait("document.getElementById('key') !== null");
    browser.go(&server.url);
    assert_eq!(browser.value("document.getElementById('key') !== null"), json!(true));
    assert_untouched(&browser, "the door");
}

#[test]
fn pictures_of_every_page() {
    if std::env::var_os("TURNWISE_SCREENSHOTS").is_none() {
        return;
    }
    let Some(browser) = watched() else { return };
    let empty = Local::start();
    let (server, id, text) = filled();
    let pages = [
        ("empty", format!("{}/", empty.url)),
        ("list", format!("{}/", server.url)),
        ("none", format!("{}/?q=nothing+like+it&status=active", server.url)),
        ("conversation", format!("{}/conversations/{id}", server.url)),
        ("transcript", format!("{}/conversations/{text}", server.url)),
        ("playground", format!("{}/playground", server.url)),
        ("doubt", format!("{}/playground?example=doubt", server.url)),
        ("missing", format!("{}/nowhere", server.url)),
    ];
    for (scheme, width, height) in
        [("light", 1280, 800), ("dark", 1280, 800), ("light", 390, 844), ("dark", 390, 844)]
    {
        browser.scheme(scheme);
        browser.size(width, height);
        for (name, url) in &pages {
            browser.go(url);
            browser.picture(&format!("{name}-{scheme}-{width}"));
            if name == &"conversation" || name == &"transcript" {
                browser.value(
                    "document.querySelectorAll('details').forEach((details) => { details.open = true; })",
                );
                browser.picture(&format!("{name}-open-{scheme}-{width}"));
            }
        }
    }
}
