//! The real program as a child process, for what cannot be seen from within: `kill -9`, a restart, a full disk.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use leadline::base::config::Config;

/// One installation. Its database and settings stay the same from start to start.
pub struct Site {
    pub config: Config,
}

/// A server that runs.
pub struct Server {
    child: Child,
    pub url: String,
    // Held open: a server that cannot print would end.
    _printed: Lines<BufReader<ChildStdout>>,
}

impl Site {
    pub fn new(config: Config) -> Site {
        Site { config }
    }

    /// A workspace, and a key that may do everything in it.
    pub fn set_up(&self) -> String {
        let person = ["--name", "Ada", "--email", "ada@example.org"];
        self.run(
            &[
                [
                    "user",
                    "add",
                    "--workspace",
                    "Acme",
                    "--role",
                    "super-admin",
                ]
                .as_slice(),
                &person,
            ]
            .concat(),
        );
        self.run(&["key", "add", "--workspace", "Acme", "--role", "super-admin"])
            .trim()
            .to_owned()
    }

    /// Runs a command to its end and gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "leadline {arguments:?} failed:\n{printed}\n{complained}"
        );
        printed
    }

    /// Runs a command to its end and gives its exit code and all that it said.
    pub fn try_run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command().args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    pub fn serve(&self) -> Server {
        let mut command = self.command();
        command.arg("serve");
        Server::start(command)
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadline"));
        self.apply(&mut command);
        command
    }

    /// Gives a command this site's settings.
    pub fn apply(&self, command: &mut Command) {
        let key = self
            .config
            .security
            .secret_key
            .as_ref()
            .expect("tests have a fixed key");
        command
            .env("LEADLINE_DATABASE_URL", &self.config.database.url)
            .env("LEADLINE_DATABASE_CONNECTIONS", "4")
            .env("LEADLINE_SECURITY_SECRET_KEY", key.expose())
            .env("LEADLINE_SECURITY_REQUESTS_PER_SECOND", "0")
            .env("LEADLINE_SERVER_LISTEN", "127.0.0.1:0")
            .env("LEADLINE_JOBS_LEASE_S", "2")
            .env("LEADLINE_LOG_LEVEL", "warn")
            .stdin(Stdio::null());
    }
}

impl Server {
    /// Starts the command and waits until it says where it listens.
    pub fn start(mut command: Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = printed
            .next()
            .expect("the server ended before it listened")
            .unwrap();
        let url = first
            .split_whitespace()
            .last()
            .unwrap_or_default()
            .to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{first}");
        Server {
            child,
            url,
            _printed: printed,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
        for _ in 0..600 {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "the server ended with {status}");
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the server did not stop within 30 s");
    }
}

impl Drop for Server {
    /// Only a test that failed leaves a server behind.
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|it| it.is_none()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
