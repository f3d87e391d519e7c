package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeTo writes to what the user named: "-", or the standard output under a
// name of its own, is out; a device or a pipe is written into; a file is
// replaced whole, behind the link that leads to it.
func writeTo(path string, out io.Writer, write func(io.Writer) error) error {
	if isOutput(path, out) {
		return write(out)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return writeNew(path, write)
	case err != nil:
		return cause(err)
	case info.Mode().IsRegular():
		return replace(path, info.Mode().Perm(), write)
	}
	return cause(writeInto(path, os.O_WRONLY, write))
}

// isOutput reports whether a path is the standard output, as -o /dev/stdout is.
func isOutput(path string, out io.Writer) bool {
	if path == "-" {
		return true
	}
	file, ok := fileOf(out)
	if !ok {
		return false
	}
	named, err := os.Stat(path)
	if err != nil {
		return false
	}
	open, err := file.Stat()
	return err == nil && os.SameFile(named, open)
}

// output is the standard output; what goes wrong there is marked as such.
type output struct{ io.Writer }

// outputError is a write to the standard output that failed.
type outputError struct{ Err error }

func (e *outputError) Error() string { return e.Err.Error() }

func (e *outputError) Unwrap() error { return e.Err }

// Write implements io.Writer.
func (o output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil {
		err = &outputError{err}
	}
	return n, err
}

// fileOf is the file behind an output, if there is one.
func fileOf(out io.Writer) (*os.File, bool) {
	if marked, ok := out.(output); ok {
		out = marked.Writer
	}
	file, ok := out.(*os.File)
	return file, ok
}

// writeNew writes a file that is not there yet; a link to nothing says where.
func writeNew(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return cause(writeInto(path, os.O_WRONLY|os.O_CREATE, write))
	}
	return replace(path, 0o644, write)
}

func writeInto(path string, flag int, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// replace writes a file beside its place and then moves it there, so that a run
// that is stopped leaves the old file.
func replace(path string, mode fs.FileMode, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return cause(err)
	}
	defer os.Remove(file.Name()) // gone after the rename
	if err := write(file); err != nil {
		file.Close()
		return cause(err)
	}
	if err := file.Close(); err != nil {
		return cause(err)
	}
	if err := os.Chmod(file.Name(), mode); err != nil {
		return cause(err)
	}
	return cause(os.Rename(file.Name(), path))
}

// cause is an error of the file system without the names in it, which may be
// those of temporary files; others stay as they are.
func cause(err error) error {
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		return onPath.Err
	case errors.As(err, &onLink):
		return onLink.Err
	}
	return err
}
