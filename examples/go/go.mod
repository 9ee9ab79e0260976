module example

go 1.25.0

replace github.com/stepwire/stepwire-go => ../../packages/stepwire-go

require (
	github.com/stepwire/stepwire-go v0.0.0
	google.golang.org/protobuf v1.36.12
)

require github.com/klauspost/compress v1.20.4 // indirect
