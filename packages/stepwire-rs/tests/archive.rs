//! Archives: the vectors of all languages, and what they do not have.

mod support;

use std::fs;
use std::io::{self, Read, Write};

use serde_json::{Value, json};
use stepwire::archive::{
    ArchiveError, ArchiveErrorCode, ArchiveGap, ArchiveOptions, ArchiveReader, ArchiveWriter,
    ArchivedDocument, Compression,
};
use support::{hex_bytes, hex_text, project, size_prefix};

fn cases(file: &str) -> Vec<Value> {
    let path = project()
        .join("packages/conformance/vectors/archives")
        .join(file);
    let content: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    content["cases"].as_array().unwrap().clone()
}

/// An input that returns at most so many bytes at once.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

fn options(case: &Value, recover: bool) -> ArchiveOptions {
    let mut options = ArchiveOptions {
        recover,
        ..ArchiveOptions::default()
    };
    let number = |name: &str| {
        case["options"][name]
            .as_u64()
            .map(|n| usize::try_from(n).unwrap())
    };
    if let Some(size) = number("maxBytes") {
        options.max_document_bytes = size;
    }
    if let Some(size) = number("maxBlockBytes") {
        options.max_block_bytes = size;
    }
    options
}

fn is_readable(case: &Value) -> bool {
    cfg!(feature = "zstd") || !case["name"].as_str().unwrap().contains("zstd")
}

fn lost(code: ArchiveErrorCode, gap: ArchiveGap) -> Value {
    json!({
        "code": code.as_str(),
        "start": gap.start,
        "end": gap.end,
        "first": gap.first_document,
        "last": gap.last_document,
    })
}

#[test]
fn archives_of_the_vectors_are_read() {
    let cases = [
        cases("read.json"),
        cases("delimited.json"),
        cases("written.json"),
    ]
    .concat();
    assert!(cases.len() > 70, "only {} cases", cases.len());
    for case in cases.iter().filter(|case| is_readable(case)) {
        let name = &case["name"];
        let archive = hex_bytes(case["archive"].as_str().unwrap());
        for size in [usize::MAX, 1] {
            let mut reader =
                ArchiveReader::with_options(Pieces(&archive, size), options(case, false));
            let mut documents = Vec::new();
            let mut error = Value::Null;
            for document in &mut reader {
                match document {
                    Ok(ArchivedDocument { number, bytes, .. }) => {
                        documents.push(hex_text(&bytes));
                        assert_eq!(number, documents.len() as u64, "{name}");
                    }
                    Err(ArchiveError::Damaged(damage)) => {
                        assert!(damage.gap.is_none() && !damage.message.is_empty());
                        error = json!({
                            "code": damage.code.as_str(),
                            "offset": damage.offset,
                            "document": damage.document,
                        });
                    }
                    Err(error) => panic!("{name}: {error}"),
                }
            }
            assert!(reader.next().is_none());
            assert_eq!(json!(documents), case["documents"], "{name}");
            assert_eq!(error, case["error"], "{name}");
            if size == usize::MAX && !case["recovered"].is_null() {
                check_recovered(case, &archive);
            }
        }
    }
}

fn check_recovered(case: &Value, archive: &[u8]) {
    let (mut documents, mut gaps) = (Vec::new(), Vec::new());
    for document in ArchiveReader::with_options(archive, options(case, true)) {
        match document {
            Ok(document) => documents.push(json!([document.number, hex_text(&document.bytes)])),
            Err(error) => {
                let damage = error.damage().unwrap();
                gaps.push(lost(damage.code, damage.gap.unwrap()));
            }
        }
    }
    let name = &case["name"];
    assert_eq!(json!(documents), case["recovered"]["documents"], "{name}");
    assert_eq!(json!(gaps), case["recovered"]["lost"], "{name}");
}

