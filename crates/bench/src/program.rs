//! The programs under test as they are shipped: built for release, started as processes of their own.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    frame::Outcome,
    http::Client,
    machine::{self, Meter},
};

/// A running server; dropping it ends it at once.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process until its first 200.
    pub started_in: Duration,
}

/// Builds what the benchmarks start, beside the program that is running now.
pub fn build() -> Outcome<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "build", "--quiet", "--bins", "-p", "leadline", "-p", "bench",
    ]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    if command.status()?.success() {
        Ok(())
    } else {
        Err("the programs to measure do not build".into())
    }
}

/// Where `cargo` put the programs: `target/release`.
pub fn folder() -> Outcome<PathBuf> {
    Ok(env::current_exe()?
        .parent()
        .ok_or("the program has no folder")?
        .to_owned())
}

/// Runs `leadline` with these arguments and answers what it printed.
pub fn leadline(url: &str, dir: &Path, arguments: &[&str]) -> Outcome<String> {
    let output = command("leadline", url, dir)?
        .args(arguments)
        .stdout(Stdio::piped())
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("leadline {}: {text}", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Starts `leadline serve` on a free port, with its defaults but for the limits on requests per second.
pub fn serve(url: &str, dir: &Path) -> Outcome<Program> {
    let address = free_address()?;
    let mut command = command("leadline", url, dir)?;
    command
        .arg("serve")
        .env("LEADLINE_SERVER_LISTEN", address.to_string());
    start(command, address, "/readyz")
}

/// Starts the bare server: the same web framework and the same SQLite, one route, nothing else.
pub fn bare(file: &Path, dir: &Path) -> Outcome<Program> {
    let address = free_address()?;
    let mut command = Command::new(folder()?.join("bare"));
    command
        .args([address.to_string().as_ref(), file.as_os_str()])
        .current_dir(dir);
    command.stdout(Stdio::null()).stderr(log(dir, "bare")?);
    start(command, address, "/")
}

impl Program {
    pub fn memory_mib(&self) -> f64 {
        machine::memory_mib(self.child.id())
    }

    /// The most it has had in use so far.
    pub fn most_memory_mib(&self) -> f64 {
        machine::most_memory_mib_of(self.child.id())
    }

    pub fn meter(&self, data: &Path) -> Meter {
        Meter::of_process(self.child.id(), data)
    }

    /// Asks the program to stop and waits until it has.
    pub fn stop(mut self) -> Outcome<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the program ended with {status}").into())
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already where `stop` was called.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn command(name: &str, url: &str, dir: &Path) -> Outcome<Command> {
    let mut command = Command::new(folder()?.join(name));
    command
        .current_dir(dir)
        .env("LEADLINE_DATABASE_URL", url)
        .env("LEADLINE_SECURITY_KEY_FILE", dir.join("bench.key"))
        .env("LEADLINE_SECURITY_REQUESTS_PER_SECOND", "1000000")
        .env("LEADLINE_SECURITY_REQUEST_BURST", "1000000")
        .stdout(Stdio::null())
        .stderr(log(dir, name)?);
    Ok(command)
}

fn log(dir: &Path, name: &str) -> Outcome<fs::File> {
    Ok(fs::File::create(dir.join(format!("{name}.log")))?)
}

fn start(mut command: Command, address: SocketAddr, path: &str) -> Outcome<Program> {
    let begun = Instant::now();
    let child = command.spawn()?;
    let mut program = Program {
        child,
        address,
        started_in: Duration::ZERO,
    };
    loop {
        if let Ok(mut client) = Client::connect(address, None) {
            let request = client.prepare("GET", path, None);
            if client
                .send(&request)
                .is_ok_and(|answer| answer.status == 200)
            {
                program.started_in = begun.elapsed();
                return Ok(program);
            }
        }
        if let Some(status) = program.child.try_wait()? {
            return Err(
                format!("the program ended with {status} before it answered; see its log").into(),
            );
        }
        if begun.elapsed() > Duration::from_mins(1) {
            return Err("the program does not answer".into());
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
