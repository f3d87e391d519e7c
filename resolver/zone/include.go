package zone

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// include reads another file in place of the line, with its own origin if one
// is given. Origin and owner are restored after it; a $TTL in it stays, as in
// BIND. Its path counts from the folder of the file that includes it.
func (p *parser) include(e entry) error {
	if err := e.want(1, 2, "include-path", "the path of a file"); err != nil {
		return err
	}
	origin := p.origin
	if len(e.fields) > 2 {
		name, err := p.nameAt(e, 2)
		if err != nil {
			return err
		}
		origin = name
	}
	path := e.fields[1].Text
	p.includes++
	switch {
	case p.opts.Dir == "":
		return e.at(0, "include-no-folder", "$INCLUDE", "a zone that is complete: there is no folder to include from")
	case len(p.stack) == maxDepth:
		return e.at(0, "include-deep", "$INCLUDE", fmt.Sprintf("at most %d of them inside each other", maxDepth)).with("limit", maxDepth)
	case p.includes > maxIncludes:
		return e.at(0, "include-many", "$INCLUDE", fmt.Sprintf("at most %d of them", maxIncludes)).with("limit", maxIncludes)
	}
	inside, err := p.inside(path)
	if err != nil {
		return e.at(1, "include-outside", path, "a file below "+p.opts.Dir).with("folder", p.opts.Dir)
	}
	if slices.Contains(p.stack, inside) {
		return e.at(1, "include-itself", path, "a file that does not include itself")
	}
	file, err := p.open(inside)
	if err != nil {
		why := unreadable("", err).Err
		return e.at(1, "include-unreadable", path, fmt.Sprintf("a file below %s that can be read (%v)", p.opts.Dir, why)).with("folder", p.opts.Dir).with("why", why)
	}
	defer file.Close()

	owner, outer := p.owner, p.origin
	p.stack, p.owner, p.origin = append(p.stack, inside), "", origin
	p.included[inside] = true
	if err := p.file(filepath.Join(p.opts.Dir, inside), file); err != nil {
		return err
	}
	p.stack, p.owner, p.origin = p.stack[:len(p.stack)-1], owner, outer
	return nil
}

// inside returns the path relative to the zone's folder.
func (p *parser) inside(path string) (string, error) {
	var err error
	if filepath.IsAbs(path) {
		dir, err := filepath.Abs(p.opts.Dir)
		if err != nil {
			return "", err
		}
		if path, err = filepath.Rel(dir, path); err != nil {
			return "", err
		}
	} else if len(p.stack) > 0 {
		path = filepath.Join(filepath.Dir(p.stack[len(p.stack)-1]), path)
	}
	if path = filepath.Clean(path); !filepath.IsLocal(path) {
		err = fs.ErrInvalid
	}
	return path, err
}

// open opens a regular file below the zone's folder. A symbolic link that
// leads out of the folder is refused by the root.
func (p *parser) open(inside string) (*os.File, error) {
	root, err := os.OpenRoot(p.opts.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(inside) // before Open, which would wait on a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is not a regular file")
	}
	return root.Open(inside)
}
