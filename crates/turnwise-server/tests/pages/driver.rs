//! A real Chromium, driven through chromedriver (W3C WebDriver over HTTP).

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// One browser at a time: the machine has other things to do.
static ONE: Mutex<()> = Mutex::new(());

pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: tempfile::TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts one; none where chromedriver is not installed, unless `TURNWISE_BROWSER` demands it.
    pub(crate) fn start() -> Option<Self> {
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = match driver {
            Ok(driver) => driver,
            Err(error) if std::env::var_os("TURNWISE_BROWSER").is_some() => panic!("chromedriver: {error}"),
            Err(_) => {
                eprintln!("chromedriver is not installed: nothing is tested in a browser");
                return None;
            }
        };
        let output = BufReader::new(driver.stdout.take().expect("its output"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("successfully on port ")?.1;
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(180))).build().into();
        let profile = tempfile::tempdir().expect("a folder");
        let base = format!("http://127.0.0.1:{}", port.expect("the port that chromedriver names"));
        let mut browser = Self { driver, session: base, agent, _profile: profile, _one: one };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
        ];
        let mut arguments: Vec<_> = arguments.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", browser._profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "unhandledPromptBehavior": "ignore",
        }}});
        let session = browser.call("/session", &wanted);
        browser.session =
            format!("{}/session/{}", browser.session, session["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    fn call(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.session)).content_type("application/json");
        let answer = request.send(body.to_string()).and_then(|mut answer| answer.body_mut().read_to_string());
        let mut answer: Value =
            serde_json::from_str(&answer.expect("an answer of chromedriver")).expect("JSON");
        assert!(answer["value"]["error"].is_null(), "{path}: {}", answer["value"]["message"]);
        answer["value"].take()
    }

    pub(crate) fn go(&self, url: &str) {
        self.call("/url", &json!({"url": url}));
    }

    /// The value of a JavaScript expression in the page.
    pub(crate) fn value(&self, expression: &str) -> Value {
        self.call("/execute/sync", &json!({"script": format!("return ({expression})"), "args": []}))
    }

    pub(crate) fn text(&self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != json!(true) {
            assert!(start.elapsed() < Duration::from_secs(60), "never true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types; control keys are those of WebDriver, such as `\u{E004}` for Tab.
    pub(crate) fn keys(&self, keys: &str) {
        let actions: Vec<_> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()})))
            .collect();
        self.call("/actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.call("/element", &json!({"using": "css selector", "value": selector}));
        let id = element.as_object().and_then(|element| element.values().next()).and_then(Value::as_str);
        self.call(&format!("/element/{}/click", id.expect("an element")), &json!({}));
    }

    /// A command of Chromium's own protocol.
    pub(crate) fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.call("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// The size of a phone, or of anything else.
    pub(crate) fn size(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 1000});
        self.cdp("Emulation.setDeviceMetricsOverride", size);
    }

    pub(crate) fn scheme(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", features);
    }

    /// Keeps a picture of the whole page in the folder that `TURNWISE_SCREENSHOTS` names.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("TURNWISE_SCREENSHOTS") else { return };
        let shot = self.cdp("Page.captureScreenshot", json!({"captureBeyondViewport": true}));
        let file = std::path::Path::new(&folder).join(format!("{name}.png.base64"));
        std::fs::write(file, shot["data"].as_str().unwrap_or_default()).expect("a folder for pictures");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium; without it only chromedriver would.
        drop(self.agent.delete(&self.session).call());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}
