//! Reads messages and writes them again: through a message of prost, to JSON and back.
//! `packages/conformance/test/languages` runs one such program of each language behind the
//! other. A line is the full name of a message, a blank and the message in hexadecimal.

#[macro_use]
#[path = "../tests/support/messages.rs"]
mod messages;

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write as _};

use prost::{Message, Name};
use stepwire::{Mode, Options, Transcoder};

type Rewrite = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, Box<dyn Error>>>;

fn rewriting<M: Message + Name + Default + 'static>() -> Result<Rewrite, stepwire::Error> {
    let transcoder = Transcoder::<M>::with_options(Options {
        mode: Mode::Archive,
        max_depth: 1000,
        ..Options::default()
    })?;
    Ok(Box::new(move |binary| {
        let json = transcoder.stringify(&M::decode(binary)?)?;
        Ok(transcoder.to_binary(json)?)
    }))
}

fn rewriting_by_name(name: &str) -> Result<Rewrite, Box<dyn Error>> {
    macro_rules! by_name {
        ($($name:literal => $message:path),*) => {
            match name {
                $($name => Ok(rewriting::<$message>()?),)*
                other => Err(format!("no message {other}").into()),
            }
        };
    }
    with_messages!(by_name)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rewritings = HashMap::new();
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (name, text) = line.split_once(' ').ok_or("a line without a blank")?;
        if !rewritings.contains_key(name) {
            rewritings.insert(name.to_owned(), rewriting_by_name(name)?);
        }
        let binary: Result<Vec<u8>, _> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16))
            .collect();
        let mut again = String::new();
        for byte in rewritings[name](&binary?)? {
            write!(again, "{byte:02x}")?;
        }
        writeln!(output, "{name} {again}")?;
    }
    output.flush()?;
    Ok(())
}
