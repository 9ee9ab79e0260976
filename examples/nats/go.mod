module example

go 1.26.0

replace github.com/stepwire/stepwire-go => ../../packages/stepwire-go

require (
	github.com/nats-io/nats.go v1.55.0
	github.com/stepwire/stepwire-go v0.0.0
	google.golang.org/protobuf v1.36.12
)

require (
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/nats-io/nkeys v0.4.16 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/crypto v0.57.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
)
