//! Gets programs into a folder of their own, and tells how they are run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Outcome, programs::Source};

/// A program that can be run.
pub(crate) struct Call {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, PathBuf)>,
    pub(crate) version: String,
}

impl Call {
    pub(crate) fn new<'a>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = &'a &'a str>,
        version: impl Into<String>,
    ) -> Self {
        let arguments = arguments.into_iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: program.into(), arguments, environment: Vec::new(), version: version.into() }
    }
}

/// The folder that programs and inputs are kept in.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
}

impl Folder {
    pub(crate) fn open(path: PathBuf) -> Outcome<Self> {
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }

    /// The path of a file that holds this.
    pub(crate) fn file(&self, name: &str, text: &str) -> Outcome<String> {
        let path = self.path.join(name);
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    /// How a program is run on `input`; it is installed if need be.
    pub(crate) fn get(&self, name: &str, source: &Source, input: &str) -> Outcome<Call> {
        match source {
            Source::Here(words) => {
                let (program, arguments) = words.split_first().ok_or("nothing to run")?;
                Ok(Call::new(*program, arguments.iter().chain([&input]), version_of(Path::new(program))?))
            }
            Source::Python { packages, script } => self.python(packages, &["-c", script, input]),
            Source::Node { packages, script } => self.node(packages, &["-e", script, input]),
            Source::Crate { name, version, arguments } => {
                let spec = format!("{name}@{version}");
                self.cargo(&["install", "--locked", "--root", ".", &spec])?;
                let program = self.path.join("bin").join(name);
                Ok(Call::new(program, arguments.iter().chain([&input]), *version))
            }
            Source::Rust { dependency, version, main } => {
                let package = self.path.join(name);
                let manifest = package.join("Cargo.toml").display().to_string();
                fs::create_dir_all(package.join("src"))?;
                fs::write(&manifest, around(dependency, version))?;
                fs::write(package.join("src/main.rs"), main)?;
                self.cargo(&["build", "--release", "--manifest-path", &manifest])?;
                Ok(Call::new(self.path.join("build/release/peer"), [&input], *version))
            }
        }
    }

    /// An environment of its own for the packages; plain Python where there are none.
    fn python(&self, packages: &[&str], arguments: &[&str]) -> Outcome<Call> {
        let [first, ..] = packages else {
            return Ok(Call::new("python3", arguments, version_of(Path::new("python3"))?));
        };
        let (package, version) = first.split_once("==").ok_or("no version")?;
        let place = self.path.join("python").join(package);
        let python = place.join("bin/python");
        if !python.exists() {
            self.run(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
        }
        let pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
        self.run(Command::new(&python).args(pip).args(packages))?;
        Ok(Call::new(python, arguments, version))
    }

    /// A folder of modules for the packages; plain Node where there are none.
    fn node(&self, packages: &[&str], arguments: &[&str]) -> Outcome<Call> {
        let Some((_, version)) = packages.first().and_then(|first| first.rsplit_once('@')) else {
            return Ok(Call::new("node", arguments, version_of(Path::new("node"))?));
        };
        self.run(
            Command::new("npm").args(["install", "--silent", "--no-fund", "--prefix", "."]).args(packages),
        )?;
        let mut call = Call::new("node", arguments, version);
        call.environment.push(("NODE_PATH", self.path.join("node_modules")));
        Ok(call)
    }

    /// Runs cargo, which builds in the folder as well.
    fn cargo(&self, arguments: &[&str]) -> Outcome<()> {
        let target = self.path.join("build");
        self.run(Command::new(env!("CARGO")).args(arguments).env("CARGO_TARGET_DIR", target))
    }

    /// Runs a command in the folder; what it says goes to standard error.
    fn run(&self, command: &mut Command) -> Outcome<()> {
        let status = command.current_dir(&self.path).stdout(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
    }
}

/// A package that is a program around one library, and no part of this workspace.
fn around(dependency: &str, version: &str) -> String {
    format!(
        "[package]\nname = \"peer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependency} = \"={version}\"\n\n[profile.release]\nlto = \"thin\"\ncodegen-units = 1\n\n\
         [workspace]\n"
    )
}

/// What a program says of its version, which must be on this machine.
fn version_of(program: &Path) -> Outcome<String> {
    let said = Command::new(program).arg("--version").output()?;
    let said = String::from_utf8_lossy(&said.stdout);
    let words = said.trim().rsplit([' ', '-']).next().unwrap_or_default();
    Ok(words.trim_start_matches('v').to_owned())
}
