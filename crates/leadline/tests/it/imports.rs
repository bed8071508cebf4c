//! Imports: files of every kind come in, are planned, checked and run, and what became of each row adds up.

mod command;
mod crash;
mod fixtures;
mod memory;
mod rows;
mod running;
mod sets;
mod torture;
mod wizard;
mod workbook;
