package rapidtest

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { Main(m) }

// drawn is what a run draws, as the child process below prints it.
func TestDraw(t *testing.T) {
	if os.Getenv("RAPIDTEST_DRAW") == "" {
		t.Skip("only for TestSeeds")
	}
	rapid.Check(t, func(rt *rapid.T) {
		os.Stdout.WriteString(rapid.StringMatching(`[a-z]{8}`).Draw(rt, "word") + "\n")
	})
}

// Without a seed every run draws the same; with one, or 0, it does not.
func TestSeeds(t *testing.T) {
	draw := func(env string, args ...string) []byte {
		t.Helper()
		cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestDraw$"}, args...)...)
		cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return bytes.HasPrefix([]byte(s), []byte(envVar+"=")) })
		cmd.Env = append(cmd.Env, "RAPIDTEST_DRAW=1")
		if env != "" {
			cmd.Env = append(cmd.Env, env)
		}
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(out, []byte("\n"))
		return bytes.Join(lines[:min(len(lines), 50)], []byte("\n")) // without what the run took
	}
	usual := draw("")
	if !bytes.Equal(usual, draw("")) || !bytes.Equal(usual, draw("", "-rapid.seed="+fixed)) {
		t.Error("two runs without a seed draw different words")
	}
	for _, other := range [][]byte{draw("", "-rapid.seed=2"), draw(envVar + "=2"), draw("", "-rapid.seed=0"), draw(envVar + "=0")} {
		if bytes.Equal(usual, other) {
			t.Errorf("with another seed the words are the same: %s", other)
		}
	}
}
