use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A line of the file.
#[derive(Deserialize)]
pub struct Document {
    pub name: String,
    /// The full name of its message.
    pub schema: String,
    pub json: String,
    /// The result of Node, in Base64.
    binary: String,
}

impl Document {
    pub fn binary(&self) -> Result<Vec<u8>, base64::DecodeError> {
        STANDARD.decode(&self.binary)
    }
}

pub fn read(file: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    BufReader::new(File::open(file)?)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}
