// Package cli is the command line of mailauth: one file per command, flags,
// language and exit status.
//
// Whatever goes wrong is told in one line on the error stream and a hint below
// it, in the user's language, and decides the exit status with nothing else.
package cli
