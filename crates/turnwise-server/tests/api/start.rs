//! What a server does not start with.

use rusqlite::Connection;
use std::{fs, net::SocketAddr};
use turnwise_server::{Options, Server, StartError};

fn options(data: &std::path::Path) -> Options {
    let mut options = Options::new(data);
    options.addr = SocketAddr::from(([127, 0, 0, 1], 0));
    options
}

#[tokio::test]
async fn data_of_a_newer_version() {
    let data = tempfile::tempdir().unwrap();
    let db = Connection::open(data.path().join("turnwise.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let error = Server::bind(options(data.path())).await.err().unwrap();
    assert!(matches!(error, StartError::Data(_)), "{error}");
    assert!(error.to_string().contains("99"), "{error}");
}

#[tokio::test]
async fn data_that_is_no_database_or_no_folder() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    fs::write(&file, "text").unwrap();
    assert!(matches!(Server::bind(options(&file)).await.err().unwrap(), StartError::Data(_)));
    fs::write(data.path().join("turnwise.db"), "this is no database, and long enough to be none").unwrap();
    assert!(matches!(Server::bind(options(data.path())).await.err().unwrap(), StartError::Data(_)));
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("a/b");
    drop(Server::bind(options(&folder)).await.unwrap());
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}
