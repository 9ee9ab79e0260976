use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The descriptors of all messages and services.
const DESCRIPTORS: &str = "src/gen/stepwire.binpb";
/// The messages. Each package has a file with its name.
const MESSAGES: &str = "src/gen/stepwire";
/// The first part of the names of all packages. The crate stands for it.
const ROOT: &str = "stepwire.";

/// Writes a module for each package with services. Their messages are those of the crate.
pub fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DESCRIPTORS}");
    let output = PathBuf::from(env::var("OUT_DIR")?);
    let mut packages = Vec::new();
    find_packages(Path::new(MESSAGES), &mut packages)?;
    packages.sort();
    let mut builder = tonic_prost_build::configure()
        .file_descriptor_set_path(DESCRIPTORS)
        .skip_protoc_run()
        .generate_default_stubs(true)
        .emit_rerun_if_changed(false);
    for package in &packages {
        let path = package.replace('.', "::");
        builder = builder.extern_path(format!(".{ROOT}{package}"), format!("crate::{path}"));
    }
    builder.compile_protos::<&str>(&[], &[])?;
    let mut modules = String::new();
    for package in packages {
        let file = output.join(format!("{ROOT}{package}.rs"));
        // Packages without services have no file, or an empty one.
        if fs::read_to_string(&file).is_ok_and(|code| code.contains("pub mod")) {
            modules += &module(&package, &file);
        }
    }
    fs::write(output.join("services.rs"), modules)?;
    Ok(())
}

fn find_packages(directory: &Path, packages: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find_packages(&path, packages)?;
        } else if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
            packages.extend(name.strip_prefix(ROOT).map(str::to_owned));
        }
    }
    Ok(())
}

/// Formats the modules around the code of a package.
fn module(package: &str, file: &Path) -> String {
    let names: Vec<_> = package.split('.').collect();
    let start: String = names
        .iter()
        .map(|name| format!("/// Services of `{ROOT}{package}`.\npub mod {name} {{\n"))
        .collect();
    let end = "}\n".repeat(names.len());
    format!(
        "{start}#![allow(missing_docs, clippy::all, clippy::pedantic)]\ninclude!({:?});\n{end}",
        file.display().to_string()
    )
}
