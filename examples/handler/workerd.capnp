using Workerd = import "/workerd/workerd.capnp";

# The worker, in workerd without Wrangler.
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      compatibilityDate = "2026-07-01",
      modules = [
        (name = "worker.js", esModule = embed "built/worker.js"),
        (
          name = "@stepwire/transcode/kernel.wasm",
          wasm = embed "node_modules/@stepwire/transcode/build/kernel.wasm",
        ),
      ],
      bindings = [
        (name = "INGRESS", fromEnvironment = "INGRESS"),
        (name = "UPSTREAM", fromEnvironment = "UPSTREAM"),
      ],
    )),
    # By default, a worker only reaches public addresses.
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "worker")],
);
