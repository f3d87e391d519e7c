package cli

import (
	"strings"
	"testing"
)

// An example can be read, and pasted, in a window of 80 columns.
func TestExamplesFitTheWindow(t *testing.T) {
	for _, examples := range []string{simulateExamples, treeExamples, flattenExamples, networksExamples} {
		for line := range strings.Lines(examples) {
			if line = strings.TrimSuffix(line, "\n"); len(line) > 78 {
				t.Errorf("%d columns: %s", len(line)+2, line)
			}
		}
	}
}
