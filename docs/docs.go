// Package docs holds the pages about the rules, for the program to print. They
// are generated: see cmd/internal/rulepage.
package docs

import "embed"

// Rules has rules/<id>.md and ja/rules/<id>.md.
//
//go:embed rules/*.md ja/rules/*.md
var Rules embed.FS
