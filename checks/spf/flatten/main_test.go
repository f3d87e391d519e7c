package flatten

import (
	"testing"

	"mailauth/checks/rapidtest"
)

// Every run draws the same examples.
func TestMain(m *testing.M) { rapidtest.Main(m) }
