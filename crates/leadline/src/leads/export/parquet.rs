//! Parquet: a typed column each, in groups of rows that are let go of when they are full.

mod column;

use std::{mem, sync::Arc};

use parquet::{
    basic::Compression,
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::{Type, TypePtr},
};

use self::column::Buffer;
use super::{asked::Names, shown::Shown};
use crate::{
    base::{Error, Result},
    leads::LeadView,
};

pub struct Parquet {
    writer: SerializedFileWriter<Vec<u8>>,
    buffers: Vec<Buffer>,
    rows: usize,
    /// About what the buffers hold.
    bytes: usize,
}

/// What makes a group full. So much is in memory at a time, and who reads the file reads a group at once.
const MOST_ROWS: usize = 20_000;
const MOST_BYTES: usize = 8 << 20;

impl Parquet {
    pub fn begin(shown: &Shown, names: Names) -> Result<Parquet> {
        let buffers: Vec<Buffer> = shown.columns.iter().map(Buffer::of).collect();
        let fields = shown.header(names).zip(&buffers);
        let fields: Vec<TypePtr> = fields
            .map(|(name, buffer)| buffer.field(name).map(Arc::new))
            .collect::<Result<_, _>>()
            .map_err(|err| failure(&err))?;
        let schema = Type::group_type_builder("leads").with_fields(fields);
        let schema = schema.build().map_err(|err| failure(&err))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("leadline".to_owned())
            .build();
        let writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties));
        Ok(Parquet {
            writer: writer.map_err(|err| failure(&err))?,
            buffers,
            rows: 0,
            bytes: 0,
        })
    }

    pub fn row(&mut self, shown: &Shown, lead: &LeadView<'_>) {
        let mut buffers = self.buffers.iter_mut();
        shown.each(lead, |_, cell| {
            if let Some(buffer) = buffers.next() {
                self.bytes += buffer.push(&cell);
            }
        });
        self.rows += 1;
    }

    /// What can go out by now. Takes a while when a group is full.
    pub fn take(&mut self) -> Result<Vec<u8>> {
        if self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES {
            self.group().map_err(|err| failure(&err))?;
        }
        Ok(mem::take(self.writer.inner_mut()))
    }

    /// The rest, and where everything stands.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        if self.rows > 0 {
            self.group().map_err(|err| failure(&err))?;
        }
        self.writer.into_inner().map_err(|err| failure(&err))
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for buffer in &mut self.buffers {
            if let Some(mut column) = group.next_column()? {
                buffer.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn failure(err: &ParquetError) -> Error {
    Error::Internal(format!("the file cannot be written: {err}"))
}
