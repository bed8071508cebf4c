//! A PostgreSQL of a test's own, for tests that stop it or want it otherwise configured.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

pub struct Cluster {
    folder: TempDir,
    pub port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster that trusts everyone on the loopback, with more lines for its settings.
    pub fn create(settings: &str) -> Cluster {
        let folder = tempfile::Builder::new()
            .prefix("store-cluster")
            .tempdir_in("/tmp")
            .unwrap();
        own(folder.path());
        let data = folder.path().join("data");
        let made = as_owner(&program("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .args([
                "--username",
                "leadline",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--no-sync",
            ])
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let config = data.join("postgresql.conf");
        let own_settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
             fsync = off\nlogging_collector = off\nlc_messages = 'C'\n{settings}\n"
        );
        let text = fs::read_to_string(&config).unwrap() + &own_settings;
        fs::write(&config, text).unwrap();
        Cluster {
            folder,
            port,
            server: None,
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file that only the server may read into its folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        fs::write(&path, text).unwrap();
        own(&path);
        Command::new("chmod")
            .arg("600")
            .arg(&path)
            .status()
            .unwrap();
    }

    /// Starts the server and waits until it says that it is ready. It ends with the thread that calls this.
    pub fn start(&mut self) {
        let mut server = as_owner(&program("postgres"))
            .arg("-D")
            .arg(self.data())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
        let mut said = String::new();
        loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("the server did not start:\n{said}"))
                .unwrap();
            if line.contains("ready to accept connections") {
                break;
            }
            said = said + &line + "\n";
        }
        // It must not be held up by a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        self.server = Some(server);
    }

    /// Ends every connection and stops.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        Command::new("kill")
            .args(["-INT", &server.id().to_string()])
            .status()
            .unwrap();
        server.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

fn program(name: &str) -> PathBuf {
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured = configured.map(|it| PathBuf::from(String::from_utf8_lossy(&it.stdout).trim()));
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|it| {
            it.filter_map(Result::ok)
                .map(|it| it.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = configured
        .into_iter()
        .chain(debian.into_iter().rev())
        .chain(std::env::split_paths(&path));
    folders
        .map(|it| it.join(name))
        .find(|it| it.exists())
        .unwrap_or_else(|| panic!("no program {name} of PostgreSQL here"))
}

/// The server refuses to run as root; it then runs as `postgres`, or `nobody` where there is no such user.
fn owner() -> Option<&'static str> {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    Some(if users.lines().any(|it| it.starts_with("postgres:")) {
        "postgres"
    } else {
        "nobody"
    })
}

fn own(path: &Path) {
    if let Some(owner) = owner() {
        assert!(
            Command::new("chown")
                .arg(owner)
                .arg(path)
                .status()
                .unwrap()
                .success()
        );
    }
}

fn as_owner(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if let Some(owner) = owner() {
        command.args(["--reuid", owner, "--clear-groups"]);
    }
    command
        .args(["--pdeathsig", "INT"])
        .arg(program)
        .current_dir("/");
    command
}
