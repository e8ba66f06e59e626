//! A folder of this machine goes into an account of documents, and comes back the same.
//! `cargo run --example files`, or `-- FOLDER`

use std::error::Error;
use std::fs;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};

use ce_blocking::calls::Files;
use ce_blocking::model::AuthenticationScheme;
use ce_blocking::{Client, Config, ConnectRequest, Credentials};
use ce_sandbox::Sandbox;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

/// Uploads a folder into an account of documents, in a sandbox; lists, downloads and compares it
#[derive(Parser)]
struct Options {
    /// The folder [default: the source of the example `connect`]
    folder: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("connect");
    let folder = Options::parse().folder.unwrap_or_else(own);

    // A stand-in for the platform. In a real application: its URL, and your secrets from its console.
    let sandbox = Sandbox::builder().max_body_bytes(17 << 20).start()?;
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let config = Config::new(sandbox.base_url(), credentials)?;
    // A body is whole in memory.
    let max = config.limits().max_body_bytes;
    let client = Client::new(config)?;
    let connect = ConnectRequest::new("amazons3")
        .authentication(AuthenticationScheme::Custom)
        .configuration("filemanagement.provider.access_key", "from the provider")
        .configuration("filemanagement.provider.secret_key", "from the provider")
        .configuration("filemanagement.provider.bucket_name", "photos")
        .name("Ann's files");
    let instance = client.provision(&connect)?;
    let files = Files::through(&instance.token).of_instance(instance.id);

    let found = found(&folder)?;
    let progress = progress(&found);
    for (path, local) in &found {
        progress.set_message(path.clone());
        let content = fs::read(local)?;
        if content.len() > max {
            let local = local.display();
            return Err(format!("{local} is larger than a body may be: {max} bytes").into());
        }
        progress.inc(content.len() as u64);
        // It is sent once. After an unknown outcome, list the folder before sending it again.
        client.send(files.upload(path, "application/octet-stream", content))?;
    }
    progress.finish_and_clear();

    let mut folders = vec!["/".to_owned()];
    let mut listed = 0;
    while let Some(folder) = folders.pop() {
        for entry in client.list(files.list(&*folder)) {
            let entry = entry?;
            let path = entry.path.ok_or("an entry without a path")?;
            if entry.directory == Some(true) {
                folders.push(path);
                continue;
            }
            listed += 1;
            writeln!(stdout(), "{:>10} {path}", entry.size.unwrap_or_default())?;
        }
    }

    for (path, local) in &found {
        // A download that ends early is an error.
        let download = client.send(files.download(&**path))?;
        if download.bytes != fs::read(local)? {
            return Err(format!("{path} is another than {}", local.display()).into());
        }
    }
    let n = found.len();
    writeln!(stdout(), "uploaded {n}, listed {listed}, the same {n}")?;
    Ok(())
}

/// The files in a folder and below: each with its path there, and where it is here.
fn found(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).map_err(|e| format!("{}: {e}", next.display()))?;
        for entry in entries {
            let entry = entry?;
            // A link could lead out of the folder, or into a circle.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let mut path = String::new();
                for name in entry.path().strip_prefix(folder)? {
                    let name = name.to_str().ok_or("a name that is not UTF-8")?;
                    path.push('/');
                    path.push_str(name);
                }
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A bar on standard error, where that is a terminal.
fn progress(found: &[(String, PathBuf)]) -> ProgressBar {
    let sizes = found.iter().flat_map(|(_, local)| fs::metadata(local));
    let style = ProgressStyle::with_template("{bar:20} {bytes}/{total_bytes} {msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(sizes.map(|it| it.len()).sum()).with_style(style)
}
