module github.com/stepwire/stepwire-go

go 1.25.0

require (
	connectrpc.com/connect v1.20.0
	github.com/klauspost/compress v1.20.4
	github.com/tetratelabs/wazero v1.12.0
	google.golang.org/protobuf v1.36.12
)

require golang.org/x/sys v0.44.0 // indirect
