module stepwire.dev/reference

go 1.25
