use std::error::Error;
use std::path::Path;
use std::{env, fs};

use wasmtime::{Config, Engine, WasmFeatures};

#[path = "../src/kernel/settings.rs"]
mod settings;

/// The modules: the name of a constant, and the file in `src`.
const MODULES: [(&str, &str); 3] = [
    ("DOCUMENTS", "stepwire"),
    ("ACCUMULATE", "stepwire-accumulate"),
    ("COLUMNS", "stepwire-columns"),
];

/// The processors of the architectures for which code is made more than once: a name, and the
/// settings of Cranelift. The first that the processor at run time has is taken.
const X86_64: [(&str, &[&str]); 2] = [
    (
        "new",
        &[
            "has_sse3",
            "has_ssse3",
            "has_cmpxchg16b",
            "has_sse41",
            "has_sse42",
            "has_popcnt",
            "has_avx",
            "has_avx2",
            "has_fma",
            "has_bmi1",
            "has_bmi2",
            "has_lzcnt",
        ],
    ),
    ("any", &[]),
];
const OTHERS: [(&str, &[&str]); 1] = [("any", &[])];

pub fn run() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/kernel/settings.rs");
    let target = env::var("TARGET")?;
    let output = env::var("OUT_DIR")?;
    let processors: &[(&str, &[&str])] = match env::var("CARGO_CFG_TARGET_ARCH")?.as_str() {
        "x86_64" => &X86_64,
        _ => &OTHERS,
    };
    let mut code = String::new();
    for (name, module) in MODULES {
        let source = format!("src/{module}.wasm");
        println!("cargo::rerun-if-changed={source}");
        let wasm = fs::read(&source).map_err(|error| {
            format!("{source}: {error}; in the repository, `pnpm generate:rust` writes it")
        })?;
        let mut files = String::new();
        for (processor, flags) in processors {
            let file = Path::new(&output).join(format!("{module}-{processor}.cwasm"));
            fs::write(&file, compile(&wasm, &target, flags)?)?;
            files += &format!("include_bytes!({:?}), ", file.display().to_string());
        }
        code += &format!("pub(super) const {name}: &[&[u8]] = &[{files}];\n");
    }
    fs::write(Path::new(&output).join("precompiled.rs"), code)?;
    Ok(())
}

fn compile(wasm: &[u8], target: &str, flags: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut config = Config::new();
    settings::apply(&mut config);
    config.target(target).map_err(|error| {
        format!(
            "wasmtime cannot compile for {target} here ({error:#}); if the target is another \
             architecture than this machine, use the feature `cross`; if wasmtime does not \
             support it, use the feature `wasmi` without default features"
        )
    })?;
    for flag in flags {
        // SAFETY: the code is only used by a processor that has all of these features: wasmtime
        // checks that when it loads the code.
        #[allow(unsafe_code)]
        unsafe {
            config.cranelift_flag_enable(flag);
        }
    }
    Ok(Engine::new(&config)?.precompile_module(wasm)?)
}