#[test]
fn archives_of_the_vectors_are_written() {
    let cases = cases("written.json");
    assert!(cases.len() >= 8, "only {} cases", cases.len());
    for case in cases {
        let name = &case["name"];
        let id = hex_bytes(case["id"].as_str().unwrap()).try_into().unwrap();
        let message = case["type"].as_str().unwrap();
        let mut writer =
            ArchiveWriter::with_id(Vec::new(), message, Compression::None, id).unwrap();
        let mut documents = case["documents"].as_array().unwrap().iter();
        for count in case["blocks"].as_array().unwrap() {
            for document in documents
                .by_ref()
                .take(count.as_u64().unwrap().try_into().unwrap())
            {
                writer.write(hex_bytes(document.as_str().unwrap())).unwrap();
            }
            writer.flush().unwrap();
        }
        assert_eq!(
            hex_text(&writer.finish().unwrap()),
            case["archive"],
            "{name}"
        );
    }
}

/// Documents of many sizes, more than fit into three blocks.
fn documents() -> Vec<Vec<u8>> {
    let mut documents: Vec<_> = (0..3000_usize)
        .map(|number| number.to_string().repeat(number % 500).into_bytes())
        .collect();
    documents.insert(7, vec![b'x'; 3_000_000]);
    documents
}

#[test]
fn a_large_archive_comes_back() {
    let compressions = [
        Compression::None,
        #[cfg(feature = "zstd")]
        Compression::Zstd,
    ];
    let documents = documents();
    for compression in compressions {
        let mut one = ArchiveWriter::with_id(Vec::new(), "a.B", compression, [7; 8]).unwrap();
        for document in &documents {
            one.write(document).unwrap();
        }
        let archive = one.finish().unwrap();
        let mut reader = ArchiveReader::new(archive.as_slice());
        let mut count = 0;
        for (document, expected) in (&mut reader).zip(&documents) {
            assert!(&document.unwrap().bytes == expected);
            count += 1;
        }
        assert_eq!(count, documents.len());
        assert_eq!(reader.message(), Some("a.B"));
    }
}

