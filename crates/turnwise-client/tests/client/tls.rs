//! Certificates: Mozilla's roots are trusted, others when the settings say so.

use std::{
    io::Write,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use turnwise_client::{Config, Error, Outcome, RetryPolicy, Status, blocking};

use crate::{
    raw::{CREATED, json, read},
    shell::{config, new, shells},
};

/// A server with a certificate of its own; gives its address and the certificate as PEM.
fn server(came: Arc<Mutex<Vec<String>>>) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let server = Arc::new(server);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/api/v1", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(server.clone()).unwrap(), stream);
            let Some(request) = read(&mut stream) else { continue };
            came.lock().unwrap().push(request.line);
            // A caller that has gone away has had what it wanted.
            _ = stream.write_all(&json(200, "", CREATED));
            stream.conn.send_close_notify();
            _ = stream.flush();
        }
    });
    (url, made.cert.pem())
}

#[test]
fn a_root_of_one_s_own_is_trusted_when_named() {
    let came = Arc::<Mutex<Vec<String>>>::default();
    let (url, pem) = server(came.clone());
    let mut settings = config(&url);
    settings.retry = RetryPolicy::none();
    for client in shells(&settings) {
        let error = client.create(&new("Hi", Status::Active)).unwrap_err();
        assert!(matches!(&error, Error::Connect(_)), "{}: {error:?}", client.name());
        assert_eq!(error.outcome(), Outcome::NotApplied);
    }
    assert!(came.lock().unwrap().is_empty());

    settings.roots = vec![pem];
    for client in shells(&settings) {
        let created = client.create(&new("Hi", Status::Active)).unwrap();
        assert_eq!(created.id, "conv_1", "{}", client.name());
    }
    assert_eq!(came.lock().unwrap().len(), 2);
}

#[test]
fn roots_that_are_none_are_refused_at_once() {
    for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        let mut settings = Config::new("sk_test_1");
        settings.roots = vec![pem.into()];
        assert!(matches!(blocking::Client::new(settings), Err(Error::Invalid(_))), "{pem}");
    }
}
