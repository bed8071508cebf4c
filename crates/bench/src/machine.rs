//! What the kernel says: bytes written, flushes, memory, processor time.

use std::{fs, os::unix::fs::MetadataExt, path::Path, time::Duration};

/// Counters of the disk that holds the data, and of one process. Differences of two readings are printed beside rates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counters {
    /// KiB this process gave to the page cache to be written.
    pub process_kib: f64,
    /// KiB the device took, whoever wrote them.
    pub device_kib: f64,
    /// Cache flushes the device acknowledged.
    pub flushes: f64,
    /// Processor time of the process, in seconds.
    pub processor: f64,
}

/// Where counters are read from.
#[derive(Debug, Clone)]
pub struct Meter {
    process: String,
    device: (u64, u64),
}

impl Meter {
    /// Of this process.
    pub fn of_self(data: &Path) -> Meter {
        Meter {
            process: "self".to_owned(),
            device: device_of(data),
        }
    }

    pub fn of_process(id: u32, data: &Path) -> Meter {
        Meter {
            process: id.to_string(),
            device: device_of(data),
        }
    }

    pub fn read(&self) -> Counters {
        let (device_kib, flushes) = disk(self.device).unwrap_or((f64::NAN, f64::NAN));
        let process_kib = written_kib(&self.process).unwrap_or(f64::NAN);
        Counters {
            process_kib,
            device_kib,
            flushes,
            processor: processor_time(&self.process).as_secs_f64(),
        }
    }
}

impl Counters {
    pub fn since(self, earlier: Counters) -> Counters {
        Counters {
            process_kib: self.process_kib - earlier.process_kib,
            device_kib: self.device_kib - earlier.device_kib,
            flushes: self.flushes - earlier.flushes,
            processor: self.processor - earlier.processor,
        }
    }
}

/// Memory in use, in MiB; 0 where the process is gone.
pub fn memory_mib(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}

/// The most memory this process has had in use since [`forget_the_most`], in MiB.
pub fn most_memory_mib() -> f64 {
    most_memory_mib_of(std::process::id())
}

/// The same of another process.
pub fn most_memory_mib_of(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(f64::NAN, |it| it / 1024.0)
}

/// From here on the most is counted anew.
pub fn forget_the_most() -> std::io::Result<()> {
    fs::write("/proc/self/clear_refs", "5")
}

/// User and system time; the kernel counts hundredths of a second.
fn processor_time(process: &str) -> Duration {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is the program's name in parentheses and may hold blanks.
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn written_kib(process: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/io")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes:"))?;
    Some(line.trim().parse::<f64>().ok()? / 1024.0)
}

fn device_of(path: &Path) -> (u64, u64) {
    let dev = fs::metadata(path).map_or(0, |it| it.dev());
    (
        (dev >> 8) & 0xfff,
        (dev & 0xff) | ((dev >> 12) & 0xfff_ff00),
    )
}

/// KiB written and flushes of a device, from `/proc/diskstats`.
fn disk(device: (u64, u64)) -> Option<(f64, f64)> {
    let text = fs::read_to_string("/proc/diskstats").ok()?;
    text.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |idx: usize| fields.get(idx).and_then(|it| it.parse::<u64>().ok());
        (number(0)? == device.0 && number(1)? == device.1).then_some((
            number(9)? as f64 / 2.0,
            number(18).map_or(f64::NAN, |it| it as f64),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn writing_a_file_durably_is_seen() {
        let mut file = tempfile::tempfile().unwrap();
        let before = written_kib("self").unwrap();
        file.write_all(&vec![7; 1 << 20]).unwrap();
        file.sync_all().unwrap();
        // A temporary file in memory is not written to a disk at all.
        let written = written_kib("self").unwrap() - before;
        assert!(!(1.0..1024.0).contains(&written), "{written}");
        assert!(memory_mib(std::process::id()) > 1.0);
    }
}
