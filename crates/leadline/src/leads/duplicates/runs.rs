//! Sorting more keys than memory holds: they are gathered, sorted and put into files that have no name, and read back
//! merged. The files are gone with the process, whatever ends it, and hold keyed hashes and ids, nothing of a person.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{BufReader, BufWriter, Read, Result, Seek, Write},
};

use uuid::Uuid;

/// A key's hash, and a lead that carries it.
pub type Entry = (i64, Uuid);

/// Entries held in memory: five million bytes or so.
const HELD: usize = 200_000;

const SIZE: usize = 24;

/// What is to be sorted.
pub struct Runs {
    held: Vec<Entry>,
    most: usize,
    files: Vec<File>,
}

/// The entries in their order.
pub struct Merged {
    runs: Vec<BufReader<File>>,
    held: std::vec::IntoIter<Entry>,
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
}

impl Runs {
    pub fn new() -> Runs {
        Runs::holding(HELD)
    }

    fn holding(most: usize) -> Runs {
        Runs {
            held: Vec::new(),
            most,
            files: Vec::new(),
        }
    }

    pub fn add(&mut self, entry: Entry) -> Result<()> {
        self.held.push(entry);
        if self.held.len() >= self.most {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        self.held.sort_unstable();
        let mut out = BufWriter::new(tempfile::tempfile()?);
        for (hash, lead) in self.held.drain(..) {
            out.write_all(&hash.to_be_bytes())?;
            out.write_all(lead.as_bytes())?;
        }
        let mut file = out
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.files.push(file);
        Ok(())
    }

    pub fn sorted(mut self) -> Result<Merged> {
        self.held.sort_unstable();
        let mut merged = Merged {
            runs: self.files.into_iter().map(BufReader::new).collect(),
            held: self.held.into_iter(),
            heads: BinaryHeap::new(),
        };
        for run in 0..=merged.runs.len() {
            merged.pull(run)?;
        }
        Ok(merged)
    }
}

impl Merged {
    pub fn next(&mut self) -> Result<Option<Entry>> {
        let Some(Reverse((entry, run))) = self.heads.pop() else {
            return Ok(None);
        };
        self.pull(run)?;
        Ok(Some(entry))
    }

    /// Those behind the last file are what memory still held.
    fn pull(&mut self, run: usize) -> Result<()> {
        let entry = match self.runs.get_mut(run) {
            Some(file) => read(file)?,
            None => self.held.next(),
        };
        self.heads.extend(entry.map(|it| Reverse((it, run))));
        Ok(())
    }
}

fn read(file: &mut BufReader<File>) -> Result<Option<Entry>> {
    let mut bytes = [0; SIZE];
    match file.read_exact(&mut bytes) {
        Ok(()) => {}
        Err(err) if err.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(err) => return Err(err),
    }
    let (mut hash, mut lead) = ([0; 8], [0; 16]);
    hash.copy_from_slice(&bytes[..8]);
    lead.copy_from_slice(&bytes[8..]);
    Ok(Some((i64::from_be_bytes(hash), Uuid::from_bytes(lead))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_order_however_many_files_it_takes() {
        for (count, most) in [(0_i64, 4), (3, 4), (4, 4), (1_000, 7), (1_000, 1_000)] {
            let mut runs = Runs::holding(most);
            let mut expected = Vec::new();
            for number in 0..count {
                let hash: i64 = (number * 7_919) % 101 - 50;
                let entry = (hash, Uuid::from_u128(u128::from(number.unsigned_abs())));
                expected.push(entry);
                runs.add(entry).unwrap();
            }
            expected.sort_unstable();
            let mut merged = runs.sorted().unwrap();
            let mut found = Vec::new();
            while let Some(entry) = merged.next().unwrap() {
                found.push(entry);
            }
            assert_eq!(found, expected, "{count} by {most}");
        }
    }
}
