package stepwire

// Version is the version of this module. All packages of Stepwire have the same one.
const Version = "0.1.0"