#[test]
fn size_delimited_documents_become_the_same_blocks() {
    let documents = documents();
    let mut one = ArchiveWriter::with_id(Vec::new(), "", Compression::None, [1; 8]).unwrap();
    let mut many = ArchiveWriter::with_id(Vec::new(), "", Compression::None, [1; 8]).unwrap();
    let mut delimited = Vec::new();
    for document in &documents {
        one.write(document).unwrap();
        delimited.extend(size_prefix(document.len()));
        delimited.extend_from_slice(document);
    }
    many.write_delimited(&delimited).unwrap();
    let (one, many) = (one.finish().unwrap(), many.finish().unwrap());
    let read = |archive: &[u8]| -> Vec<_> {
        ArchiveReader::new(archive)
            .map(|document| document.unwrap().bytes)
            .collect()
    };
    assert!(read(&one) == documents && read(&many) == documents);
    assert!(read(&delimited) == documents);
    let mut broken = ArchiveWriter::new(Vec::new(), "", Compression::None).unwrap();
    let error = broken.write_delimited(&[5, 1]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// An archive of three blocks. A document of the second one is an archive of another type.
fn archive_with_another_inside() -> (Vec<u8>, usize) {
    let write = |message: &str, id: u8, documents: &[&[u8]]| {
        let mut writer =
            ArchiveWriter::with_id(Vec::new(), message, Compression::None, [id; 8]).unwrap();
        for document in documents {
            writer.write(document).unwrap();
            writer.flush().unwrap();
        }
        writer.finish().unwrap()
    };
    let mut inside = write("forged.Type", 9, &[b"forged"]);
    inside.extend([b'.'; 500]);
    let archive = write("a.B", 7, &[b"first", &inside, b"third"]);
    let place = archive
        .windows(inside.len())
        .position(|part| part == inside)
        .unwrap();
    (archive, place)
}

#[test]
fn recovery_does_not_read_the_payload_of_a_damaged_block() {
    let (archive, place) = archive_with_another_inside();
    let mut damaged = archive.clone();
    // In the last document's bytes, so that what is inside is whole.
    damaged[place + 400] ^= 1;
    let default = ArchiveOptions {
        recover: true,
        ..ArchiveOptions::default()
    };
    let small_documents = ArchiveOptions {
        max_document_bytes: 100,
        ..default
    };
    let small_blocks = ArchiveOptions {
        max_block_bytes: 100,
        ..default
    };
    let cases = [
        (&damaged, default, ArchiveErrorCode::Checksum),
        (&archive, small_documents, ArchiveErrorCode::TooLarge),
        (&archive, small_blocks, ArchiveErrorCode::TooLarge),
    ];
    for (input, options, code) in cases {
        for size in [usize::MAX, 1] {
            let mut reader = ArchiveReader::with_options(Pieces(input, size), options);
            let mut documents = Vec::new();
            let mut gaps = Vec::new();
            for document in &mut reader {
                match document {
                    Ok(document) => documents.push((document.number, document.bytes)),
                    Err(error) => {
                        let damage = error.damage().unwrap().clone();
                        assert_eq!(damage.code, code);
                        gaps.push(damage.gap.unwrap());
                    }
                }
            }
            assert_eq!(documents, [(1, b"first".to_vec()), (3, b"third".to_vec())]);
            assert_eq!(gaps.len(), 1);
            assert_eq!(
                (gaps[0].first_document, gaps[0].last_document),
                (2, Some(2))
            );
            assert_eq!(reader.message(), Some("a.B"));
        }
    }
}

#[test]
fn recovery_finds_the_next_block_after_one_that_has_lost_bytes() {
    let (mut archive, place) = archive_with_another_inside();
    // What is inside is damaged as well: nothing else shows where the third block begins.
    archive[place + 1] ^= 1;
    archive.drain(place + 300..place + 310);
    let options = ArchiveOptions {
        recover: true,
        ..ArchiveOptions::default()
    };
    let reader = ArchiveReader::with_options(archive.as_slice(), options);
    let documents: Vec<_> = reader.flatten().map(|document| document.bytes).collect();
    assert_eq!(documents.first(), Some(&b"first".to_vec()));
    assert_eq!(documents.last(), Some(&b"third".to_vec()));
}

/// An output that fails once, after so many bytes.
struct FailsOnce {
    bytes: Vec<u8>,
    left: usize,
}

impl Write for FailsOnce {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = bytes.len().min(self.left);
        if size == 0 && !bytes.is_empty() {
            self.left = usize::MAX;
            return Err(io::Error::other("the disk is full"));
        }
        self.left -= size;
        self.bytes.extend_from_slice(&bytes[..size]);
        Ok(size)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nothing_is_written_after_a_failure() {
    for left in [30, 80] {
        let output = FailsOnce {
            bytes: Vec::new(),
            left,
        };
        let mut writer = ArchiveWriter::new(output, "a.B", Compression::None).unwrap();
        writer.write([0; 100]).unwrap();
        let error = writer.flush().unwrap_err();
        assert_eq!(error.to_string(), "the disk is full");
        let failures = [
            writer.flush(),
            writer.write("a"),
            writer.write_delimited(&[1, 1]),
            writer.finish().map(drop),
        ];
        for failure in failures {
            let error = failure.unwrap_err();
            assert_eq!(error.to_string(), "the output of the archive has failed");
        }
    }
}

#[test]
fn an_archive_without_its_end_gives_back_its_documents() {
    let mut writer = ArchiveWriter::new(Vec::new(), "a.B", Compression::None).unwrap();
    for document in ["a", "bc"] {
        writer.write(document).unwrap();
    }
    let archive = writer.finish().unwrap();
    for end in 1..archive.len() {
        let mut documents = 0;
        let mut codes = Vec::new();
        for document in ArchiveReader::new(&archive[..end]) {
            match document {
                Ok(_) => documents += 1,
                Err(error) => codes.push(error.damage().unwrap().code),
            }
        }
        assert_eq!(codes, [ArchiveErrorCode::CutOff], "{end}");
        let payload = 23 + 44;
        assert_eq!(
            documents,
            [0, 1, 2][usize::from(end >= payload + 2) + usize::from(end >= payload + 5)]
        );
    }
}
