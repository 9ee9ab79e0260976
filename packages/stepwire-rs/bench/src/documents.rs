use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A line of the file.
#[derive(Deserialize)]
pub struct Document {
    set: String,
    /// The full name of its message.
    schema: String,
    pub json: String,
    /// The result of Node, in Base64.
    binary: String,
}

impl Document {
    pub fn binary(&self) -> Result<Vec<u8>, base64::DecodeError> {
        STANDARD.decode(&self.binary)
    }
}

/// Documents of one message, which are measured together.
pub struct Set {
    pub name: String,
    pub schema: String,
    pub documents: Vec<Document>,
}

/// Reads a file in which the documents of a set follow one another.
pub fn read(file: &str) -> Result<Vec<Set>, Box<dyn Error>> {
    let mut sets: Vec<Set> = Vec::new();
    for line in BufReader::new(File::open(file)?).lines() {
        let document: Document = serde_json::from_str(&line?)?;
        match sets.last_mut() {
            Some(set) if set.name == document.set => set.documents.push(document),
            _ => sets.push(Set {
                name: document.set.clone(),
                schema: document.schema.clone(),
                documents: vec![document],
            }),
        }
    }
    Ok(sets)
}
