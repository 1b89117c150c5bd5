//! Writes what each target starts from to `FOLDER/TARGET`: `cargo run --example seeds -- FOLDER`.

use std::{env, fs, io, path::Path};

use turnwise_fuzz::{OTHERS, TARGETS, seeds::seeds};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1) else {
        return Err(io::Error::other("which folder?"));
    };
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    for target in TARGETS.iter().map(|(name, _)| name).chain(OTHERS) {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in seeds(&testdata, target) {
            fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(())
}
